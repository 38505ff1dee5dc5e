"""Width expressions: whole-number arithmetic over the names of widths, such as `out / 4` or `6 * in`.

`/` must divide evenly, `//` and `%` are Python's. There is no other syntax, and nothing is ever evaluated as Python.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from resnetgen.errors import ExpressionError
from resnetgen.schema.make_divisible import divisible
from resnetgen.source.unambiguous import unambiguous_match

if TYPE_CHECKING:
    from fractions import Fraction

LIMIT = 10**9
"""No width, and no step on the way to one, may be larger than this."""

LONGEST = 200
"""Characters in an expression; a longer one is a mistake or an attack."""

DEEPEST = 20
"""The maximum depth of brackets."""

_TOKEN = re.compile(r"\s*(?:(\d+)|([A-Za-z_]\w*)|(//|[-+*/%()]))")


class Number(NamedTuple):
    """A literal, or a width that was written as a plain number."""

    value: int


class Name(NamedTuple):
    """The name of a width."""

    name: str


class Operation(NamedTuple):
    """`left sign right`."""

    sign: str
    left: Term
    right: Term


class Scaled(NamedTuple):
    """A term times a factor, rounded to a multiple of a divisor as in MobileNet."""

    term: Term
    factor: Fraction
    divisor: int


Term = Number | Name | Operation | Scaled


class Expression(NamedTuple):
    """A parsed width: its text, and its syntax tree."""

    text: str
    term: Term

    def names(self) -> frozenset[str]:
        """Return the names of the widths that it reads."""
        return frozenset(_names(self.term))

    def is_number(self) -> bool:
        """Return True if it is written as a plain number."""
        return type(self.term) is Number

    def value(self, widths: Mapping[str, int]) -> int:
        """Evaluate the expression.

        Args:
            widths: the values of names.

        Raises:
            ExpressionError: a name is unknown, a division is not even or by zero, or a number is out of bounds.
        """
        term = self.term
        if type(term) is Name and term.name in widths:  # by far the most frequent
            return widths[term.name]
        return _value(term, widths)

    def width(self, widths: Mapping[str, int], most: int) -> int:
        """Evaluate the expression as a number of channels.

        Args:
            widths: the values of names.
            most: the largest width that is allowed.

        Raises:
            ExpressionError: it has no value, or one below 1 or above `most`.
        """
        value = self.value(widths)
        if not 1 <= value <= most:
            by = " with `scale`" if type(self.term) is Scaled else ""
            raise ExpressionError(f"is {value}{by}; a width is from 1 to {most:,}")
        return value


def scaled(written: Expression, factor: Fraction, divisor: int) -> Expression:
    """Return an expression times a factor; its text stays."""
    return Expression(written.text, Scaled(written.term, factor, divisor))


def number(value: int) -> Expression:
    """Return the expression of a single number."""
    return Expression(str(value), Number(value))


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Parse an expression.

    Raises:
        ExpressionError: the text is no expression; the message has the character at fault, counted from 1.
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"is longer than {LONGEST} characters")
    return Expression(text, _Parser(text).whole())


class _Parser:
    """Recursive descent: sum -> product -> factor."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0

    def whole(self) -> Term:
        term = self._sum()
        if self._peek():
            raise ExpressionError(f"has `{self._peek()}` where it should end")
        return term

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def _sum(self) -> Term:
        term = self._product()
        while self._peek() in ("+", "-"):
            term = Operation(self._take(), term, self._product())
        return term

    def _product(self) -> Term:
        term = self._factor()
        while self._peek() in ("*", "/", "//", "%"):
            term = Operation(self._take(), term, self._factor())
        return term

    def _factor(self) -> Term:
        token = self._take()
        if token == "(":
            return self._bracket()
        if token.isdigit():
            if len(token) > len(str(LIMIT)):
                raise ExpressionError(f"has a number larger than {LIMIT:,}")
            return Number(int(token))
        if token.isidentifier():
            return Name(token)
        raise ExpressionError(f"has `{token}` where a number or a name should stand" if token else "ends too early")

    def _bracket(self) -> Term:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError(f"has brackets more than {DEEPEST} deep")
        term = self._sum()
        if self._take() != ")":
            raise ExpressionError("has a `(` that is not closed")
        self._depth -= 1
        return term


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None or not match[0].isascii():
            bad = text[at:].lstrip()[0]
            raise ExpressionError(f"has a {bad!r}, which is not whole-number arithmetic")
        tokens.append(match[0].strip())
        at = match.end()
    return tokens


def _names(term: Term) -> list[str]:
    match term:
        case Name(name):
            return [name]
        case Operation(_, left, right):
            return _names(left) + _names(right)
        case Scaled(inner):
            return _names(inner)
    return []


def _value(term: Term, widths: Mapping[str, int]) -> int:
    match term:
        case Number(value):
            return value
        case Name(name):
            if name not in widths:
                known = ", ".join(f"`{width}`" for width in widths)
                words = f"; the names known here are {known}" if known else ", but no names are known here"
                help = "" if known else "write a plain number"
                raise ExpressionError(f"uses `{name}`{words}", help, name, unambiguous_match(name, widths))
            return widths[name]
        case Operation(sign, left, right):
            return _apply(sign, _value(left, widths), _value(right, widths))
        case Scaled(inner, factor, divisor):
            value = _value(inner, widths)
            if value < 1:
                raise ExpressionError(f"is {value}; only a positive width can be scaled")
            return divisible(value * factor, divisor, tenths=9)


def _apply(sign: str, left: int, right: int) -> int:
    if sign in ("/", "//", "%") and right == 0:
        raise ExpressionError(f"divides {left} by zero")
    if sign == "/" and left % right:
        help = "widths are whole and at least 1: choose channels that divide, or `//` to round down"
        raise ExpressionError(f"is not whole: {left} / {right}", help)
    result = {
        "+": lambda: left + right,
        "-": lambda: left - right,
        "*": lambda: left * right,
        "/": lambda: left // right,
        "//": lambda: left // right,
        "%": lambda: left % right,
    }[sign]()
    if abs(result) > LIMIT:
        raise ExpressionError(f"passes {LIMIT:,}")
    return result


def _pattern() -> str:
    """Return the grammar as a regular expression, for editors: one that Python and JavaScript read alike.

    In a sequence of operands, each has a sign after it that another operand follows, or is the last; so the level
    below is written once in each, and the whole grows no faster than the brackets nest.
    """
    space = r"[ \t-\r\x1c-\x1f]*"
    operand = "[0-9]{1,10}|[A-Za-z_][A-Za-z0-9_]*"
    ends = rf"{space}(?://|[-+*/%])(?={space}[A-Za-z0-9_(])|(?={space}(?:\)|\s*$))"
    row = rf"(?:{space}(?:{operand})(?:{ends}))+"
    for _ in range(DEEPEST):
        row = rf"(?:{space}(?:{operand}|\({row}{space}\))(?:{ends}))+"
    return rf"^(?![\s(]*[0-9]+[\s)]*$){row}\s*$"


PATTERN = _pattern()
"""Matches every expression that parses and is no plain number; of texts of at most `LONGEST`, no other."""
