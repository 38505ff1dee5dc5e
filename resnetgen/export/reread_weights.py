"""A second reading of a file of weights, in another way than the first, to compare a network with."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from resnetgen.errors import WeightsError
from resnetgen.weights import safetensors, torch_file
from resnetgen.weights.read_file import SAFETENSORS_SUFFIX

DTYPES = {
    **{"BOOL": "bool", "U8": "uint8", "I8": "int8", "U16": "uint16", "I16": "int16", "U32": "uint32", "I32": "int32"},
    **{"U64": "uint64", "I64": "int64", "F16": "float16", "BF16": "bfloat16", "F32": "float32", "F64": "float64"},
    **{"F8_E4M3": "float8_e4m3fn", "F8_E5M2": "float8_e5m2", "F8_E8M0": "float8_e8m0fnu"},
    **{"F8_E4M3FNUZ": "float8_e4m3fnuz", "F8_E5M2FNUZ": "float8_e5m2fnuz", "C64": "complex64"},
}
"""The names that safetensors and torch have for a dtype."""


def check_values(network: nn.Module, path: str, prefix: str) -> None:
    """Check that a network has the values of a file.

    A file of torch is read into memory here, where `load_weights` maps it; a safetensors file without its library.

    Args:
        network: the network, with the weights that `load_weights` returned.
        path: the file.
        prefix: what `load_weights` removed from the names.

    Raises:
        WeightsError: the two ways to read the file differ in a tensor, or as in `load_weights`.
        OSError: the file cannot be read.
    """
    state = network.state_dict()
    for name, value in _tensors(path):
        own = state.get(name.removeprefix(prefix))
        if own is not None and not _equal(own, value.reshape(own.shape).to(own.dtype)):
            message = f"the tensor `{name}` has other values where the file is mapped than where it is read"
            raise WeightsError(message, "load the file with torch, and save the state dict anew with `torch.save`")


def _tensors(path: str) -> Iterator[tuple[str, Tensor]]:
    if not path.endswith(SAFETENSORS_SUFFIX):
        yield from torch_file.load_tensors(path, mapped=False).items()
        return
    for name, shape, dtype, content in safetensors.tensors(path):
        kind = getattr(torch, DTYPES[dtype])
        values = torch.frombuffer(content, dtype=kind) if content else torch.empty(0, dtype=kind)
        yield name, values.reshape(shape)


def _equal(one: Tensor, other: Tensor) -> bool:
    """Return whether two tensors have the same values; a NaN equals any other."""
    return torch.equal(one, other) or bool(((one == other) | ((one != one) & (other != other))).all())
