"""The variance of branches, shortcuts and sums, block by block.

De and Smith, "Batch Normalization Biases Residual Blocks Towards the Identity Function in Deep Networks" (2020,
https://arxiv.org/abs/2002.10444), section 3: without norms, each block doubles the variance; with a batch norm in each
branch, a branch has the variance 1 and the shortcut of block number n the variance n, so that the branch's share of the
sum falls as 1/n.
"""

from __future__ import annotations

from math import prod

import torch
from torch import Tensor

from resnetgen.pictures.curves import Axis
from resnetgen.probe.block_outputs import block_outputs
from resnetgen.probe.finding import Figure, Finding, Series
from resnetgen.probe.measurement import Measurement
from resnetgen.probe.residual_sums import ResidualSums
from resnetgen.probe.subject import Subject
from resnetgen.probe.words import fold

LARGE_GROWTH = 1e4
"""The growth of the variance between any two blocks above which there is a warning: values grow a hundredfold."""


def measure(subject: Subject) -> Finding:
    """Measure the variance of a channel over samples and pixels, as a mean over channels, at each block.

    Args:
        subject: the network; its norms take the statistics of the batch, as in the first training step.

    Returns:
        The variances of branches, shortcuts and blocks. It is a warning if those of blocks differ by more than
        `LARGE_GROWTH`.
    """
    branches: dict[str, float] = {}
    shortcuts: dict[str, float] = {}

    def hear(block: str, branch: Tensor, shortcut: Tensor) -> None:
        branches[block], shortcuts[block] = channel_variance(branch), channel_variance(shortcut)

    outputs: dict[str, float] = {}
    watching = block_outputs(subject, lambda block, value: outputs.update({block: channel_variance(value)}))
    with torch.no_grad(), subject.training_norms(), ResidualSums(subject, hear), watching:
        subject.network(subject.noise())
    shares = {block: branches[block] / ((branches[block] + shortcuts[block]) or 1) for block in branches}
    series = tuple(
        Series(name, tuple(values), tuple(values.values()))
        for name, values in (("block", outputs), ("branch", branches), ("shortcut", shortcuts))
        if values
    )
    return Finding(_figures(outputs, shares), series, *_verdict(outputs, shares))


def channel_variance(value: Tensor) -> float:
    """Return the variance of a channel over samples and pixels, as a mean over channels.

    Args:
        value: a map (N, C, ...).
    """
    count = value.numel() // value.shape[1]
    if count < 2:
        return 0.0
    return float(value.detach().double().transpose(0, 1).reshape(value.shape[1], count).var(1, unbiased=False).mean())


def _figures(outputs: dict[str, float], shares: dict[str, float]) -> tuple[Figure, ...]:
    values = list(outputs.values())
    found = [Figure("largest to smallest variance of a block", _growth(values))]
    if shares:
        found += [Figure("branch in the first sum", 100 * next(iter(shares.values())), "%")]
        found += [Figure("branch in the last sum", 100 * list(shares.values())[-1], "%")]
        found += [Figure("smallest share of a branch", 100 * min(shares.values()), "%")]
    return tuple(found)


def _growth(values: list[float]) -> float:
    low, high = min(values, default=1.0), max(values, default=1.0)
    return high / low if low > 0 else float("inf") if high > 0 else 1.0


def _verdict(outputs: dict[str, float], shares: dict[str, float]) -> tuple[str, bool]:
    growth = _growth(list(outputs.values()))
    if growth > LARGE_GROWTH:
        first, *_, last = outputs
        way = "grows" if outputs[last] > outputs[first] else "shrinks"
        return f"The variance {way} {fold(growth)} over the blocks (more than {fold(LARGE_GROWTH)}).", True
    if not shares:
        return f"No block adds a shortcut. The variance changes {fold(growth)} at most.", False
    mean = prod(shares.values()) ** (1 / len(shares)) if all(shares.values()) else 0.0
    if mean < 0.25:
        text = "Branches are small beside their shortcuts, so that blocks start near the identity, which trains well"
        return f"{text} (geometric mean of their share of the sum: {mean:.0%}, less than 25%).", False
    return f"Branches are as large as their shortcuts (geometric mean of their share of the sum: {mean:.0%}).", False


MEASUREMENT = Measurement(
    "variance",
    "Variance of branches and shortcuts",
    "De and Smith 2020, arXiv:2002.10444",
    Axis("block", counts=True),
    Axis("variance", is_logarithmic=True),
    measure,
)
"""The signal on its way forward."""
