"""Load the tensors of a file of weights under the names of the network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from resnetgen.errors import WeightsError
from resnetgen.ir.network import Network
from resnetgen.weights import safetensors, torch_file
from resnetgen.weights.comparison import SAFETENSORS_SUFFIX
from resnetgen.weights.expected import ExpectedTensors
from resnetgen.weights.prefix import common_prefix

if TYPE_CHECKING:
    from torch import Tensor

PACKAGE = "safetensors"
"""The package that reads the tensors of a .safetensors file, and the extra that installs it."""


class LoadedWeights(NamedTuple):
    """A state dict, and the prefix that was removed from its names, mostly empty."""

    state: Mapping[str, Tensor]
    prefix: str


def required_package(path: str) -> str:
    """Return the package that reading a file needs beside torch, also the name of the extra; empty for none."""
    return PACKAGE if path.endswith(SAFETENSORS_SUFFIX) else ""


def load_weights(network: Network, path: str) -> LoadedWeights:
    """Load the tensors of a file that `compare`, with `prefixed`, found to fit the network.

    A state dict without a prefix is returned as stored, with the versions of its modules beside it.

    Raises:
        WeightsError: the file is not one of weights, or holds complex numbers.
        OSError: it cannot be opened.
        ModuleNotFoundError: the package is not installed.
    """
    state = _load_safetensors(path) if path.endswith(SAFETENSORS_SUFFIX) else torch_file.load_tensors(path)
    complex_name = next((name for name, value in state.items() if value.is_complex()), None)
    if complex_name is not None:
        message = f"the tensor `{complex_name}` holds complex numbers, and the network real ones"
        raise WeightsError(message, "save weights of this network")
    prefix = common_prefix(state.keys(), ExpectedTensors(network))
    if not prefix:
        return LoadedWeights(state, "")
    return LoadedWeights({name.removeprefix(prefix): value for name, value in state.items()}, prefix)


DTYPES = {
    **{"BOOL": "bool", "U8": "uint8", "I8": "int8", "U16": "uint16", "I16": "int16", "U32": "uint32", "I32": "int32"},
    **{"U64": "uint64", "I64": "int64", "F16": "float16", "BF16": "bfloat16", "F32": "float32", "F64": "float64"},
    **{"F8_E4M3": "float8_e4m3fn", "F8_E5M2": "float8_e5m2", "F8_E8M0": "float8_e8m0fnu"},
    **{"F8_E4M3FNUZ": "float8_e4m3fnuz", "F8_E5M2FNUZ": "float8_e5m2fnuz", "C64": "complex64"},
}
"""The names that safetensors and torch have for a dtype."""


def reread_tensors(path: str) -> Iterator[tuple[str, Tensor]]:
    """Yield the tensors of a file, read in another way than `load_weights` reads them, to compare the two.

    A file of torch is read into memory, not mapped; a safetensors file without its library.

    Raises:
        WeightsError, OSError: as in `load_weights`.
    """
    if not path.endswith(SAFETENSORS_SUFFIX):
        yield from torch_file.load_tensors(path, mapped=False).items()
        return
    import torch

    for name, shape, dtype, content in safetensors.tensors(path):
        kind = getattr(torch, DTYPES[dtype])
        values = torch.frombuffer(content, dtype=kind) if content else torch.empty(0, dtype=kind)
        yield name, values.reshape(shape)


def _load_safetensors(path: str) -> Mapping[str, Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        state: dict[str, Tensor] = load_file(path)
    except SafetensorError as error:
        raise WeightsError(f"safetensors cannot read this file: {error}", "download the file again") from None
    return state
