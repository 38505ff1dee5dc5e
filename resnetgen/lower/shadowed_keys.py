"""Shadowed settings: those of a stage or the top that every block overrides."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.layers import ConvLayer, Layer, NormLayer
from resnetgen.lower.entries import opens_with_stride, written_entries
from resnetgen.lower.unused_keys import Use, activated, is_open
from resnetgen.spec.spec import BlockDefaults, BlockOptions, BlockType, Spec, Stage


def shadowed(spec: Spec, names: list[str], uses: list[Use]) -> list[Fault]:
    """Return a fault for each setting of `block`, of these stages or of the top that no block or layer uses."""
    faults = [fault for name in names for fault in _stride_and_channels(name, spec.stages[name])]
    live = {path for use in uses for path in (use.type_at, *use.settings.origins.values())}
    live |= {path[:-1] for path in live if path[-2:-1] == ("convolution",)}
    for path in _written(spec.block, ("block",)):
        if path not in live:
            faults.append(_fault(path, "every stage has its own"))
    for name in names:
        for path in _written(spec.stages[name], ("stages", name)):
            if path not in live:
                faults.append(_fault(path, "every entry of `blocks` has its own"))
    faults += [
        _fault(path, "every block of this type has its own")._replace(unless_inherited=True)
        for kind in {use.kind.name: use.kind for use in uses if use.kind.at is not None}.values()
        for path in _written(kind.type, kind.at or ())
        if path not in live and not _named_by_widths(kind.type, path)
    ]
    return [*faults, *_unused_strides(uses), *_top(spec, uses)]


def _named_by_widths(kind: BlockType, path: Path) -> bool:
    """Return True if a path is that of a width that a later width of the block type refers to: it holds the place."""
    names = {name for width in (kind.widths or {}).values() for name in width.names()}
    return path[-1] in names and (path[-1] == "mid" or "widths" in path)


def _written(options: BlockOptions, at: Path) -> Iterator[Path]:
    """Yield the paths of the block options that are set there."""
    for key in BlockDefaults.model_fields:
        if key == "widths":
            yield from ((*at, key, name) for name in options.widths or {})
        elif key in options.model_fields_set:
            yield (*at, key)


def _stride_and_channels(name: str, stage: Stage) -> Iterator[Fault]:
    entries = written_entries(stage)
    if not entries:
        return
    first, opened = entries[0], opens_with_stride(stage)
    if "stride" in stage.model_fields_set and first.stride is not None and not opened:
        yield _fault(("stages", name, "stride"), "the first entry of `blocks` has its own")
    if (
        stage.first_dilation is not None
        and not opened
        and (first.first_dilation is not None or first.dilation is not None)
    ):
        yield _fault(("stages", name, "first_dilation"), "the first entry of `blocks` has its own")
    if stage.dilation is not None and not opened and all(entry.dilation is not None for entry in entries):
        yield _fault(("stages", name, "dilation"), "every entry of `blocks` has its own")
    if stage.channels is not None and all(entry.channels is not None for entry in entries):
        yield _fault(("stages", name, "channels"), "every entry of `blocks` has its own")


def _unused_strides(uses: list[Use]) -> Iterator[Fault]:
    """Yield a fault for each setting about a stride where no block has one."""
    unused: dict[Path, bool] = {}
    for use in uses:
        for path in _of_strides(use):
            unused[path] = unused.get(path, True) and not _strides(use)
    for path in (path for path, without_effect in unused.items() if without_effect):
        fault = _fault(path, "none of these blocks has a stride", "remove it")
        yield fault._replace(unless_inherited=path[0] == "blocks")


def _of_strides(use: Use) -> Iterator[Path]:
    """Yield the paths of settings about the stride: where it is, and the shortcut's kernel at it."""
    origins = use.settings.origins
    if "stride_on" in origins:
        yield origins["stride_on"]
    shortcut = use.settings.get("shortcut")
    if shortcut is not None and "kernel" in shortcut.model_fields_set and "shortcut" in origins:
        yield (*origins["shortcut"], "kernel")


def _strides(use: Use) -> bool:
    position = use.position
    return position.strides() or position.dilation != position.first_dilation


def _top(spec: Spec, uses: list[Use]) -> Iterator[Fault]:
    """Yield a fault for the top-level convolution, norm or activation if every block and layer has its own."""
    others = [*spec.stem, *(layer for head in spec.written_heads.values() for layer in head.layers or ())]
    others += [layer for stage in spec.stages.values() for layer in stage.transition or ()]
    for key in ("convolution", "norm", "act"):
        blocks = [use for use in uses if is_open(use.settings.get(key))]
        if key == "act":
            blocks = [use for use in blocks if activated(use, spec.norm)]
        read = blocks or any(_reads(layer, key, spec) for layer in others)
        if key in spec.model_fields_set and not read:
            brought = ", or a norm that includes one" if key == "act" else ""
            yield _fault((key,), f"every block and every other layer has its own{brought}")


def _reads(layer: Layer, key: str, spec: Spec) -> bool:
    """Return True if a layer uses the default convolution, norm or activation."""
    if key not in type(layer).model_fields or not is_open(getattr(layer, key)):
        return False
    if key == "act" and isinstance(layer, ConvLayer | NormLayer):
        norm = spec.norm if is_open(layer.norm) else layer.norm
        return not getattr(norm, "brings_activation", False)
    return True


def _fault(path: Path, why: str, help: str = "remove one of them") -> Fault:
    removal = f"; `{path[-1]}: null` removes this one if a base spec sets it"
    return Fault("RG209", f"`{path[-1]}` has no effect: {why}", Place(path, Part.KEY), help=help + removal)
