"""The keys of the language, as the spec's classes declare them and as the pages list them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

from resnetgen.schema.field_docs import meaning
from resnetgen.schema.record import Record
from resnetgen.spec import spec
from tests.docs.markdown import LANGUAGE, ROOT, code, rows

PAGES = sorted(path.relative_to(ROOT).as_posix() for path in LANGUAGE.glob("*.md"))
"""The pages of the language."""

_TABLE = re.compile(r"<!-- fields of (\w+) -->\n\n((?:\|.*\n)+)")
_SEE = re.compile(r" See \[[^]]*\]\([^)]*\)\.$")
_LINK = re.compile(r"\[([^]]*)\]\([^)]*\)")


def records(annotation: Any) -> Iterator[type[Record]]:
    """Every record inside a type."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        yield annotation
    for argument in get_args(annotation):
        yield from records(argument)


def parents(record: type[Record]) -> list[type[Record]]:
    """The records that a record inherits from directly."""
    return [parent for parent in record.__bases__ if issubclass(parent, Record) and parent is not Record]


def reached(record: type[Record], found: dict[type[Record], None]) -> dict[type[Record], None]:
    """A record, those of its fields and those that they inherit from, each once."""
    if record not in found:
        found[record] = None
        inside = [each for field in record.model_fields.values() for each in records(field.annotation)]
        for inner in (*parents(record), *inside):
            reached(inner, found)
    return found


def own(record: type[Record]) -> list[str]:
    """The fields that no parent has, or has with another default."""
    inherited = {name: field for parent in parents(record) for name, field in parent.model_fields.items()}
    return [
        name
        for name, field in record.model_fields.items()
        if name not in inherited or field.default != inherited[name].default
    ]


RECORDS = {record.__name__: record for record in reached(spec.Spec, {}) if own(record)}
"""The classes that have a table of keys on a page, by name."""


def documented(record: type[Record]) -> dict[str, str]:
    """The keys in the table of a record, each with its documented default."""
    return {code(key): default for key, _, default in rows(f"fields of {record.__name__}", PAGES)}


def without_links(cell: str) -> str:
    """A meaning without `See [...](...).` at its end, and with the words of its links alone."""
    return _LINK.sub(r"\1", _SEE.sub("", cell))


def with_fresh_meanings(text: str) -> str:
    """A page with the meanings in its tables of keys as the code has them, and the page's own links where they fit."""
    return _TABLE.sub(_fresh_table, text)


def _fresh_table(found: re.Match[str]) -> str:
    record = RECORDS[found[1]]
    head, line, *rows = found[2].splitlines()
    fresh = []
    for row in rows:
        key, old, default = (cell.strip() for cell in row[1:-1].split("|"))
        fresh.append(f"| {key} | {_relinked(old, meaning(record, code(key)))} | {default} |")
    return f"<!-- fields of {found[1]} -->\n\n" + "".join(f"{each}\n" for each in (head, line, *fresh))


def _relinked(old: str, words: str) -> str:
    if without_links(old) == words:
        return old
    see = _SEE.search(old)
    for link in _LINK.finditer(_SEE.sub("", old)):
        words = words.replace(link[1], link[0], 1)
    return words + (see[0] if see else "")
