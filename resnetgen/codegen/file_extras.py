"""The parts of a file beside its network: functions, and sentences for the docstring."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.codegen.printer import printed_statements
from resnetgen.codegen.python import quoted
from resnetgen.codegen.tree import Assign, sequence


class FileExtras(NamedTuple):
    """Parts of a file beside its network.

    `functions` are complete, as text, and follow the network; `exports` names the public ones. `generator` names the
    program that wrote the file; `words` end the docstring of the network's class.
    """

    generator: str = "resnetgen"
    exports: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    words: str = ""

    def all(self, network: str) -> str:
        """Return the `__all__` statement: the network's class, then `exports`."""
        return printed_statements([Assign("__all__", sequence(map(quoted, (network, *self.exports))))])
