"""The looks of a command's help, and of messages for wrong usage."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, runtime_checkable

from typer.core import TyperCommand

from resnetgen.cli.output import print_note


class Command(TyperCommand):
    """A command whose help names its arguments as people write them.

    Typer's own notation differs between versions, and shows types of Python: `{SPEC}...` and `SPEC <list[str]>`.
    """

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return the parts of the usage line: `[OPTIONS] SPEC...`."""
        return ["[OPTIONS]", *map(_usage, self._arguments())]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments, and the options as typer does."""
        arguments = [(param.metavar, param.help) for param in self._arguments()]
        _write(formatter, "Arguments", arguments)
        options = [param for param in self.get_params(ctx) if param.param_type_name == "option"]
        _write(formatter, "Options", filter(None, (param.get_help_record(ctx) for param in options)))

    def _arguments(self) -> list[Any]:
        params: list[Any] = list(self.params)
        return [param for param in params if param.param_type_name == "argument"]


def _write(formatter: Any, title: str, rows: Iterable[tuple[str, str]]) -> None:
    listed = list(rows)
    if listed:
        with formatter.section(title):
            formatter.write_dl(listed)


def _usage(argument: Any) -> str:
    dots = "..." if argument.nargs != 1 else ""
    return f"{argument.metavar}{dots}" if argument.required else f"[{argument.metavar}]{dots}"


@runtime_checkable
class UsageError(Protocol):
    """An error that typer raises for wrong usage: the class that has these two is another one in each version."""

    exit_code: int

    def format_message(self) -> str:
        """Return the message."""


def refuse(error: UsageError) -> int:
    """Print a usage error, and return its exit code."""
    context: Any = getattr(error, "ctx", None)
    if context is not None:
        help = f"{context.command_path} {context.help_option_names[0]}"
        print_note(f"{context.get_usage()}\nTry '{help}' for help.\n\n")
    print_note(f"Error: {error.format_message()}\n")
    return error.exit_code
