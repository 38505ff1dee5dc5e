"""The arguments of `resnetgen lsp`."""

from resnetgen.cli.options import AllowOutside
from resnetgen.commands.ending import ended


@ended
def command(allow_outside: AllowOutside = False) -> int:
    """Serve an editor: a language server on standard input and output (LSP). It needs resnetgen[lsp]."""
    from resnetgen.commands import lsp

    return lsp.run(allow_outside=allow_outside)
