"""Files of weights as the tests write them: safetensors by hand, so that a file can also be wrong."""

import json
from collections.abc import Iterable, Mapping
from math import prod
from pathlib import Path
from typing import Any

from resnetgen.analysis.cost import state_dict
from resnetgen.compiler import Compiled

Shape = tuple[int, ...]


def shapes(compiled: Compiled) -> dict[str, Shape]:
    """The state dict of a network by the shapes of its tensors."""
    return {key: entry.shape for key, entry in state_dict(compiled.network)}


def header(tensors: Mapping[str, Iterable[int]], dtype: str = "F32", width: int = 4) -> dict[str, Any]:
    """Return a safetensors header for tensors stored one after another."""
    table: dict[str, Any] = {}
    end = 0
    for name, shape in tensors.items():
        begin, end = end, end + width * prod(shape)
        table[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end]}
    return table


def data_size(table: Mapping[str, Any]) -> int:
    """Return the size in bytes of a header's tensors."""
    return max((tensor["data_offsets"][1] for name, tensor in table.items() if name != "__metadata__"), default=0)


def safetensors(path: Path, tensors: Mapping[str, Iterable[int]]) -> Path:
    """Write a sparse safetensors file of zeros, which takes no space on the disk."""
    table = header(tensors)
    return raw(path, json.dumps(table).encode(), data_size(table))


def raw(path: Path, head: bytes, values: int, length: int | None = None) -> Path:
    """Write a file as a safetensors file is built, with any header, and any number in place of its length."""
    written = (len(head) if length is None else length).to_bytes(8, "little")
    with path.open("wb") as file:
        file.write(written + head)
        file.truncate(8 + len(head) + values)
    return path
