"""Whether every operator takes and gives what was said."""

from __future__ import annotations

from itertools import chain

from resnetgen.runtime.comparison import unlike_modules, unlike_output, unlike_shapes, unlike_sides
from resnetgen.runtime.expected_modules import placed, predicted
from resnetgen.verify.model_fixture import Specimen
from resnetgen.verify.verdict import Verdict, judged


def check(specimen: Specimen) -> Verdict:
    """Operator by operator the shapes that go in and out, each run once; both sides of every addition; the output."""
    trace, seen = specimen.trace, specimen.seen
    differences = chain(
        unlike_shapes(trace, seen),
        unlike_modules(trace, specimen.first, seen),
        unlike_sides(trace, seen),
        unlike_output(trace, seen),
    )
    operators = sum(1 for _ in predicted(trace))
    sums = sum(part.block.shortcut.kind != "none" for _, part in placed(trace))
    return judged(differences, f"{operators:,} operators, {sums:,} additions")
