"""The arguments of `resnetgen build`."""

from typing import Annotated

import typer

from resnetgen.cli.exit import ended
from resnetgen.cli.options import AllowOutside, Ignore, Specs, Strict


@ended
def command(
    specs: Specs,
    output: Annotated[str, typer.Option("--output", "-o", metavar="DIR", help="Folder to write to.")] = "generated",
    stdout: Annotated[
        bool, typer.Option("--stdout", help="Print the code of one spec instead of writing a file.")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; show where files are out of date.")] = False,
    deploy: Annotated[bool, typer.Option("--deploy", help="Write the inference form, to DIR/NAME_deploy.py.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that resnetgen did not write.")] = False,
    strict: Strict = None,
    ignore: Ignore = None,
    allow_outside: AllowOutside = False,
) -> int:
    """Compile specs to Python files, all or none.

    Each spec is written to DIR/NAME.py, where NAME is the spec's `name`. If any spec has errors, nothing is written. A
    file is replaced atomically, and only if it differs. With --deploy, norms are folded into the convolutions, and the
    file has a function `convert` for trained weights.
    """
    from resnetgen.cli.build import run
    from resnetgen.cli.config import settings

    rules = settings(ignore or (), strict)
    form = run.Form.DEPLOYED if deploy else run.Form.TRAINED
    return run.run(specs, output, rules, form, stdout=stdout, check=check, force=force, allow_outside=allow_outside)
