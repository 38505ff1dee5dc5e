"""The looks of the command line: help, usage lines, and messages for wrong usage."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from enum import Enum
from functools import partial
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from resnetgen.cli.output import print_note


class Command(TyperCommand):
    """A command whose help names arguments and options as its usage line does."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return the parts of the usage line: `[OPTIONS] SPEC...`."""
        return ["[OPTIONS]", *(_usage(param) for param in self.get_params(ctx) if _is_argument(param))]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments and the options."""
        _write_params(self.get_params(ctx), formatter)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments."""
        _skip_conversions(self.get_params(ctx))
        try:
            return super().parse_args(ctx, args)
        except typer.BadParameter as error:
            raise _in_plain_words(error) from None


class Group(TyperGroup):
    """The program: the options before a command's name, and the commands."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options and the commands."""
        _write_params(self.get_params(ctx), formatter)
        self.format_commands(ctx, formatter)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments."""
        _skip_conversions(self.get_params(ctx))
        return super().parse_args(ctx, args)


def refuse(error: typer.TyperException) -> int:
    """Print a usage error, and return its exit code."""
    context: Any = getattr(error, "ctx", None)
    if context is not None:
        help = f"{context.command_path} {context.help_option_names[0]}"
        sys.stderr.write(f"{context.get_usage()}\nTry '{help}' for help.\n\n")
    print_note(f"Error: {error.format_message()}\n")
    return error.exit_code


def _is_argument(param: Any) -> bool:
    return bool(param.param_type_name == "argument")


def _usage(param: Any) -> str:
    dots = "..." if param.nargs != 1 else ""
    return f"{param.metavar}{dots}" if param.required else f"[{param.metavar}]{dots}"


def _write_params(params: Iterable[Any], formatter: Any) -> None:
    shown = [param for param in params if not param.hidden]
    sections = {
        "Arguments": [(param.metavar, param.help) for param in shown if _is_argument(param)],
        "Options": [_option(param) for param in shown if not _is_argument(param)],
    }
    for title, rows in sections.items():
        if rows:
            with formatter.section(title):
                formatter.write_dl(rows)


def _option(param: Any) -> tuple[str, str]:
    names = ", ".join(sorted(param.opts, key=len))
    if param.secondary_opts:
        names += f" / {', '.join(param.secondary_opts)}"
    facts = [] if param.min is None else [f"at least {param.min:g}"]
    if param.show_default and param.default not in (None, False):
        default = param.default.value if isinstance(param.default, Enum) else param.default
        facts.append(f"default: {default}")
    facts += ["required"] if param.required else []
    more = f"  [{'; '.join(facts)}]" if facts else ""
    return f"{names} {param.metavar or ''}".rstrip(), f"{param.help or ''}{more}"


def _in_plain_words(error: typer.BadParameter) -> typer.BadParameter:
    """Return the error of a value without the names of Python's types."""
    details = getattr(error.__cause__, "errors", None)
    if details is None:
        return error
    (first, *_) = details()
    given, limits = first["input"], first.get("ctx", {})
    words = {
        "int_parsing": f"{given!r} is not a whole number",
        "float_parsing": f"{given!r} is not a number",
        "greater_than_equal": f"{given} is less than {limits.get('ge')}",
        "value_error": str(limits.get("error")),
    }
    return typer.BadParameter(words.get(first["type"], first["msg"]), ctx=error.ctx, param=error.param)


def _skip_conversions(params: Iterable[Any]) -> None:
    """Take texts as they are.

    Typer converts every argument with a `pydantic.TypeAdapter` of its own, text to text too. The import and the
    adapters take as long as all the rest of a `resnetgen check`.
    """
    for param in params:
        param.process_value = partial(_value, param, param.process_value)


def _value(param: Any, convert: Callable[[Any, Any], Any], context: Any, value: Any) -> Any:
    """Return a parameter's value, converted only if it has another type."""
    text = isinstance(value, str | tuple) and not (isinstance(param.default, Enum | int | float) or param.min)
    missing = param.required and not value  # typer has the message for that
    return value if (text or value is param.default) and not missing else convert(context, value)
