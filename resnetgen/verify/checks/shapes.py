"""The shapes of all operators."""

from __future__ import annotations

from itertools import chain

from resnetgen.runtime.comparison import addition_differences, module_differences, output_differences, shape_differences
from resnetgen.runtime.expected_modules import blocks_with_prefix, module_operators
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import Verdict, from_differences


def check(fixture: ModelFixture) -> Verdict:
    """The input and output shapes of every operator, each run once; both sides of every addition; the output."""
    trace, seen = fixture.trace, fixture.forward
    differences = chain(
        shape_differences(trace, seen),
        module_differences(trace, fixture.initial, seen),
        addition_differences(trace, seen),
        output_differences(trace, seen),
    )
    operators = sum(1 for _ in module_operators(trace))
    sums = sum(part.block.shortcut.kind != "none" for _, part in blocks_with_prefix(trace))
    return from_differences(differences, f"{operators:,} operators, {sums:,} additions")
