"""The difference between a network and that of the spec that its spec extends."""

from __future__ import annotations

from resnetgen.cli.report.subject import Subject
from resnetgen.comparison import wording
from resnetgen.comparison.comparison import Comparison, compare
from resnetgen.compiler import Compiled, compile_source
from resnetgen.errors import AbstractSpecError
from resnetgen.number_format import with_times_sign
from resnetgen.pages.markup import Markup, fill, joined
from resnetgen.pages.page import Section
from resnetgen.pages.tables import table
from resnetgen.source.extends import Document
from resnetgen.source.source import Source

_SIGNS = {"+": "added", "-": "removed", "~": "changed"}


def section(subject: Subject) -> Section | None:
    """Return the section; None for a spec without a base, and where the base is no network."""
    document = subject.compiled.document
    base = _base(document) if len(document.sources) > 1 else None
    if base is None:
        return None
    titles = (base.document.text.name, document.text.name)
    comparison = compare(base, subject.compiled, titles, subject.batch, subject.dtype)
    return Section(f"{subject.id}-base", f"Difference from its base, {base.network.name}", _content(comparison))


def _base(document: Document) -> Compiled | None:
    """Compile the base as a spec of its own; an abstract one is none."""
    following = dict(zip(map(id, document.sources), document.sources[1:], strict=False))

    def find_base(_: str, source: Source) -> Source:
        return following[id(source)]

    try:
        return compile_source(document.sources[1], find_base=find_base)
    except AbstractSpecError:
        return None


def _content(comparison: Comparison) -> Markup:
    told = joined(fill("<p>{}</p>\n", with_times_sign(line)) for line in wording.verdicts(comparison))
    if not comparison.differ():
        return fill("<p>No difference: both specs give the same network.</p>\n{}", told)
    figures = table("Figures of both networks", wording.FIGURES, _with_signs(wording.figures(comparison)))
    cells = _with_signs(wording.parts(comparison))
    parts = table("Parts that differ", wording.PARTS, cells) if cells else Markup("")
    rest = wording.unchanged(comparison)
    same = fill("<p>{}</p>\n", rest) if rest else Markup("")
    changes = joined(map(_changes, wording.changes(comparison)))
    return joined([figures, parts, same, changes, _changes(wording.state_dict(comparison)), told])


def _with_signs(cells: list[list[str]]) -> list[list[str]]:
    return [[_with_sign(cell) for cell in row] for row in cells]


def _with_sign(cell: str) -> str:
    """Return a cell with the signs of multiplication and of change; a ratio begins with the former."""
    return with_times_sign(f"1{cell}")[1:].replace("->", "→") if cell[:1] == "x" else _arrows(cell)


def _arrows(text: str) -> str:
    return with_times_sign(text).replace("->", "→")


def _changes(section: wording.Section) -> Markup:
    """Return a title and its changes; the signs are said in words too."""
    lines = joined(map(_change, section.lines))
    title = fill("<p>{}:</p>\n", section.title) if section.title and section.lines else Markup("")
    if not section.lines:
        return fill("<p>{}.</p>\n", section.title)
    return fill('{}<ul class="changes">\n{}</ul>\n', title, lines)


def _change(line: wording.Line) -> Markup:
    sign = fill('<span class="sign" title="{}">{}</span> ', _SIGNS[line.sign], line.sign) if line.sign else Markup("")
    return fill("<li>{}{}</li>\n", sign, _arrows(line.text))
