"""The differences of a file of weights from a network: what `--set` makes up for, and what nothing does."""

from __future__ import annotations

from collections.abc import Sized
from typing import NamedTuple

from resnetgen.analysis.cost import state_dict
from resnetgen.compiler import Compiled
from resnetgen.ir.network import Node
from resnetgen.number_format import pluralize
from resnetgen.ops.conv import Conv
from resnetgen.ops.linear import Linear
from resnetgen.ops.window import by_axis
from resnetgen.weights.file_contents import COUNTER
from resnetgen.weights.fit import Fit


class Differences(NamedTuple):
    """A sentence for each difference, the values of `--set` that mend some, and the tensors: by the network's names.

    `missing` are not in the file, `more` are not in the network, `reshaped` have the shape in the file and that in the
    network. `mended` is how many of these the values of `--set` make up for.
    """

    words: tuple[str, ...]
    settings: tuple[str, ...]
    missing: tuple[str, ...]
    more: tuple[str, ...]
    reshaped: tuple[tuple[str, tuple[int, ...] | None, tuple[int, ...]], ...]
    mended: int = 0

    @property
    def total(self) -> int:
        """The number of tensors that differ."""
        return len(self.missing) + len(self.more) + len(self.reshaped)


def differences(compiled: Compiled, found: Fit) -> Differences:
    """Return how a part of a file differs from a network.

    Args:
        compiled: the network.
        found: the part of the file, by the network's names.
    """
    needed = {name: spec.shape for name, spec in state_dict(compiled.network) if not spec.supplied}
    settings, words, told = _settings(compiled, found)
    reshaped = [
        (name, found.shapes[name], shape)
        for name, shape in needed.items()
        if name in found.shapes and found.shapes[name] not in (shape, (1,) if shape == () else shape)
    ]
    missing = [name for name in needed if name not in found.shapes]
    more = [name for name in found.shapes if name not in needed and not name.endswith(COUNTER)]
    others = [each for each in reshaped if each[0] not in told]
    if others:
        name, stored, own = others[0]
        words.append(f"{_tensors(others, 'of another shape')}: `{name}` is {_format(stored)}, not {_format(own)}")
    if missing:
        words.append(f"{_tensors(missing, 'missing')}: `{missing[0]}`")
    if more:
        words.append(f"{_tensors(more, 'more')}: `{more[0]}`")
    mended = len(reshaped) - len(others)
    return Differences(tuple(words), tuple(settings), tuple(missing), tuple(more), tuple(reshaped), mended)


def _settings(compiled: Compiled, found: Fit) -> tuple[list[str], list[str], set[str]]:
    """Return values of `--set` that mend differences, the sentences about these, and the tensors that they are."""
    settings, words, told = [], [], set()
    for head in compiled.network.heads:
        linear = next((node for node in reversed(head.nodes) if isinstance(node.operator, Linear | Conv)), None)
        classes = None if linear is None else _extent(found, linear, 0)
        if linear is not None and classes not in (None, _shape(linear)[0]):
            settings.append(f"{'.'.join(map(str, head.at))}.classes={classes}")
            words.append(f"{classes:,} classes, not {_shape(linear)[0]:,}{f', in {head.name}' if head.name else ''}")
            told |= {f"{linear.name}.weight", f"{linear.name}.bias"}
    conv = next((node for node in compiled.network.stem if isinstance(node.operator, Conv)), None)
    channels = None if conv is None else _extent(found, conv, 1)
    if conv is not None and channels not in (None, _shape(conv)[1]):
        settings.append(f"input.channels={channels}")
        words.append(f"{pluralize(channels or 0, 'input channel')}, not {_shape(conv)[1]}")
        told.add(f"{conv.name}.weight")
    return settings, words, told


def _shape(node: Node) -> tuple[int, ...]:
    """Return the shape of the weight of a convolution or a linear layer."""
    return next(entry.shape for entry in node.operator.entries() if entry.name == "weight")


def _extent(found: Fit, node: Node, axis: int) -> int | None:
    """Return an extent of a weight in a file, None if it differs along other axes too, or is not there."""
    stored, own = found.shapes.get(f"{node.name}.weight"), _shape(node)
    if stored is None or len(stored) != len(own):
        return None
    same = all(one == other for index, (one, other) in enumerate(zip(stored, own, strict=True)) if index != axis)
    return stored[axis] if same else None


def _tensors(names: Sized, what: str) -> str:
    return f"{len(names):,} {'tensor' if len(names) == 1 else 'tensors'} {what}"


def _format(shape: tuple[int, ...] | None) -> str:
    return "no tensor" if shape is None else by_axis(shape) or "a scalar"
