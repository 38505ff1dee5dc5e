"""A draft: the network of a spec for its figures alone, in half the time that lowering it takes.

The operators, and so all figures, are those of `lower`. A draft is not asked for keys without effect, for names that
collide, or for the places where its parts are written. So parts of equal values are lowered once for many specs.
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

from resnetgen.ir.network import Head, Network, Node, Stage
from resnetgen.layers.context import IsInherited, never_inherited
from resnetgen.lower.head import MapSize
from resnetgen.lower.network import Entering, Lowering
from resnetgen.lower.stages import Stages
from resnetgen.lower.strides import Extents
from resnetgen.spec.spec import HeadOptions, Spec

_Result = TypeVar("_Result")

_MOST_KNOWN = 1_000
"""The most stems, and the most heads, that are remembered."""


class _Stem(NamedTuple):
    """A lowered stem: its operators, output channels and total stride; the number of the next layer, and the names."""

    nodes: tuple[Node, ...]
    channels: int
    stride: Extents
    units: int
    taken: frozenset[str]


_STEMS: dict[tuple[object, ...], _Stem] = {}
_HEADS: dict[tuple[object, ...], tuple[Node, ...]] = {}


def draft(spec: Spec) -> Network | None:
    """Return the draft of a spec's network; None if the spec is wrong, which `lower` then says."""
    return _Draft.result_of(spec, never_inherited)[0]


class _Draft(Lowering):
    def __init__(self, spec: Spec, is_inherited: IsInherited) -> None:
        super().__init__(spec, is_inherited)
        self.context = self.context.replace(is_draft=True)

    def check_stages(self, lowered: Stages, stages: tuple[Stage, ...], entering: Entering) -> None:
        self.faults += lowered.faults

    def check_names(self, stem: tuple[Node, ...], stages: tuple[Stage, ...], heads: tuple[Head, ...]) -> None:
        pass

    def stem(self) -> tuple[tuple[Node, ...], int, Extents]:
        given = self.spec.input
        key = (self.context.number, given.channels, given.mean, given.std, tuple(self.spec.stem))
        found = _STEMS.get(key)
        if found is None:
            nodes, channels, stride = super().stem()
            if not self.faults:
                _keep(_STEMS, key, _Stem(nodes, channels, stride, self.units, frozenset(self.taken)))
            return nodes, channels, stride
        self.units = found.units
        self.taken.update(found.taken)
        return found.nodes, found.channels, found.stride

    def head_nodes(self, name: str, written: HeadOptions, channels: int, size: MapSize) -> tuple[Node, ...]:
        pool = written.pool
        if pool is None or pool.type == "flatten" or pool.fixes_size:  # it depends on the size of the map
            return super().head_nodes(name, written, channels, size)
        key = (self.context.number, name, written, channels, self.units, frozenset(self.taken))
        if key not in _HEADS:
            _keep(_HEADS, key, super().head_nodes(name, written, channels, size))
        return _HEADS[key]


def _keep(known: dict[tuple[object, ...], _Result], key: tuple[object, ...], result: _Result) -> None:
    if len(known) >= _MOST_KNOWN:
        known.clear()
    known[key] = result
