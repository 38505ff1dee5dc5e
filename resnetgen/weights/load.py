"""The tensors in a file of weights, as the network that they belong to loads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from resnetgen.errors import WeightsError
from resnetgen.ir.network import Network
from resnetgen.weights import torch_file
from resnetgen.weights.comparison import SAFETENSORS_SUFFIX
from resnetgen.weights.expected import ExpectedTensors
from resnetgen.weights.prefix import common_prefix

if TYPE_CHECKING:
    from torch import Tensor

PACKAGE = "safetensors"
"""What reads the tensors of a .safetensors file, and the extra that brings it."""


class LoadedWeights(NamedTuple):
    """A state dict, and what stood before its names and was taken off; that is mostly the empty text."""

    state: Mapping[str, Tensor]
    prefix: str


def required_package(path: str) -> str:
    """The package beside torch that it takes to read a file, and the extra of the same name; empty for none."""
    return PACKAGE if path.endswith(SAFETENSORS_SUFFIX) else ""


def load_weights(network: Network, path: str) -> LoadedWeights:
    """The tensors of a file that `compare`, with `prefixed`, found to fit the network.

    A state dict that needs no other names is given as it was stored, with the versions of its modules beside it.

    Raises:
        WeightsError: it is no file of weights, or of such as no network takes.
        OSError: it cannot be opened.
        ModuleNotFoundError: the package is not installed.
    """
    state = _load_safetensors(path) if path.endswith(SAFETENSORS_SUFFIX) else torch_file.load_tensors(path)
    unreal = next((name for name, value in state.items() if value.is_complex()), None)
    if unreal is not None:
        message = f"the tensor `{unreal}` holds complex numbers, and the network real ones"
        raise WeightsError(message, "save weights of this network")
    before = common_prefix(state.keys(), ExpectedTensors(network))
    if not before:
        return LoadedWeights(state, "")
    return LoadedWeights({name.removeprefix(before): value for name, value in state.items()}, before)


def _load_safetensors(path: str) -> Mapping[str, Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        found: dict[str, Tensor] = load_file(path)
    except SafetensorError as error:
        raise WeightsError(f"safetensors cannot read this file: {error}", "download the file again") from None
    return found
