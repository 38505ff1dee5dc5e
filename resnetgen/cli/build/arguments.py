"""The arguments of `resnetgen build`."""

from typing import Annotated

import typer

from resnetgen.cli.exit import ended
from resnetgen.cli.options import AllowOutside, Ignore, Set, Specs, Strict


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
    prune: Annotated[bool, typer.Option("--prune", help="Remove generated files whose spec is gone.")] = False,
    gitattributes: Annotated[
        bool, typer.Option("--gitattributes", help="Mark the files as generated in DIR/.gitattributes.")
    ] = False,
    strict: Strict = None,
    ignore: Ignore = None,
    set: Set = None,
    allow_outside: AllowOutside = False,
) -> int:
    """Compile specs to Python files, all or none.

    Each spec is written to DIR/NAME.py, where NAME is the spec's `name`. If any spec has errors, nothing is written. A
    file is replaced atomically, and only if it differs. With --deploy, norms are folded into the convolutions, and the
    file has a function `convert` for trained weights. With --set, the header of the file lists the values, and a file
    that was built with other values is not overwritten without --force.

    A file in DIR is an orphan if resnetgen wrote it and its spec is gone, or has another `name` now.
    """
    from resnetgen.cli import config, set_option
    from resnetgen.cli.build import run
    from resnetgen.cli.build.outputs import Form

    rules = config.settings(ignore or (), strict)
    form = Form.DEPLOYED if deploy else Form.TRAINED
    options = run.BuildOptions(output, form, stdout, check, force, prune, gitattributes, allow_outside)
    options = options._replace(settings=set_option.parse(set))
    return run.run(specs, options, rules)
