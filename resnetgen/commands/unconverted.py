"""Commands that spare typer what need not be done at a start: other commands, and to convert what is text already.

To prepare a command with a dozen options takes as long as a tenth of a check does.

From 0.29 on typer converts every argument with a `pydantic.TypeAdapter` of its own, text to text too. To import what
that takes, and to build the adapters, is as long as all the rest of a `resnetgen check`.
"""

from collections.abc import Callable, Iterable
from copy import copy
from enum import Enum
from functools import partial
from typing import Any

from typer import Typer
from typer.core import TyperCommand, TyperGroup
from typer.models import CommandInfo


def prepared(app: Typer, words: list[str]) -> Typer:
    """The app, with that command alone by which the words begin, if any: typer prepares every one that it knows."""
    begun = [command for command in app.registered_commands if words[:1] == [_name(command)]]
    if not begun:
        return app
    alone = copy(app)
    alone.registered_commands = begun
    return alone


def _name(command: CommandInfo) -> str | None:
    return command.name or getattr(command.callback, "__name__", None)


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
    text = isinstance(value, str | tuple) and not isinstance(param.default, Enum | int)
    missing = param.required and not value  # what there is to say then is best left to typer
    return value if (text or value is param.default) and not missing else convert(context, value)
