"""The first operator of a network whose input is standardized by constants."""

from __future__ import annotations

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.errors import LoweringError
from resnetgen.ir.network import Node
from resnetgen.ops.standardize import Standardize
from resnetgen.spec.spec import Input

NAME = "standardize"
"""The name of the module. It has no entry in the state dict, so no layout has another for it."""


def standardization(input: Input, rank: int) -> Node:
    """Return the operator for `mean` and `std`, of which at least one is written.

    Raises:
        LoweringError: a list has another length than the input has channels, or the constants change nothing.
    """
    mean, std = _by_channel(input, "mean", 0.0), _by_channel(input, "std", 1.0)
    for key, numbers, idle in (("mean", mean, 0.0), ("std", std, 1.0)):
        if key in input.model_fields_set and set(numbers) == {idle}:
            does = "subtracts" if key == "mean" else "divides by"
            message = f"`{key}` has no effect: it {does} {idle:g}"
            raise LoweringError(Fault("RG209", message, Place(("input", key), Part.KEY), help="remove it"))
    at: Path = ("input", "mean" if input.mean is not None else "std")
    return Node(NAME, Standardize(mean, std, rank), at)


def _by_channel(input: Input, key: str, default: float) -> tuple[float, ...]:
    written: float | list[float] | None = getattr(input, key)
    if not isinstance(written, list):
        return (default if written is None else written,) * input.channels
    if len(written) != input.channels:
        count = f"{len(written)} number{'' if len(written) == 1 else 's'}"
        channels = f"{input.channels} channel{'' if input.channels == 1 else 's'}"
        message = f"`{key}` has {count}, but the input has {channels}"
        help = "write a number for each channel, or one for all without a list"
        raise LoweringError(Fault("RG204", message, Place(("input", key)), help=help))
    return tuple(written)
