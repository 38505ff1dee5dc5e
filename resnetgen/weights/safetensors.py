"""Read the header of a safetensors file: 8 bytes with its length, then JSON. The tensors that follow are not read.

The format is that of https://huggingface.co/docs/safetensors. The file may come from a stranger, so every number is
checked against the length of the file before it is used.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from math import prod
from typing import Any, NoReturn

from resnetgen.errors import WeightsError
from resnetgen.source.yaml_scalars import clip
from resnetgen.weights import dtypes
from resnetgen.weights.file_contents import FileContents, Shapes, StoredStateDict
from resnetgen.weights.regular_file import require_regular

MAX_HEADER = 8_000_000
"""The most bytes of a header; a tensor takes some 100. The format's own library reads up to 100,000,000."""

MAX_MARKS = 1_000_000
"""The most of the signs `{[:,` in a header, some 15 for each tensor: every value that is read has one of them."""

MAX_AXES = 64
"""The most axes of a tensor, as in PyTorch."""

BITS = {
    **dict.fromkeys(("F4",), 4),
    **dict.fromkeys(("F6_E2M3", "F6_E3M2"), 6),
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"), 8),
    **dict.fromkeys(("U16", "I16", "F16", "BF16"), 16),
    **dict.fromkeys(("U32", "I32", "F32"), 32),
    **dict.fromkeys(("U64", "I64", "F64", "C64"), 64),
}
"""Bits of a value by dtype."""

_LENGTH = 8
"""Bytes of the length of the header."""


def read(path: str) -> FileContents:
    """Return the names and shapes in a file.

    Args:
        path: the file of weights.

    Returns:
        The shape of each tensor by name; no values are read.

    Raises:
        WeightsError: it is not a safetensors file, or it is damaged.
        OSError: it cannot be opened.
    """
    require_regular(path)
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        length = _length(file.read(_LENGTH), size)
        header = file.read(length)
    if len(header) < length:
        _fail("the file became shorter while it was read")
    parsed = _parsed(header)
    shapes = _shapes(parsed, size - _LENGTH - length)
    words = {
        name: dtypes.SAFETENSORS.get(entry["dtype"], entry["dtype"]) for name, entry in parsed.items() if name in shapes
    }
    metadata = parsed.get("__metadata__") or {}
    return FileContents((StoredStateDict(shapes, dtypes=words),), metadata)


def _length(first: bytes, size: int) -> int:
    if len(first) < _LENGTH:
        _fail(f"it has {size} bytes, and the length of its header alone takes {_LENGTH}")
    length = int.from_bytes(first, "little")
    if length > MAX_HEADER:
        _fail_size(length, size)
    if length > size - _LENGTH:
        _fail(f"its header would have {length:,} bytes, and the file ends after {size - _LENGTH:,}")
    return length


def _parsed(header: bytes) -> dict[str, Any]:
    import json

    if sum(map(header.count, (b"{", b"[", b":", b","))) > MAX_MARKS:
        _fail("its header has more values than that of any network")
    try:
        parsed = json.loads(header.decode("utf-8"), object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        if isinstance(error, _Duplicate):
            _fail(f"its header has the name `{clip(error.name, 60)}` twice")
        _fail("its header is not JSON")
    if not isinstance(parsed, dict) or not header.startswith(b"{"):
        _fail("its header is not a JSON object")
    return parsed


class _Duplicate(ValueError):
    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    object_ = dict(pairs)
    if len(object_) < len(pairs):
        raise _Duplicate(Counter(name for name, _ in pairs).most_common(1)[0][0])
    return object_


def _shapes(header: dict[str, Any], room: int) -> Shapes:
    """Return the shapes of all tensors; their values must fill the `room` after the header without a gap."""
    shapes: Shapes = {}
    stretches = []
    for name, entry in header.items():
        if name == "__metadata__":
            _check_metadata(entry)
            continue
        shape, begin, end = _parse_tensor(name, entry)
        shapes[name] = shape
        stretches.append((begin, end, name))
    reached = 0
    for begin, end, name in sorted(stretches):
        if begin != reached:
            _fail(f"the values of `{clip(name, 60)}` begin at byte {begin:,}, and those before end at {reached:,}")
        reached = end
    if reached != room:
        what = "the file is cut off" if reached > room else "something else follows"
        _fail(f"its tensors take {reached:,} bytes and {room:,} are there: {what}")
    return shapes


def _check_metadata(metadata: object) -> None:
    """Check that what stands beside the tensors is texts by name, as the format's own library demands."""
    if metadata is None:
        return
    if not isinstance(metadata, dict):
        _fail("its `__metadata__` is no mapping")
    wrong = next((name for name, value in metadata.items() if not isinstance(value, str)), None)
    if wrong is not None:
        _fail(f"the entry `{clip(wrong, 60)}` of its `__metadata__` is no text")


def tensors(path: str) -> Iterator[tuple[str, tuple[int, ...], str, bytearray]]:
    """Yield the name, shape, dtype and bytes of each tensor of a file that `read` found to be whole.

    Raises:
        OSError: it cannot be read.
    """
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(_LENGTH), "little")
        for name, said in _parsed(file.read(length)).items():
            if name != "__metadata__":
                shape, begin, end = _parse_tensor(name, said)
                file.seek(_LENGTH + length + begin)
                yield name, shape, said["dtype"], bytearray(file.read(end - begin))


def _parse_tensor(name: str, entry: object) -> tuple[tuple[int, ...], int, int]:
    """Return the shape of a tensor, its first byte, and the byte after its last."""
    where = f"`{clip(name, 60)}`"
    if not isinstance(entry, dict):
        _fail(f"its header does not describe the tensor {where}")
    bits = BITS.get(entry["dtype"]) if isinstance(entry.get("dtype"), str) else None
    if bits is None:
        _fail(f"the dtype of {where} is {clip(str(entry.get('dtype')))}, which the format does not have")
    shape = _integers(entry.get("shape"))
    if shape is None or len(shape) > MAX_AXES:
        _fail(f"the shape of {where} is {clip(str(entry.get('shape')))}, which is not a shape")
    offsets = _integers(entry.get("data_offsets"))
    if offsets is None or len(offsets) != 2 or offsets[0] > offsets[1]:
        offsets_given = clip(str(entry.get("data_offsets")))
        _fail(f"the values of {where} are at {offsets_given}, which is not a range of bytes in the file")
    begin, end = offsets
    if prod(shape) * bits != (end - begin) * 8:
        _fail(f"{where} has {end - begin:,} bytes, which does not match its shape {clip(str(list(shape)))}")
    return shape, begin, end


def _integers(value: object) -> tuple[int, ...] | None:
    """Return a list of integers from 0 as a tuple, and None for anything else; `true` does not count as 1."""
    if not isinstance(value, list) or not all(type(each) is int and 0 <= each < 1 << 63 for each in value):
        return None
    return tuple(value)


def _fail_size(length: int, size: int) -> NoReturn:
    if length > size - _LENGTH:
        _fail(f"its header would have {length:,} bytes, more than the {MAX_HEADER:,} that one may have")
    message = f"the header of this file has {length:,} bytes, more than the {MAX_HEADER:,} that are read"
    raise WeightsError(message, "save the tensors of the network alone")


def _fail(reason: str) -> NoReturn:
    raise WeightsError(f"this safetensors file is damaged: {reason}", "download or save the file again")
