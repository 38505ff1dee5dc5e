"""Options with another value for one key of a shortcut: where the network is the same, the key has no effect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from resnetgen.diagnostics.model import Path
from resnetgen.layers import ActLayer, AvgPoolLayer, MaxPoolLayer
from resnetgen.ops.activation import ActivationOrHereSlot
from resnetgen.schema.fields import STRIDE
from resnetgen.spec.block_options import ShortcutOptions

_OTHERS = {
    "reads": {"input": "preact", "preact": "input"},
    "zeros": {"behind": "both", "both": "behind"},
    "pixels": {"strided": "mean", "mean": "strided"},
}

_MARK = ActLayer.model_construct(act=ActivationOrHereSlot.model_construct(type="tanh"))
"""A layer that changes any list of layers."""


def shortcut_variants(options: Any) -> Iterator[tuple[Path, Any]]:
    """Yield the path of each key of a shortcut that may have no effect, and the options with another value of it."""
    shortcut: ShortcutOptions | None = options.shortcut
    if shortcut is None:
        return
    for key in ("layers", "resize"):
        layers: list[Any] = getattr(shortcut, key) or []
        if layers:
            yield ("shortcut", key), _changed(options, key, [*layers, _MARK])
        for index, layer in enumerate(layers):
            for name, other in _other_pools(layer):
                others = [*layers[:index], other, *layers[index + 1 :]]
                yield ("shortcut", key, index, name), _changed(options, key, others)
    for key, words in _OTHERS.items():
        if key in shortcut.model_fields_set:
            yield ("shortcut", key), _changed(options, key, words[getattr(shortcut, key)])


def _other_pools(layer: Any) -> Iterator[tuple[str, Any]]:
    """Yield keys of a pool over the block's stride, which is nothing without one, with another pool for each."""
    if getattr(layer, "max_pool", None) == STRIDE:
        yield "max_pool", AvgPoolLayer.model_construct(avg_pool=STRIDE)
    elif getattr(layer, "avg_pool", None) == STRIDE:
        yield "avg_pool", MaxPoolLayer.model_construct(max_pool=STRIDE)
        for key in ("ceil_mode", "count_include_pad"):
            if key in layer.model_fields_set:
                yield key, layer.model_copy(update={key: not getattr(layer, key)})


def _changed(options: Any, key: str, value: object) -> Any:
    return options.model_copy(update={"shortcut": options.shortcut.model_copy(update={key: value})})
