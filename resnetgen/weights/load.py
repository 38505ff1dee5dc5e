"""Load the tensors of a file of weights under the names of the network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from resnetgen.errors import WeightsError
from resnetgen.ir.network import Network
from resnetgen.weights import torch_file
from resnetgen.weights.expected import ExpectedTensors
from resnetgen.weights.prefix import common_prefix
from resnetgen.weights.read_file import SAFETENSORS_SUFFIX

if TYPE_CHECKING:
    from torch import Tensor

PACKAGE = "safetensors"
"""The package that reads the tensors of a .safetensors file, and the extra that installs it."""


class LoadedWeights(NamedTuple):
    """A state dict, and the prefix that was removed from its names, mostly empty."""

    state: Mapping[str, Tensor]
    prefix: str


def required_package(path: str) -> str:
    """Return the package that reading a file needs beside torch, also the name of the extra; empty for none.

    Args:
        path: the file of weights.
    """
    return PACKAGE if path.endswith(SAFETENSORS_SUFFIX) else ""


def load_weights(network: Network, path: str) -> LoadedWeights:
    """Load the tensors of a file that `compare`, with `prefixed`, found to fit the network.

    A state dict without a prefix is returned as stored, with the versions of its modules beside it.

    Args:
        network: the network to load them into.
        path: the file of weights.

    Returns:
        The tensors by the names of the network, and the prefix that was removed.

    Raises:
        WeightsError: the file is not one of weights, or holds complex numbers.
        OSError: it cannot be opened.
        ModuleNotFoundError: the package is not installed.
    """
    state = _load_safetensors(path) if path.endswith(SAFETENSORS_SUFFIX) else torch_file.load_tensors(path)
    complex_name = next((name for name, value in state.items() if value.is_complex()), None)
    if complex_name is not None:
        message = f"the tensor `{complex_name}` holds complex numbers, but the network has real ones"
        raise WeightsError(message, "save weights of this network")
    prefix = common_prefix(state.keys(), ExpectedTensors(network))
    if not prefix:
        return LoadedWeights(state, "")
    return LoadedWeights({name.removeprefix(prefix): value for name, value in state.items()}, prefix)


def _load_safetensors(path: str) -> Mapping[str, Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        state: dict[str, Tensor] = load_file(path)
    except SafetensorError as error:
        raise WeightsError(f"safetensors cannot read this file: {error}", "download the file again") from None
    return state
