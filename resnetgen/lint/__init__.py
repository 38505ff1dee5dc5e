"""The lint rules: each is a function from a network's trace to faults, in a file of its own.

The docstring of a rule explains its code: docs/reference/diagnostics/ shows it, and `resnetgen explain` prints it. Its
first line is the title, `Fails:` precedes a spec that raises the diagnostic, and `Fixed:` the corrected spec.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from resnetgen.analysis.shape_inference import Trace
from resnetgen.diagnostics.model import Fault
from resnetgen.lint.block_type_for_widths import block_type_for_widths
from resnetgen.lint.budget import budget
from resnetgen.lint.channels_in_size import channels_in_size
from resnetgen.lint.deep_plain_network import deep_plain_network
from resnetgen.lint.drifting_statistics import drifting_statistics
from resnetgen.lint.enlarging_layer import enlarging_layer
from resnetgen.lint.excessive_stride import excessive_stride
from resnetgen.lint.misaligned_features import misaligned_features
from resnetgen.lint.padded_tiles import padded_tiles
from resnetgen.lint.receptive_field_too_small import receptive_field_too_small
from resnetgen.lint.redundant_projection import redundant_projection
from resnetgen.lint.repeated_activation import repeated_activation
from resnetgen.lint.shapes import shapes
from resnetgen.lint.single_pixel import single_pixel
from resnetgen.lint.size_dependent_shapes import size_dependent_shapes
from resnetgen.lint.small_map import small_map
from resnetgen.lint.tensor_cores import tensor_cores
from resnetgen.lint.unnormalized_output import unnormalized_output
from resnetgen.lint.unused_ignore import unused_ignores

__all__ = ["ERRORS", "REQUIRED", "RULES", "UNUSED_IGNORE", "lint", "unused_ignores"]

Rule = Callable[[Trace], Iterable[Fault]]
"""A lint rule: it yields the faults that it finds in a trace."""

REQUIRED: tuple[Rule, ...] = (shapes, excessive_stride)
"""The rules that a network has to pass before the others run: shapes and the total stride."""

RULES: tuple[tuple[str, Rule], ...] = (
    ("RG501", small_map),
    ("RG502", block_type_for_widths),
    ("RG503", deep_plain_network),
    ("RG504", redundant_projection),
    ("RG505", tensor_cores),
    ("RG506", single_pixel),
    ("RG507", size_dependent_shapes),
    ("RG508", misaligned_features),
    ("RG509", receptive_field_too_small),
    ("RG510", budget),
    ("RG512", drifting_statistics),
    ("RG513", enlarging_layer),
    ("RG514", channels_in_size),
    ("RG515", unnormalized_output),
    ("RG516", padded_tiles),
    ("RG517", repeated_activation),
)
"""Each code and its rule. They are warnings about style and risk, except those in `ERRORS`."""

ERRORS = frozenset({"RG510"})
"""The codes of `RULES` that are errors: a budget is a requirement, not a matter of style."""

UNUSED_IGNORE = "RG511"
"""The code of the faults that `unused_ignores` finds. It is a warning that cannot be ignored."""


def lint(trace: Trace) -> list[Fault]:
    """Run the rules on a network at the input size of its trace.

    Returns:
        The errors of `REQUIRED` if there are any, else the faults of all other rules.
    """
    faults = [fault for rule in REQUIRED for fault in rule(trace)]
    return faults or [fault for _, rule in RULES for fault in rule(trace)]
