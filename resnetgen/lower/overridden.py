"""Settings that others leave without effect: what a stage says is nothing where all of its blocks say otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.layers import ActLayer, ConvLayer, Layer, NormLayer
from resnetgen.lower.unused import Use
from resnetgen.ops.slots import HereSlot
from resnetgen.spec import BlockDefaults, BlockEntry, Spec, Stage


def overridden(spec: Spec, names: list[str], uses: list[Use]) -> list[Fault]:
    """A fault for each setting of `block`, of the stages of these names and of the top that no block and layer has."""
    faults = [fault for name in names for fault in _stride_and_channels(name, spec.stages[name])]
    live = {path for use in uses for path in (use.type_at, *use.settings.origins.values())}
    for path in _written(spec.block, ("block",)):
        if path not in live:
            faults.append(_fault(path, "every stage has its own"))
    for name in names:
        for path in _written(spec.stages[name], ("stages", name)):
            if path not in live:
                faults.append(_fault(path, "every entry of `blocks` has its own"))
    return [*faults, *_idle_stride_on(uses), *_top(spec, uses)]


def _written(options: BlockDefaults, at: Path) -> Iterator[Path]:
    """The paths of the block options that stand there."""
    for key in BlockDefaults.fields:
        if key == "widths":
            yield from ((*at, key, name) for name in options.widths or {})
        elif key in options.written:
            yield (*at, key)


def _stride_and_channels(name: str, stage: Stage) -> Iterator[Fault]:
    entries: list[BlockEntry] = stage.blocks if isinstance(stage.blocks, list) else []
    if entries and "stride" in stage.written and entries[0].stride is not None:
        yield _fault(("stages", name, "stride"), "the first entry of `blocks` has its own")
    if entries and stage.channels is not None and all(entry.channels is not None for entry in entries):
        yield _fault(("stages", name, "channels"), "every entry of `blocks` has its own")


def _idle_stride_on(uses: list[Use]) -> Iterator[Fault]:
    """A stride is moved to another layer, and there is none."""
    idle: dict[Path, bool] = {}
    for use in uses:
        path = use.settings.origins.get("stride_on")
        position = use.position
        if path is not None:
            moves = set(position.stride) != {1} or position.dilation != position.first_dilation
            idle[path] = idle.get(path, True) and not moves
    for path in (path for path, without_effect in idle.items() if without_effect):
        yield _fault(path, "none of these blocks has a stride", "take it out")


def _top(spec: Spec, uses: list[Use]) -> Iterator[Fault]:
    """The norm or activation of the whole, where every block and every other layer has its own."""
    others = [*spec.stem, *(spec.head.layers or ())]
    for key in ("norm", "act"):
        read = any(key not in use.settings.values for use in uses) or _reads(others, key)
        if key in spec.written and not read:
            yield _fault((key,), "every block has its own, and so have the other layers")


def _reads(layers: Iterable[Layer], key: str) -> bool:
    """Whether one of the layers takes the norm or activation that holds where it stands."""
    for layer in layers:
        if key == "norm" and isinstance(layer, ConvLayer | NormLayer) and _is_here(layer.norm):
            return True
        if key == "act" and isinstance(layer, ConvLayer | NormLayer | ActLayer) and _is_here(layer.act):
            return True
    return False


def _is_here(slot: object) -> bool:
    return slot is None or isinstance(slot, HereSlot) or getattr(slot, "type", "") == "here"


def _fault(path: Path, why: str, help: str = "take one of them out") -> Fault:
    removal = f"; `{path[-1]}: null` takes this one out where a base spec wrote it"
    return Fault("RG209", f"`{path[-1]}` has no effect: {why}", Place(path, Part.KEY), help=help + removal)
