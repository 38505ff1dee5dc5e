"""Other classes: the classifier is dropped, or gets some rows of the file's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resnetgen.compiler import Compiled
from resnetgen.ir.network import Network, Node
from resnetgen.weights.adaptation.adaptation import Adaptation, State, refuse, rows
from resnetgen.weights.fit import Fit

if TYPE_CHECKING:
    from torch import Tensor

DROP = "drop"


def _classifier(network: Network) -> Node:
    """Return the last layer with weights of the only head that classifies, or of the only head.

    Raises:
        WeightsError: there is none.
    """
    heads = network.heads
    if len(heads) > 1:
        heads = tuple(head for head in heads if head.kind in ("logits", "probabilities"))
    if len(heads) > 1:
        names = ", ".join(head.name for head in heads)
        refuse(f"the network has more than one classifier: {names}", "leave --classes out")
    nodes = heads[0].nodes if heads else ()
    node = next((node for node in reversed(nodes) if node.operator.is_weighted), None)
    if node is None:
        refuse("the network has no classifier", "leave --classes out")
    return node


def adaptations(compiled: Compiled, found: Fit, rule: str) -> list[Adaptation]:
    """Return the change of the classifier.

    Args:
        compiled: the network.
        found: the part of the file.
        rule: `drop`, or the file's classes with commas, one for each of the network's.

    Raises:
        WeightsError: the rule is none for this file and network.
    """
    node = _classifier(compiled.network)
    own = {f"{node.name}.{entry.name}": entry.shape for entry in node.operator.entries()}
    names = [name for name in own if name in found.shapes]
    if rule == DROP:
        words = f"dropped the classifier `{node.name}`: it keeps its initial weights, so load with `strict=False`"
        inside = [name for name in found.shapes if name.startswith(f"{node.name}.")]  # also of another head there
        return [Adaptation(words, dict(own), tuple(inside), lambda state: {})]
    picked = rows(rule)
    count = min((shape[0] for name in names if (shape := found.shapes[name])), default=0)
    classes = next(iter(own.values()))[0]
    if picked is None or len(picked) != classes or max(picked) >= count:
        message = f"the network has {classes:,} classes and the file {count:,}: `{rule}` does not choose {classes:,}"
        refuse(message, f"write `{DROP}`, or {classes:,} numbers from 0 to {count - 1:,} with commas")
    if len(set(picked)) < len(picked):
        refuse(f"`{rule}` has a class more than once", f"write {classes:,} different numbers from 0 to {count - 1:,}")
    shapes = {name: (len(picked), *(found.shapes[name] or ())[1:]) for name in names}
    words = f"took {len(picked):,} of {count:,} classes of `{node.name}`"

    def make(state: State) -> dict[str, Tensor]:
        return {name: state[name][picked] for name in names}

    return [Adaptation(words, shapes, (), make)]
