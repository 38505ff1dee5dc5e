"""Importing emitted source from memory, with support for tracebacks, `inspect` and TorchScript."""

from __future__ import annotations

import linecache
import sys
from hashlib import sha256
from types import ModuleType
from typing import TYPE_CHECKING

from resnetgen.installation import install_command
from resnetgen.ir.network import Network

if TYPE_CHECKING:
    from torch import nn


def load(source: str, network: Network) -> type[nn.Module]:
    """Execute emitted source and return the class of its network.

    The module is registered under a name made of the source's digest, so that two networks never share one, and the
    same source gives the same class.

    Raises:
        ModuleNotFoundError: torch is not installed.
    """
    _need_torch()
    name = f"resnetgen_memory_{network.name}_{sha256(source.encode()).hexdigest()[:12]}"
    if name not in sys.modules:
        sys.modules[name] = _module(name, source)
    found: type[nn.Module] = getattr(sys.modules[name], network.class_name)
    return found


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
