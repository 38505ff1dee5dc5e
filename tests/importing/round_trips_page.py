"""docs/reference/import-round-trips.md: what came back from files of weights, as recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.docs.markdown import ROOT
from tests.importing import timm_names
from tests.importing.round_trips import LARGEST, Trip, recorded

_HEAD = """\
# Round trips of imports

For each network of the [collection](collection.md): make the network, give it random weights, write these to a file,
[import](../how-to/import.md) the file from the names and shapes in it alone, load the weights into the network that
comes back, strictly, and compare the outputs of both. What shapes do not tell is given by `--set`, with the original's
values; the tables count these flags. They are recorded by `python -m tests.importing.round_trips` and
`python -m tests.importing.timm_names`; the nightly tests play all trips again.

"""


def files(command: str) -> dict[Path, str]:
    """Return the page, which a command makes."""
    return {ROOT / "docs" / "reference" / "import-round-trips.md": text()}


def text() -> str:
    """Return the page."""
    found = recorded()
    return _HEAD + "\n".join([*_summary(found), "", *_table(found), "", *_timm()]) + "\n"


def _summary(found: Mapping[str, Mapping[str, Trip]]) -> Iterator[str]:
    yield "| | with the whole collection | without the network itself |"
    yield "| --- | --- | --- |"
    for label, count in (
        ("networks", len),
        ("outputs equal, to the bit", lambda trips: sum(trip.compared == "outputs" for trip in trips)),
        ("tensors equal, outputs not compared", lambda trips: sum(trip.compared == "tensors" for trip in trips)),
        ("tensors found without a flag", lambda trips: sum(trip.found for trip in trips)),
        ("no flag at all", lambda trips: sum(not trip.flags for trip in trips)),
        ("one or two flags", lambda trips: sum(len(trip.flags) in (1, 2) for trip in trips)),
        ("flags, all together", lambda trips: sum(len(trip.flags) for trip in trips)),
    ):
        cells = [str(count([modes[mode] for modes in found.values()])) for mode in ("known", "alone")]
        yield f"| {label} | {' | '.join(cells)} |"
    yield ""
    yield f"Outputs are not compared above {LARGEST // 10**6} million parameters: four copies would take gigabytes."


def _table(found: Mapping[str, Mapping[str, Trip]]) -> Iterator[str]:
    yield "## Networks"
    yield ""
    yield "The network that the spec extends, the number of flags, and their keys. A star marks networks whose tensors"
    yield "were only found with flags: no other network has such a part."
    yield ""
    yield "| network | with the whole collection | without the network itself | compared |"
    yield "| --- | --- | --- | --- |"
    for name, modes in found.items():
        known, alone = modes["known"], modes["alone"]
        yield f"| `{name}` | {_cell(name, known)} | {_cell(name, alone)} | {known.compared} |"


def _cell(name: str, trip: Trip) -> str:
    keys = [flag.partition("=")[0] for flag in trip.flags]
    base = "" if trip.base == name else f"`{trip.base}`{'' if trip.found else ' *'}: "
    return f"{base}{len(keys)}" + (f" ({', '.join(f'`{key}`' for key in keys)})" if keys else "")


def _timm() -> Iterator[str]:
    found = timm_names.recorded()
    yield "## Names of timm"
    yield ""
    yield "Every network in these files of timm 1.0.31: how many the collection has by name, and of how many the shapes"
    yield "alone lead to a spec with exactly these tensors."
    yield ""
    yield "| file | networks | by name | by shapes | neither |"
    yield "| --- | --- | --- | --- | --- |"
    for module in timm_names.MODULES:
        rows = {name: row for name, row in found.items() if row.module == module}
        counts = Counter(key for row in rows.values() for key in ("by_name", "by_shapes") if getattr(row, key))
        neither = [f"`{name}`" for name, row in rows.items() if not (row.by_name or row.by_shapes)]
        yield (
            f"| `{module}.py` | {len(rows)} | {counts['by_name']} | {counts['by_shapes']} | "
            f"{len(neither)}{': ' if neither else ''}{', '.join(neither)} |"
        )
