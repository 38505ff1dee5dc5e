"""Filters of `resnetgen list`, and the help for a list without entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

import typer

from resnetgen.cli import number_range
from resnetgen.diagnostics.suggestions import closest, did_you_mean
from resnetgen.number_format import pluralize
from resnetgen.summary.collection_entry import Entry

NONE, ANY = "none", "any"
"""The words of `--attention` beside the kinds of attention."""


class Filter(NamedTuple):
    """A filter as written on the command line, and its predicate."""

    written: str
    keeps: Callable[[Entry], bool]


def by_name(patterns: Sequence[str]) -> Filter:
    """Keep the entries that any of the patterns matches, by a name, the family or the path, in any case.

    `*`, `?` and `[...]` work as in a shell, and in `timm.list_models`.
    """
    lowered = [pattern.lower() for pattern in patterns]

    def keeps(entry: Entry) -> bool:
        labels = [label.lower() for label in entry.labels]
        return any(fnmatchcase(label, pattern) for pattern in lowered for label in labels)

    return Filter(" ".join(f"'{pattern}'" for pattern in patterns), keeps)


def by_family(family: str, entries: Iterable[Entry]) -> Filter:
    """Keep the entries of a family.

    Raises:
        typer.BadParameter: no entry is of this family.
    """
    families = list(dict.fromkeys(entry.family for entry in entries))
    _known("--family", family, families, "family")
    return Filter(f"--family {family}", lambda entry: entry.family == family)


def by_attention(attention: str, entries: Iterable[Entry]) -> Filter:
    """Keep the networks with this kind of attention, with none, or with any.

    Raises:
        typer.BadParameter: no entry has this kind.
    """
    kinds = sorted({kind for entry in entries for kind in entry.attention})
    _known("--attention", attention, [NONE, ANY, *kinds], "attention")

    def keeps(entry: Entry) -> bool:
        found = entry.attention
        return attention in found or (attention == NONE and not found) or (attention == ANY and bool(found))

    return Filter(f"--attention {attention}", keeps)


def by_params(written: str) -> Filter:
    """Keep the networks with a number of parameters in a range.

    Raises:
        typer.BadParameter: the text is no range.
    """
    interval = number_range.parse(written, "--params")
    return Filter(f"--params {written}", lambda entry: entry.cost.params in interval)


def by_macs(written: str) -> Filter:
    """Keep the networks with a number of multiply-adds in a range, each at its own input size.

    Raises:
        typer.BadParameter: the text is no range.
    """
    interval = number_range.parse(written, "--macs")
    return Filter(f"--macs {written}", lambda entry: entry.cost.macs in interval)


def _known(option: str, word: str, words: list[str], what: str) -> None:
    if word not in words:
        message = f"unknown {what} {word!r}, not one of {', '.join(words)}{did_you_mean(word, words)}"
        raise typer.BadParameter(message, param_hint=f"'{option}'")


def matching(entries: Iterable[Entry], filters: Iterable[Filter]) -> list[Entry]:
    """Return the entries that every filter keeps."""
    conditions = list(filters)
    return [entry for entry in entries if all(each.keeps(entry) for each in conditions)]


def suggestion(entries: Sequence[Entry], filters: Sequence[Filter], patterns: Sequence[str]) -> str:
    """Return the help for an empty list: the filter to drop, or a better pattern."""
    for each in filters if len(filters) > 1 else ():
        count = len(matching(entries, (other for other in filters if other is not each)))
        if count:
            return f"without {each.written}, {pluralize(count, 'spec')} {'matches' if count == 1 else 'match'}"
    if patterns and not matching(entries, [by_name(patterns)]):
        return next(filter(None, (_better(pattern, entries) for pattern in patterns)), _ALL)
    return _ALL


_ALL = "`resnetgen list` shows all specs"


def _better(pattern: str, entries: Sequence[Entry]) -> str:
    """Return the likely meaning of a pattern that matches nothing: a part of names, or a similar name."""
    part = pattern.strip("*")
    wider = by_name([f"*{part}*"])
    count = len(matching(entries, [wider]))
    if part and count:
        return f"{wider.written} matches {pluralize(count, 'spec')}"
    close = closest(part, dict.fromkeys(label for entry in entries for label in entry.labels))
    return f"did you mean '{close}'?" if close else ""
