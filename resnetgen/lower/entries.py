"""The entries of a stage: its list of blocks with repeated groups written out, or its blocks as one entry."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.diagnostics.model import Fault, Path, Place
from resnetgen.errors import LoweringError
from resnetgen.layers.strides import written_stride
from resnetgen.schema.fields import says_here
from resnetgen.spec.block_options import BlockEntry, BlockGroup
from resnetgen.spec.spec import Spec, Stage

MOST_ENTRIES = 10_000
"""The most entries of a stage, with groups written out: as many as a list may have without them."""


class Entry(NamedTuple):
    """An entry of a stage's `blocks`: its options, how often it repeats, and its path.

    `options` is None where the stage has a number of blocks.
    """

    options: BlockEntry | None
    repeat: int
    at: Path


def entries(spec: Spec, name: str) -> list[Entry]:
    """Return the entries of a stage in order, those of a group as often as it repeats.

    Raises:
        LoweringError: there are too many.
    """
    blocks, at = spec.stages[name].blocks, ("stages", name)
    if isinstance(blocks, int):
        return [Entry(None, blocks, at)]
    found: list[Entry] = []
    for index, item in enumerate(blocks):
        place: Path = (*at, "blocks", index)
        if isinstance(item, BlockEntry):
            found.append(Entry(item, item.repeat, place))
            continue
        _check_length(len(found) + len(item.blocks) * item.repeat, place)
        inside = [Entry(entry, entry.repeat, (*place, "blocks", at)) for at, entry in enumerate(item.blocks)]
        found += inside * item.repeat
    return found


def transition_entry(spec: Spec, name: str) -> Entry | None:
    """Return the layers before the blocks of a stage as an entry without options; None if there are none."""
    return None if spec.stages[name].transition is None else Entry(None, 1, ("stages", name, "transition"))


def opens_with_stride(stage: Stage) -> bool:
    """Return True if a layer before the blocks of a stage has its stride."""
    return any(says_here(written_stride(layer)) for layer in stage.transition or ())


def _check_length(entries: int, group: Path) -> None:
    if entries > MOST_ENTRIES:
        message = f"the list has {entries:,} entries up to here, with each repetition; the most are {MOST_ENTRIES:,}"
        help = "write a repeated entry as one with `repeat`, or spread the list over more stages"
        raise LoweringError(Fault("RG107", message, Place((*group, "repeat")), help=help))


def written_entries(stage: Stage) -> list[BlockEntry]:
    """Return the entries of a stage's list as they are written, those of a group once; none for a number of blocks."""
    if isinstance(stage.blocks, int):
        return []
    return [entry for item in stage.blocks for entry in (item.blocks if isinstance(item, BlockGroup) else [item])]


def count(stage: Stage) -> int:
    """Return the number of blocks in a stage."""
    if isinstance(stage.blocks, int):
        return stage.blocks
    return sum(
        item.repeat * sum(entry.repeat for entry in item.blocks) if isinstance(item, BlockGroup) else item.repeat
        for item in stage.blocks
    )
