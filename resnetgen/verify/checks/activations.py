"""Whether the operators write as many bytes as was said."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.analysis.cost import BYTES, block_cost, cost, step_cost
from resnetgen.analysis.shape_inference import BlockTrace
from resnetgen.ops.composite import Composite
from resnetgen.runtime.allocations import Written, written
from resnetgen.runtime.expected_modules import functions, placed, predicted
from resnetgen.verify.model_fixture import Specimen
from resnetgen.verify.verdict import Verdict, judged

LEAST, MOST = 0.8, 2.0
"""The bounds for an operator that has modules inside, such as an attention.

What is said of it is what its parts write and what it makes of that; the functions between them, a softmax or a mean,
come to a share that depends on the shape: from 0.88 to 1.9 in all of the collection.
"""


def check(specimen: Specimen) -> Verdict:
    """The bytes that each operator writes in training, by new storages: exactly, but for operators made of others.

    Of a module of torch, that is its output where it is not its input written over; of a block, the sum that it adds.
    What functions take on the way, such as a padded map, is counted beside that, and not held against what was said.
    """
    operators = {name for name, _ in predicted(specimen.trace)}
    blocks = {prefix.removesuffix(".") for prefix, _ in placed(specimen.trace)}
    x = specimen.training_batch()
    seen = written(specimen.new().train(), x, (operators, blocks))
    said = cost(specimen.trace).memory(batch=len(x))
    share = seen.everything / said if said else 1.0
    return judged(
        _differences(specimen, seen, len(x)), f"{said:,} bytes; {share:.2f} times that with what is temporary"
    )


def _differences(specimen: Specimen, seen: Written, batch: int) -> Iterator[str]:
    size = BYTES["float32"] * batch
    for name, step in predicted(specimen.trace):
        is_made = isinstance(step.node.operator, Composite)
        yield from _unlike(name, step_cost(step).values * size, seen.by_owner[name], is_made)
    for prefix, part in placed(specimen.trace):
        name = prefix.removesuffix(".")
        yield from _unlike(name, _own_values(part) * size, seen.by_owner[name], _holds_parts(part))
    if seen.by_owner[""]:
        yield f"{seen.by_owner['']:,} bytes are written outside of all operators"


def _own_values(part: BlockTrace) -> int:
    """What a block writes itself: the sum, and what those operators do that are written in its `forward`."""
    steps = sum(step_cost(step).values for step in part.steps())
    return block_cost(part).values - steps + sum(step_cost(step).values for step in functions(part))


def _holds_parts(part: BlockTrace) -> bool:
    return any(isinstance(step.node.operator, Composite) for step in functions(part))


def _unlike(name: str, said: int, found: int, is_made: bool) -> Iterator[str]:
    if found != said and not (is_made and LEAST * said <= found <= MOST * said):
        yield f"{name}: {said:,} bytes predicted, {found:,} written"
