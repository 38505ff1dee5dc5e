"""The printer: lays a tree out as `ruff format` does at its default width, so that emitted files need no formatter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from resnetgen.codegen.python import WIDTH, docstring
from resnetgen.codegen.tree import (
    Assign,
    Blank,
    Bracket,
    Class,
    Commented,
    Comprehension,
    Conditional,
    Do,
    Expression,
    For,
    Function,
    If,
    Lines,
    Located,
    Paths,
    Prefixed,
    Remarked,
    Return,
    Statement,
    merged,
    sources,
)

STEP = 4
"""Columns of one level of indentation."""


class Line(NamedTuple):
    """A line of code, and the parts of the spec that it comes from."""

    text: str
    at: Paths = ()


def printed(definition: Function | Class) -> str:
    """Return a top-level definition as text, without a newline at its end."""
    return "\n".join(line.text for line in printed_lines(definition))


def printed_lines(definition: Function | Class) -> list[Line]:
    """Return the lines of a top-level definition."""
    return list(_class(definition) if isinstance(definition, Class) else _function(definition, 0))


def printed_statements(statements: Iterable[Statement], indent: int = 0) -> str:
    """Return statements as text at an indent, without a newline at its end."""
    return "\n".join(line.text for line in _statements(statements, indent))


def _from(at: Paths, lines: Iterable[Line]) -> Iterator[Line]:
    """Yield lines as those of some parts of the spec, except those that come from a part of their own."""
    for line in lines:
        yield line if line.at else Line(line.text, at)


def _class(definition: Class) -> Iterator[Line]:
    yield from _from(definition.at, _class_lines(definition))


def _class_lines(definition: Class) -> Iterator[Line]:
    yield from _layout(Bracket(f"class {definition.name}(", (definition.base,), "):"), 0)
    yield from _docstring(definition.words, STEP)
    for method in definition.methods:
        yield Line("")
        yield from _function(method, STEP)


def _docstring(words: str, indent: int) -> Iterator[Line]:
    text = f'{" " * indent}"""{docstring(words, indent=indent)}"""'
    yield from map(Line, text.split("\n"))


def _function(function: Function, indent: int) -> Iterator[Line]:
    yield from _from(function.at, _function_lines(function, indent))


def _function_lines(function: Function, indent: int) -> Iterator[Line]:
    yield from _head(function, indent)
    if function.words:
        yield from _docstring(function.words, indent + STEP)
    yield from _statements(function.body, indent + STEP)


def _head(function: Function, indent: int) -> list[Line]:
    *lines, last = _layout(Bracket(f"def {function.name}(", function.parameters, f") -> {function.returns}:"), indent)
    margin = " " * indent
    if lines and len(last.text) > WIDTH >= len(f"{margin}{' ' * STEP}{function.returns}"):
        ends = (f"{margin}) -> (", f"{margin}{' ' * STEP}{function.returns}", f"{margin}):")
        return [*lines, *map(Line, ends)]
    return [*lines, last]


def _statements(statements: Iterable[Statement], indent: int) -> Iterator[Line]:
    for statement in statements:
        yield from _statement(statement, indent)


def _statement(statement: Statement, indent: int) -> Iterator[Line]:
    match statement:
        case Assign(target, value, operator, at):
            yield from _from(at, _assigned(f"{target} {operator} ", value, indent))
        case Return(value):
            yield from _assigned("return ", value, indent)
        case Do(value):
            yield from _layout(value, indent)
        case Lines(text):
            yield from (Line(f"{' ' * indent}{line}".rstrip()) for line in text.splitlines())
        case Commented(inner, words):
            yield from _commented(list(_statement(inner, indent)), words, indent)
        case For(target, items, body, at):
            yield from _from(at, _for(target, items, indent))
            yield from _from(at, _statements(body, indent + STEP))
        case If(test, body):
            yield from _layout(test, indent, "if ", ":")
            yield from _statements(body, indent + STEP)
        case Function():
            yield from _function(statement, indent)
        case Blank():
            yield Line("")


def _commented(lines: list[Line], words: str, indent: int) -> list[Line]:
    first = lines[0]
    behind = f"{first.text}  # {words}"
    if len(lines) == 1 and len(behind) <= WIDTH:
        return [Line(behind, first.at)]
    return [Line(f"{' ' * indent}# {words}", first.at), *lines]


def _assigned(before: str, value: Expression, indent: int, after: str = "") -> list[Line]:
    """Lay out a value after `target = ` or `return `, in parentheses if it fits only there."""
    lines = _layout(value, indent, before, after)
    margin = " " * indent
    inside = [Line(f"{margin}{before}("), *_layout(value, indent + STEP), Line(f"{margin}){after}")]
    if isinstance(value, Conditional) and len(lines) > 1:
        return inside
    return inside if len(lines[0].text) > WIDTH >= max(len(line.text) for line in inside) else lines


def _for(target: str, items: Expression, indent: int) -> list[Line]:
    lines = _assigned(f"for {target} in ", items, indent, ":")
    if isinstance(items, Bracket) and not items.items and len(lines) > 1:
        # Nothing in `self.layer1.modules()` can break. ruff breaks the target, if that is enough.
        margin = " " * indent
        broken = [f"{margin}for (", f"{margin}{' ' * STEP}{target}", f"{margin}) in {_flat(items)}:"]
        return [*map(Line, broken)] if len(broken[-1]) <= WIDTH else lines
    return lines


def _layout(expression: Expression, indent: int, before: str = "", after: str = "") -> list[Line]:
    """Lay out an expression: on one line if it fits, else broken at its outermost brackets."""
    margin = " " * indent
    flat = _flat(expression)
    if flat is not None and (len(margin + before + flat + after) <= WIDTH or isinstance(expression, str)):
        return [Line(f"{margin}{before}{flat}{after}", sources(expression))]
    match expression:
        case Located(value, at):
            return list(_from(at, _layout(value, indent, before, after)))
        case Remarked(value, words):
            return _layout(value, indent, before, f"{after}  # {words}")
        case Prefixed(prefix, value):
            return _layout(value, indent, before + prefix, after)
        case Comprehension(element, clause, source):
            inside = (
                _clauses(element, indent) if isinstance(element, Comprehension) else _layout(element, indent, before)
            )
            return [*inside, *_layout(source, indent, clause, after)]
        case Conditional(value, test, otherwise):
            tested = Line(f"{margin}if {test}")
            return [*_layout(value, indent, before), tested, *_layout(otherwise, indent, "else ", after)]
        case Bracket(opening, items, closing, exploded):
            if not items:
                return [Line(f"{margin}{before}{opening}{closing}{after}")]
            # The items of a list, tuple or dictionary never share a second line, as arguments do.
            alone = exploded or (opening in ("(", "[", "{") and not isinstance(items[0], Comprehension))
            first, last = Line(f"{margin}{before}{opening}"), Line(f"{margin}{closing}{after}")
            return [first, *_inside(items, indent + STEP, alone), last]
    raise AssertionError(expression)  # a text has returned above


def _clauses(comprehension: Comprehension, indent: int) -> list[Line]:
    """Lay out a comprehension inside another one, which was too long for one line: each clause has its own."""
    element, clause, source = comprehension
    return [*_layout(element, indent), *_layout(source, indent, clause)]


def _inside(items: tuple[Expression, ...], indent: int, alone: bool) -> list[Line]:
    """Lay out the items between brackets on lines of their own: all on one line, or each `alone`."""
    flat = None if alone else _joined(items)
    if flat is not None and indent + len(flat) <= WIDTH:
        return [Line(f"{' ' * indent}{flat}", merged(map(sources, items)))]
    if len(items) == 1 and not alone and _needs_no_comma(items[0]):
        return _layout(items[0], indent)
    return [line for item in items for line in _layout(item, indent, after=",")]


def _needs_no_comma(item: Expression) -> bool:
    """Tell whether a single item has no comma behind it."""
    return isinstance(item, Comprehension) or (isinstance(item, Bracket) and item.open == "[")


def _flat(expression: Expression) -> str | None:
    """Return an expression on one line; None if part of it needs several."""
    match expression:
        case str():
            return expression
        case Remarked():
            return None
        case Located(value, _):
            return _flat(value)
        case Prefixed(prefix, value):
            inner = _flat(value)
            return None if inner is None else prefix + inner
        case Comprehension(element, clause, source):
            inner, over = _flat(element), _flat(source)
            return None if inner is None or over is None else f"{inner} {clause}{over}"
        case Conditional(value, test, otherwise):
            parts = _flat(value), _flat(otherwise)
            return None if None in parts else f"{parts[0]} if {test} else {parts[1]}"
        case Bracket(opening, items, closing, exploded):
            inner = None if exploded and items else _joined(items)
            return None if inner is None else f"{opening}{inner}{closing}"


def _joined(items: tuple[Expression, ...]) -> str | None:
    flat = [_flat(item) for item in items]
    return None if None in flat else ", ".join(item for item in flat if item is not None)
