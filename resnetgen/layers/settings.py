"""The settings of a block: its type's defaults, overridden by `block`, the stage and the block's own entry."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import count
from types import MappingProxyType
from typing import Any

from resnetgen.diagnostics.model import Path
from resnetgen.frozen import Frozen
from resnetgen.ops.branch_end import BranchEndSlot
from resnetgen.ops.convolution_slot import COMMON, ConvolutionSlot
from resnetgen.schema.record import Record
from resnetgen.schema.width_expression import Expression

_OWN = {
    "blocks",
    "channels",
    "stride",
    "dilation",
    "first_dilation",
    "repeat",
    "transition",
    "branch",
    "description",
    "widths",
    "mid",
}

_PLAIN = _OWN - {"widths", "mid"}

_INSTEAD = {"groups": "group_width", "group_width": "groups"}
"""Keys that say the same in two ways: what one says on an outer level, the other replaces."""


def width_key(name: str) -> str:
    """Return the key of a width among those of options, whatever its name."""
    return f"widths.{name}"


class Settings(Frozen):
    """The merged options and widths by name, and the path in the spec of each.

    A path is found by the name of an option, or by the `width_key` of a width: a width may have the name of an option.
    What a built-in block type says has no path.
    """

    values: Mapping[str, Any] = MappingProxyType({})
    widths: Mapping[str, Expression] = MappingProxyType({})
    origins: Mapping[str, Path] = MappingProxyType({})

    def over(self, options: Record, at: Path | None) -> Settings:
        """Return these settings overridden by `options`; `at` is their path, None for a built-in block type."""
        written = options.model_fields_set
        if written <= _PLAIN:
            return self
        values = {**self.values, **{name: getattr(options, name) for name in written - _OWN}}
        widths = dict(self.widths)
        origins = dict(self.origins)
        for name in written & _INSTEAD.keys():
            values.pop(_INSTEAD[name], None)
            origins.pop(_INSTEAD[name], None)
        for name in written - _OWN:
            _mark(origins, name, at, name)
        if "convolution" in written:
            self._join_convolution(values, origins, at)
        if "mid" in written:
            widths["mid"] = options.mid  # type: ignore[attr-defined]  # every model that is passed here has it
            _mark(origins, width_key("mid"), at, "mid")
        if "widths" in written:
            for name, width in options.widths.items():  # type: ignore[attr-defined]  # likewise
                widths[name] = width
                _mark(origins, width_key(name), at, "widths", name)
        return Settings(values, widths, origins)

    def _join_convolution(self, values: dict[str, Any], origins: dict[str, Path], at: Path | None) -> None:
        """Complete the new `convolution` by the outer one, and mark where each of its keys is written."""
        own: ConvolutionSlot = values["convolution"]
        for key in COMMON:
            if getattr(own, key) is not None:
                _mark(origins, f"convolution.{key}", at, "convolution", key)
        outer: ConvolutionSlot | None = self.get("convolution")
        if outer is not None:
            values["convolution"] = own.over(outer)
            if own.inherits and not outer.inherits:
                origins["convolution"] = self.origins["convolution"]

    @cached_property
    def number(self) -> int:
        """A number that is equal for settings that differ only in their paths."""
        return number((tuple(self.values.items()), tuple(self.widths.items())))

    @cached_property
    def end_branches(self) -> bool:
        """True if any setting ends a branch; it may then depend on the number of blocks."""
        return any(isinstance(value, BranchEndSlot) for value in self.values.values())

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The order of convolution, normalization and activation in a layer."""
        return tuple(self.get("order", "conv-norm-act").split("-"))

    def get(self, name: str, default: Any = None) -> Any:
        """Return an option, or the default if it is not set."""
        return self.values.get(name, default)


_NUMBERS: dict[object, int] = {}
_NEXT_NUMBER = count()
_MOST_NUMBERS = 4_000


def number(thing: object) -> int:
    """Return a number for each distinct value, as a cheap key for look-ups.

    A number is never given twice, also after the memory of them was cleared.
    """
    if len(_NUMBERS) >= _MOST_NUMBERS:
        _NUMBERS.clear()
    return _NUMBERS.setdefault(thing, next(_NEXT_NUMBER))


def _mark(origins: dict[str, Path], name: str, at: Path | None, *steps: str) -> None:
    if at is None:
        origins.pop(name, None)
    else:
        origins[name] = (*at, *steps)
