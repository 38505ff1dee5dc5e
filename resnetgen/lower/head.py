"""The head: what becomes of the last map."""

from __future__ import annotations

from resnetgen.diagnostics.model import EditKind, Fault, Part, Place, Suggestion
from resnetgen.diagnostics.suggestions import listed, nearest
from resnetgen.ir.network import Node
from resnetgen.layers.builder import Scope
from resnetgen.ops.conv import pointwise
from resnetgen.ops.dropout import Dropout
from resnetgen.ops.global_pool import POOLS, Flatten
from resnetgen.ops.linear import Linear
from resnetgen.ops.output_activation import OUTPUT_ACTIVATIONS
from resnetgen.source.unambiguous import replacement, unambiguous_match
from resnetgen.source.yaml_events import MOST_FAULTS
from resnetgen.spec.spec import Head, Spec


def faults(spec: Spec) -> list[Fault]:
    """What is wrong with the head as it is written, before anything is known of the network."""
    head = spec.head
    return _features(spec, head) if head.features is not None else _classifier(head)


def _features(spec: Spec, head: Head) -> list[Fault]:
    found = []
    others = [key for key in head.model_fields_set if key != "features"]
    for key in sorted(others, key=list(Head.model_fields).index):
        help = f"`{key}: null` takes it out where a base spec wrote it"
        message = f"a head that gives features has no `{key}`"
        found.append(Fault("RG209", message, Place(("head", key), Part.KEY), help=help))
    assert head.features is not None
    for index, name in enumerate(head.features):
        if len(found) == MOST_FAULTS:
            break
        place = Place(("head", "features", index))
        if name not in spec.stages:
            known = tuple(spec.stages)
            help = f"the stages are {listed(known)}"
            message = f"there is no stage `{name}`{nearest(name, known)}"
            found.append(
                Fault("RG206", message, place, help=help, mend=replacement(place, unambiguous_match(name, known)))
            )
        elif name in head.features[:index]:
            mend = Suggestion("take out the second", place, act=EditKind.REMOVE)
            message = f"`{name}` is asked for twice"
            found.append(Fault("RG209", message, place, help="take one of them out", mend=mend))
    return found


def _classifier(head: Head) -> list[Fault]:
    found = []
    if head.pool is None:
        help = f"write `pool: avg`, or one of {', '.join(POOLS)}; or `features: [...]` for a network without a head"
        found.append(Fault("RG202", "`head` needs the key `pool` or `features`", Place(("head",), Part.KEY), help=help))
    if head.classes is None:
        for key in ("dropout", "activation", "classifier"):
            if getattr(head, key) not in (None, 0.0, "none", "linear"):
                message = f"`{key}` stands around the classifier, and there is none"
                place = Place(("head", key), Part.KEY)
                found.append(Fault("RG209", message, place, help="add `classes`, the number of classes"))
    return found


def nodes(head: Head, scope: Scope) -> tuple[Node, ...]:
    """The head's operators, laid in the scope; none where the network gives features.

    Raises:
        LoweringError: one of its layers is impossible.
    """
    if head.features is not None:
        return ()
    for index, layer in enumerate(head.layers or ()):
        scope.layer = index
        layer.lower(scope)
    assert head.pool is not None
    pool = POOLS[head.pool](scope.rank)
    scope.add(pool)
    if head.classes is None or head.classifier == "linear":
        scope.add(Flatten())
    if head.classes is not None:
        (features,) = Flatten().output(pool.output((scope.channels, *(1,) * scope.rank)))
        _classify(head, head.classes, features, scope)
    return tuple(scope.nodes)


def _classify(head: Head, classes: int, features: int, scope: Scope) -> None:
    """Dropout, the classifier, and what makes of its output; a convolution is flattened after it."""
    if head.dropout:
        scope.add(Dropout(head.dropout), "head_dropout")
    if head.classifier == "conv":
        scope.add(pointwise(features, classes, scope.rank), "linear")
        scope.add(Flatten())
    else:
        scope.add(Linear(features, classes))
    if head.activation not in (None, "none"):
        assert head.activation is not None
        scope.add(OUTPUT_ACTIVATIONS[head.activation]())
