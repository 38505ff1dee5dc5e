"""`resnetgen list`: the specs that ship with resnetgen.

With `--format names` it is what other commands take for specs, one on a line. With `--format json` it is a list of
objects with the keys `name`, `folder` (empty at the top), `family` (the folder, or `main` at the top), `aka` (an
object: the network's names elsewhere, by where that is), `input` (the shape that goes in), `params`, `macs`,
`attention` (a list of the kinds in the network) and `description`. Keys are added to this, never renamed or removed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from resnetgen.cli.exit import FAILURE, OK
from resnetgen.cli.list import filters
from resnetgen.cli.list.filters import Filter
from resnetgen.cli.output import print_diagnostics, print_note, print_result
from resnetgen.cli.spec_args import outcomes
from resnetgen.diagnostics.sorting import sort
from resnetgen.diagnostics.terminal import escape
from resnetgen.source.collection import names
from resnetgen.summary.collection_entry import Entry, entry


class ListOptions(NamedTuple):
    """The options of the command, as given; None, or no pattern, keeps everything."""

    patterns: Sequence[str] = ()
    family: str | None = None
    attention: str | None = None
    params: str | None = None
    macs: str | None = None


def run(options: ListOptions, format: str) -> int:
    """List the shipped specs that match.

    Returns:
        The exit code: 1 if none matches, or one of them has errors.
    """
    found = [each for each in outcomes(names()) if not each.has_no_network]
    faults = sort(fault for outcome in found for fault in outcome.faults)
    if faults:
        print_diagnostics(faults)
        return FAILURE
    entries = [entry(outcome.path, outcome.compiled) for outcome in found if outcome.compiled is not None]
    chosen = _filters(options, entries)
    matching = filters.matching(entries, chosen)
    if not matching:
        filters_text = escape(" ".join(each.written for each in chosen))
        print_note(f"error[RG101]: no shipped spec matches {filters_text}\n")
        print_note(f"   help: {escape(filters.suggestion(entries, chosen, options.patterns))}\n")
        return FAILURE
    print_result(_written(matching, format))
    return OK


def _written(entries: list[Entry], format: str) -> str:
    if format == "names":
        return "".join(f"{entry.name}\n" for entry in entries)
    return _as_json(entries) if format == "json" else _as_table(entries, format)


def _filters(options: ListOptions, entries: list[Entry]) -> list[Filter]:
    found = []
    if options.patterns:
        found.append(filters.by_name(options.patterns))
    if options.family is not None:
        found.append(filters.by_family(options.family, entries))
    if options.attention is not None:
        found.append(filters.by_attention(options.attention, entries))
    if options.params is not None:
        found.append(filters.by_params(options.params))
    if options.macs is not None:
        found.append(filters.by_macs(options.macs))
    return found


def _as_table(entries: list[Entry], format: str) -> str:
    from resnetgen.cli import tables
    from resnetgen.tables.table import Column

    columns = [
        Column("name"),
        Column("family"),
        Column("parameters", number=True),
        Column("MACs", number=True),
        Column("also known as"),
        Column("description"),
    ]
    cells = [_cells(entry) for entry in entries]
    if format == "markdown":
        return tables.as_markdown(columns, cells)
    room = tables.terminal_width()
    wide = room is not None and tables.width(columns, cells) > room
    if wide or not any(entry.aka for entry in entries):
        columns, cells = [*columns[:-2], columns[-1]], [[*row[:-2], row[-1]] for row in cells]
    return tables.as_text(columns, cells, flexible=(len(columns) - 1,))


def _cells(entry: Entry) -> list[str]:
    from resnetgen.number_format import with_si_prefix
    from resnetgen.summary.aliases import elsewhere

    words = " ".join(entry.compiled.network.description.split())
    cost = entry.cost
    return [entry.name, entry.family, f"{cost.params:,}", with_si_prefix(cost.macs), elsewhere(entry.aka), words]


def _as_json(entries: list[Entry]) -> str:
    import json

    found = [
        {
            "name": entry.name,
            "folder": entry.folder,
            "family": entry.family,
            "aka": entry.aka,
            "input": entry.compiled.trace.input,
            "params": entry.cost.params,
            "macs": entry.cost.macs,
            "attention": entry.attention,
            "description": entry.compiled.network.description,
        }
        for entry in entries
    ]
    return json.dumps(found, indent=2) + "\n"
