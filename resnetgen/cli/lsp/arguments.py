"""The arguments of `resnetgen lsp`."""

from resnetgen.cli.exit import ended
from resnetgen.cli.options import AllowOutside


@ended
def command(allow_outside: AllowOutside = False) -> int:
    """Serve an editor: a language server on standard input and output (LSP). It needs resnetgen[lsp]."""
    from resnetgen.cli.lsp import run

    return run.run(allow_outside=allow_outside)
