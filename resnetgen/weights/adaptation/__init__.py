"""Changes of weights for a network that differs from theirs, as published practice does them: one a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from resnetgen.compiler import Compiled
from resnetgen.weights.adaptation import (
    biases,
    classes,
    inflation,
    input_channels,
    leaving_out,
    normalization,
    positions,
)
from resnetgen.weights.adaptation.adaptation import Adaptation, refuse
from resnetgen.weights.differences import differences
from resnetgen.weights.fit import Fit

ADAPTATIONS: dict[str, Callable[[Compiled, Fit, str], list[Adaptation]]] = {
    "--leave-out": leaving_out.adaptations,
    "--fold-biases": biases.adaptations,
    "--inflate": inflation.adaptations,
    "--input-channels": input_channels.adaptations,
    normalization.OPTION: normalization.adaptations,
    positions.OPTION: positions.adaptations,
    "--classes": classes.adaptations,
}
"""By the option that asks for it, in the order in which they are made."""


def adapted(compiled: Compiled, found: Fit, rules: Mapping[str, str]) -> tuple[Fit, list[Adaptation]]:
    """Return a part of a file as it will be after the changes that a user asks for, and these changes.

    Args:
        compiled: the network.
        found: the part of the file.
        rules: the rule of each change, by its option.

    Raises:
        WeightsError: a rule is none for this file and network.
    """
    changes: list[Adaptation] = []
    for option, rule in ((option, rules[option]) for option in ADAPTATIONS if option in rules):
        if not rule:
            refuse(f"the value of {option} is empty", f"write a value, or leave {option} out")
        for change in ADAPTATIONS[option](compiled, found, rule):
            changes.append(change)
            kept = {name: shape for name, shape in found.shapes.items() if name not in change.removes}
            found = found._replace(shapes={**kept, **change.shapes})
    left = differences(compiled, found)
    return found._replace(is_whole=not (left.missing or left.reshaped)), changes
