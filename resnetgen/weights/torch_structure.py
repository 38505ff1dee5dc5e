"""The names, shapes and dtypes in a file of `torch.save`, without torch and without running anything of the file.

A pickle is a program that calls functions by name. Here no name is imported: this module has its own version of
the few functions that make tensors and dictionaries, and any other name becomes an `Unread`, which holds only that
name. So a file that also holds settings or an optimizer can be shown, although torch would not load it safely.
"""

from __future__ import annotations

import io
import os
import pickle
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from resnetgen.errors import WeightsError
from resnetgen.source.yaml_scalars import clip
from resnetgen.weights.dtypes import BITS
from resnetgen.weights.file_contents import FileContents, StoredStateDict, Structure
from resnetgen.weights.pickle_audit import LEGACY_PICKLES, MAX_PICKLE, audit_legacy
from resnetgen.weights.pickled_objects import DataUnpickler, ModuleState, Opener, Unread, refuse_programs
from resnetgen.weights.regular_file import require_regular
from resnetgen.weights.state_dicts import MAX_VALUES, state_dicts, versions
from resnetgen.weights.torch_archive import check_archive, pickle_of
from resnetgen.work_budget import WorkBudget

_DAMAGED = "download or save the file again"

STORAGES = {
    **{"FloatStorage": "float32", "DoubleStorage": "float64", "HalfStorage": "float16", "BFloat16Storage": "bfloat16"},
    **{"LongStorage": "int64", "IntStorage": "int32", "ShortStorage": "int16", "CharStorage": "int8"},
    **{"ByteStorage": "uint8", "BoolStorage": "bool", "ComplexFloatStorage": "complex64"},
    **{"ComplexDoubleStorage": "complex128", "UntypedStorage": "uint8"},
    **{"QInt8Storage": "qint8", "QUInt8Storage": "quint8", "QInt32Storage": "qint32"},
}
"""The dtype of each class of values; a tensor on untyped values says its own."""


class Values(NamedTuple):
    """The values of tensors: their key in the file, their dtype, and how many there are."""

    key: str
    dtype: str
    length: int


class Tensor(NamedTuple):
    """The shape and the dtype of a tensor, and where its values are: whose they are, the first one, and the strides."""

    shape: tuple[int, ...]
    dtype: str
    values: Values
    offset: int = 0
    strides: tuple[int, ...] = ()


class Unpickled(NamedTuple):
    """The content of a file, the classes of what is not read in it, and the values of its tensors by key.

    `programs` are the names that the pickle calls to run a program. `start` is where the values begin in a file of
    torch before 1.6, in the order of `keys`; None for a zip archive.
    """

    content: Any
    unread: tuple[str, ...]
    programs: tuple[str, ...]
    values: Mapping[str, Values]
    start: int | None = None
    keys: tuple[str, ...] = ()


def read(path: str) -> Structure:
    """Return the state dicts of a file: names, shapes and dtypes, no values.

    Args:
        path: the file.

    Raises:
        WeightsError: torch did not save it, it is damaged, or there is no state dict in it.
        OSError: it cannot be opened.
    """
    found = unpickled(path)
    opener = Opener(WorkBudget(MAX_VALUES))
    try:
        parts = state_dicts(found.content, lambda value: isinstance(value, Tensor), opener)
    except WeightsError:
        refuse_programs(found.programs)
        raise
    unread = tuple(name for name in found.unread if name not in opener.classes)
    contents = FileContents(tuple(_stored(each.keys, each.content) for each in parts))
    return Structure(contents, unread, found.programs)


def unpickled(path: str) -> Unpickled:
    """Return the content of a file, with what is not a tensor or a plain value as an `Unread`.

    Raises:
        WeightsError: torch did not save it, or it is damaged.
        OSError: it cannot be opened.
    """
    require_regular(path)
    with open(path, "rb") as file:
        start = file.read(4)
        if start.startswith(b"PK\x03\x04"):
            check_archive(path)
            return _loaded(pickle_of(path), 1)
        if start.startswith(b"\x80"):
            content = start + file.read(MAX_PICKLE)
            size = os.fstat(file.fileno()).st_size
            audit_legacy(content, size)
            return _loaded(content, LEGACY_PICKLES - 1, size)  # the content is the one before the keys of the values
    raise WeightsError("this is not a file that torch saved", _DAMAGED)


