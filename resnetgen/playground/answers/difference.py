"""`difference`: how a tab's network differs from its base, or from another.

`against` is null for the base that the spec extends, else an object with `tab` or with `spec`, the name of a shipped
spec. The answer has `titles` (of both), `differ`, `figures` and `parts` (each with `columns` and `rows`), `verdicts`
(which weights load into which), `unchanged`, and `sections` of changes (each with `title` and `lines`, pairs of a sign
and a text). Without a comparison it has `why_not` instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from resnetgen.compiler import Compiled, compile_source
from resnetgen.diagnostics.terminal import escape
from resnetgen.errors import AbstractSpecError, SpecError
from resnetgen.source import collection
from resnetgen.source.source import Source

if TYPE_CHECKING:
    from resnetgen.comparison.comparison import Comparison
    from resnetgen.comparison.wording import Section
    from resnetgen.playground.session import Session
    from resnetgen.tables.table import Column


def answer(session: Session, asked: dict[str, Any]) -> dict[str, Any]:
    """Compare the network of the tab `tab` with another."""
    tab, against = asked["tab"], asked["against"]
    compiled = session.checked(tab).compiled
    if compiled is None:
        return {"why_not": f"{tab} has errors."}
    try:
        title, other = _other(session, compiled, against)
    except AbstractSpecError as error:
        return {"why_not": f"{_name(error)} is abstract: it has no network of its own to compare with."}
    except SpecError as error:
        return {"why_not": f"{_name(error)} has errors."}
    if other is None:
        return {"why_not": title}
    from resnetgen.comparison.comparison import compare

    return _told(compare(other, compiled, (title, tab), batch=1, dtype="float32"))


def _name(error: SpecError) -> str:
    return escape(error.diagnostics[0].primary.span.text.name)


def _other(session: Session, compiled: Compiled, against: dict[str, str] | None) -> tuple[str, Compiled | None]:
    """Return the other network with its title, or the reason why there is none.

    Raises:
        SpecError: the other spec is wrong, or abstract.
    """
    if against is None:
        sources = compiled.document.sources
        if len(sources) == 1:
            return "This spec extends no other: choose one to compare with.", None
        return escape(sources[1].text.name), _compiled(sources[1:])
    if "spec" in against:
        name = against["spec"]
        if name not in collection.names():
            return f"There is no shipped spec {escape(name)}.", None
        return name, compile_source(collection.shipped(name))
    tab = against["tab"]
    if session.workspace.spec(tab) is None:
        return f"There is no tab {escape(tab)}.", None
    other = session.checked(tab).compiled
    return (tab, other) if other is not None else (f"{tab} has errors.", None)


def _compiled(chain: Sequence[Source]) -> Compiled:
    """Compile the first of a chain of specs, each of which extends the next."""
    bases = {id(source): base for source, base in pairwise(chain)}
    return compile_source(chain[0], find_base=lambda name, source: bases[id(source)])


def _told(comparison: Comparison) -> dict[str, Any]:
    from resnetgen.comparison import wording

    sections = [*wording.changes(comparison), wording.state_dict(comparison)]
    return {
        "titles": list(comparison.titles),
        "differ": comparison.differ(),
        "figures": _table(wording.FIGURES, wording.figures(comparison)),
        "parts": _table(wording.PARTS, wording.parts(comparison)),
        "verdicts": [escape(line) for line in wording.verdicts(comparison)],
        "unchanged": escape(wording.unchanged(comparison)),
        "sections": list(map(_section, sections)),
    }


def _table(columns: Sequence[Column], rows: list[list[str]]) -> dict[str, Any]:
    titles = [{"title": column.title, "number": column.number} for column in columns]
    return {"columns": titles, "rows": [[escape(cell) for cell in row] for row in rows]}


def _section(section: Section) -> dict[str, Any]:
    return {"title": escape(section.title), "lines": [[line.sign, escape(line.text)] for line in section.lines]}
