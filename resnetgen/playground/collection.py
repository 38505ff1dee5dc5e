"""The list of shipped specs that the page offers to open, made when the page is built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from resnetgen.compiler import compile_source
from resnetgen.errors import AbstractSpecError
from resnetgen.number_format import with_si_prefix
from resnetgen.source import collection
from resnetgen.summary.collection_entry import Entry, entry


def shipped_specs() -> list[dict[str, Any]]:
    """Return the shipped specs that have a network, in the order of the collection.

    Returns:
        For each its `name`, `family`, `about` (its description), `aka` (its names in other libraries), `figures` (a
        line), and `thumbnail`, an SVG.
    """
    found = []
    for name, path in collection.names().items():
        try:
            found.append(_row(entry(path, compile_source(collection.shipped(name)))))
        except AbstractSpecError:  # a base alone: there is nothing to see
            continue
    return found


def _row(entry: Entry) -> dict[str, Any]:
    from resnetgen.pictures.svg import print_picture
    from resnetgen.playground.thumbnail import draw_thumbnail

    return {
        "name": Path(entry.path).stem,
        "family": entry.family,
        "about": " ".join(entry.compiled.network.description.split()),
        "aka": list(entry.aka.values()),
        "figures": f"{with_si_prefix(entry.cost.params)} params, {with_si_prefix(entry.cost.macs)} MACs",
        "thumbnail": print_picture(draw_thumbnail(entry.compiled.trace)),
    }
