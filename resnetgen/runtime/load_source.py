"""Importing emitted source from memory, with support for tracebacks, `inspect`, TorchScript and pickle."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable
from hashlib import sha256
from types import ModuleType
from typing import TYPE_CHECKING, Any

from resnetgen.installation import install_command
from resnetgen.ir.network import Network

if TYPE_CHECKING:
    from torch import nn


def load(source: str, network: Network) -> type[nn.Module]:
    """Execute emitted source and return the class of its network.

    The module is registered under a name made of the source's digest, so that two networks never share one, and the
    same source gives the same class. Its models pickle with the source.

    Args:
        source: the content of an emitted file.
        network: the network that it is of.

    Raises:
        ModuleNotFoundError: torch is not installed.
    """
    _need_torch()
    name = f"resnetgen_memory_{network.name}_{sha256(source.encode()).hexdigest()[:12]}"
    found: type[nn.Module] = getattr(_imported(name, source), network.class_name)
    return found


def restore(name: str, source: str, class_name: str) -> nn.Module:
    """Return an empty instance of a class in an in-memory module, which pickle then fills.

    Args:
        name: the name of the module.
        source: its source, which is run if this process does not have the module.
        class_name: the name of the class.
    """
    found: type[nn.Module] = getattr(_imported(name, source), class_name)
    return found.__new__(found)


def _imported(name: str, source: str) -> ModuleType:
    """Return an in-memory module; its source is run once in a process."""
    if name not in sys.modules:
        module = _module(name, source)
        sys.modules[name] = module
        for value in vars(module).values():
            if isinstance(value, type) and value.__module__ == name:
                value.__reduce_ex__ = _reduction(name, source)  # type: ignore[method-assign,assignment]
    return sys.modules[name]


def _reduction(name: str, source: str) -> Callable[[Any, int], tuple[object, ...]]:
    """Return the method by which the instances of an in-memory module's classes pickle: with the module's source.

    Another process, a spawned worker or one that loads a whole model, has no module of that name.
    """

    def reduce_ex(self: Any, protocol: int) -> tuple[object, ...]:
        made: Any = object.__reduce_ex__(self, max(protocol, 2))  # with the state third
        if type(self).__module__ != name:  # a class of the user's that derives from one of the module
            return tuple(made)
        return restore, (name, source, type(self).__qualname__), *made[2:]

    return reduce_ex


def _module(name: str, source: str) -> ModuleType:
    path = f"<{name}>"
    module = ModuleType(name)
    module.__file__ = path
    # An entry without a modification time is never dropped, as one for a file that is not there would be.
    linecache.cache[path] = (len(source), None, source.splitlines(keepends=True), path)
    # Without this file's `from __future__ import annotations`: TorchScript needs annotations that are types.
    code = compile(source, path, "exec", dont_inherit=True)
    exec(code, module.__dict__)  # the compiler's own output, in which a spec's text is only text
    return module


def _need_torch() -> None:
    try:
        import torch  # noqa: F401  # asked for early, for a message that says how to install it
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        message = f"running a network needs torch, which is not installed: {install_command('torch')}"
        raise ModuleNotFoundError(message, name="torch") from None
