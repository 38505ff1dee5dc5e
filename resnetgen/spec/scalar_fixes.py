"""Fixes for scalars that YAML 1.1 resolves to another type than they look like; the right one depends on the key.

`1e-5` is a number where the language has one, and text in a description; `no` is `false` for a key that is true or
false. The YAML reader does not know the keys, so these fixes come after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic_core import SchemaValidator, ValidationError
from yaml.events import ScalarEvent

from resnetgen.diagnostics.model import Diagnostic, EditKind, Fix, Part, Path, Place, Suggestion, Text
from resnetgen.schema.marks import Validator
from resnetgen.schema.record import Record, schema_of
from resnetgen.source.fix_edits import rewrite_scalar
from resnetgen.source.yaml_events import compose_partially
from resnetgen.source.yaml_scalars import AmbiguousScalar, resolve_plain
from resnetgen.source.yaml_tree import Container, Node
from resnetgen.spec.spec import Spec


class _Spot(NamedTuple):
    """A scalar in a text: its mapping or list, the place of its entry there, and its path."""

    node: ScalarEvent
    branch: Container
    place: int
    at: Place

    def start(self) -> tuple[int, int]:
        """Return its line and column, counted from 1."""
        mark: Any = self.node.start_mark
        return mark.line + 1, mark.column + 1


def respelled(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics, with a fix for each scalar that can only mean one thing at its key."""
    spots: dict[str, dict[tuple[int, int], _Spot]] = {}
    found = []
    for each in diagnostics:
        span = each.primary.span
        if each.code == "RG105" and each.fix is None:
            if span.text.content not in spots:
                spots[span.text.content] = _spots(span.text)
            spot = spots[span.text.content].get((span.line, span.column))
            found.append(each if spot is None else _advised(each._replace(fix=_fix(span.text, spot)), spot))
        else:
            found.append(each)
    return tuple(found)


def _advised(diagnostic: Diagnostic, spot: _Spot) -> Diagnostic:
    """Return a diagnostic about a word such as `off` with help that works if the key takes neither text nor truth."""
    ambiguous = resolve_plain(spot.node.value)
    forms = _forms(Spec, spot.at.path)
    if not isinstance(ambiguous, AmbiguousScalar) or spot.at.part is Part.KEY or not forms:
        return diagnostic
    truth = resolve_plain(ambiguous.replacement) if ambiguous.replacement else None
    if not isinstance(truth, bool) or _fits(spot.node.value, forms) or _fits(truth, forms):
        return diagnostic
    words = [word for word in ("none", "0") if not truth and _fits(resolve_plain(word), forms)]
    leave = "leave out the key for its default"
    help = f"write `{words[0]}`, or {leave}" if words else f"write a value of `{spot.at.path[-1]}`, or {leave}"
    return diagnostic._replace(help=help)


def _spots(text: Text) -> dict[tuple[int, int], _Spot]:
    root = compose_partially(text)
    spots = () if root is None else _inside(root, ())
    return {spot.start(): spot for spot in spots}


def _inside(node: Node, path: Path) -> Iterator[_Spot]:
    """Yield every scalar in a mapping or a list."""
    if not isinstance(node, Container):
        return
    step = 2 if isinstance(node.data, dict) else 1
    for index in range(0, len(node.items), step):
        key, value = node.items[index], node.items[index + step - 1]
        here: Path = (*path, key.value if step == 2 and isinstance(key, ScalarEvent) else index)
        if step == 2 and isinstance(key, ScalarEvent):
            yield _Spot(key, node, index, Place(here, Part.KEY))
        if isinstance(value, ScalarEvent):
            yield _Spot(value, node, index, Place(here))
        yield from _inside(value, here)


def _fix(text: Text, spot: _Spot) -> Fix | None:
    suggestion = _suggestion(spot)
    edit = None if suggestion is None else rewrite_scalar(text, spot.branch, spot.place, suggestion)
    return None if suggestion is None or edit is None else Fix(suggestion.words, (edit,))


def _suggestion(spot: _Spot) -> Suggestion | None:
    """Return the only meaning of a scalar at its key: text, a number, or a truth value; None if it is ambiguous."""
    written = spot.node.value
    trap = resolve_plain(written)
    if spot.node.style or not isinstance(trap, AmbiguousScalar):
        return None
    quoted = Suggestion("put it in quotes", spot.at, kind=EditKind.QUOTE)
    if spot.at.part is Part.KEY:
        return quoted if written.isidentifier() else None
    forms = _forms(Spec, spot.at.path)
    value = next((each for each in _values(trap.replacement) if _fits(resolve_plain(each), forms)), "")
    if _fits(written, forms):
        return None if value else quoted
    return Suggestion(f"write `{value}`", spot.at, value) if value else None


def _values(instead: str) -> Iterator[str]:
    """Yield the spellings of a number: as a whole one if it is."""
    number = resolve_plain(instead) if instead else None
    if isinstance(number, float) and number.is_integer():
        yield str(int(number))
    if instead:
        yield instead


def _fits(value: object, forms: list[Any]) -> bool:
    """Tell whether a value matches one of these types of the language."""
    for form in forms:
        try:
            _validator(form).validate_python(value)
        except ValidationError:
            continue
        return True
    return False


@lru_cache(maxsize=64)
def _validator(form: Any) -> SchemaValidator:
    return SchemaValidator(schema_of(form))


def _forms(form: Any, path: Path) -> list[Any]:
    """Return the types that the language allows at a path below a type; several if they depend on other keys."""
    if not path:
        return [form]
    step, rest = path[0], path[1:]
    if isinstance(form, type) and issubclass(form, Record):
        return _forms(form.model_fields[str(step)].annotation, rest) if step in form.model_fields else []
    origin, inside = get_origin(form), get_args(form)
    if origin is Annotated:
        return [] if any(isinstance(mark, Validator) for mark in inside) else _forms(inside[0], path)
    if origin in (UnionType, Union):
        return [found for member in inside for found in _forms(member, path)]
    if origin in (list, dict):
        return _forms(inside[-1], rest)
    return []
