"""Training options: checkpointed stages, frozen parts, and norms in eval mode."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile

from resnetgen.diagnostics.model import EditKind, Fault, Part, Path, Place, Suggestion
from resnetgen.diagnostics.suggestions import did_you_mean, join_words
from resnetgen.ir.network import Network, Node, Training
from resnetgen.ir.stem_map import STEM
from resnetgen.lower.head import gives_maps
from resnetgen.ops.batch_norm import tracks
from resnetgen.source.unambiguous import replacement, unambiguous_match
from resnetgen.source.yaml_faults import MAX_FAULTS
from resnetgen.spec.spec import Spec

_KEYS = ("checkpoint", "frozen", "norm_eval")
_ENDS = ("stem", "head")
"""The parts of a network that are no stages."""

_LACKS = {
    "checkpoint": "nothing to recompute, because nothing up to its end is trained",
    "frozen": "no parameters that could be frozen",
    "norm_eval": "no batch norm whose statistics could be kept",
}
"""The reason that a key has no effect on a part."""

_NONE = {
    "checkpoint": "everything up to the end of the last stage is frozen",
    "norm_eval": "the network has no batch norm",
}
"""Why a key that is true does nothing anywhere."""


def faults(spec: Spec) -> list[Fault]:
    """Return the faults of names under `training`, before the network is known."""
    return [fault for key in _KEYS for fault in _misnamed(spec, key)][:MAX_FAULTS]


def _misnamed(spec: Spec, key: str) -> Iterator[Fault]:
    names = _names(spec, key)
    what = "stage" if key == "checkpoint" else "part"
    known = tuple(spec.stages) if what == "stage" else spec.parts
    for index, name in enumerate(names):
        place = Place(("training", key, index))
        if name not in known:
            help = f"the {what}s are {join_words(known)}"
            if key == "checkpoint" and name in spec.parts:
                help = f"only stages can be checkpointed; {help}"
            fix = replacement(place, unambiguous_match(name, known))
            yield Fault("RG206", f"unknown {what} `{name}`{did_you_mean(name, known)}", place, help=help, fix=fix)
        elif name in names[:index]:
            fix = Suggestion("remove the second", place, kind=EditKind.REMOVE)
            yield Fault("RG209", f"`{name}` is listed twice", place, help="remove one of them", fix=fix)
        elif what == "part" and name in _ENDS and name in spec.stages:
            related = ((Place(("stages", name), Part.KEY), "a stage of that name"),)
            message = f"`{name}` could be the {name} of the network or a stage"
            yield Fault("RG205", message, place, related=related, help="give the stage another name")


def training(spec: Spec, network: Network) -> tuple[Training, list[Fault]]:
    """Return the training options of a network, and a fault for each that has no effect."""
    parts = dict(network.parts())
    trained = [at for at, nodes in parts.items() if _any(nodes, _is_trained)]
    tracking = [at for at, nodes in parts.items() if _any(nodes, _tracks)]
    frozen, unused_frozen = _paths(spec, "frozen", trained)
    norm_eval, unused_norms = _paths(spec, "norm_eval", tracking)
    still = set(takewhile(lambda at: at not in trained or at in frozen, parts))
    active = [stage.at for stage in network.stages if stage.at not in still]
    checkpointed, unused_stages = _paths(spec, "checkpoint", active)
    if checkpointed and any(stage.joined for stage in network.stages):
        return Training(), [_not_alone(network)]
    found = Training(tuple(str(at[1]) for at in checkpointed), tuple(frozen), tuple(norm_eval))
    return found, [*unused_stages, *unused_frozen, *unused_norms][:MAX_FAULTS]


def _not_alone(network: Network) -> Fault:
    """Return the fault of a checkpoint for stages that are no modules."""
    message = f"no stage can be checkpointed: `{network.stages[0].path}` holds the blocks of all, as `layout` says"
    help = "write a `*` in `stage` under `layout`, so that each stage is a module: `stages.*`"
    return Fault("RG210", message, Place(("training", "checkpoint"), Part.KEY), help=help)


def _paths(spec: Spec, key: str, affected: list[Path]) -> tuple[list[Path], list[Fault]]:
    """Return the paths of the parts that a key lists, and faults for those not in `affected`."""
    if getattr(spec.training, key) is True:
        if affected:
            return affected, []
        message = f"`{key}` has no effect: {_NONE[key]}"
        return [], [Fault("RG209", message, Place(("training", key), Part.KEY), help="remove it")]
    names = _names(spec, key)
    paths = [("stages", name) if key == "checkpoint" else _path_of(spec, name) for name in names]
    faults = [
        Fault("RG209", _no_effect(at, spec, key), Place(("training", key, index)), help="remove it from the list")
        for index, at in enumerate(paths)
        if at not in affected
    ]
    return paths, faults


def _path_of(spec: Spec, name: str) -> Path:
    """Return the path of a part: of a head by its name, if there are several."""
    if name in (spec.heads or ()):
        return ("heads", name)
    return (name,) if name in _ENDS else ("stages", name)


def _no_effect(at: Path, spec: Spec, key: str) -> str:
    """Return the reason why a key has no effect on a part."""
    features = spec.features
    stages = list(spec.stages)
    if at[0] == "stages" and features is not None and gives_maps(spec):
        last = max((name for name in features if name != STEM), key=stages.index)
        if stages.index(str(at[1])) > stages.index(last):
            return f"`{at[1]}` is not built: the output needs no stage after `{last}`"
    return f"`{at[-1]}` has {_LACKS[key]}"


def _names(spec: Spec, key: str) -> Sequence[str]:
    """Return the names that a key lists; none if it is a boolean."""
    value = getattr(spec.training, key)
    return value if isinstance(value, list) else ()


def _any(nodes: Iterable[Node], holds: Callable[[Node], bool]) -> bool:
    return any(map(holds, nodes))


def _is_trained(node: Node) -> bool:
    return any(entry.trained for entry in node.operator.entries())


def _tracks(node: Node) -> bool:
    return tracks(node.operator)
