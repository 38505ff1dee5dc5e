"""The heads: layers, pooling and classifier of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod

from resnetgen.diagnostics.model import EditKind, Fault, Part, Path, Place, Suggestion
from resnetgen.diagnostics.suggestions import did_you_mean, join_words
from resnetgen.errors import LoweringError, OperatorError
from resnetgen.ir.network import Node
from resnetgen.ir.stem_map import STEM
from resnetgen.layers import ActLayer, DropoutLayer, Layer, PooledLayer
from resnetgen.layers.builder import LayerBuilder
from resnetgen.ops.conv import pointwise
from resnetgen.ops.dropout import Dropout
from resnetgen.ops.global_pool_slot import GlobalPoolSlot
from resnetgen.ops.linear import Linear
from resnetgen.ops.operator import Operator
from resnetgen.ops.output_activation import OUTPUT_ACTIVATIONS
from resnetgen.ops.registry import GLOBAL_POOLS
from resnetgen.ops.unit_length import UnitLength
from resnetgen.source.unambiguous import replacement, unambiguous_match
from resnetgen.source.yaml_faults import MAX_FAULTS
from resnetgen.spec.spec import Head, HeadOptions, Spec

MapSize = Callable[[Sequence[Node]], tuple[int, ...] | None]
"""Returns the size of the map after operators of the head, None if there is no such map."""

_WITHOUT_WEIGHTS = (ActLayer, DropoutLayer)
"""The layers after a flattened map that take any number of values."""


def faults(spec: Spec) -> list[Fault]:
    """Return the faults of the heads as written, before the network is known."""
    if spec.features is None:
        heads = spec.written_heads.items()
        return [fault for name, head in heads for fault in _classifier(head, path(name))][:MAX_FAULTS]
    head = spec.written_heads[""]
    faults = _nothing_but_maps(head) if head.pool is None else _classifier(head, path(""))
    return faults + _features(spec, spec.features, MAX_FAULTS - len(faults))


def path(name: str) -> Path:
    """Return the path of the head of a name in the spec; the name of the only one is empty."""
    return ("heads", name) if name else ("head",)


def gives_maps(spec: Spec) -> bool:
    """Return whether the output is maps: there are features and no pool."""
    return spec.head is not None and spec.head.features is not None and spec.head.pool is None


def kind(head: HeadOptions) -> str:
    """Return in a word what a head gives."""
    if head.activation not in (None, "none"):
        return "probabilities"
    if head.normalize:
        return "vectors of length one"
    return "features" if head.classes is None else "logits"


def has_no_pool(head: HeadOptions) -> bool:
    """Return whether the output is the map after the head's layers: `pool: none`."""
    return head.pool is not None and head.pool.type == "none"


def _nothing_but_maps(head: HeadOptions) -> list[Fault]:
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
    if names == [STEM] and spec.stem and gives_maps(spec):
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


def _classifier(head: HeadOptions, at: Path) -> list[Fault]:
    found = []
    if head.pool is None:
        help = f"write `pool`, one of {', '.join(GLOBAL_POOLS)}"
        if at == ("head",):
            help += "; or `features: [...]` for a network without a head"
        message = f"`{at[-1]}` needs the key `pool`{' or `features`' if at == ('head',) else ''}"
        found.append(Fault("RG202", message, Place(at, Part.KEY), help=help))
    if head.classes is None:
        for key in ("dropout", "activation", "classifier"):
            if getattr(head, key) not in (None, 0.0, "none", "linear"):
                message = f"`{key}` needs a classifier, but the head has none"
                place = Place((*at, key), Part.KEY)
                found.append(Fault("RG209", message, place, help="add `classes`, the number of classes"))
    if head.normalize and head.activation not in (None, "none"):
        message = f"`normalize` and `activation: {head.activation}` contradict each other: both set the last step"
        found.append(Fault("RG209", message, Place((*at, "normalize"), Part.KEY), help="remove one of them"))
    return found + (_of_map(head, at) if has_no_pool(head) else [])


