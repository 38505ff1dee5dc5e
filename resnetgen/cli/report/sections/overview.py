"""At a glance: what the spec says of its network, and the figures of the whole."""

from __future__ import annotations

from resnetgen.cli.report.subject import Subject
from resnetgen.number_format import binary_size, pluralize, with_si_prefix, with_times_sign
from resnetgen.ops.window import by_axis
from resnetgen.pages.markup import fill, joined
from resnetgen.pages.page import Section
from resnetgen.pages.tables import facts
from resnetgen.summary.aliases import elsewhere


def section(subject: Subject) -> Section:
    """Return the section."""
    summary, network = subject.summary, subject.compiled.network
    words = [text for text in (network.description, network.reference) if text.strip()]
    cost = summary.total.cost
    memory = cost.memory(subject.dtype, subject.batch)
    aka = dict(network.aka)
    pairs = [
        *([("also known as", elsewhere(aka))] if aka else []),
        ("input", with_times_sign(by_axis(summary.input))),
        ("output", with_times_sign(summary.described_outputs)),
        ("parameters", _exact(cost.params, with_si_prefix(cost.params))),
        ("multiply-adds", _exact(cost.macs, with_si_prefix(cost.macs))),
        (f"activations ({subject.dtype}, batch {subject.batch:,})", _exact(memory, binary_size(memory), " bytes")),
        ("weighted layers", f"{summary.weighted_layers:,}"),
        ("blocks", f"{network.blocks():,}"),
        ("state dict", pluralize(summary.keys, "tensor")),
    ]
    paragraphs = joined(fill("<p>{}</p>\n", " ".join(text.split())) for text in words)
    return Section(f"{subject.id}-overview", "At a glance", fill("{}{}", paragraphs, facts(pairs)))


def _exact(number: int, short: str, unit: str = "") -> object:
    """Return a figure with three digits, and all of them in brackets where it has more."""
    exact = f"{number:,}{unit}"
    return short if short == exact else fill('{} <span class="note">({})</span>', short, exact)
