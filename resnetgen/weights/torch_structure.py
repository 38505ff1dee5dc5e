"""The names, shapes and dtypes in a file of `torch.save`, without torch and without running anything of the file.

A pickle is a program that calls functions by name. Here no name is imported: for the few functions that make tensors
and dictionaries there is one of ours each, and any other name becomes an `Unread`, which holds only that name. So a
file that also holds settings or an optimizer can be looked at, although torch would not load it safely.
"""

from __future__ import annotations

import io
import os
import pickle
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from resnetgen.errors import WeightsError
from resnetgen.source.yaml_scalars import clip
from resnetgen.weights.dtypes import BITS
from resnetgen.weights.file_contents import FileContents, StoredStateDict, Structure
from resnetgen.weights.pickle_audit import LEGACY_PICKLES, MAX_PICKLE, audit_legacy
from resnetgen.weights.regular_file import require_regular
from resnetgen.weights.state_dicts import state_dicts, versions
from resnetgen.weights.torch_archive import check_archive, pickle_of

_DAMAGED = "download or save the file again"

STORAGES = {
    **{"FloatStorage": "float32", "DoubleStorage": "float64", "HalfStorage": "float16", "BFloat16Storage": "bfloat16"},
    **{"LongStorage": "int64", "IntStorage": "int32", "ShortStorage": "int16", "CharStorage": "int8"},
    **{"ByteStorage": "uint8", "BoolStorage": "bool", "ComplexFloatStorage": "complex64"},
    **{"ComplexDoubleStorage": "complex128", "UntypedStorage": "uint8"},
}
"""The dtype of each class of values; a tensor on untyped values says its own."""


class Tensor(NamedTuple):
    """The shape and the dtype of a tensor."""

    shape: tuple[int, ...]
    dtype: str


class Unread:
    """Stands for what is not read: an object of a class that is not a tensor. It takes what a pickle puts into it."""

    name = ""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __call__(self, *_: Any) -> Unread:
        """Stand for what a call of it would return."""
        return self

    def __setstate__(self, _: Any) -> None:
        pass

    def __setitem__(self, _: object, __: object) -> None:
        pass

    def append(self, _: object) -> None:
        """Take an item."""

    add = append

    def extend(self, _: object) -> None:
        """Take items."""


def read(path: str) -> Structure:
    """Return the state dicts of a file: names, shapes and dtypes, no values.

    Args:
        path: the file.

    Raises:
        WeightsError: torch did not save it, it is damaged, or there is no state dict in it.
        OSError: it cannot be opened.
    """
    require_regular(path)
    with open(path, "rb") as file:
        start = file.read(4)
        if start.startswith(b"PK\x03\x04"):
            check_archive(path)
            return _structure(pickle_of(path), 1)
        if start.startswith(b"\x80"):
            content = start + file.read(MAX_PICKLE)
            size = os.fstat(file.fileno()).st_size
            audit_legacy(content, size)
            return _structure(content, LEGACY_PICKLES - 1, size)  # the content is the one before the keys of the values
    raise WeightsError("this is not a file that torch saved", _DAMAGED)


def _structure(content: bytes, pickles: int, size: int | None = None) -> Structure:
    """Return what the last of several pickles one after another holds.

    With the `size` of a file in bytes, the values of its tensors must follow.
    """
    file = io.BytesIO(content)
    try:
        for _ in range(pickles):
            unpickler = _Unpickler(file)
            loaded = unpickler.load()
    except Exception as error:  # a pickle from anywhere can end in any way
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise WeightsError(f"this file is damaged: {clip(reason, 120)}", _DAMAGED) from None
    if size is not None and size - file.tell() < sum(unpickler.values.values()):
        raise WeightsError("this file is damaged: it ends before the values of its tensors", _DAMAGED)
    found = state_dicts(loaded, lambda value: isinstance(value, Tensor))
    stored = tuple(_stored(each.keys, each.content) for each in found)
    return Structure(FileContents(stored), tuple(unpickler.unread))


def _stored(keys: tuple[str, ...], state: Mapping[Any, Any]) -> StoredStateDict:
    shapes = {str(name): value.shape if isinstance(value, Tensor) else None for name, value in state.items()}
    dtypes = {str(name): value.dtype for name, value in state.items() if isinstance(value, Tensor)}
    return StoredStateDict(shapes, versions(state), keys, dtypes)


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, encoding="latin1")
        self.unread: dict[str, None] = {}
        self.values: dict[str, int] = {}  # the bytes of the values of each key

    def find_class(self, module: str, name: str) -> Any:
        """Return our function of a name, and what is not read for any other."""
        if module.partition(".")[0] == "torch" and name in STORAGES:
            return STORAGES[name]
        if (module, name) in _OURS:
            return _OURS[module, name]
        if module == "torch":  # a dtype, a device, a size
            return _named(name)
        shown = f"{module}.{name}"
        self.unread[clip(shown, 80)] = None
        return _named(shown)

    def persistent_load(self, pid: Any) -> Any:
        """Return the dtype of values, which is all that is kept of them."""
        match pid:
            case ("storage", str(dtype), str(key), _, int(count), *_):
                self.values[key] = count * BITS.get(dtype, 0) // 8
                return dtype
            case ("storage", str(dtype), *_):
                return dtype
        return ""


def _named(name: str) -> type[Unread]:
    return type("Unread", (Unread,), {"name": name})


def _tensor(storage: Any, _: Any, shape: Any, *__: Any) -> Tensor:
    return Tensor(_sizes(shape), str(storage))


def _typed_tensor(_: Any, __: Any, shape: Any, ___: Any, ____: Any, _____: Any, dtype: Any, *______: Any) -> Tensor:
    return Tensor(_sizes(shape), getattr(dtype, "name", ""))


def _sizes(shape: Any) -> tuple[int, ...]:
    return tuple(int(extent) for extent in shape)


def _first(value: Any, *_: Any) -> Any:
    return value


def _from_type(function: Callable[..., Any], _: Any, arguments: Any, *__: Any) -> Any:
    ours = function in _OURS.values() and function is not _from_type
    return function(*arguments) if ours else Unread()


_OURS: dict[tuple[str, str], Callable[..., Any]] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor"): _tensor,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_tensor_v3"): _typed_tensor,
    ("torch._utils", "_rebuild_parameter"): _first,
    ("torch._utils", "_rebuild_parameter_with_state"): _first,
    ("torch._tensor", "_rebuild_from_type_v2"): _from_type,
    ("torch.serialization", "_get_layout"): _named("layout"),
    ("torch", "Size"): tuple,
}
"""The functions that a file may call, and ours for each."""
