"""docs/reference/import-round-trips.md: what came back from files of weights, as recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.docs.markdown import ROOT
from tests.importing import timm_names
from tests.importing.round_trips import Trip, recorded

_HEAD = """\
# Round trips of imports

This page shows how well [`resnetgen import`](../how-to/import.md) finds a network from a file of weights. For each
network of the [collection](collection.md), a file of random weights is imported from the names and shapes alone; then
the weights are loaded strictly into the result, and the outputs of both networks must be equal, bit for bit. `--set`
gives the values that shapes do not determine, and the tables count these flags, except for the input size, which
changes no output. "Without the network itself" means that the import may not use its spec. `python -m
tests.importing.round_trips` records the results, and the nightly tests repeat all round trips.

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
    for label, is_counted in _COUNTS.items():
        cells = [str(sum(map(is_counted, _trips(found, mode)))) for mode in _MODES]
        yield f"| {label} | {' | '.join(cells)} |"
    yield f"| flags, all together | {' | '.join(str(_flags(_trips(found, mode))) for mode in _MODES)} |"


_MODES = ("known", "alone")

_COUNTS: dict[str, Callable[[Trip], bool]] = {
    "networks that came back, with equal outputs": lambda trip: True,
    "tensors found without a flag": lambda trip: trip.found,
    "no flag": lambda trip: not trip.flags,
    "one or two flags": lambda trip: len(trip.flags) in (1, 2),
}


def _trips(found: Mapping[str, Mapping[str, Trip]], mode: str) -> list[Trip]:
    return [modes[mode] for modes in found.values() if mode in modes]


def _flags(trips: list[Trip]) -> int:
    return sum(len(trip.flags) for trip in trips)


def _table(found: Mapping[str, Mapping[str, Trip]]) -> Iterator[str]:
    yield "## Networks"
    yield ""
    yield "The network that the imported spec extends, the number of flags, and their keys. A star marks networks whose"
    yield "tensors were found only with flags: no other network has such a part, or the nearest one differs in several"
    yield "keys at once. The search sets one key after the other, and keeps what makes more tensors equal; so it finds"
    yield "neither a stage between two others, nor stages of another block type whose widths differ too, as in"
    yield "`test_resnet`."
    yield ""
    yield "| network | with the whole collection | without the network itself |"
    yield "| --- | --- | --- |"
    for name, modes in found.items():
        yield f"| `{name}` | {' | '.join(_cell(name, modes[mode]) for mode in _MODES)} |"


def _cell(name: str, trip: Trip) -> str:
    keys = [flag.partition("=")[0] for flag in trip.flags]
    base = "" if trip.base == name else f"`{trip.base}`{'' if trip.found else ' *'}: "
    return f"{base}{len(keys)}" + (f" ({', '.join(f'`{key}`' for key in keys)})" if keys else "")


def _timm() -> Iterator[str]:
    yield "## Names of timm"
    yield ""
    yield "Every name in these files of timm 1.0.31, and those that `resnetgen import` does not know. The shortcuts of"
    yield "RegNetV begin behind the first norm of the branch, which no block type of a spec can say."
    yield ""
    yield "| file | names | imported | not imported |"
    yield "| --- | --- | --- | --- |"
    for module, listed in timm_names.recorded().items():
        missing = [f"`{name}`" for name in listed if not timm_names.is_imported(name)]
        yield f"| `{module}.py` | {len(listed)} | {len(listed) - len(missing)} | {', '.join(missing)} |"
