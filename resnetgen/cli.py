"""The command line: arguments in, exit code out.

Exit codes: 0, all is well; 1, a spec is at fault, a file is stale or cannot be written; 2, wrong usage; 70, a fault of
resnetgen itself; 130, interrupted; 141, whoever read the output stopped reading.

What a command does is in resnetgen/commands/, one file a command, and is imported when it runs: a check must not wait
for what only tables need.
"""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from resnetgen.commands.ending import ended
from resnetgen.commands.unconverted import Command, Group, prepared
from resnetgen.reports import Format

_EXAMPLES = """
Examples:

\b
  resnetgen check specs/                  check every spec in a folder
  resnetgen show resnet50 --blocks        shapes, shortcuts and costs, block by block
  resnetgen list '*50*' --params ..30M    what there is to start from
  resnetgen new mynet --extends resnet50  start a spec of your own
  resnetgen build mynet.yaml -o models    write models/mynet.py
  resnetgen explain RG301                 why a message is given, and its mend

\b
Exit codes: 0 all is well, 1 a spec is at fault or a file is stale or cannot be
written, 2 wrong usage, 70 a fault of resnetgen itself.
"""

app = typer.Typer(
    cls=Group,
    rich_markup_mode=None,  # plain help and messages: rich would have to be imported for them
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_EXAMPLES,
)


class TableFormat(StrEnum):
    """How `show` and `list` write their table."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


class PageFormat(StrEnum):
    """How `explain` writes its pages."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class Dtype(StrEnum):
    """The type of a network's values."""

    FLOAT32 = "float32"
    FLOAT16 = "float16"
    BFLOAT16 = "bfloat16"
    FLOAT64 = "float64"


Size = Annotated[
    str | None,
    typer.Option("--input-size", metavar="SIZE", help="Instead of the spec's own input size: 224, 320x192 or 320,192."),
]
Strict = Annotated[
    bool | None, typer.Option("--strict/--no-strict", help="Take warnings for errors.", show_default=False)
]
Ignore = Annotated[
    list[str] | None,
    typer.Option(metavar="CODE", help="Leave warnings of this code out; several with commas, or the option again."),
]
AllowOutside = Annotated[
    bool, typer.Option("--allow-outside", help="Let specs extend files outside of the tree that they are in.")
]
TableAs = Annotated[TableFormat, typer.Option("--format", help="How to write the table.")]


def main() -> int:
    """Run the command line and give its exit code."""
    try:
        prepared(app, sys.argv[1:])(prog_name="resnetgen")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


@app.callback(invoke_without_command=True)
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


@app.command(cls=Command)
@ended
def check(
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="Specs: files, folders, or names as in `list`.")],
    format: Annotated[Format, typer.Option(help="How to write what is found.")] = Format.TEXT,
    input_size: Size = None,
    strict: Strict = None,
    ignore: Ignore = None,
    weights: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Also tell where the network and the weights in a file do not fit together."),
    ] = None,
    changed_since: Annotated[
        str | None,
        typer.Option(metavar="REV", help="Check only what the changes since a revision of git affect, `extends` too."),
    ] = None,
    jobs: Annotated[
        int, typer.Option(min=1, metavar="N", help="Processes at once; by default as many as pay.", show_default=False)
    ] = 0,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write it to a file; as text, it is shown nevertheless."),
    ] = None,
    allow_outside: AllowOutside = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="First make the changes that are certain to mend something.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what --fix would change, and write nothing.")] = False,
) -> int:
    """Show everything that is wrong with specs, and what may be."""
    from resnetgen.commands import check

    wanted = check.Wanted(format, input_size, tuple(ignore or ()), strict, weights, changed_since, jobs, output)
    wanted = wanted._replace(allow_outside=allow_outside, fix=fix, diff=diff)
    return check.run(paths, wanted)


@app.command(cls=Command)
@ended
def build(
    specs: Annotated[list[str], typer.Argument(metavar="SPEC", help="Specs: files, folders, or names as in `list`.")],
    output: Annotated[str, typer.Option("--output", "-o", metavar="DIR", help="The folder to write to.")] = "generated",
    stdout: Annotated[bool, typer.Option("--stdout", help="Print the source of one spec, and write nothing.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; show how files differ from the specs.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that resnetgen did not make.")] = False,
    strict: Strict = None,
    ignore: Ignore = None,
    allow_outside: AllowOutside = False,
) -> int:
    """Compile specs to Python files, all or none.

    Each goes to DIR/NAME.py, where NAME is the spec's `name`. Nothing is written where any of the specs is at fault. A
    file is replaced in one step, and only if it differs.
    """
    from resnetgen.commands import build
    from resnetgen.commands.settings import settings

    rules = settings(ignore or (), strict)
    return build.run(specs, output, rules, stdout=stdout, check=check, force=force, allow_outside=allow_outside)


