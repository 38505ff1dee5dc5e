"""Run a pickle with stand-ins for all that it calls, to see what torch would allocate for it before torch does.

`torch.load(weights_only=True)` runs no code of the file, but calls what makes tensors and buffers, with the numbers of
the file: a few bytes can ask for a buffer of any size. The stand-ins hold nothing and count what is asked for.
"""

from __future__ import annotations

import io
import pickle
import pickletools
from typing import IO, Any, NoReturn

from resnetgen.errors import WeightsError, WorkLimitError
from resnetgen.source.yaml_scalars import clip
from resnetgen.work_budget import WorkBudget

MAX_PICKLE = 1 << 24
"""The most bytes of a pickle. A state dict takes some 150 for each tensor; the values of tensors stand elsewhere."""

MAX_OPERATIONS = 2_000_000
"""The most operations of a pickle, some 45 for each tensor; each makes at most an empty list, of 72 bytes."""

_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
"""The number that begins a file of torch before 1.6; see `torch.serialization`."""

LEGACY_PICKLES = 5
"""The pickles of such a file: the magic number, the protocol, the machine, the content, the keys of the storages."""

_CLASS_COST = 1000
"""The cost of a name that is imported, in operations: a stand-in is a class."""

_SAVE_STATE_DICT = "save the state dict alone: `torch.save(model.state_dict(), path)`"


def audit(content: bytes, room: int) -> None:
    """Check what a pickle in a zip archive asks for.

    Args:
        content: the pickle.
        room: the bytes of the whole file; it cannot hold more values of tensors.

    Raises:
        WeightsError: it asks for more than the file holds, or is damaged.
    """
    _Audit(io.BytesIO(content), room).run()


def audit_legacy(content: bytes, room: int) -> None:
    """Check the pickles at the start of a file that torch saved before 1.6; `content` may be cut at `MAX_PICKLE`.

    Raises:
        WeightsError: they ask for more than the file holds, or are damaged.
    """
    file = io.BytesIO(content)
    for number in range(LEGACY_PICKLES):
        found = _Audit(file, room).run()
        if number == 0 and found != _LEGACY_MAGIC:
            return  # torch refuses the file for it


def count_operations(file: IO[bytes]) -> None:
    """Read a pickle without running it; Python's own unpickler would make a memo as long as its largest number.

    Args:
        file: the file, at the start of the pickle; it is there again afterwards.

    Raises:
        WorkLimitError: it has too many operations, or a number in its memo beyond them.
        ValueError: it is no pickle.
    """
    start = file.tell()
    for count, (operation, argument, _) in enumerate(pickletools.genops(file)):
        if count > MAX_OPERATIONS or ("PUT" in operation.name and int(argument or 0) > MAX_OPERATIONS):
            raise WorkLimitError(MAX_OPERATIONS)
    file.seek(start)


class _Audit(pickle.Unpickler):
    """One pickle, from the position of the file to its end."""

    def __init__(self, file: io.BytesIO, room: int) -> None:
        super().__init__(file, encoding="latin1")
        self._file = file
        self._room = WorkBudget(room)
        self._work = WorkBudget(MAX_PICKLE)
        self._classes: dict[str, type] = {}
        self._storages: set[object] = set()

    def run(self) -> object:
        """Return the content with stand-ins."""
        try:
            count_operations(self._file)
            return self.load()
        except WeightsError:
            raise
        except WorkLimitError:
            _refuse_size()
        except Exception as error:  # a pickle from anywhere can end in any way
            reason = str(error).strip().partition("\n")[0] or type(error).__name__
            message = f"torch cannot read this file: {clip(reason, 120)}"
            raise WeightsError(message, "download or save the file again") from None

    def find_class(self, module: str, name: str) -> Any:
        """Return the stand-in for what a pickle imports."""
        if name not in self._classes:
            self._work.spend(_CLASS_COST)
            self._classes[name] = type("StandIn", (_StandIn,), {"name": name, "audit": self})
        return self._classes[name]

    def persistent_load(self, pid: Any) -> Any:
        """Return the stand-in for the values of tensors, and count them once."""
        match pid:
            case (_, _, key, _, int(count), *_):
                if key not in self._storages:
                    self._storages.add(key)
                    self._room.spend(max(count, 0))
                return _Storage(count)
            case ("module", found, *_):  # the class of a whole module, with its source, in old files
                return found
        return None

    def called(self, name: str, arguments: tuple[Any, ...]) -> None:
        """Check a call.

        Raises:
            WeightsError: it would allocate what the file does not hold.
            WorkLimitError: all calls together copy too much.
        """
        self._work.spend(sum(len(each) for each in arguments if isinstance(each, str | bytes | list | dict | tuple)))
        if name.startswith("_rebuild_device_tensor") or (name.endswith(("Tensor", "Storage")) and arguments):
            _refuse_size()
        if name == "bytearray" and any(isinstance(each, int) for each in arguments):
            _refuse_size()
        if name.startswith(("_rebuild_tensor", "_rebuild_qtensor")):
            _check_extent(arguments, copies=name == "_rebuild_qtensor")
        match name, arguments:
            case "_rebuild_from_type_v2", (type() as function, _, tuple(inner), *_):
                self.called(getattr(function, "name", ""), inner)


class _StandIn:
    """The result of a call in a pickle. It takes whatever a pickle puts into it, and keeps nothing."""

    name: str
    audit: _Audit

    def __new__(cls, *arguments: Any, **_: Any) -> _StandIn:
        cls.audit.called(cls.name, arguments)
        return super().__new__(cls)

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __call__(self, *arguments: Any) -> _StandIn:
        """Stand in for a call of what a call returned, which torch refuses."""
        self.audit.called("", arguments)
        return self

    def __setstate__(self, state: Any) -> None:
        if isinstance(state, tuple) and any(isinstance(each, _Storage) for each in state):
            _check_extent(state)
        self.audit.called("", (state,))

    def __setitem__(self, key: object, value: object) -> None:
        hash(key)

    def append(self, _: object) -> None:
        """Take an item."""

    add = append

    def extend(self, items: object) -> None:
        """Take items."""


class _Storage:
    """The values that tensors are made of."""

    def __init__(self, count: int) -> None:
        self.count = count


def _check_extent(arguments: tuple[Any, ...], *, copies: bool = False) -> None:
    """Check that a tensor lies within its values: torch would make room for more.

    Args:
        arguments: the values, the offset, the shape and the strides, and whatever follows.
        copies: each element of the shape is stored, also where its stride is 0.
    """
    match arguments:
        case (_Storage() as storage, int(offset), tuple(shape), tuple(strides), *_):
            steps = zip(shape, strides, strict=False)
            reach = offset + 1 + sum((extent - 1) * stride for extent, stride in steps) if 0 not in shape else 0
            needed = max(reach, _product(shape)) if copies else reach
            if needed <= storage.count:
                return
    _refuse_size()


def _product(shape: tuple[int, ...]) -> int:
    product = 1
    for extent in shape:
        product *= extent
    return product


def _refuse_size() -> NoReturn:
    raise WeightsError("this file asks for more memory than the tensors in it take", _SAVE_STATE_DICT) from None
