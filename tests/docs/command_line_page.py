"""The part of docs/reference/command-line.md that lists the commands, made of their definitions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import Enum
from importlib import import_module
from inspect import Parameter, cleandoc, signature
from pathlib import Path
from types import UnionType
from typing import Any, NamedTuple, get_args, get_type_hints

from typer.models import ArgumentInfo, OptionInfo

from resnetgen.cli.app import COMMANDS, folder
from tests.docs.markdown import DOCS, with_generated

PAGE = DOCS / "reference" / "command-line.md"


class Given(NamedTuple):
    """An argument or an option of a command, as its function declares it."""

    name: str
    kind: type
    several: bool
    info: ArgumentInfo | OptionInfo
    default: object


def files(command: str) -> dict[Path, str]:
    """The page with its list of commands."""
    del command  # this page is written by people but for the list
    sections = "\n\n".join(_section(name, function(name)) for name in COMMANDS)
    return {PAGE: with_generated(PAGE.read_text(encoding="utf-8"), "commands", sections)}


def function(name: str) -> Callable[..., None]:
    """The function whose parameters are a command's arguments and options."""
    found: Callable[..., None] = import_module(f"{folder(name)}.arguments").command
    return found


def parameters(command: Callable[..., None]) -> list[Given]:
    """Return the parameters of a command, in order."""
    hints = get_type_hints(command, include_extras=True)
    return [_given(parameter, hints[name]) for name, parameter in signature(command).parameters.items()]


def _given(parameter: Parameter, hint: Any) -> Given:
    annotation, info = get_args(hint)
    kinds = [each for each in get_args(annotation) or (annotation,) if each is not type(None)]
    several = getattr(annotation, "__origin__", None) is list
    if isinstance(annotation, UnionType):
        several = any(getattr(each, "__origin__", None) is list for each in kinds)
        kinds = [inner for each in kinds for inner in get_args(each) or (each,)]
    return Given(parameter.name, kinds[0], several, info, parameter.default)


def _section(name: str, command: Callable[..., None]) -> str:
    taken = parameters(command)
    arguments = [each for each in taken if isinstance(each.info, ArgumentInfo)]
    options = [each for each in taken if isinstance(each.info, OptionInfo)]
    usage = " ".join(["resnetgen", name, "[OPTIONS]", *map(_in_usage, arguments)])
    parts = [f"## {name}", f"`{usage}`", cleandoc(str(command.__doc__)).replace("\b\n", "")]
    if arguments:
        parts.append(_table(("argument", "meaning"), map(_argument, arguments)))
    if options:
        parts.append(_table(("option", "meaning", "default"), map(_option, options)))
    return "\n\n".join(parts)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines).replace("|  |", "| |")


def _in_usage(argument: Given) -> str:
    several = f"{_word(argument)}{'...' if argument.several else ''}"
    return several if argument.default is Parameter.empty else f"[{several}]"


def _argument(argument: Given) -> tuple[str, str]:
    return f"`{_word(argument)}`", _text(argument.info.help)


def _option(option: Given) -> tuple[str, str, str]:
    first = option.info.default  # where a declaration stands alone, typer keeps the first of its words here
    written = [first] if isinstance(first, str) else []
    written += [*(option.info.param_decls or ())] or ([] if written else [f"--{option.name.replace('_', '-')}"])
    names = [part for each in written for part in each.split("/") if part.startswith("-")]
    if option.kind is not bool:
        names = [f"{each} {_word(option)}" for each in names]
    return ", ".join(f"`{each}`" for each in names), _text(option.info.help) + _words(option), _default(option)


def _word(given: Given) -> str:
    if given.info.metavar:
        return given.info.metavar.removesuffix("...").strip("[]")
    return {int: "N", float: "X"}.get(given.kind, "WORD" if issubclass(given.kind, Enum) else given.name.upper())


def _words(option: Given) -> str:
    """The words that an option may have, where its help does not have them all."""
    words = [str(each.value) for each in option.kind] if issubclass(option.kind, Enum) else []
    told = all(re.search(rf"\b{word}\b", option.info.help or "") for word in words)
    return "" if told else f" One of {', '.join(f'`{word}`' for word in words)}."


def _text(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")


def _default(option: Given) -> str:
    value = option.default.value if isinstance(option.default, Enum) else option.default
    hidden = option.info.show_default is False or value in (None, False, "", Parameter.empty)
    return "" if hidden else f"`{value}`"
