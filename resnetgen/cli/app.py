"""The command line: arguments in, exit code out.

Exit codes: 0, success; 1, a spec has errors, a file is out of date or cannot be written, or a network is not what was
predicted; 2, wrong usage; 70, a bug in resnetgen; 130, interrupted, or 128 plus the number of another signal;
141, the reader of the output stopped reading.

A command is a folder. Its `arguments.py` has its arguments; what it does is in
`run.py`, and is imported when it runs: a check must not wait for what only tables need.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from keyword import iskeyword
from typing import Annotated

import typer

from resnetgen.cli.command import Command, UsageError, refuse
from resnetgen.cli.exit import exit_code
from resnetgen.errors import OutputError

COMMANDS = (
    *(
        "check",
        "build",
        "show",
        "draw",
        "verify",
        "probe",
        "sweep",
        "export",
        "compare",
        "report",
        "diff",
        "list",
        "explain",
        "new",
        "import",
    ),
    *("lab run", "lab copy", "lab degradation", "lab responses", "lab lesion", "lab landscape", "lab shortcuts"),
    *("weights show", "weights match", "weights convert"),
    *("schema", "lsp"),
)
"""In the order of the help; each is a folder of this room, with a `_` behind a keyword of Python. A command of two
words is in the group of the first, whose help is the docstring of its folder.
"""

_EXAMPLES = """
Examples:

\b
  resnetgen check specs/                  check every spec in a folder
  resnetgen show resnet50 --blocks        shapes, shortcuts, costs of blocks
  resnetgen draw resnet50                 a picture: resnet50.svg
  resnetgen list '*50*' --params ..30M    list specs to start from
  resnetgen new mynet --extends resnet50  start a spec of your own
  resnetgen build mynet.yaml -o models    write models/mynet.py
  resnetgen explain RG301                 explain an error or a warning

\b
Exit codes: 0 success, 1 a spec has errors, or a file is out of date or cannot
be written, 2 wrong usage, 70 a bug in resnetgen.
"""


def main() -> int:
    """Run the command line, and return its exit code."""
    return exit_code(_run)


def _run() -> int:
    try:
        code = app(*sys.argv[1:2])(prog_name="resnetgen", standalone_mode=False)
    except SystemExit as end:  # after a completion script, or if the reader of a help text closed the pipe
        if isinstance(end.__context__, BrokenPipeError):
            raise end.__context__ from None
        code = end.code
    except OSError as error:  # a command handles its own; this one comes from a help text
        raise OutputError(error.strerror or str(error)) from error
    except Exception as error:
        if isinstance(error, UsageError):
            return refuse(error)
        raise
    return code if isinstance(code, int) else int(code is not None)


def app(first: str = "") -> typer.Typer:
    """Return the program.

    Args:
        first: the first argument. If it names a command or a group, no other is made, since to make all of them takes
            as long as a check.
    """
    made = typer.Typer(
        rich_markup_mode=None,  # plain help and messages: formatted ones would import rich
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog=_EXAMPLES,
    )
    made.callback(invoke_without_command=True)(about)
    groups: dict[str, typer.Typer] = {"": made}
    for name in [name for name in COMMANDS if name.partition(" ")[0] == first] or COMMANDS:
        group, _, last = name.rpartition(" ")
        if group not in groups:
            about_it = import_module(f"resnetgen.cli.{group}").__doc__
            groups[group] = _group(about_it)
            made.add_typer(groups[group], name=group, short_help=about_it)
        command = _command(name)
        groups[group].command(last, cls=Command, short_help=(command.__doc__ or "").partition("\n")[0])(command)
    return made


def _group(help: str | None) -> typer.Typer:
    """Return the program of a group of commands."""
    group = typer.Typer(
        help=help,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    group.callback(invoke_without_command=True)(about_group)
    return group


def about_group(context: typer.Context) -> None:
    """Print the help of a group where no command of it is given."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def about(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    """Compile short YAML specs of ResNet-family networks to one-file PyTorch code."""
    if version:
        from resnetgen import __version__

        typer.echo(f"resnetgen {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def folder(name: str) -> str:
    """Return the package of a command."""
    words = (f"{word}_" if iskeyword(word) else word for word in name.split())
    return f"resnetgen.cli.{'.'.join(words)}"


def _command(name: str) -> Callable[..., None]:
    found: Callable[..., None] = import_module(f"{folder(name)}.arguments").command
    return found
