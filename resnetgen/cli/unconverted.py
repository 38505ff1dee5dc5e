"""Commands that spare typer what need not be done at a start: to convert what is text already.

From 0.29 on typer converts every argument with a `pydantic.TypeAdapter` of its own, text to text too. To import what
that takes, and to build the adapters, is as long as all the rest of a `resnetgen check`.
"""

from collections.abc import Callable, Iterable
from enum import Enum
from functools import partial
from typing import Any

from typer.core import TyperCommand, TyperGroup


class Command(TyperCommand):
    """A command whose defaults and texts are taken as they are."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments."""
        _spare(self.get_params(ctx))
        return super().parse_args(ctx, args)


class Group(TyperGroup):
    """The same for what stands before a command's name."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments."""
        _spare(self.get_params(ctx))
        return super().parse_args(ctx, args)


def _spare(params: Iterable[Any]) -> None:  # Any: the classes are click's, or typer's copy of them
    for param in params:
        param.process_value = partial(_value, param, param.process_value)


def _value(param: Any, convert: Callable[[Any, Any], Any], context: Any, value: Any) -> Any:
    """A parameter's value, which is handed on to be converted only where it is not what it has to be."""
    text = isinstance(value, str | tuple) and not isinstance(param.default, Enum | int | float)
    missing = param.required and not value  # what there is to say then is best left to typer
    return value if (text or value is param.default) and not missing else convert(context, value)
