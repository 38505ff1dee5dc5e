"""`resnetgen lsp`: a language server on standard input and output, for editors (docs/reference/language-server.md)."""

from __future__ import annotations

from pathlib import Path

import typer

from resnetgen.cli.config import settings
from resnetgen.cli.exit import FAILURE, OK
from resnetgen.cli.output import print_note
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.installation import install_command


def run(*, allow_outside: bool) -> int:
    """Serve until the editor ends the session.

    Returns:
        The exit code: 1 if the editor vanished without the protocol's end, or pygls is not installed.
    """
    try:
        import pygls  # noqa: F401  # asked for early, for a message that says how to install it
    except ModuleNotFoundError as error:
        if error.name != "pygls":
            raise
        print_note(f"error: the language server needs pygls, which is not installed: {install_command('lsp')}\n")
        return FAILURE
    from resnetgen.lsp.protocol import Server
    from resnetgen.lsp.workspace import Workspace

    return OK if Server(Workspace(_Settings().filter, allow_outside=allow_outside)).run() else FAILURE


class _Settings:
    """The settings of the pyproject.toml nearest to each spec. An error in one of these files is reported once."""

    def __init__(self) -> None:
        self._printed: set[str] = set()

    def filter(self, path: Path | None, diagnostics: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
        """Return the diagnostics of a spec that its settings leave."""
        try:
            return settings((), None, None if path is None else path.parent).filter(diagnostics)
        except typer.BadParameter as error:
            message = error.format_message()
            if message not in self._printed:
                self._printed.add(message)
                print_note(f"error: {message}\n")
            return diagnostics
