"""Objects in a pickle, as data: the class of each is only a name, and nothing of it is imported or run."""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, ClassVar

from resnetgen.errors import WeightsError
from resnetgen.source.yaml_scalars import clip
from resnetgen.work_budget import WorkBudget

RUNNING = frozenset(
    (
        *("os", "posix", "nt", "subprocess", "shutil", "sys", "socket", "pty", "runpy", "importlib", "ctypes", "code"),
        *("commands", "webbrowser", "asyncio", "multiprocessing", "threading", "pickle", "_pickle", "marshal", "types"),
        *("builtins.eval", "builtins.exec", "builtins.compile", "builtins.open", "builtins.__import__"),
        *("builtins.input", "builtins.breakpoint", "operator.attrgetter", "operator.methodcaller"),
    )
)
"""Modules and functions that no weights need, and that a pickle names to run a program when it is loaded."""

PLAIN = frozenset(("types.SimpleNamespace", "types.MappingProxyType"))
"""Classes of these modules that only hold values, such as the settings of a training."""

_DEEPEST = 64
"""The most modules inside one another."""


class Unread:
    """Stands for what is not read: an object of a class that is not a tensor. It takes what a pickle puts into it.

    `state` are its attributes, as far as the pickle has them, and `items` what it holds as a dictionary. `programs` is
    shared by all of a file: the names of what the pickle calls to run a program.
    """

    name = ""
    programs: ClassVar[dict[str, None]] = {}

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    @property
    def state(self) -> Any:
        """The attributes."""
        return vars(self).get("_state")

    @property
    def items(self) -> Mapping[Any, Any]:
        """The entries."""
        found: dict[Any, Any] = vars(self).get("_items", {})
        return found

    def __call__(self, *_: Any) -> Unread:
        """Stand for what a call of it would return: data never calls what a call returned, such as a method."""
        self.programs[f"{self.name}(...)"] = None
        return self

    def __setstate__(self, state: Any) -> None:
        vars(self)["_state"] = state[0] if isinstance(state, tuple) and state else state

    def __setitem__(self, key: Any, value: Any) -> None:
        vars(self).setdefault("_items", {})[key] = value

    def append(self, _: object) -> None:
        """Take an item."""

    add = append

    def extend(self, _: object) -> None:
        """Take items."""


class ModuleState(dict[str, Any]):
    """The state dict of a pickled module; `module` is the name of its class."""

    module = ""


class Opener:
    """Opens the values of a pickle, each once; `classes` are the names of those whose objects it has read as modules.

    Args:
        budget: the values that may be looked at.
    """

    def __init__(self, budget: WorkBudget) -> None:
        self.classes: set[str] = set()
        self._budget = budget
        self._modules: dict[int, tuple[Unread, ModuleState]] = {}

    def __call__(self, value: Any) -> Mapping[Any, Any] | None:
        """Return what a value holds by name; None for what holds nothing by name.

        Returns:
            A mapping itself, the state dict of a module, and the entries or attributes of any other object.

        Raises:
            WorkLimitError: there are too many values.
        """
        if isinstance(value, Mapping):
            return value
        if not isinstance(value, Unread):
            return None
        if not is_module(value):
            return value.items or (value.state if isinstance(value.state, Mapping) else None)
        if id(value) not in self._modules:
            found = ModuleState(self._tensors("", value, 0))
            found.module = value.name
            self._modules[id(value)] = value, found
        return self._modules[id(value)][1]

    def at(self, content: Any, keys: Iterable[str]) -> Mapping[Any, Any] | None:
        """Return what is held by name under keys of the content of a pickle; None if nothing is."""
        found = self(content)
        for key in keys:
            found = self(found.get(key)) if found is not None else None
        return found

    def _tensors(self, prefix: str, module: Unread, depth: int) -> Iterator[tuple[str, Any]]:
        """Yield what `Module.state_dict` has, in its order: parameters, saved buffers, and those of submodules."""
        self.classes.add(module.name)
        state = module.state
        unsaved = state.get("_non_persistent_buffers_set")
        kept = {name: value for name, value in state["_buffers"].items() if not _is_in(name, unsaved)}
        for name, value in (*state["_parameters"].items(), *kept.items()):
            self._budget.spend()
            if value is not None:
                yield f"{prefix}{name}", value
        for name, inner in state["_modules"].items():
            self._budget.spend()
            if is_module(inner) and depth < _DEEPEST:
                yield from self._tensors(f"{prefix}{name}.", inner, depth + 1)


