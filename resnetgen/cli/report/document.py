"""A report as a page: the sections about a network, or a comparison of several and the sections about each."""

from __future__ import annotations

from collections.abc import Sequence

from resnetgen.cli.report.sections import sections
from resnetgen.cli.report.subject import Subject
from resnetgen.compiler import Compiled
from resnetgen.number_format import with_times_sign
from resnetgen.ops.window import by_axis
from resnetgen.pages.markup import Markup, fill
from resnetgen.pages.page import Page, Section, render
from resnetgen.pages.tables import networks
from resnetgen.source.digest import digest
from resnetgen.tables.layouts import LAYOUTS, layout
from resnetgen.tables.subject import Subject as TableSubject
from resnetgen.tables.subject import titles

_CAPTIONS = {"figures": "Figures", "paper": "Architectures as papers print them"}


def document(compiled: Sequence[Compiled], batch: int, dtype: str) -> str:
    """Return the text of a report.

    Args:
        compiled: the networks.
        batch: the samples for the activation memory.
        dtype: the data type for the activation memory.
    """
    subjects = [Subject(each, f"net{number}", batch, dtype) for number, each in enumerate(compiled, 1)]
    if len(subjects) == 1:
        return render(Page(compiled[0].network.name, _lead(subjects), sections(subjects[0]), _footer(compiled)))
    names = titles(compiled)
    parts = (Section(each.id, name, Markup(""), sections(each)) for each, name in zip(subjects, names, strict=True))
    return render(Page(", ".join(names), _lead(subjects), (_comparison(subjects), *parts), _footer(compiled)))


def _comparison(subjects: Sequence[Subject]) -> Section:
    """Return the tables that `resnetgen compare` prints: networks as columns, so that few of them fit a narrow page."""
    asked = [TableSubject(each.compiled, each.batch, each.dtype) for each in subjects]
    figures, paper = (layout(name)(asked) for name in LAYOUTS)
    tables = (networks(_CAPTIONS["figures"], figures.transposed()), networks(_CAPTIONS["paper"], paper))
    return Section("comparison", "Comparison", fill('<div class="pair">\n{}{}</div>\n', *tables))


def _lead(subjects: Sequence[Subject]) -> Markup:
    sizes = dict.fromkeys(with_times_sign(by_axis(each.compiled.trace.input)) for each in subjects)
    return fill("<p>Figures are for one sample at an input of {}.</p>\n", " and ".join(sizes))


def _footer(compiled: Sequence[Compiled]) -> str:
    specs = ", ".join(f"{each.document.text.name} (digest {digest(each.document)})" for each in compiled)
    return f"Made by resnetgen report of {specs}."
