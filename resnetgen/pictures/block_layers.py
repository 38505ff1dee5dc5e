"""The layers of a form of block, with the words and the looks that they have in every picture."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.analysis.step import Step, effective
from resnetgen.pictures.distinct_blocks import Form
from resnetgen.pictures.labels import shape_words, step_words
from resnetgen.pictures.shortcut_marks import NONE


class Layer(NamedTuple):
    """A layer: `matters` is false for norms and activations, which belong to the layer before them.

    `after` is the shape that leaves it.
    """

    words: str
    style: str
    matters: bool
    after: str


class BlockLayers(NamedTuple):
    """The layers of a block: of its branch before and behind the tap, of its shortcut, and after the addition."""

    before: tuple[Layer, ...]
    branch: tuple[Layer, ...]
    shortcut: tuple[Layer, ...]
    post_add: tuple[Layer, ...]
    adds: bool


def block_layers(form: Form) -> BlockLayers:
    """Return the layers of a form of block, without those that do nothing."""
    trace = form.trace
    tap = trace.block.shortcut.tap
    return BlockLayers(
        _layers(trace.branch[:tap]),
        _layers(trace.branch[tap:]),
        tuple(layer._replace(style="skip-box") if layer.matters else layer for layer in _layers(trace.shortcut)),
        _layers(trace.post_add),
        trace.block.shortcut.kind != NONE,
    )


def title(form: Form) -> str:
    """Return the name of a form: its first block, and the number of others."""
    return form.first if form.blocks == 1 else f"{form.first} and {form.blocks - 1:,} like it"


def _layers(steps: tuple[Step, ...]) -> tuple[Layer, ...]:
    return tuple(map(_layer, effective(steps)))


def _layer(step: Step) -> Layer:
    operator = step.node.operator
    follows = operator.is_norm or operator.is_activation
    style = "norm" if operator.is_norm else "act" if operator.is_activation else "block"
    if not (follows or operator.is_weighted):
        style = "other"
    return Layer(_words(step), style, not follows, shape_words(step.output))


def _words(step: Step) -> str:
    words = step_words(step)
    if step.input[0] == step.output[0] and not step.node.operator.is_weighted:
        return words
    return f"{words}, {step.input[0]} → {step.output[0]}"
