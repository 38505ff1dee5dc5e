"""Load the tensors of a file of weights under the names of the network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from resnetgen.compiler import Compiled
from resnetgen.errors import WeightsError
from resnetgen.weights.file_formats import SAFETENSORS, format_of
from resnetgen.weights.fit import ANY, FileChoice, Fit, fit
from resnetgen.weights.number_types import require_real_numbers
from resnetgen.weights.read_file import file_format, read

if TYPE_CHECKING:
    from torch import Tensor

PACKAGE = "safetensors"
"""The package that reads the tensors of a .safetensors file, and the extra that installs it."""


class LoadedWeights(NamedTuple):
    """A state dict by the names of a network, and the part of the file that it is."""

    state: Mapping[str, Tensor]
    fit: Fit


def required_package(path: str) -> str:
    """Return the package that reading a file needs beside torch, also the name of the extra; empty for none.

    Args:
        path: the file of weights.
    """
    return PACKAGE if format_of(path) is SAFETENSORS else ""


def load_weights(compiled: Compiled, path: str, choice: FileChoice = ANY) -> LoadedWeights:
    """Load the tensors of a file that `compare_file` found to fit a network.

    A state dict whose names are the network's is returned as stored, with the versions of its modules beside it.

    Args:
        compiled: the network to load them into.
        path: the file of weights.
        choice: what the user says of the file.

    Returns:
        The tensors by the names of the network, and the part of the file that they are.

    Raises:
        WeightsError: the file is not one of weights, or holds other numbers than real ones.
        OSError: it cannot be opened.
        ModuleNotFoundError: the package is not installed.
    """
    is_safetensors = format_of(path) is SAFETENSORS
    loaded = _load_safetensors(path) if is_safetensors else None  # its library says best what is wrong with it
    found = fit(compiled, read(path), choice)
    require_real_numbers(compiled, found)
    state = _load_other(path, found.stored.keys) if loaded is None else loaded
    return LoadedWeights(by_own_names(found, state), found)


def by_own_names(found: Fit, state: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    """Return a state dict by the names of the network; views of its tensors where only their axes change.

    Args:
        found: the part of the file that it is.
        state: the state dict, as in the file.
    """
    if found.renames or found.beside:
        state = {here: in_order(found, here, state[name]) for here, name in found.sources.items()}
    return {**state, **_constants(found)} if found.constants else state


def _constants(found: Fit) -> dict[str, Tensor]:
    """Return the tensors that the file lacks because their values are known."""
    import torch

    return {name: torch.full(found.shapes[name] or (), value) for name, value in found.constants.items()}


def _load_other(path: str, keys: tuple[str, ...]) -> Mapping[str, Tensor]:
    """Return a state dict of a file that is not of safetensors."""
    state: Mapping[str, Tensor] = file_format(path).module().load_tensors(path, keys)
    return state


def in_order(found: Fit, name: str, value: Tensor) -> Tensor:
    """Return a tensor of a file with its axes in the network's order.

    Args:
        found: the part of the file.
        name: the tensor's name in the network.
        value: the tensor, as in the file.
    """
    axes = found.axes.get(name, ())
    there = [axis for axis in axes if axis >= 0]
    if not axes or len(there) != value.dim():
        return value
    value = value.permute(there)
    for position, axis in enumerate(axes):
        value = value.unsqueeze(position) if axis < 0 else value
    return value


def _load_safetensors(path: str) -> Mapping[str, Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        state: dict[str, Tensor] = load_file(path)
    except SafetensorError as error:
        raise WeightsError(f"safetensors cannot read this file: {error}", "download the file again") from None
    return state
