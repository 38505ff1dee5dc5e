"""The faults of a text that is being read, with fixes that are looked for once all of it is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from resnetgen.diagnostics.model import Diagnostic, Fix, Label, Severity, Text
from resnetgen.errors import SpecError
from resnetgen.source.yaml_tree import span

MAX_FAULTS = 100
"""The most faults that are reported: a text with more is not a spec, and nobody reads them all."""


class FaultLog:
    """Collects the faults of a text. It is true once there is one."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._faults: list[Diagnostic] = []
        self._fixes: list[tuple[int, Callable[[], Fix | None]]] = []

    def __bool__(self) -> bool:
        return bool(self._faults)

    def add(self, node: Any, code: str, message: str, help: str, related: tuple[Label, ...] = ()) -> None:
        """Add a fault at a node or event, after which the rest of the text is still readable.

        Raises:
            SpecError: there are `MAX_FAULTS` now.
        """
        label = Label(span(self._text, node))
        self._faults.append(Diagnostic(code, Severity.ERROR, message, label, related, help))
        if len(self._faults) == MAX_FAULTS:
            self.raise_all()

    def fix_last_later(self, find: Callable[[], Fix | None]) -> None:
        """Look for a fix of the last fault when all is read: what follows may keep it from being safe."""
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
