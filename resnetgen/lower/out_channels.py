"""The output channels of blocks: an entry's own `channels`, else the stage's."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import NamedTuple

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.errors import ExpressionError, LoweringError
from resnetgen.lower.entries import Entry, entries
from resnetgen.schema.fields import MOST_CHANNELS
from resnetgen.schema.width_expression import Expression
from resnetgen.source.unambiguous import replacement, unambiguous_match
from resnetgen.spec.spec import Spec
from resnetgen.work_budget import WorkBudget

BLOCK = "block"
"""The name that stands for a block's number in the network, from 1."""


class Entering(NamedTuple):
    """A block's place: the input channels of its stage and its own, and its number among all, from 0."""

    stage_in_channels: int
    in_channels: int
    number: int


def grows(spec: Spec, name: str, entry: Entry) -> bool:
    """Return True if each block of an entry has output channels of its own, by its number or its input."""
    if entry.repeat == 1:
        return False
    own = entry.options is not None and entry.options.channels is not None
    written = entry.options.channels if entry.options is not None and own else spec.stages[name].channels
    names = frozenset() if written is None else written.names()
    return BLOCK in names or (own and "in" in names)


def pieces(spec: Spec, name: str, entry: Entry) -> Iterator[int]:
    """Yield the lengths of an entry's parts with equal output channels: all of it, or block by block where it grows."""
    if not grows(spec, name, entry):
        yield entry.repeat
        return
    for _ in range(entry.repeat):
        yield 1


def out_channels(spec: Spec, name: str, entry: Entry, entering: Entering) -> tuple[int, Path]:
    """Return the output channels of a block and their path.

    Raises:
        LoweringError: the stage has none, or they are no width.
    """
    if entry.options is not None and entry.options.channels is not None:
        return _width(entry.options.channels, entering.in_channels, entering.number, (*entry.at, "channels"))
    written = spec.stages[name].channels
    if written is None:
        place = Place(("stages", name, "channels"), Part.KEY)
        similar = unambiguous_match(name, [other for other in spec.stages if other != name])
        hint = f", or did you mean `{similar}`?" if similar else ""
        help = f"write the number of output channels of its blocks{hint}"
        fix = replacement(Place(("stages", name), Part.KEY), similar)
        raise LoweringError(Fault("RG202", f"`{name}` needs the key `channels`", place, help=help, fix=fix))
    return _width(written, entering.stage_in_channels, entering.number, ("stages", name, "channels"))


def channels_after(spec: Spec, name: str, channels: int, first: int, budget: WorkBudget) -> int:
    """Return the output channels of a stage as far as known, even if the stage is at fault.

    Args:
        spec: the spec.
        name: the stage.
        channels: its input channels.
        first: the index of its first block in the network.
        budget: what is left for the parts of all stages; each part spends 1.

    Raises:
        WorkLimitError: there are more parts than that.
    """
    entering = channels
    with contextlib.suppress(LoweringError):  # it is reported elsewhere
        for entry in entries(spec, name):
            for piece in pieces(spec, name, entry):
                budget.spend()
                with contextlib.suppress(LoweringError):
                    channels, _at = out_channels(spec, name, entry, Entering(entering, channels, first))
                first += piece
    return channels


def _width(written: Expression, channels: int, index: int, at: Path) -> tuple[int, Path]:
    try:
        return written.width({"in": channels, BLOCK: index + 1}, MOST_CHANNELS), at
    except ExpressionError as error:
        message = f"the width `{at[-1]}: {written.text}` {error}"
        fix = replacement(Place(at), error.instead(written.text))
        raise LoweringError(Fault("RG208", message, Place(at), help=error.help, fix=fix)) from None
