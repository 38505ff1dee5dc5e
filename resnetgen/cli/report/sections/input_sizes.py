"""The input sizes that work, and the maps at some of them."""

from __future__ import annotations

from resnetgen.analysis.input_domain import InputDomain
from resnetgen.analysis.shape_inference import Trace, trace
from resnetgen.cli.report.subject import Subject
from resnetgen.number_format import with_times_sign
from resnetgen.ops.window import by_axis
from resnetgen.pages.markup import Markup, fill
from resnetgen.pages.page import Section
from resnetgen.pages.tables import table
from resnetgen.tables.table import Column


def section(subject: Subject) -> Section:
    """Return the section."""
    domain = subject.summary.domain
    if domain is None:
        words, sizes = Markup("<p>There are too many sizes to search.</p>\n"), Markup("")
    else:
        words = fill("<p>{}.</p>\n", _sentence(with_times_sign(domain.describe())))
        sizes = _examples(subject, domain)
    return Section(f"{subject.id}-input-sizes", "Input sizes that work", fill("{}{}", words, sizes))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _examples(subject: Subject, domain: InputDomain) -> Markup:
    """Return the table of some sizes: the smallest, that of the report, and about twice that."""
    own = subject.summary.input[1:]
    twice = tuple(axis.next_size(2 * size) for axis, size in zip(domain.axes, own, strict=True))
    named = {domain.smallest_size(): "the smallest", own: "that of this report", twice: "about twice as large"}
    network = subject.compiled.network
    traced = [(words, trace(network, size)) for size, words in sorted(named.items()) if size in domain]
    columns = (Column("input"), Column("size"), Column("last map"), Column("output"))
    return table("Maps at some of these sizes", columns, [_row(words, one) for words, one in traced if not one.faults])


def _row(words: str, traced: Trace) -> list[object]:
    last = list(traced.maps().values())[-1:]
    shapes = (by_axis(traced.input), *(by_axis(shape) for shape in last or [()]), traced.describe_outputs())
    return [words, *map(with_times_sign, shapes)]