def _loaded(content: bytes, pickles: int, size: int | None = None) -> Unpickled:
    """Return what the last of several pickles one after another holds.

    With the `size` of a file in bytes, the keys of its values and then the values must follow.
    """
    file = io.BytesIO(content)
    try:
        for _ in range(pickles):
            unpickler = _Unpickler(file)
            loaded = unpickler.load()
        keys = () if size is None else tuple(map(str, _Unpickler(file).load()))
    except Exception as error:  # a pickle from anywhere can end in any way
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise WeightsError(f"this file is damaged: {clip(reason, 120)}", _DAMAGED) from None
    if size is not None and size - file.tell() < sum(map(_bytes, unpickler.values.values())):
        raise WeightsError("this file is damaged: it ends before the values of its tensors", _DAMAGED)
    start = None if size is None else file.tell()
    return Unpickled(loaded, tuple(unpickler.unread), tuple(unpickler.programs), unpickler.values, start, keys)


def _bytes(values: Values) -> int:
    return values.length * BITS.get(values.dtype, 0) // 8


def _stored(keys: tuple[str, ...], state: Mapping[Any, Any]) -> StoredStateDict:
    shapes = {str(name): value.shape if isinstance(value, Tensor) else None for name, value in state.items()}
    dtypes = {str(name): value.dtype for name, value in state.items() if isinstance(value, Tensor)}
    module = state.module if isinstance(state, ModuleState) else ""
    whose = "network of resnetgen" if module.startswith("resnetgen.") else f"`{clip(module, 80)}`"
    remarks = (f"read the tensors of a pickled {whose}, whose code was not run",) if module else ()
    return StoredStateDict(shapes, versions(state), keys, dtypes, remarks)


class _Unpickler(DataUnpickler):
    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, _OURS)
        self.values: dict[str, Values] = {}

    def find_class(self, module: str, name: str) -> Any:
        """Return our function of a name, and what is not read for any other."""
        if module.partition(".")[0] == "torch" and name in STORAGES:
            return STORAGES[name]
        if module == "torch" and (module, name) not in _OURS:  # a dtype, a device, a size
            return self.named(name)
        return super().find_class(module, name)

    def persistent_load(self, pid: Any) -> Any:
        """Return the facts of values, which is all that is kept of them; of a module of an old file, its class."""
        match pid:
            case ("storage", str(dtype), key, _, int(count)) | ("storage", str(dtype), key, _, int(count), None):
                return self.values.setdefault(str(key), Values(str(key), dtype, count))
            case ("storage", *_):  # those of torch before 0.4 may be a part of others
                raise pickle.UnpicklingError("its values have an unknown form")
            case ("module", found, *_):
                return found
        return ""


def _tensor(values: Values, offset: Any, shape: Any, strides: Any, *_: Any) -> Tensor:
    return Tensor(_sizes(shape), values.dtype, values, int(offset), _sizes(strides))


def _typed_tensor(values: Values, offset: Any, shape: Any, strides: Any, _: Any, __: Any, dtype: Any, *___: Any) -> Any:
    return _tensor(values, offset, shape, strides)._replace(dtype=str(getattr(dtype, "name", "")))


def _sizes(shape: Any) -> tuple[int, ...]:
    return tuple(int(extent) for extent in shape)


def _first(value: Any, *_: Any) -> Any:
    return value


def _from_type(function: Callable[..., Any], _: Any, arguments: Any, *__: Any) -> Any:
    ours = function in _OURS.values() and function is not _from_type
    return function(*arguments) if ours else Unread()


_OURS: dict[tuple[str, str], Callable[..., Any]] = {
    ("torch._utils", "_rebuild_tensor"): _tensor,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_tensor_v3"): _typed_tensor,
    ("torch._utils", "_rebuild_qtensor"): _tensor,
    ("torch._utils", "_rebuild_parameter"): _first,
    ("torch._utils", "_rebuild_parameter_with_state"): _first,
    ("torch._tensor", "_rebuild_from_type_v2"): _from_type,
    ("torch.serialization", "_get_layout"): type("Unread", (Unread,), {"name": "layout"}),
    ("torch", "Size"): tuple,
}
"""The functions of torch that a file may call, and ours for each."""
