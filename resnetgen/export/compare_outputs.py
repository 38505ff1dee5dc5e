"""Comparison of the outputs of an exported file with those of the network."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

from resnetgen.errors import RunError
from resnetgen.export.format import OUTPUT, Output

TOLERANCE = 1e-4
"""The largest allowed difference, as a share of the largest absolute value of the same output.

Other kernels sum in another order, which costs a few units in the last of 24 bits in each layer. A wrong operator, axis
or padding costs far more.
"""


class OutputComparison(NamedTuple):
    """The shape of a batch, the largest difference of the outputs, and the network's largest absolute output."""

    batch: tuple[int, ...]
    difference: float
    largest: float


def compare_outputs(batch: Tensor, expected: Output, actual: Output, tolerance: float = TOLERANCE) -> OutputComparison:
    """Compare the output of a file for a batch with that of the network.

    Args:
        batch: the batch, (N, C, ...).
        expected: the output of the network.
        actual: the output of the file.
        tolerance: the largest allowed difference, as a share of the largest absolute output.

    Returns:
        The largest difference, over all maps.

    Raises:
        RunError: they differ by more than rounding does.
    """
    ours, theirs = _output_maps(expected), _output_maps(actual)
    if list(ours) != list(theirs):
        raise _mismatch(batch, f"it returns {', '.join(theirs)}; the network returns {', '.join(ours)}")
    found = [_compare_map(batch, name, ours[name], theirs[name], tolerance) for name in ours]
    return OutputComparison(tuple(batch.shape), max(one for one, _ in found), max(one for _, one in found))


def _output_maps(output: Output) -> dict[str, Tensor]:
    found = output if isinstance(output, dict) else {OUTPUT: output}
    return {name: value.detach() for name, value in found.items()}


def _compare_map(batch: Tensor, name: str, ours: Tensor, theirs: Tensor, tolerance: float) -> tuple[float, float]:
    """Return the largest difference and the largest absolute value of the network's output."""
    if ours.shape != theirs.shape or ours.dtype != theirs.dtype:
        kinds = [f"{tuple(one.shape)} of {str(one.dtype).removeprefix('torch.')}" for one in (theirs, ours)]
        raise _mismatch(batch, f"its output `{name}` is {kinds[0]}, the network's is {kinds[1]}")
    difference, largest = float((ours - theirs).abs().max()), float(ours.abs().max())
    if not difference <= tolerance * largest:  # nor is a NaN
        raise _mismatch(
            batch, f"its output `{name}` differs by up to {difference:.1e}; the largest value is {largest:.1e}"
        )
    return difference, largest


def _mismatch(batch: Tensor, why: str) -> RunError:
    shape = "x".join(map(str, batch.shape))
    help = "norms over few pixels amplify rounding errors: try a larger --input-size, or a larger --tolerance"
    return RunError(f"for a batch of {shape}, the file's outputs differ from the network's: {why}", help, "RG805")
