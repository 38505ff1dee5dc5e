"""What a file has beside its network: functions of its own, and words that say what they are for."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.codegen.python import WIDTH, quoted


class Beside(NamedTuple):
    """`functions` are whole, as text, and stand behind the network; `exports` names those that are public.

    `command` is what made the file; `words` follow those of the network's class.
    """

    command: str = "resnetgen build"
    exports: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    words: str = ""

    def all(self, network: str) -> str:
        """The statement that names what the file offers, the network's class first."""
        names = [quoted(name) for name in (network, *self.exports)]
        line = f"__all__ = [{', '.join(names)}]"
        if len(line) <= WIDTH:
            return line
        lines = "".join(f"    {name},\n" for name in names)
        return f"__all__ = [\n{lines}]"
