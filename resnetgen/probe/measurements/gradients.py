"""The norm of the gradient at each block and each weight: whether it vanishes or explodes on its way back, and where.

A gradient that shrinks or grows by a constant factor a layer does so exponentially in depth: Bengio, Simard and
Frasconi, "Learning long-term dependencies with gradient descent is difficult" (1994). In a plain network with batch
norm and ReLU it grows by the square root of pi / (pi - 1) a layer, about 1.21: Yang et al., "A Mean Field Theory of
Batch Normalization" (2019, https://arxiv.org/abs/1902.08129).
"""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor

from resnetgen.pictures.curves import Axis
from resnetgen.probe.block_outputs import block_outputs
from resnetgen.probe.finding import Figure, Finding, Series
from resnetgen.probe.measurement import Measurement
from resnetgen.probe.subject import Subject
from resnetgen.probe.words import fold

LARGE_RATIO = 100.0
"""The ratio of the gradients at two blocks above which there is a warning."""


def measure(subject: Subject) -> Finding:
    """Measure the norm of the gradient at the output of each block and of each weight, for random output gradients.

    Args:
        subject: the network; its norms take the statistics of the batch, as in the first training step.

    Returns:
        The norms. It is a warning if those at two blocks differ by more than `LARGE_RATIO`, or if one is zero.
    """
    at_blocks: dict[str, float] = {block.name: 0.0 for block in subject.blocks}

    def listen(block: str, output: Tensor) -> None:
        output.register_hook(lambda gradient: at_blocks.update({block: _norm(gradient)}))  # type: ignore[no-untyped-call]

    subject.network.zero_grad()
    with subject.training_norms(), block_outputs(subject, listen):
        subject.backward(subject.network(subject.noise()))
    weights = {
        name: _norm(each.grad)
        for name, each in subject.network.named_parameters()
        if each.dim() > 1 and each.grad is not None
    }
    subject.network.zero_grad()
    series = (
        Series("block", tuple(at_blocks), tuple(at_blocks.values())),
        Series("weight", tuple(weights), tuple(weights.values())),
    )
    return Finding(_figures(at_blocks), series, *_verdict(at_blocks))


def _norm(gradient: Tensor) -> float:
    return float(gradient.detach().double().square().sum().sqrt())


def _figures(norms: dict[str, float]) -> tuple[Figure, ...]:
    values = list(norms.values())
    first, last = values[0], values[-1]
    spread = max(values) / min(values) if min(values) else float("inf")
    return (
        Figure("first block to last block", first / last if last else float("inf")),
        Figure("largest to smallest at a block", spread),
    )


def _verdict(norms: dict[str, float]) -> tuple[str, bool]:
    names = list(norms)
    dead = [name for name in names if not norms[name]]
    if dead:
        return f"No gradient reaches {dead[-1]} and what is before it.", True
    largest, smallest = max(norms, key=norms.__getitem__), min(norms, key=norms.__getitem__)
    ratio = norms[largest] / norms[smallest]
    if ratio <= LARGE_RATIO:
        return (
            f"Gradients at any two blocks differ {fold(ratio)} at most (a warning is given at {LARGE_RATIO:g}).",
            False,
        )
    grows = names.index(largest) < names.index(smallest)
    source, end = (smallest, largest) if grows else (largest, smallest)
    way, effect = (
        ("grow", "early layers make large steps and may diverge") if grows else ("shrink", "early layers learn slowly")
    )
    text = f"Gradients {way} {fold(ratio)} from {source} back to {end} (more than {LARGE_RATIO:g}-fold): {effect}."
    return f"{text} {_largest_step(norms)}", True


def _largest_step(norms: dict[str, float]) -> str:
    """Return a sentence on the block at which the gradient changes most."""
    steps = {
        after: max(norms[before] / norms[after], norms[after] / norms[before]) for before, after in pairwise(norms)
    }
    place = max(steps, key=steps.__getitem__)
    return f"The largest step is {fold(steps[place])}, at {place}."


MEASUREMENT = Measurement(
    "gradients",
    "Gradients by depth",
    "Yang et al. 2019, arXiv:1902.08129",
    Axis("block", counts=True),
    Axis("norm of the gradient", is_logarithmic=True),
    measure,
)
"""Vanishing and exploding gradients."""
