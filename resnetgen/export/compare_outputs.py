"""Whether a file answers as the network does that it was exported from."""

from __future__ import annotations

from torch import Tensor

from resnetgen.errors import RunError
from resnetgen.export.format import OUTPUT, Output
from resnetgen.frozen import Frozen

TOLERANCE = 1e-4
"""The largest difference between answers, as a share of the largest of the map that it is in.

Other kernels add in another order. That costs some units of the last of 24 bits in each layer, and a wrong operator,
axis or padding costs far more than this.
"""


class Agreement(Frozen):
    """The shape of a batch, the largest difference between two answers to it, and the largest of the network's own."""

    batch: tuple[int, ...]
    difference: float
    largest: float


def agreement(batch: Tensor, expected: Output, actual: Output, tolerance: float = TOLERANCE) -> Agreement:
    """Compare what a file answers to a batch with what the network does.

    Raises:
        RunError: they differ by more than rounding does.
    """
    ours, theirs = _maps(expected), _maps(actual)
    if list(ours) != list(theirs):
        raise _other(batch, f"it returns {', '.join(theirs)}; the network returns {', '.join(ours)}")
    found = [_compared(batch, name, ours[name], theirs[name], tolerance) for name in ours]
    return Agreement(tuple(batch.shape), max(one for one, _ in found), max(one for _, one in found))


def _maps(output: Output) -> dict[str, Tensor]:
    found = output if isinstance(output, dict) else {OUTPUT: output}
    return {name: value.detach() for name, value in found.items()}


def _compared(batch: Tensor, name: str, ours: Tensor, theirs: Tensor, tolerance: float) -> tuple[float, float]:
    """The largest difference, and the largest of the network's own values."""
    if ours.shape != theirs.shape or ours.dtype != theirs.dtype:
        kinds = [f"{tuple(one.shape)} of {str(one.dtype).removeprefix('torch.')}" for one in (theirs, ours)]
        raise _other(batch, f"its output `{name}` is {kinds[0]}, the network's is {kinds[1]}")
    difference, largest = float((ours - theirs).abs().max()), float(ours.abs().max())
    if not difference <= tolerance * largest:  # nor is a NaN
        raise _other(
            batch, f"its output `{name}` differs by up to {difference:.1e}; the largest value is {largest:.1e}"
        )
    return difference, largest


def _other(batch: Tensor, why: str) -> RunError:
    shape = "x".join(map(str, batch.shape))
    help = "norms over few pixels amplify rounding errors: try a larger --input-size, or a larger --tolerance"
    return RunError(f"for a batch of {shape}, the file's outputs differ from the network's: {why}", help, "RG805")
