"""The bytes that operators write, against the predicted activation memory."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.analysis.cost import BYTES, block_cost, cost, step_cost
from resnetgen.analysis.shape_inference import BlockTrace
from resnetgen.ops.composite import Composite
from resnetgen.runtime.allocations import WrittenBytes, written_bytes
from resnetgen.runtime.expected_modules import blocks_with_prefix, functional_steps, module_operators
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import Verdict, from_differences

LEAST, MOST = 0.8, 2.0
"""The bounds for an operator with submodules, such as an attention, as multiples of the prediction.

The prediction counts the outputs of its parts and its own. The functions between them, a softmax or a mean, add a share
that depends on the shape: the ratio is from 0.88 to 1.9 in the collection.
"""


def check(fixture: ModelFixture) -> Verdict:
    """The bytes that each operator allocates in training: exact, except for operators made of others.

    A module of torch counts with its output unless it works in place, and a block with its addition. Temporaries of
    functions, such as a padded map, are reported but not compared.
    """
    operators = {name for name, _ in module_operators(fixture.trace)}
    blocks = {prefix.removesuffix(".") for prefix, _ in blocks_with_prefix(fixture.trace)}
    x = fixture.training_batch()
    seen = written_bytes(fixture.new().train(), x, (operators, blocks))
    predicted = cost(fixture.trace).memory(batch=len(x))
    share = seen.total / predicted if predicted else 1.0
    return from_differences(
        _differences(fixture, seen, len(x)), f"{predicted:,} bytes; {share:.2f} times that with temporary values"
    )


def _differences(fixture: ModelFixture, seen: WrittenBytes, batch: int) -> Iterator[str]:
    size = BYTES["float32"] * batch
    for name, step in module_operators(fixture.trace):
        is_made = isinstance(step.node.operator, Composite)
        yield from _difference(name, step_cost(step).values * size, seen.by_owner[name], is_made)
    for prefix, part in blocks_with_prefix(fixture.trace):
        name = prefix.removesuffix(".")
        yield from _difference(name, _block_values(part) * size, seen.by_owner[name], _has_composites(part))
    if seen.by_owner[""]:
        yield f"{seen.by_owner['']:,} bytes are written outside of all operators"


def _block_values(part: BlockTrace) -> int:
    """Return the values that a block itself writes: its addition, and the operators without a module."""
    steps = sum(step_cost(step).values for step in part.steps())
    return block_cost(part).values - steps + sum(step_cost(step).values for step in functional_steps(part))


def _has_composites(part: BlockTrace) -> bool:
    return any(isinstance(step.node.operator, Composite) for step in functional_steps(part))


def _difference(name: str, predicted: int, found: int, is_made: bool) -> Iterator[str]:
    if found != predicted and not (is_made and LEAST * predicted <= found <= MOST * predicted):
        yield f"{name}: {predicted:,} bytes predicted, {found:,} written"
