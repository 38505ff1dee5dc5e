"""Emitted Python as a tree of expressions, statements and definitions; `printer.py` lays it out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from resnetgen.diagnostics.model import Path

Paths = tuple[Path, ...]
"""The paths of the parts of a spec that some code comes from; empty if they are those of the code around it."""


class Bracket(NamedTuple):
    """Items between an opening and a closing text, such as the arguments of a call.

    With `exploded` each item has a line of its own, however short they are.
    """

    open: str
    items: tuple[Expression, ...]
    close: str
    exploded: bool = False


class Prefixed(NamedTuple):
    """An expression right behind some text: `key=value`, `"key": value`, `*value`."""

    before: str
    value: Expression


class Comprehension(NamedTuple):
    """A generator's element and clause, without brackets: `Block(64)` and `for _ in range(2)`.

    `source` is what the clause iterates over where that has places to break at; the clause then ends before it.
    """

    element: Expression
    clause: str
    source: Expression = ""


class Conditional(NamedTuple):
    """`value if test else otherwise`."""

    value: Expression
    test: str
    otherwise: Expression


class Remarked(NamedTuple):
    """An item of a bracket with a comment behind it; the bracket is broken for that."""

    value: Expression
    words: str


class Located(NamedTuple):
    """An expression that comes from certain parts of the spec."""

    value: Expression
    at: Paths


Expression: TypeAlias = "str | Bracket | Prefixed | Comprehension | Conditional | Remarked | Located"
"""A text is an expression that has no place to break at."""


class Assign(NamedTuple):
    """`target = value`, or with another operator, `target += value`."""

    target: str
    value: Expression
    operator: str = "="
    at: Paths = ()


class Return(NamedTuple):
    """`return value`."""

    value: Expression


class Do(NamedTuple):
    """An expression as a statement."""

    value: Expression


class Lines(NamedTuple):
    """Statements that are text already, one or several lines of it, relative to where they stand."""

    text: str


class Commented(NamedTuple):
    """A statement with a comment behind it, or above it where the line has no room."""

    statement: Statement
    words: str


class For(NamedTuple):
    """`for target in items:`; the items are a text, or a bracket that may break."""

    target: str
    items: Expression
    body: tuple[Statement, ...]
    at: Paths = ()


class If(NamedTuple):
    """`if test:`; the test is a text, or a bracket that may break."""

    test: Expression
    body: tuple[Statement, ...]


class Blank(NamedTuple):
    """An empty line."""


class Function(NamedTuple):
    """A function or method with its docstring, which may be empty."""

    name: str
    parameters: tuple[Expression, ...]
    returns: str
    words: str
    body: tuple[Statement, ...]
    at: Paths = ()


class Class(NamedTuple):
    """A class with its docstring and its methods."""

    name: str
    base: str
    words: str
    methods: tuple[Function, ...]
    at: Paths = ()


Statement: TypeAlias = "Assign | Return | Do | Lines | Commented | For | If | Blank | Function"


def call(function: str, arguments: Iterable[Expression] = (), *, exploded: bool = False) -> Bracket:
    """`function(arguments)`."""
    return Bracket(f"{function}(", tuple(arguments), ")", exploded)


def sequence(items: Iterable[Expression], *, exploded: bool = False) -> Bracket:
    """`[items]`."""
    return Bracket("[", tuple(items), "]", exploded)


def mapping(pairs: Iterable[Expression]) -> Bracket:
    """`{pairs}`."""
    return Bracket("{", tuple(pairs), "}")


def repeated_group(elements: Sequence[Expression], repeat: int) -> Prefixed:
    """Return several elements that repeat, unpacked: `*(block for _ in range(2) for block in (Block(64), Other()))`."""
    each = Comprehension("block", f"for _ in range({repeat})")
    source = Bracket("(", tuple(elements), ")")
    return Prefixed("*", Bracket("(", (Comprehension(each, "for block in ", source),), ")"))


def repeated(element: Expression, clause: str) -> Prefixed:
    """An unpacked generator as an element: `*(Block(64) for _ in range(2))`."""
    return Prefixed("*", Bracket("(", (Comprehension(element, clause),), ")"))


def merged(several: Iterable[Paths]) -> Paths:
    """Return the paths of several, each once."""
    return tuple(dict.fromkeys(path for paths in several for path in paths))


def sources(expression: Expression) -> Paths:
    """Return the paths of an expression and of all that is in it."""
    match expression:
        case str():
            return ()
        case Located(value, at):
            return merged((at, sources(value)))
        case Bracket(_, items):
            return merged(map(sources, items))
        case Comprehension(element, _, source):
            return merged((sources(element), sources(source)))
        case Conditional(value, _, otherwise):
            return merged((sources(value), sources(otherwise)))
        case Prefixed(_, value) | Remarked(value, _):
            return sources(value)
