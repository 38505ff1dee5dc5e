"""Tensors that the network has not: the head of a pretraining, a classifier for a network of feature maps."""

from __future__ import annotations

from resnetgen.compiler import Compiled
from resnetgen.source.yaml_scalars import clip
from resnetgen.weights.adaptation.adaptation import Adaptation, refuse
from resnetgen.weights.fit import Fit


def adaptations(_: Compiled, found: Fit, rule: str) -> list[Adaptation]:
    """Return the change that leaves tensors out.

    Args:
        found: the part of the file.
        rule: names of tensors or of modules with commas, without the prefix.

    Raises:
        WeightsError: the file has no tensor of a name.
    """
    changes = []
    for module in (part.strip().rstrip(".") for part in rule.split(",")):
        names = tuple(name for name in found.shapes if name == module or name.startswith(f"{module}."))
        if not names:
            refuse(
                f"this file has no tensors of `{clip(module, 80)}` to leave out",
                "give names of tensors or modules as messages have them, without the prefix",
            )
        words = f"left out {len(names):,} {'tensor' if len(names) == 1 else 'tensors'} of `{module}`"
        changes.append(Adaptation(words, {}, names, lambda state: {}))
    return changes
