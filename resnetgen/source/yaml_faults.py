"""The faults of a text that is being read, with fixes that are looked for once all of it is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NoReturn

from resnetgen.diagnostics.model import Diagnostic, Fix, Label, Severity, Text
from resnetgen.errors import SpecError
from resnetgen.source.yaml_tree import span

MAX_FAULTS = 100
"""The most faults that are reported: a text with more is not a spec, and nobody reads them all."""

MAX_FIXED = 10_000
"""The most faults that `check --fix` looks at in one reading: it fixes all of them before it reads the text again."""

_limit: ContextVar[int] = ContextVar("fault_limit", default=MAX_FAULTS)


def fault_limit() -> int:
    """Return the most faults that each stage reports."""
    return _limit.get()


@contextmanager
def many_faults() -> Iterator[None]:
    """Report up to `MAX_FIXED` faults inside."""
    token = _limit.set(MAX_FIXED)
    try:
        yield
    finally:
        _limit.reset(token)


class FaultLog:
    """Collects the faults of a text. It is true once there is one."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._faults: list[Diagnostic] = []
        self._fixes: list[tuple[int, Callable[[], Fix | None]]] = []
        self._limit = fault_limit()
        self.full = False
        """True if there are more faults than are reported. The text is read on, so that fixes know all of it."""

    def __bool__(self) -> bool:
        return bool(self._faults)

    def add(self, node: Any, code: str, message: str, help: str, related: tuple[Label, ...] = ()) -> None:
        """Add a fault after which the rest of the text can still be read; drop it if there are many."""
        if len(self._faults) >= self._limit:
            self.full = True
            return
        label = Label(span(self._text, node))
        self._faults.append(Diagnostic(code, Severity.ERROR, message, label, related, help))

    def fix_last_later(self, find: Callable[[], Fix | None]) -> None:
        """Look for a fix of the last fault when all is read: what follows may keep it from being safe."""
        if not self.full:
            self._fixes.append((len(self._faults) - 1, find))

    def fail(self, node: Any, code: str, message: str, help: str = "") -> NoReturn:
        """Add a fault that ends the reading.

        Raises:
            SpecError: always, with all faults.
        """
        self.add(node, code, message, help)
        self.raise_all()

    def raise_all(self) -> NoReturn:
        """Raise all faults, in the order of the text, with their fixes."""
        for number, find in self._fixes:
            self._faults[number] = self._faults[number]._replace(fix=find())
        raise SpecError(tuple(sorted(self._faults, key=_position)))


def _position(diagnostic: Diagnostic) -> tuple[int, int]:
    return diagnostic.primary.span.line, diagnostic.primary.span.column
