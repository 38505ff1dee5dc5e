"""The tensors in a file of weights, as the network that they belong to loads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from resnetgen.ir.network import Network
from resnetgen.weights import torch_file
from resnetgen.weights.comparison import SAFETENSORS
from resnetgen.weights.expected import Expected
from resnetgen.weights.file_contents import Unreadable
from resnetgen.weights.prefix import prefix

if TYPE_CHECKING:
    from torch import Tensor

PACKAGE = "safetensors"
"""What reads the tensors of a .safetensors file, and the extra that brings it."""


class Values(NamedTuple):
    """A state dict, and what stood before its names and was taken off; that is mostly the empty text."""

    state: Mapping[str, Tensor]
    prefix: str


def package(path: str) -> str:
    """The package beside torch that it takes to read a file, and the extra of the same name; empty for none."""
    return PACKAGE if path.endswith(SAFETENSORS) else ""


def values(network: Network, path: str) -> Values:
    """The tensors of a file that `compare`, with `prefixed`, found to fit the network.

    A state dict that needs no other names is given as it was stored, with the versions of its modules beside it.

    Raises:
        Unreadable: it is no file of weights, or of such as no network takes.
        OSError: it cannot be opened.
        ModuleNotFoundError: the package is not installed.
    """
    state = _safetensors(path) if path.endswith(SAFETENSORS) else torch_file.tensors(path)
    unreal = next((name for name, value in state.items() if value.is_complex()), None)
    if unreal is not None:
        message = f"the tensor `{unreal}` holds complex numbers, and the network real ones"
        raise Unreadable(message, "save weights of this network")
    before = prefix(state.keys(), Expected(network))
    if not before:
        return Values(state, "")
    return Values({name.removeprefix(before): value for name, value in state.items()}, before)


def _safetensors(path: str) -> Mapping[str, Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        found: dict[str, Tensor] = load_file(path)
    except SafetensorError as error:
        raise Unreadable(f"safetensors cannot read this file: {error}", "get the file again") from None
    return found
