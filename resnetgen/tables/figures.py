"""The figures of networks side by side: a row a network, a column a figure."""

from __future__ import annotations

from collections.abc import Sequence

from resnetgen.analysis.cost import BYTES, cost, weighted_layers
from resnetgen.analysis.input_sizes import input_domain
from resnetgen.analysis.receptive_field import receptive_field
from resnetgen.compiler import source_code
from resnetgen.number_format import binary_size, format_extents, with_si_prefix, with_times_sign
from resnetgen.ops.window import by_axis
from resnetgen.tables.figure import Figure
from resnetgen.tables.measured import MEASURED
from resnetgen.tables.subject import Subject, titles
from resnetgen.tables.table import Column, Table

_COPIES = 3
"""Weights, gradients, and the momentum of SGD."""


def _memory(subject: Subject) -> int:
    return cost(subject.compiled.trace).memory(subject.dtype, subject.batch)


def _training_memory(subject: Subject) -> int:
    return _memory(subject) + _COPIES * cost(subject.compiled.trace).params * BYTES[subject.dtype]


def _sizes(subject: Subject) -> str:
    domain = input_domain(subject.compiled.network)
    return "" if domain is None else domain.describe()


def _spec_lines(subject: Subject) -> int:
    """Count the lines of the spec itself that are neither empty nor a comment."""
    lines = (line.strip() for line in subject.compiled.document.text.content.splitlines())
    return sum(bool(line) and not line.startswith("#") for line in lines)


def _code_lines(subject: Subject) -> int:
    compiled = subject.compiled
    return len(source_code(compiled, compiled.document.text.name).splitlines())


FIGURES = (
    Figure(
        "input",
        "input",
        lambda one: list(one.compiled.trace.input),
        lambda one: with_times_sign(by_axis(one.compiled.trace.input)),
    ),
    Figure(
        "params",
        "parameters",
        lambda one: cost(one.compiled.trace).params,
        lambda one: with_si_prefix(cost(one.compiled.trace).params),
    ),
    Figure(
        "macs",
        "MACs",
        lambda one: cost(one.compiled.trace).macs,
        lambda one: with_si_prefix(cost(one.compiled.trace).macs),
    ),
    Figure("memory", "activations", _memory, lambda one: binary_size(_memory(one))),
    Figure("training_memory", "training", _training_memory, lambda one: binary_size(_training_memory(one))),
    Figure(
        "weighted_layers",
        "layers",
        lambda one: weighted_layers(one.compiled.network),
        lambda one: f"{weighted_layers(one.compiled.network):,}",
    ),
    Figure(
        "blocks",
        "blocks",
        lambda one: one.compiled.network.blocks(),
        lambda one: f"{one.compiled.network.blocks():,}",
    ),
    Figure(
        "receptive_field",
        "receptive field",
        lambda one: list(receptive_field(one.compiled.network)),
        lambda one: with_times_sign(format_extents(receptive_field(one.compiled.network))),
    ),
    Figure("sizes", "input sizes", _sizes, lambda one: with_times_sign(_sizes(one)), number=False),
    Figure("spec_lines", "spec lines", _spec_lines, lambda one: f"{_spec_lines(one):,}"),
    Figure("code_lines", "code lines", _code_lines, lambda one: f"{_code_lines(one):,}"),
)
"""The columns in their order. The memory of training is that of activations, and of weights, gradients and momentum."""


def make_table(subjects: Sequence[Subject]) -> Table:
    """Return the table of figures, with those that are measured if all networks were."""
    figures = (*FIGURES, *MEASURED) if all(one.latency for one in subjects) else FIGURES
    columns = (Column("network"), *(Column(each.title, number=each.number) for each in figures))
    names = titles([one.compiled for one in subjects])
    rows = tuple(
        ((name,), *((figure.text(one),) for figure in figures)) for name, one in zip(names, subjects, strict=True)
    )
    data = [
        {"name": one.compiled.network.name, **{figure.key: figure.value(one) for figure in figures}} for one in subjects
    ]
    return Table(columns, rows, data)