def _of_map(head: HeadOptions, at: Path) -> list[Fault]:
    """Return the faults of a head whose output is a map."""
    found = []
    if head.then is not None:
        message = "`then` needs a vector, but with `pool: none` there is a map"
        help = "write these layers under `layers`"
        found.append(Fault("RG209", message, Place((*at, "then"), Part.KEY), help=help))
    if head.classes is not None and head.classifier == "linear":
        message = "a linear classifier needs a vector, but with `pool: none` there is a map"
        help = "write `classifier: conv` for scores at each pixel"
        found.append(Fault("RG209", message, Place((*at, "classes"), Part.KEY), help=help))
    features = isinstance(head, Head) and head.features is not None
    if features and head.layers is None and head.classes is None:
        message = "with `features`, `pool: none` has no effect: no layers follow the last stage"
        place = Place((*at, "pool"))
        found.append(Fault("RG209", message, place, help="remove `pool`: the features are then the output"))
    return found


def nodes(head: HeadOptions, at: Path, builder: LayerBuilder, map_size: MapSize) -> tuple[Node, ...]:
    """Return the operators of a head.

    Args:
        head: the head as written, which gives no maps of stages alone.
        at: its path.
        builder: the builder of the head, after the last stage.
        map_size: returns the size of the map after operators of the head, at the spec's own input size.

    Raises:
        LoweringError: one of its layers is impossible.
    """
    _lower(head.layers or (), builder)
    _pool(head, at, builder, map_size)
    builder.context = builder.context.replace(layers_at=(*at, "then"))
    _lower(head.then or (), builder)
    if head.classes is not None:
        _classify(head, head.classes, at, builder)
    if not has_no_pool(head):
        builder.flatten()
    if head.normalize:
        builder.add(UnitLength())
    if head.activation not in (None, "none"):
        assert head.activation is not None
        builder.add(OUTPUT_ACTIVATIONS[head.activation]())
    return tuple(builder.nodes)


def _lower(layers: Sequence[Layer | PooledLayer], builder: LayerBuilder) -> None:
    for index, layer in enumerate(layers):
        builder.lay(index, layer)


def _pool(head: HeadOptions, at: Path, builder: LayerBuilder, map_size: MapSize) -> None:
    """Add the pool; weights after a flattened map are made for its one size."""
    assert head.pool is not None
    if head.pool.type == "flatten":
        size = map_size(builder.nodes)
        trained = head.classes is not None or any(not isinstance(layer, _WITHOUT_WEIGHTS) for layer in head.then or ())
        builder.flatten(size if trained and size is not None else (), at=(*at, "pool"))
        builder.channels *= prod(size or ())
    elif not has_no_pool(head):
        any_size = (1,) * builder.context.rank
        size = (map_size(builder.nodes) if head.pool.fixes_size else None) or any_size
        pool = _global_pool(head.pool, at, builder.channels, size)
        builder.add(builder.renamed(pool), at=(*at, "pool"))
        builder.channels, *extents = pool.output((builder.channels, *size))
        builder.flat = not extents


def _global_pool(slot: GlobalPoolSlot, at: Path, channels: int, size: tuple[int, ...]) -> Operator:
    """Return the pool of a slot.

    Raises:
        LoweringError: there is none for these channels.
    """
    try:
        return slot.operator(channels, size)
    except OperatorError as error:
        place = Place((*at, "pool", error.option) if error.option in slot.model_fields_set else (*at, "pool"))
        fault = Fault(error.code, error.message, place, help=error.help)
        raise LoweringError(fault if error.indivisible is None else fault.of_divisor(error.indivisible)) from None


def _classify(head: HeadOptions, classes: int, at: Path, builder: LayerBuilder) -> None:
    """Add dropout and the classifier; after a convolutional one, the pixel is flattened."""
    if head.classifier == "conv" and builder.flat:
        message = "`classifier: conv` needs a map, but what comes here is a vector"
        place = Place((*at, "classifier"))
        raise LoweringError(Fault("RG204", message, place, help="remove it: a linear classifier takes a vector"))
    if head.classifier == "linear":
        builder.flatten()
    if head.dropout:
        builder.add(Dropout(head.dropout), "head_dropout")
    if head.classifier == "conv":
        builder.add(pointwise(builder.channels, classes, builder.context.rank), "linear")
    else:
        builder.add(Linear(builder.channels, classes))
