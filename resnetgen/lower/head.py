"""The head: layers, pooling and classifier."""

from __future__ import annotations

from collections.abc import Sequence

from resnetgen.diagnostics.model import EditKind, Fault, Part, Place, Suggestion
from resnetgen.diagnostics.suggestions import did_you_mean, join_words
from resnetgen.ir.network import Node
from resnetgen.ir.stem_map import STEM
from resnetgen.layers.builder import LayerBuilder
from resnetgen.ops.conv import pointwise
from resnetgen.ops.dropout import Dropout
from resnetgen.ops.global_pool import POOLS, Flatten
from resnetgen.ops.linear import Linear
from resnetgen.ops.output_activation import OUTPUT_ACTIVATIONS
from resnetgen.source.unambiguous import replacement, unambiguous_match
from resnetgen.source.yaml_faults import MAX_FAULTS
from resnetgen.spec.spec import Head, Spec


def faults(spec: Spec) -> list[Fault]:
    """Return the faults of the head as written, before the network is known."""
    head = spec.head
    if head.features is None:
        return _classifier(head)
    faults = _nothing_but_maps(head) if head.pool is None else _classifier(head)
    return faults + _features(spec, head.features, MAX_FAULTS - len(faults))


def gives_maps(head: Head) -> bool:
    """Return whether the output is maps: there are features and no pool."""
    return head.features is not None and head.pool is None


def _nothing_but_maps(head: Head) -> list[Fault]:
    """Return a fault for each key that needs a pool, of a head with features and without one."""
    found = []
    others = [key for key in head.model_fields_set if key != "features"]
    for key in sorted(others, key=list(Head.model_fields).index):
        help = f"add `pool: avg` for a head beside the maps; or `{key}: null` removes it if a base spec sets it"
        message = f"a head with `features` and without `pool` has no `{key}`"
        found.append(Fault("RG209", message, Place(("head", key), Part.KEY), help=help))
    return found


def _features(spec: Spec, names: Sequence[str], most: int) -> list[Fault]:
    """Return the faults of the names of the maps."""
    found: list[Fault] = []
    known = (*((STEM,) if spec.stem else ()), *spec.stages)
    if names == [STEM] and spec.stem and gives_maps(spec.head):
        place = Place(("head", "features"))
        help = "add a stage, or `pool: avg` for a head beside the maps"
        return [
            Fault(
                "RG209", "a network whose only output is the map of the stem has no residual blocks", place, help=help
            )
        ]
    for index, name in enumerate(names):
        if len(found) == most:
            break
        place = Place(("head", "features", index))
        if name not in known:
            help = f"the stages with maps are {join_words(known)}"
            if name == STEM:
                help = f"the stem has no layers, and so no map; {help}"
            message = f"unknown stage `{name}`{did_you_mean(name, known)}"
            found.append(
                Fault("RG206", message, place, help=help, fix=replacement(place, unambiguous_match(name, known)))
            )
        elif name in names[:index]:
            fix = Suggestion("remove the second", place, kind=EditKind.REMOVE)
            message = f"`{name}` is listed twice"
            found.append(Fault("RG209", message, place, help="remove one of them", fix=fix))
    return found


def without_stem_map(names: Sequence[str]) -> Fault:
    """Return the fault of features that name a stem of which nothing is emitted."""
    place = Place(("head", "features", names.index(STEM)))
    message = "the stem has no map: none of its layers does anything"
    return Fault("RG206", message, place, help="remove `stem`, or give the stem a layer such as `{conv: 3, to: 64}`")


def _classifier(head: Head) -> list[Fault]:
    found = []
    if head.pool is None:
        help = f"write `pool: avg`, or one of {', '.join(POOLS)}; or `features: [...]` for a network without a head"
        found.append(Fault("RG202", "`head` needs the key `pool` or `features`", Place(("head",), Part.KEY), help=help))
    if head.classes is None:
        for key in ("dropout", "activation", "classifier"):
            if getattr(head, key) not in (None, 0.0, "none", "linear"):
                message = f"`{key}` needs a classifier, but the head has none"
                place = Place(("head", key), Part.KEY)
                found.append(Fault("RG209", message, place, help="add `classes`, the number of classes"))
    return found


def nodes(head: Head, builder: LayerBuilder) -> tuple[Node, ...]:
    """Return the head's operators; none where the output is maps.

    Raises:
        LoweringError: one of its layers is impossible.
    """
    if gives_maps(head):
        return ()
    for index, layer in enumerate(head.layers or ()):
        builder.lay(index, layer)
    assert head.pool is not None
    pool = POOLS[head.pool](builder.context.rank)
    builder.add(pool)
    if head.classes is None or head.classifier == "linear":
        builder.add(Flatten())
    if head.classes is not None:
        (features,) = Flatten().output(pool.output((builder.channels, *(1,) * builder.context.rank)))
        _classify(head, head.classes, features, builder)
    return tuple(builder.nodes)


def _classify(head: Head, classes: int, features: int, builder: LayerBuilder) -> None:
    """Add dropout, the classifier and its output activation; a convolutional classifier is flattened."""
    if head.dropout:
        builder.add(Dropout(head.dropout), "head_dropout")
    if head.classifier == "conv":
        builder.add(pointwise(features, classes, builder.context.rank), "linear")
        builder.add(Flatten())
    else:
        builder.add(Linear(features, classes))
    if head.activation not in (None, "none"):
        assert head.activation is not None
        builder.add(OUTPUT_ACTIVATIONS[head.activation]())
