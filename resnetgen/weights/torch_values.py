"""The tensors of a file of `torch.save` that torch refuses to load, since it also holds objects of other classes.

The pickle is read as data (`torch_structure.py`), so nothing of the file is imported or run, and the values are mapped.
"""

from __future__ import annotations

import mmap
import os
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from resnetgen.errors import WeightsError
from resnetgen.source.yaml_scalars import clip
from resnetgen.weights.dtypes import BITS
from resnetgen.weights.pickled_objects import Opener, refuse_programs
from resnetgen.weights.state_dicts import MAX_VALUES, SAVE_STATE_DICT
from resnetgen.weights.torch_structure import Tensor, Unpickled, Values, unpickled
from resnetgen.work_budget import WorkBudget

if TYPE_CHECKING:
    import torch

_DAMAGED = "download or save the file again"

_COUNT_BYTES = 8
"""The bytes of the number before the values of a key, in a file of torch before 1.6."""


class _Place(NamedTuple):
    """Where values are in a file, in bytes."""

    start: int
    size: int


def load_tensors(path: str, keys: tuple[str, ...]) -> Mapping[str, Any]:
    """Return a state dict of a file; the values are mapped, and a write changes this process's copy alone.

    Args:
        path: the file.
        keys: the keys that lead to the state dict: those of dictionaries, and attributes of objects.

    Raises:
        WeightsError: there is no state dict, or the file is damaged.
        OSError: it cannot be opened.
    """
    found = unpickled(path)
    refuse_programs(found.programs)
    state = Opener(WorkBudget(MAX_VALUES)).at(found.content, keys)
    if state is None:
        raise WeightsError("there is no state dict in this file", SAVE_STATE_DICT)
    tensors = {str(name): value for name, value in state.items() if isinstance(value, Tensor)}
    places = _places(path, found, [each.values for each in tensors.values()])
    with open(path, "rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    return {name: _tensor(content, each, places[each.values.key]) for name, each in tensors.items()}


def _tensor(content: mmap.mmap, tensor: Tensor, place: _Place) -> torch.Tensor:
    import torch

    dtype = getattr(torch, tensor.dtype)
    count = place.size * 8 // BITS[tensor.dtype]
    if count == 0:
        return torch.empty(tensor.shape, dtype=dtype)
    if place.start % (BITS[tensor.dtype] // 8):  # an old file aligns nothing
        raw = torch.frombuffer(content, dtype=torch.uint8, count=place.size, offset=place.start).clone()
        values = raw.view(dtype)
    else:
        values = torch.frombuffer(content, dtype=dtype, count=count, offset=place.start)
    return values.as_strided(tensor.shape, tensor.strides, tensor.offset)


def _places(path: str, found: Unpickled, wanted: list[Values]) -> dict[str, _Place]:
    """Return where the values of each key are."""
    sizes = {each.key: each.length * _width(each) for each in wanted}
    places = _in_archive(path, sizes) if found.start is None else _in_sequence(path, found, sizes)
    lost = next((key for key, size in sizes.items() if key not in places or places[key].size < size), None)
    if lost is not None:
        raise WeightsError(f"this file is damaged: it lacks the values `{clip(lost, 60)}`", _DAMAGED)
    return {key: places[key]._replace(size=size) for key, size in sizes.items()}


def _width(values: Values | None) -> int:
    """Return the bytes of a value."""
    return 0 if values is None else BITS.get(values.dtype, 0) // 8


def _in_archive(path: str, sizes: Mapping[str, int]) -> dict[str, _Place]:
    places = {}
    with zipfile.ZipFile(path) as archive, open(path, "rb") as file:
        for record in archive.infolist():
            folder, _, name = record.filename.partition("/")
            if name == "byteorder" and archive.read(record) != b"little":
                help = "load it with torch on this machine, and save its state dict"
                raise WeightsError("the values in this file are of a machine with another byte order", help)
            if name.removeprefix("data/") in sizes and folder:
                places[name.removeprefix("data/")] = _Place(_start(file, record), record.file_size)
    return places


def _start(file: Any, record: zipfile.ZipInfo) -> int:
    """Return where the content of a record begins: after its own header, whose length the archive does not list."""
    file.seek(record.header_offset)
    header = file.read(30)
    if len(header) < 30:
        raise WeightsError(f"this file is damaged: the record `{clip(record.filename, 60)}` has no header", _DAMAGED)
    lengths = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    return record.header_offset + 30 + lengths


def _in_sequence(path: str, found: Unpickled, sizes: Mapping[str, int]) -> dict[str, _Place]:
    """Return where the values of each key are in a file of torch before 1.6: in the order of the keys."""
    places = {}
    position = found.start or 0
    with open(path, "rb") as file:
        for key in found.keys:
            file.seek(position)
            count = int.from_bytes(file.read(_COUNT_BYTES), "little")
            size = count * _width(found.values.get(key))
            places[key] = _Place(position + _COUNT_BYTES, size)
            position += _COUNT_BYTES + size
            if position > os.fstat(file.fileno()).st_size:
                raise WeightsError("this file is damaged: it ends before the values of its tensors", _DAMAGED)
    return places
