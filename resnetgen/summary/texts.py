"""The texts of a network's table: the facts above it, the cells of its rows, and the notes below it."""

from __future__ import annotations

from resnetgen.analysis.features import Feature, features
from resnetgen.analysis.input_domain import InputDomain
from resnetgen.number_format import binary_size, format_extents, pluralize, with_si_prefix
from resnetgen.ops.window import Shape, by_axis
from resnetgen.summary.aliases import elsewhere
from resnetgen.summary.network_summary import NetworkSummary
from resnetgen.summary.rows import Row
from resnetgen.tables.table import Column

WHAT = Column("what")
FIELD = Column("receptive field", number=True)
COLUMNS = (
    Column("name"),
    WHAT,
    Column("output"),
    Column("parameters", number=True),
    Column("MACs", number=True),
    Column("memory", number=True),
    FIELD,
)
SHORTCUT = Column("shortcut")

MAX_ROWS = 400
"""The most rows of a table that people read; the machine's formats have all."""


def facts(summary: NetworkSummary) -> list[tuple[str, str]]:
    """Return the facts around the table: pairs of a name and a text."""
    whole = summary.total.cost
    network, aka = summary.network, dict(summary.network.aka)
    named = features(network) if network.features else ()
    maps = ", ".join(_map(one, summary.shapes[one.name], summary.input) for one in named)
    return [
        *([("also known as", elsewhere(aka))] if aka else []),
        ("weighted layers", f"{summary.weighted_layers:,}"),
        ("parameters", f"{whole.params:,}"),
        ("multiply-adds", f"{whole.macs:,}"),
        ("state dict", pluralize(summary.keys, "tensor")),
        ("input", f"{by_axis(summary.input)}; {_domain(summary.domain)}"),
        ("output", maps if network.gives_maps else summary.described_outputs),
        *([("feature maps", maps)] if maps and not network.gives_maps else []),
        ("memory", f"activations, {summary.dtype}, batch {summary.batch}"),
    ]


def _map(feature: Feature, shape: Shape, input: Shape) -> str:
    words = f"reduction {format_extents(feature.reduction)}"
    if not _follows(feature.reduction, shape, input):
        words += f" by strides, {by_axis(input[1:])} to {by_axis(shape[1:])}"
    return f"{feature.name} {by_axis(shape)} ({words})"


def _follows(reduction: tuple[int, ...], shape: Shape, input: Shape) -> bool:
    """Return whether a map has the size of the input divided by its reduction, but for rounding."""
    sizes = zip(input[1:], shape[1:], reduction, strict=True)
    return all(abs(after - before / factor) < 2 for before, after, factor in sizes)


def _domain(found: InputDomain | None) -> str:
    return "other sizes that work are too many to search" if found is None else found.describe()


def cells_of(row: Row, summary: NetworkSummary) -> list[str]:
    """Return the texts of a row, for `COLUMNS` and `SHORTCUT`."""
    return [
        row.name,
        row.what,
        by_axis(row.output),
        f"{row.cost.params:,}" if row.cost.params else "",
        with_si_prefix(row.cost.macs) if row.cost.macs else "",
        binary_size(row.cost.memory(summary.dtype, summary.batch)) if row.cost.values else "",
        _field(row),
        shortcut(row),
    ]


def _field(row: Row) -> str:
    return format_extents(row.field) if row.field else "all"


def shortcut(row: Row) -> str:
    """Return the first shortcut with its reason, and the kinds of the others."""
    if not row.shortcuts:
        return ""
    (kind, why), *others = row.shortcuts
    kinds = dict.fromkeys(kind for kind, _ in others)
    return f"{kind}: {why}" + (f"; then {', '.join(kinds)}" if kinds else "")


def notes(summary: NetworkSummary) -> list[str]:
    """Return the sentences below the table."""
    found = [
        f"The first block of {each.stage} begins with dilation {format_extents(each.dilation)}, that of {each.source}; "
        "its `first_dilation` sets it."
        for each in summary.inherited_dilations
    ]
    if summary.left_out:
        names = ", ".join(summary.left_out)
        last = summary.network.stages[-1].name
        found.append(f"Left out, because no feature map depends on the stages after {last}: {names}.")
    return found