def _is_in(name: Any, names: Any) -> bool:
    return isinstance(names, set | frozenset) and name in names


def is_module(value: Any) -> bool:
    """Tell whether a value is a module of PyTorch, by its attributes."""
    state = value.state if isinstance(value, Unread) else None
    return isinstance(state, Mapping) and all(
        isinstance(state.get(name), Mapping) for name in ("_modules", "_parameters", "_buffers")
    )


def refuse_programs(programs: Collection[str]) -> None:
    """Refuse a file whose pickle runs a program when it is loaded: it may be an attack.

    Args:
        programs: the names that it calls for that.

    Raises:
        WeightsError: it does.
    """
    for name in programs:
        message = f"this file calls `{clip(name, 80)}` when it is loaded, which weights never need"
        help = "do not load it with other programs; get the weights from a source that you trust"
        raise WeightsError(message, help, "RG701")


def runs_a_program(module: str, name: str) -> bool:
    """Tell whether a name that a pickle calls is one that runs programs, such as `posix.system` or a method.

    Args:
        module: the module, such as `pathlib`.
        name: the name in it, such as `Path.touch`.
    """
    if f"{module}.{name}" in PLAIN:
        return False
    inside, _, last = name.rpartition(".")
    is_method = bool(inside) and last[:1].islower()
    return is_method or module.partition(".")[0] in RUNNING or f"{module}.{name}" in RUNNING


class DataUnpickler(pickle.Unpickler):
    """Reads a pickle as data: of what it calls, only functions of ours, and an `Unread` for any other name.

    `unread` are these names, and `programs` those among them that run programs.

    Args:
        file: the file, at the start of the pickle.
        ours: our function for each that a pickle of its kind calls, by module and name.
    """

    def __init__(self, file: Any, ours: Mapping[tuple[str, str], Callable[..., Any]]) -> None:
        super().__init__(file, encoding="latin1")
        self._ours = {**_COMMON, **ours}
        self.unread: dict[str, None] = {}
        self.programs: dict[str, None] = {}

    def find_class(self, module: str, name: str) -> Any:
        """Return our function of a name, and what is not read for any other."""
        module = _NAMES_OF_PYTHON_2.get(module, module)
        if (module, name) in self._ours:
            return self._ours[module, name]
        shown = clip(f"{module}.{name}", 80)
        self.unread[shown] = None
        if runs_a_program(module, name):
            self.programs[shown] = None
        return self.named(shown)

    def named(self, name: str) -> type[Unread]:
        """Return the class of what stands for objects of a class."""
        return type("Unread", (Unread,), {"name": name, "programs": self.programs})


def _reconstructed(found: Any, *_: Any) -> Any:
    """Return an object of a class, as `copyreg` makes one for the oldest protocols of pickles."""
    return found() if isinstance(found, type) and issubclass(found, Unread) else Unread()


_NAMES_OF_PYTHON_2 = {"__builtin__": "builtins", "copy_reg": "copyreg"}
"""Modules as the older protocols of pickles have them."""

_COMMON: dict[tuple[str, str], Callable[..., Any]] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("copyreg", "_reconstructor"): _reconstructed,
    ("builtins", "set"): set,
    ("builtins", "frozenset"): frozenset,
    ("builtins", "object"): object,
}
"""The functions that pickles of any kind call to make plain values, and ours for each."""
