"""The arrays in a pickle of NumPy, such as those of detectron2's and Caffe2's model zoos, without NumPy.

Such a file is a dictionary of arrays, mostly written by Python 2. Of the functions that it calls, only those
that make arrays are carried out, by functions of this module; nothing is imported or run. A pickle has the values of
its arrays inside, so the whole file is read.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from math import prod
from typing import Any, NamedTuple

from resnetgen.errors import WeightsError, WorkLimitError
from resnetgen.source.yaml_scalars import clip
from resnetgen.weights.dtypes import BITS
from resnetgen.weights.file_contents import FileContents, StoredStateDict, Structure
from resnetgen.weights.npz_file import DTYPES
from resnetgen.weights.pickle_audit import count_operations
from resnetgen.weights.pickled_objects import DataUnpickler, Opener, Unread, refuse_programs
from resnetgen.weights.regular_file import require_regular
from resnetgen.weights.state_dicts import MAX_VALUES, state_dicts
from resnetgen.work_budget import WorkBudget

TORCH_STARTS = (b"PK\x03\x04", b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.")
"""The first bytes of the files of torch, some of which end in `.pkl` too."""

_DAMAGED = "download or save the file again"


class _Dtype:
    """The dtype of an array, as NumPy spells it: `<f4`."""

    def __init__(self, code: str = "", *_: Any) -> None:
        self.code = code

    def __setstate__(self, state: Any) -> None:
        match state:
            case (_, str(order), *_):
                self.code = f"{order}{self.code}"


class Array:
    """An array: its shape, dtype and content. It takes what a pickle says of it."""

    def __init__(self) -> None:
        self.shape: tuple[int, ...] = ()
        self.dtype = ""
        self.columns_first = False
        self.content: bytes | bytearray = b""

    def __setstate__(self, state: Any) -> None:
        match state:
            case (_, tuple(shape), _Dtype() as dtype, bool() | int() as columns_first, content):
                self.fill(shape, dtype, columns_first=bool(columns_first), content=content)
            case _:
                raise ValueError("an array has an unknown form")

    def fill(self, shape: tuple[Any, ...], dtype: _Dtype, *, columns_first: bool, content: Any) -> None:
        """Take the facts of an array, and check that its content has the size of its shape.

        Raises:
            ValueError: it has another, or is not one of numbers.
        """
        found = DTYPES.get(dtype.code)
        raw = content.encode("latin1") if isinstance(content, str) else content
        if found is None or not isinstance(raw, bytes | bytearray):
            raise ValueError(f"an array has values of the dtype {clip(dtype.code, 20)}, which are no numbers")
        if not all(type(extent) is int and extent >= 0 for extent in shape):
            raise ValueError(f"an array has the shape {clip(str(shape), 40)}")
        if prod(shape) * BITS[found] // 8 != len(raw):
            raise ValueError(f"an array of {clip(str(shape), 40)} has {len(raw):,} bytes")
        self.shape, self.dtype, self.columns_first, self.content = shape, found, columns_first, raw


class Unpickled(NamedTuple):
    """The content of a file, and the names of what is not read in it; `programs` are those that run programs."""

    content: Any
    unread: tuple[str, ...]
    programs: tuple[str, ...]


def read(path: str) -> Structure:
    """Return the arrays of a file: names, shapes and dtypes; of a file of torch, its state dicts.

    Args:
        path: the file.

    Raises:
        WeightsError: it is no pickle, it is damaged, or there are no arrays in it.
        OSError: it cannot be opened.
    """
    if is_of_torch(path):
        from resnetgen.weights import torch_structure

        return torch_structure.read(path)
    found = unpickled(path)
    opener = Opener(WorkBudget(MAX_VALUES))
    try:
        parts = state_dicts(found.content, is_array, opener)
    except WeightsError:
        refuse_programs(found.programs)
        raise
    stored = (_stored(each.keys, each.content) for each in parts)
    return Structure(FileContents(tuple(stored)), found.unread, found.programs)


def is_array(value: Any) -> bool:
    """Tell whether a value is an array of numbers: one that the file also says the content of."""
    return isinstance(value, Array) and value.dtype != ""


def is_of_torch(path: str) -> bool:
    """Tell whether `torch.save` wrote a file.

    Raises:
        WeightsError: it is no regular file.
        OSError: it cannot be opened.
    """
    require_regular(path)
    with open(path, "rb") as file:
        return file.read(16).startswith(TORCH_STARTS)


def unpickled(path: str) -> Unpickled:
    """Return the content of a file, with an `Array` for each array.

    Raises:
        WeightsError: it is no pickle, or it is damaged.
        OSError: it cannot be opened.
    """
    with open(path, "rb") as file:
        content = io.BytesIO(file.read())
    unpickler = _Unpickler(content)
    try:
        count_operations(content)
        loaded = unpickler.load()
    except WorkLimitError:
        raise WeightsError("this pickle has more operations than arrays need", "save the arrays alone") from None
    except Exception as error:  # a pickle from anywhere can end in any way
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise WeightsError(f"this is no pickle of arrays, or it is damaged: {clip(reason, 120)}", _DAMAGED) from None
    return Unpickled(loaded, tuple(unpickler.unread), tuple(unpickler.programs))


def _stored(keys: tuple[str, ...], state: Mapping[Any, Any]) -> StoredStateDict:
    shapes = {str(name): value.shape if is_array(value) else None for name, value in state.items()}
    dtypes = {str(name): value.dtype for name, value in state.items() if is_array(value)}
    return StoredStateDict(shapes, None, keys, dtypes)


class _Unpickler(DataUnpickler):
    def __init__(self, file: io.BytesIO) -> None:
        room = WorkBudget(2 * len(file.getbuffer()))  # a call may copy bytes of the file once

        def encode(text: Any, encoding: Any = "latin1", *_: Any) -> Any:
            """Return bytes that are written as text, as the older protocols have them."""
            room.spend(len(text))
            if encoding != "latin1":
                raise ValueError(f"text in the encoding {clip(str(encoding), 20)}")
            return text.encode("latin1")

        super().__init__(file, _OURS | {("_codecs", "encode"): encode})


def _reconstruct(*_: Any) -> Array:
    return Array()


def _from_buffer(content: Any, dtype: Any, shape: Any, order: Any) -> Array:
    array = Array()
    array.fill(tuple(shape), dtype, columns_first=order == "F", content=content)
    return array


def _scalar(*_: Any) -> Unread:
    return Unread()


def _empty(*arguments: Any) -> bytes:
    """Return no bytes, as Python 3 has them in the older protocols.

    Raises:
        ValueError: some are asked for.
    """
    if arguments:
        raise ValueError("bytes are made of a number")
    return b""


_OURS = {
    ("builtins", "bytes"): _empty,
    ("numpy", "dtype"): _Dtype,
    ("numpy", "ndarray"): object,
    **{
        (f"numpy.{core}.{module}", name): function
        for core in ("core", "_core")
        for module, name, function in (
            ("multiarray", "_reconstruct", _reconstruct),
            ("multiarray", "scalar", _scalar),
            ("numeric", "_frombuffer", _from_buffer),
        )
    },
}
"""The functions of NumPy that a file may call, and ours for each."""
