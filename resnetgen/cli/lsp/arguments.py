"""The arguments of `resnetgen lsp`."""

from resnetgen.cli.exit import ended
from resnetgen.cli.options import AllowOutside


@ended
def command(allow_outside: AllowOutside = False) -> int:
    """Run the language server, for editors.

    It speaks LSP on standard input and output, and needs resnetgen[lsp].
    """
    from resnetgen.cli.lsp import run

    return run.run(allow_outside=allow_outside)
