"""Settings that others leave without effect: what a stage says is nothing where all of its blocks say otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.layers import ConvLayer, Layer, NormLayer
from resnetgen.lower.unused_keys import Use, activated, is_open
from resnetgen.spec.spec import BlockDefaults, BlockEntry, Spec, Stage


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
    return [*faults, *_idle(uses), *_top(spec, uses)]


def _written(options: BlockDefaults, at: Path) -> Iterator[Path]:
    """The paths of the block options that stand there."""
    for key in BlockDefaults.model_fields:
        if key == "widths":
            yield from ((*at, key, name) for name in options.widths or {})
        elif key in options.model_fields_set:
            yield (*at, key)


def _stride_and_channels(name: str, stage: Stage) -> Iterator[Fault]:
    entries: list[BlockEntry] = stage.blocks if isinstance(stage.blocks, list) else []
    if entries and "stride" in stage.model_fields_set and entries[0].stride is not None:
        yield _fault(("stages", name, "stride"), "the first entry of `blocks` has its own")
    if entries and stage.channels is not None and all(entry.channels is not None for entry in entries):
        yield _fault(("stages", name, "channels"), "every entry of `blocks` has its own")


def _idle(uses: list[Use]) -> Iterator[Fault]:
    """Something is said of a stride, and there is none."""
    idle: dict[Path, bool] = {}
    for use in uses:
        for path in _of_strides(use):
            idle[path] = idle.get(path, True) and not _strides(use)
    for path in (path for path, without_effect in idle.items() if without_effect):
        yield _fault(path, "none of these blocks has a stride", "remove it")


def _of_strides(use: Use) -> Iterator[Path]:
    """The paths of what a block's settings say of its stride: where it is, and how the shortcut follows it."""
    origins = use.settings.origins
    if "stride_on" in origins:
        yield origins["stride_on"]
    asked = use.settings.get("shortcut")
    if asked is not None and "kernel" in asked.model_fields_set and "shortcut" in origins:
        yield (*origins["shortcut"], "kernel")


def _strides(use: Use) -> bool:
    position = use.position
    return set(position.stride) != {1} or position.dilation != position.first_dilation


def _top(spec: Spec, uses: list[Use]) -> Iterator[Fault]:
    """The convolution, norm or activation of the whole, where every block and every other layer has its own."""
    others = [*spec.stem, *(spec.head.layers or ())]
    for key in ("convolution", "norm", "act"):
        blocks = [use for use in uses if key not in use.settings.values]
        if key == "act":
            blocks = [use for use in blocks if activated(use, spec.norm)]
        read = blocks or any(_reads(layer, key, spec) for layer in others)
        if key in spec.model_fields_set and not read:
            brought = ", or a norm that includes one" if key == "act" else ""
            yield _fault((key,), f"every block and every other layer has its own{brought}")


def _reads(layer: Layer, key: str, spec: Spec) -> bool:
    """Whether a layer takes the convolution, norm or activation that holds where it stands."""
    if key not in type(layer).model_fields or not is_open(getattr(layer, key)):
        return False
    if key == "act" and isinstance(layer, ConvLayer | NormLayer):
        norm = spec.norm if is_open(layer.norm) else layer.norm
        return not getattr(norm, "brings_activation", False)
    return True


def _fault(path: Path, why: str, help: str = "remove one of them") -> Fault:
    removal = f"; `{path[-1]}: null` removes this one if a base spec sets it"
    return Fault("RG209", f"`{path[-1]}` has no effect: {why}", Place(path, Part.KEY), help=help + removal)
