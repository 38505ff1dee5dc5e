"""`scale`: the spec with other widths and depths, as if these were written.

The rules are those of EfficientNet (arXiv:1905.11946; `round_filters` and `round_repeats` of its authors' code), of
MobileNetV2 and MnasNet in torchvision, and of timm, which shares the depth of a list of blocks out among its entries.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import ceil
from typing import Any, TypeVar

from resnetgen.diagnostics.model import Fault, Part, Place
from resnetgen.diagnostics.suggestions import did_you_mean, join_words
from resnetgen.errors import ExpressionError
from resnetgen.layers import ConvLayer, Layer
from resnetgen.lower.entries import count
from resnetgen.lower.out_channels import BLOCK
from resnetgen.schema.fields import MOST_BLOCKS
from resnetgen.schema.make_divisible import as_written
from resnetgen.schema.width_expression import Expression, scaled
from resnetgen.source.unambiguous import replacement, unambiguous_match
from resnetgen.spec.block_options import BlockGroup, BlockOptions, BlockType
from resnetgen.spec.scale_options import ScaleOptions
from resnetgen.spec.spec import EntryOrGroup, HeadOptions, Spec, Stage

_O = TypeVar("_O", bound=BlockOptions)
_H = TypeVar("_H", bound=HeadOptions)


def scaled_spec(spec: Spec) -> tuple[Spec, list[Fault]]:
    """Return the spec with its scale applied, and the faults of the scale."""
    options = spec.scale
    assert options is not None, "asked of a spec with a scale"
    found = [*_misnamed(spec, options)]
    if found:
        return spec, found
    result = spec
    if options.scales("width"):
        widths = _Widths(options)
        result = widths.spec(spec)
        if not widths.changes:
            found.append(_without_effect("width", "this factor changes no width that is a number"))
    if options.scales("depth"):
        deep = _deep(result, options)
        if [count(stage) for stage in deep.stages.values()] == [count(stage) for stage in spec.stages.values()]:
            found.append(_without_effect("depth", "this factor changes the number of blocks of no stage"))
        found += _too_deep(deep)
        result = deep
    return result, found


def _without_effect(key: str, why: str) -> Fault:
    return Fault("RG209", f"`{key}` has no effect: {why}", Place(("scale", key), Part.KEY), help="remove it")


def _too_deep(spec: Spec) -> Iterator[Fault]:
    """Yield a fault for the first stage with too many blocks."""
    for name, stage in spec.stages.items():
        if count(stage) > MOST_BLOCKS:
            message = f"`{name}` would have {count(stage):,} blocks; the most are {MOST_BLOCKS:,}"
            yield Fault("RG204", message, Place(("scale", "depth")), help="use a smaller factor")
            return


def _misnamed(spec: Spec, options: ScaleOptions) -> Iterator[Fault]:
    for key, known in (("keep_width", spec.parts), ("keep_depth", tuple(spec.stages))):
        names: Sequence[str] = getattr(options, key) or ()
        for index, name in enumerate(names):
            place = Place(("scale", key, index))
            if name not in known:
                message = f"unknown part `{name}`{did_you_mean(name, known)}"
                fix = replacement(place, unambiguous_match(name, known))
                yield Fault("RG206", message, place, help=f"use {join_words(known)}", fix=fix)
            elif name in names[:index]:
                yield Fault("RG209", f"`{name}` is listed twice", place, help="remove one of them")


class _Widths:
    """Scales the widths of a spec that are numbers; those in terms of others follow."""

    def __init__(self, options: ScaleOptions) -> None:
        self.factor = as_written(options.width or 1.0)
        self.divisor = options.divisor
        self.kept = frozenset(options.keep_width or ())
        self.changes = False

    def spec(self, spec: Spec) -> Spec:
        """Return the spec with scaled widths."""
        update: dict[str, Any] = {
            "block": self._options(spec.block),
            "blocks": {name: self._type(kind) for name, kind in spec.blocks.items()},
            "stages": {name: stage if name in self.kept else self._stage(stage) for name, stage in spec.stages.items()},
        }
        if "stem" not in self.kept:
            update["stem"] = self._layers(spec.stem)
        if spec.head is not None:
            update["head"] = self._head(spec.head, "head")
        if spec.heads is not None:
            update["heads"] = {name: self._head(head, name) for name, head in spec.heads.items()}
        return spec.model_copy(update=update)

    def _width(self, written: Expression) -> Expression:
        names = written.names()
        if names - {BLOCK}:
            return written
        found = scaled(written, self.factor, self.divisor)
        with contextlib.suppress(ExpressionError):  # it is reported where the width is used
            self.changes = self.changes or BLOCK in names or found.value({}) != written.value({})
        return found

    def _head(self, head: _H, name: str) -> _H:
        if name in self.kept or head.layers is None:
            return head
        return head.model_copy(update={"layers": self._layers(head.layers)})

    def _layers(self, layers: Sequence[Layer]) -> list[Layer]:
        return [
            layer.model_copy(update={"to": self._width(layer.to)}) if isinstance(layer, ConvLayer) else layer
            for layer in layers
        ]

    def _type(self, kind: BlockType) -> BlockType:
        return self._options(kind).model_copy(update={"branch": self._layers(kind.branch)})

    def _stage(self, stage: Stage) -> Stage:
        if stage.transition is not None:
            stage = stage.model_copy(update={"transition": self._layers(stage.transition)})
        if isinstance(stage.blocks, int):
            return self._options(stage)
        items = [
            item.model_copy(update={"blocks": [self._options(entry) for entry in item.blocks]})
            if isinstance(item, BlockGroup)
            else self._options(item)
            for item in stage.blocks
        ]
        return self._options(stage).model_copy(update={"blocks": items})

    def _options(self, options: _O) -> _O:
        """Return options of blocks with scaled widths: `channels`, `mid` and `widths`, as far as they are written."""
        update: dict[str, Any] = {}
        for key in ("channels", "mid"):
            written: Expression | None = getattr(options, key, None)
            if written is not None:
                update[key] = self._width(written)
        widths: Mapping[str, Expression] | None = options.widths
        if widths:
            update["widths"] = {name: self._width(width) for name, width in widths.items()}
        beside = options.shortcut
        if beside is not None:
            layers = {key: self._layers(getattr(beside, key)) for key in ("layers", "resize") if getattr(beside, key)}
            update["shortcut"] = beside.model_copy(update=layers)
        return options.model_copy(update=update) if update else options


def _deep(spec: Spec, options: ScaleOptions) -> Spec:
    """Return the spec with scaled numbers of blocks."""
    factor, kept = as_written(options.depth or 1.0), frozenset(options.keep_depth or ())
    stages = {name: stage if name in kept else _deep_stage(stage, factor) for name, stage in spec.stages.items()}
    return spec.model_copy(update={"stages": stages})


def _deep_stage(stage: Stage, factor: Fraction) -> Stage:
    if isinstance(stage.blocks, int):
        return stage.model_copy(update={"blocks": ceil(stage.blocks * factor)})
    repeats = shared_out([item.repeat for item in stage.blocks], factor)
    items: list[EntryOrGroup] = [
        item.model_copy(update={"repeat": repeat}) for item, repeat in zip(stage.blocks, repeats, strict=True)
    ]
    return stage.model_copy(update={"blocks": items})


def shared_out(repeats: Sequence[int], factor: Fraction) -> list[int]:
    """Return numbers of blocks times a factor, their sum rounded up.

    As in timm's `_scale_stage_depth`: from the last on, each has its share of what is left, rounded to the nearest and
    at least one.

        >>> shared_out([1, 4], Fraction("1.2"))
        [1, 5]
    """
    left, left_scaled = sum(repeats), ceil(sum(repeats) * factor)
    found: list[int] = []
    for repeat in reversed(repeats):
        share = max(1, round(Fraction(repeat * left_scaled, left)))
        found.append(share)
        left -= repeat
        left_scaled -= share
    return found[::-1]
