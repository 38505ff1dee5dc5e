"""A base of small immutable value classes, cheaper to import than frozen dataclasses.

`dataclasses.dataclass` writes and compiles six functions for each class, which takes about 0.4 ms, and there are dozens
of classes, whether or not a spec needs them. These classes share their functions; only `__init__` is compiled, when a
class is first instantiated.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import get_annotations
from operator import attrgetter
from typing import Any, ClassVar, NoReturn, Self, dataclass_transform

_MISSING: Any = object()


@dataclass_transform(frozen_default=True)
class Frozen:
    """An immutable value, equal by type and value. Its fields are the annotations of the class and of its bases."""

    _fields: ClassVar[dict[str, Any]] = {}
    _values: ClassVar[Callable[[Any], object]]

    def __init_subclass__(cls) -> None:
        own = {
            name: cls.__dict__.get(name, _MISSING)
            for name, annotation in get_annotations(cls).items()
            if "ClassVar" not in str(annotation)
        }
        cls._fields = {**cls._fields, **own}
        cls._values = staticmethod(attrgetter(*cls._fields)) if cls._fields else staticmethod(_nothing)
        cls.__init__ = Frozen.__init__  # type: ignore[method-assign]  # not that of a base, which may have fewer fields

    def __init__(self, *values: Any, **named: Any) -> None:
        cls = type(self)
        _compile(cls)
        cls.__init__(self, *values, **named)

    def replace(self, **values: Any) -> Self:
        """Return a copy with other values for these fields."""
        return type(self)(**{name: getattr(self, name) for name in self._fields} | values)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} never changes, so its `{name}` cannot be set")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and type(self)._values(self) == type(self)._values(other)

    def __hash__(self) -> int:
        return hash((type(self), type(self)._values(self)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self._fields)})"


def _nothing(value: object) -> tuple[()]:
    return ()


def _compile(cls: type[Frozen]) -> None:
    """Compile the `__init__` of a class: one parameter per field, with the default of the field."""
    parameters = [name if default is _MISSING else f"{name}=_{name}" for name, default in cls._fields.items()]
    assignments = "; ".join(f"_held[{name!r}] = {name}" for name in cls._fields) or "pass"
    namespace = {f"_{name}": default for name, default in cls._fields.items()}
    exec(f"def __init__({', '.join(['self', *parameters])}):\n _held = self.__dict__; {assignments}", namespace)
    cls.__init__ = namespace["__init__"]  # type: ignore[method-assign]


class FrozenIdentity(Frozen):
    """An immutable object that is equal only to itself."""

    __eq__ = object.__eq__
    __hash__ = object.__hash__
    __repr__ = object.__repr__