@app.command(cls=Command)
@ended
def show(
    spec: Annotated[str, typer.Argument(metavar="SPEC", help="A spec: a file, or a name as in `list`.")],
    blocks: Annotated[bool, typer.Option("--blocks", help="A row for each block, equal neighbours in one.")] = False,
    ops: Annotated[bool, typer.Option("--ops", help="A row for each operator of each distinct block.")] = False,
    format: TableAs = TableFormat.TABLE,
    input_size: Size = None,
    batch: Annotated[int, typer.Option(min=1, metavar="N", help="Samples in a batch, for the memory.")] = 1,
    dtype: Annotated[Dtype, typer.Option(help="The type of the values, for the memory.")] = Dtype.FLOAT32,
    allow_outside: AllowOutside = False,
) -> int:
    """Show a network's shapes, shortcuts and costs."""
    from resnetgen.commands import show

    level = show.level(blocks, ops)
    return show.run(spec, level, format.value, input_size, batch, dtype.value, allow_outside=allow_outside)


@app.command(cls=Command)
@ended
def diff(
    specs: Annotated[
        list[str],
        typer.Argument(metavar="SPEC", help="Two specs, or one with --since: files, names as in `list`, or REV:PATH."),
    ],
    since: Annotated[
        str | None, typer.Option(metavar="REV", help="Compare the spec as it was at a revision with what it is now.")
    ] = None,
    format: TableAs = TableFormat.TABLE,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 1 where they differ, as git does.")] = False,
    input_size: Size = None,
    batch: Annotated[int, typer.Option(min=1, metavar="N", help="Samples in a batch, for the memory.")] = 1,
    dtype: Annotated[Dtype, typer.Option(help="The type of the values, for the memory.")] = Dtype.FLOAT32,
    allow_outside: AllowOutside = False,
) -> int:
    """Show how two networks differ, and whether the weights of one load into the other.

    REV:PATH is a spec as git has it, such as main:specs/mine.yaml.
    """
    from resnetgen.commands import diff

    wanted = diff.Wanted(since, format.value, input_size, batch, dtype.value, exit_code, allow_outside)
    return diff.run(specs, wanted)


@app.command("list", cls=Command)
@ended
def list_(
    patterns: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATTERN", help="Names, here or elsewhere; `*` stands for anything: 'seresnet*'."),
    ] = None,
    family: Annotated[
        str | None, typer.Option(metavar="NAME", help="A folder of the collection; `main` is its top.")
    ] = None,
    attention: Annotated[
        str | None, typer.Option(metavar="KIND", help="Networks with that attention; or `any`, or `none`.")
    ] = None,
    params: Annotated[
        str | None, typer.Option(metavar="RANGE", help="Their parameters: 10M..30M, 10M.. or ..30M.")
    ] = None,
    macs: Annotated[
        str | None, typer.Option(metavar="RANGE", help="Their multiply-adds at their own input size, likewise.")
    ] = None,
    format: TableAs = TableFormat.TABLE,
) -> int:
    """List the specs that ship with resnetgen: all of them, or those that everything given here is true of."""
    from resnetgen.commands import list

    return list.run(list.Wanted(patterns or (), family, attention, params, macs), format.value)


@app.command(cls=Command)
@ended
def explain(
    codes: Annotated[
        list[str] | None,
        typer.Argument(metavar="CODE", help="Codes of messages, such as RG301; RG5 stands for all that begin so."),
    ] = None,
    format: Annotated[PageFormat, typer.Option(help="How to write the pages.")] = PageFormat.TEXT,
) -> int:
    """Explain codes of messages: why each is said, a spec that it is said of, and its mend. Without CODE, list all."""
    from resnetgen.commands import explain

    return explain.run(codes or [], format.value)


@app.command(cls=Command)
@ended
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The network's name, such as my_resnet.")],
    extends: Annotated[str, typer.Option(metavar="SPEC", help="The spec to start from.")] = "resnet50",
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Instead of NAME.yaml, in specs/ if there is one."),
    ] = None,
    allow_outside: AllowOutside = False,
) -> int:
    """Start a spec: a short file that changes another one."""
    from resnetgen.commands import new

    return new.run(name, extends, output, allow_outside=allow_outside)


@app.command(cls=Command)
@ended
def schema(
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Write it to a file, rather than print it.")
    ] = None,
) -> int:
    """Print the language as a JSON Schema, with which YAML editors complete, check and explain specs."""
    from resnetgen.commands import schema

    return schema.run(output)


@app.command(cls=Command)
@ended
def lsp(allow_outside: AllowOutside = False) -> int:
    """Serve an editor: a language server on standard input and output (LSP). It needs resnetgen[lsp]."""
    from resnetgen.commands import lsp

    return lsp.run(allow_outside=allow_outside)
