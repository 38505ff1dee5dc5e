"""A second reading of a file of weights, in another way than the first, to compare a network with."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from resnetgen.errors import WeightsError
from resnetgen.weights import dtypes, safetensors, torch_file
from resnetgen.weights.file_formats import SAFETENSORS, TORCH
from resnetgen.weights.load import LoadedWeights, in_order
from resnetgen.weights.read_file import file_format


def check_values(network: nn.Module, path: str, weights: LoadedWeights) -> None:
    """Check that a network has the values of a file.

    A file of torch is read into memory here, where `load_weights` maps it; a safetensors file without its library.

    Args:
        network: the network, with the weights that `load_weights` returned.
        path: the file.
        weights: what `load_weights` returned.

    Raises:
        WeightsError: the two ways to read the file differ in a tensor, or as in `load_weights`.
        OSError: the file cannot be read.
    """
    state = network.state_dict()
    here = {there: name for name, there in weights.fit.sources.items()}
    for name, value in _tensors(path, weights.fit.stored.keys):
        own = state.get(here.get(name, ""))
        turned = in_order(weights.fit, here.get(name, ""), value)
        if own is not None and not _equal(own, turned.reshape(own.shape).to(own.dtype)):
            message = f"the tensor `{name}` has other values where the file is mapped than where it is read"
            raise WeightsError(message, "load the file with torch, and save the state dict anew with `torch.save`")


def _tensors(path: str, keys: tuple[str, ...]) -> Iterator[tuple[str, Tensor]]:
    format = file_format(path)
    if format is TORCH:
        yield from torch_file.load_tensors(path, keys, mapped=False).items()
        return
    if format is not SAFETENSORS:  # none of these is mapped
        yield from format.module().load_tensors(path, keys).items()
        return
    for name, shape, dtype, content in safetensors.tensors(path):
        kind = getattr(torch, dtypes.SAFETENSORS[dtype])
        values = torch.frombuffer(content, dtype=kind) if content else torch.empty(0, dtype=kind)
        yield name, values.reshape(shape)


def _equal(one: Tensor, other: Tensor) -> bool:
    """Return whether two tensors have the same values; a NaN equals any other."""
    return torch.equal(one, other) or bool(((one == other) | ((one != one) & (other != other))).all())
