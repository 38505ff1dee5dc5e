"""The checks: each a function from a network's trace to faults, each in a file with the name of what it finds.

A check's docstring is its page in docs/diagnostics.md, and what `resnetgen explain` prints. Its first line is the title
of the code, `Fails:` stands above a spec that it speaks up at, and `Mend:` above the same spec when that is mended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from resnetgen.analysis.shape_inference import Trace
from resnetgen.diagnostics.model import Fault
from resnetgen.lint.block_type_for_depth import block_type_for_depth
from resnetgen.lint.budget import budget
from resnetgen.lint.deep_plain_network import deep_plain_network
from resnetgen.lint.drifting_statistics import drifting_statistics
from resnetgen.lint.excessive_stride import excessive_stride
from resnetgen.lint.misaligned_features import misaligned_features
from resnetgen.lint.receptive_field_too_small import receptive_field_too_small
from resnetgen.lint.redundant_projection import redundant_projection
from resnetgen.lint.shapes import shapes
from resnetgen.lint.single_pixel import single_pixel
from resnetgen.lint.size_dependent_shapes import size_dependent_shapes
from resnetgen.lint.small_map import small_map
from resnetgen.lint.tensor_cores import tensor_cores
from resnetgen.lint.unused_ignore import unused_ignores

__all__ = ["ERRORS", "REQUIRED", "RULES", "UNUSED_IGNORE", "lint", "unused_ignores"]

Rule = Callable[[Trace], Iterable[Fault]]

REQUIRED: tuple[Rule, ...] = (shapes, excessive_stride)
"""What keeps a network from being one. The other checks ask only networks that pass these."""

RULES: tuple[tuple[str, Rule], ...] = (
    ("RG501", small_map),
    ("RG502", block_type_for_depth),
    ("RG503", deep_plain_network),
    ("RG504", redundant_projection),
    ("RG505", tensor_cores),
    ("RG506", single_pixel),
    ("RG507", size_dependent_shapes),
    ("RG508", misaligned_features),
    ("RG509", receptive_field_too_small),
    ("RG510", budget),
    ("RG512", drifting_statistics),
)
"""The code of each finding and the check that looks for it: style and risk, warnings but for those of `ERRORS`."""

ERRORS = frozenset({"RG510"})
"""A budget that is exceeded is no matter of style."""

UNUSED_IGNORE = "RG511"
"""The code of what `ignored_in_vain` finds: a warning, but none that can be ignored."""


def lint(trace: Trace) -> list[Fault]:
    """All that is wrong with a network at the input size of its trace, and all that may be."""
    faults = [fault for one in REQUIRED for fault in one(trace)]
    return faults or [fault for _, one in RULES for fault in one(trace)]
