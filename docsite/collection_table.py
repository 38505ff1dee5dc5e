"""The collection as one table that readers sort and filter, in place of the tables by family that GitHub shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from docsite.networks import SiteNetwork
from docsite.paths import NETWORKS
from resnetgen.analysis.receptive_field import receptive_field
from resnetgen.number_format import format_extents, with_si_prefix
from resnetgen.ops.window import by_axis
from resnetgen.summary.aliases import elsewhere

PAGE = "reference/collection.md"

_INTRODUCTION = """\
Choose a column's heading to sort by it, once more to turn the order. A network's name leads to its page, with its
pictures, its figures, its spec and its code. *Layers* counts the weighted ones.
"""

_TABLE = re.compile(r"^\|.*\n(?:\|.*\n)+", re.MULTILINE)


class Cell(NamedTuple):
    """A cell: its HTML, and the number to sort by where the text is not to be."""

    html: str
    number: float | None = None


COLUMNS = (
    "name",
    "family",
    "parameters",
    "MACs",
    "layers",
    "input",
    "field",
    "spec",
    "code",
    "blocks",
    "also known as",
)


def page(text: str, networks: Sequence[SiteNetwork]) -> str:
    """Return the page of the collection for the site.

    Args:
        text: docs/reference/collection.md: an introduction, and a section with a table for each family.
        networks: the networks of the table.

    Returns:
        The page with one table of all, and sections that name the networks of each family.
    """
    head, mark, sections = text.partition("\n## ")
    by_family = _TABLE.sub(lambda found: f"{', '.join(_linked_names(found[0]))}\n", mark + sections)
    return f"{head}\n{_INTRODUCTION}\n{table(networks)}\n{by_family}"


def table(networks: Sequence[SiteNetwork]) -> str:
    """Return the table as HTML that works without a script, if unsorted."""
    numbers = {index for index, cell in enumerate(cells(networks[0])) if cell.number is not None}
    heads = "".join(f'<th scope="col"{_class(index in numbers)}>{name}</th>' for index, name in enumerate(COLUMNS))
    rows = "".join(f"<tr>{''.join(map(_cell, cells(network)))}</tr>\n" for network in networks)
    return (
        '<div class="sortable" data-search-exclude tabindex="0">\n<table>\n'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )


def cells(network: SiteNetwork) -> tuple[Cell, ...]:
    """Return the cells of a network, in the order of `COLUMNS`."""
    summary, name = network.summary, escape(network.name)
    cost, field = summary.total.cost, receptive_field(summary.network)
    return (
        Cell(f'<a href="../{NETWORKS}/{name}.html">{name}</a>'),
        Cell(f'<a href="#{escape(network.entry.family)}">{escape(network.entry.family)}</a>'),
        Cell(f"{cost.params:,}", cost.params),
        Cell(f'<span title="{cost.macs:,}">{with_si_prefix(cost.macs)}</span>', cost.macs),
        Cell(f"{summary.weighted_layers:,}", summary.weighted_layers),
        Cell(by_axis(summary.input)),
        Cell(format_extents(field), max(field)),
        _lines(network.spec),
        _lines(network.code),
        Cell(", ".join(f"<code>{escape(each)}</code>" for each in network.block_types)),
        Cell(escape(elsewhere(network.entry.aka))),
    )


def _lines(text: str) -> Cell:
    count = len(text.splitlines())
    return Cell(f"{count}", count)


def _cell(cell: Cell) -> str:
    number = "" if cell.number is None else f' data-number="{cell.number}"'
    return f"<td{_class(cell.number is not None)}{number}>{cell.html}</td>"


def _class(is_number: bool) -> str:
    return ' class="number"' if is_number else ""


def _linked_names(markdown: str) -> list[str]:
    """Return the links of a table's first column."""
    return re.findall(r"^\| (\[[^\]]+\]\([^)]+\))", markdown, re.MULTILINE)
