"""What a file has beside its network: functions of its own, and words that say what they are for."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.codegen.printer import printed_statements
from resnetgen.codegen.python import quoted
from resnetgen.codegen.tree import Assign, sequence


class Beside(NamedTuple):
    """`functions` are whole, as text, and stand behind the network; `exports` names those that are public.

    `generator` is what made the file; `words` follow those of the network's class.
    """

    generator: str = "resnetgen"
    exports: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    words: str = ""

    def all(self, network: str) -> str:
        """The statement that names what the file offers, the network's class first."""
        return printed_statements([Assign("__all__", sequence(map(quoted, (network, *self.exports))))])
