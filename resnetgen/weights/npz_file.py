"""Read `.npz` files, zip archives of NumPy's arrays, without NumPy.

The format is that of https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. Arrays of Python objects
are pickles and are refused, so nothing of a file is run. Every size is checked before memory is taken for it.
"""

from __future__ import annotations

import ast
import os
import zipfile
from collections.abc import Iterator
from math import prod
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from resnetgen.errors import WeightsError
from resnetgen.source.yaml_scalars import clip
from resnetgen.weights.dtypes import BITS
from resnetgen.weights.file_contents import FileContents, Shapes, StoredStateDict
from resnetgen.weights.regular_file import require_regular
from resnetgen.weights.torch_archive import damage

if TYPE_CHECKING:
    from torch import Tensor

MAX_HEADER = 10_000
"""The most bytes of the header of an array, as in NumPy."""

MAX_RATIO = 32
"""The most bytes of arrays for each byte of the file. Trained weights hardly get smaller by compression."""

DTYPES = {
    **{"<f2": "float16", "<f4": "float32", "<f8": "float64", "|b1": "bool", "|u1": "uint8", "|i1": "int8"},
    **{"<i2": "int16", "<i4": "int32", "<i8": "int64"},
}
"""The names that NumPy's files and PyTorch have for a dtype."""


class _Array(NamedTuple):
    record: zipfile.ZipInfo
    name: str
    shape: tuple[int, ...]
    dtype: str
    columns_first: bool
    start: int


def read(path: str) -> FileContents:
    """Return the names and shapes in a file.

    Args:
        path: the file of weights.

    Raises:
        WeightsError: it is not an `.npz` file of numbers, or it is damaged.
        OSError: it cannot be opened.
    """
    with _open(path) as archive:
        arrays = list(_arrays(archive, os.path.getsize(path)))
    shapes: Shapes = {each.name: each.shape for each in arrays}
    return FileContents((StoredStateDict(shapes, dtypes={each.name: each.dtype for each in arrays}),))


def load_tensors(path: str, _: tuple[str, ...] = ()) -> dict[str, Tensor]:
    """Return the arrays of a file as tensors by name.

    Args:
        path: the file of weights. No keys lead to arrays in it.

    Raises:
        WeightsError: as in `read`.
        OSError: it cannot be read.
    """
    import torch

    state = {}
    with _open(path) as archive:
        for each in _arrays(archive, os.path.getsize(path)):
            try:
                content = bytearray(archive.read(each.record)[each.start :])
            except (zipfile.BadZipFile, EOFError) as error:
                _fail(clip(str(error), 120))
            kind = getattr(torch, each.dtype)
            values = torch.frombuffer(content, dtype=kind) if content else torch.empty(0, dtype=kind)
            turned = values.reshape(each.shape[::-1]).permute(tuple(reversed(range(len(each.shape)))))
            state[each.name] = turned if each.columns_first else values.reshape(each.shape)
    return state


def _open(path: str) -> zipfile.ZipFile:
    require_regular(path)
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        _fail(damage(error))


def _arrays(archive: zipfile.ZipFile, size: int) -> Iterator[_Array]:
    """Yield the arrays of a file of a size, by their headers."""
    records = archive.infolist()
    if sum(record.file_size for record in records) > MAX_RATIO * size:
        raise WeightsError("this file asks for more memory than the arrays in it take", "save the arrays again")
    names: set[str] = set()
    for record in records:
        if not record.filename.endswith(".npy") or record.filename in names:
            _fail(f"the record `{clip(record.filename, 60)}` is not a `.npy` array, or is there twice")
        names.add(record.filename)
        try:
            with archive.open(record) as file:
                yield _array(record, file.read(MAX_HEADER + 12))
        except (zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError) as error:
            _fail(clip(str(error), 120))


def _array(record: zipfile.ZipInfo, content: bytes) -> _Array:
    name = record.filename.removesuffix(".npy")
    shown = clip(name, 60)
    if not content.startswith(b"\x93NUMPY") or content[6:7] not in (b"\x01", b"\x02", b"\x03"):
        _fail(f"`{shown}` is no array")
    begin = 10 if content[6:7] == b"\x01" else 12
    end = begin + int.from_bytes(content[8:begin], "little")
    if end > len(content):
        _fail(f"the header of `{shown}` is not complete, or has more than {MAX_HEADER:,} bytes")
    try:
        header = ast.literal_eval(content[begin:end].decode("latin1"))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        header = None
    match header:
        case {"descr": str(dtype), "fortran_order": bool(columns_first), "shape": tuple(shape)}:
            pass
        case _:
            _fail(f"the header of `{shown}` does not describe an array of numbers")
    if dtype not in DTYPES:
        what = (
            "Python objects, which a file of weights must not hold"
            if "O" in dtype
            else f"values of the dtype {clip(dtype)}"
        )
        raise WeightsError(f"`{shown}` in this file has {what}", "save arrays of numbers, such as float32")
    if not all(type(extent) is int and extent >= 0 for extent in shape):
        _fail(f"the shape of `{shown}` is {clip(str(shape))}")
    if record.file_size - end != prod(shape) * BITS[DTYPES[dtype]] // 8:
        _fail(f"`{shown}` has {record.file_size - end:,} bytes, which does not match its shape {clip(str(shape))}")
    return _Array(record, name, shape, DTYPES[dtype], columns_first, end)


def _fail(reason: str) -> NoReturn:
    raise WeightsError(f"this .npz file is damaged: {reason}", "download or save the file again") from None
