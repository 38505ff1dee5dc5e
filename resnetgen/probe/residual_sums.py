"""The additions of branch and shortcut, seen and replaced while an emitted network runs.

An emitted block adds in its `forward`: `out += self.downsample(x)`. No module is called there, so no hook sees it. A
mode of torch sees every function that is called on tensors; hooks tell which module is running, and so whether a block
itself adds. A branch may add as well, as that of Res2Net; a block's last addition is that of its shortcut.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils.hooks import RemovableHandle

from resnetgen.probe.subject import Subject

Listener = Callable[[str, Tensor, Tensor], Tensor | None]
"""Called with a block's name, its branch and its shortcut, both (N, C, ...). A result is the sum."""

_ADDITIONS = frozenset({"add", "add_", "__add__", "__iadd__", "__radd__"})
"""The names of the functions that torch calls for `a + b` and `a += b`."""


class ResidualSums(TorchFunctionMode):
    """A context that calls a listener at the addition of every residual block.

    Args:
        subject: the network.
        listener: is called at every addition of a shortcut.

    Example:
        >>> with ResidualSums(subject, lambda block, branch, shortcut: print(block)):
        ...     subject.network(subject.noise())
        layer1.0
        layer1.1
        ...
    """

    def __init__(self, subject: Subject, listener: Listener) -> None:
        super().__init__()
        self._numbers = _last_additions(subject)
        self._listener = listener
        self._stack = _ModuleStack(subject.network)
        self._seen: Counter[str] = Counter()

    def __enter__(self) -> Self:
        self._stack.watch()
        super().__enter__()  # type: ignore[no-untyped-call]  # torch's own class has no types
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, traceback)  # type: ignore[no-untyped-call]
        self._stack.close()

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """Call a function of torch, or take the listener's sum for that of a block."""
        block = self._stack.running
        if _is_addition(func, args) and block in self._numbers:
            self._seen[block] += 1
            if self._seen[block] == self._numbers[block]:
                del self._seen[block]
                found = self._listener(block, args[0], args[1])
                if found is not None:
                    return found
        return func(*args, **(kwargs or {}))


class _Additions(TorchFunctionMode):
    """Counts the additions of tensors in the `forward` of each module itself."""

    def __init__(self, stack: _ModuleStack) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()
        self._stack = stack

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        if _is_addition(func, args):
            self.counts[self._stack.running] += 1
        return func(*args, **(kwargs or {}))


class _ModuleStack:
    """The modules that are running, by name, innermost last."""

    def __init__(self, network: nn.Module) -> None:
        self._network = network
        self._names: list[str] = []
        self._handles: list[RemovableHandle] = []

    @property
    def running(self) -> str:
        """The name of the module whose `forward` is running, empty for the network's own."""
        return self._names[-1] if self._names else ""

    def watch(self) -> None:
        for name, module in self._network.named_modules():
            if name:
                self._handles.append(module.register_forward_pre_hook(self._entering(name)))
                self._handles.append(module.register_forward_hook(self._leaving, always_call=True))

    def close(self) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
        self._names.clear()

    def _entering(self, name: str) -> Callable[..., None]:
        return lambda module, given: self._names.append(name)

    def _leaving(self, module: nn.Module, given: object, result: object) -> None:
        self._names.pop()


def _is_addition(func: Any, args: tuple[Any, ...]) -> bool:
    return (
        getattr(func, "__name__", "") in _ADDITIONS
        and len(args) == 2
        and all(isinstance(each, Tensor) for each in args)
    )


def _last_additions(subject: Subject) -> dict[str, int]:
    """Return the number of the last addition of each block with a shortcut: that of the shortcut.

    Raises:
        RuntimeError: a block with a shortcut adds nothing, so this file and the emitted code disagree.
    """
    stack = _ModuleStack(subject.network)
    stack.watch()
    try:
        with torch.no_grad(), _Additions(stack) as found:
            subject.network(subject.noise())
    finally:
        stack.close()
    silent = [block.name for block in subject.blocks if block.adds and not found.counts[block.name]]
    if silent:
        raise RuntimeError(f"no addition was seen in the block {silent[0]} of {subject.trace.network.name}")
    return {block.name: found.counts[block.name] for block in subject.blocks if block.adds}
