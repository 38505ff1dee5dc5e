"""The looks of shapes and words, with their colours on a light and on a dark ground.

Shortcuts have the one warm colour. Text has a contrast of at least 4.5 : 1 with the ground, a line of 3 : 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

FONTS = 'Inter, "Helvetica Neue", Arial, sans-serif'

COLORS: Mapping[str, tuple[str, str]] = {
    "ground": ("#ffffff", "#0d1117"),
    "ink": ("#1f2328", "#e6edf3"),
    "soft": ("#59636e", "#9aa6b2"),
    "line": ("#848f9a", "#6e7781"),
    "block": ("#d6e6f7", "#1c3450"),
    "block-edge": ("#2f6fad", "#6ea8dd"),
    "other": ("#e8e4f3", "#2c2740"),
    "other-edge": ("#7a63b8", "#a693dc"),
    "norm": ("#f3f5f7", "#1b2027"),
    "act": ("#e3f2e6", "#17301d"),
    "act-edge": ("#3f8a53", "#6fbf83"),
    "skip": ("#bf5519", "#f0945a"),
    "skip-fill": ("#fbe9de", "#40261a"),
    "bar": ("#2f6fad", "#6ea8dd"),
    "bar-soft": ("#6197ce", "#4a76a6"),
}
"""Each colour on a light and on a dark ground."""


class Style(NamedTuple):
    """A look: colours of `COLORS` for the inside and the line, empty for none; of words, their size and weight.

    An `opacity` below 1 lets what is behind the inside show through.
    """

    fill: str = ""
    stroke: str = ""
    line_width: float = 1.2
    size: float = 12
    bold: bool = False
    opacity: float = 1


CURVE_COLORS: Mapping[str, str] = {
    "plain": "soft",
    "plain-deep": "soft",
    "residual": "skip",
    "residual-deep": "skip",
    "branch": "bar",
}
"""The colour of each kind of curve, of its band and of its name."""

STYLES: Mapping[str, Style] = {
    "text": Style("ink"),
    "name": Style("ink", bold=True),
    "heading": Style("ink", size=16, bold=True),
    "note": Style("soft", size=11),
    "differs": Style("ink", size=11, bold=True),
    "differs-mark": Style("", "ink", 2.6),
    "map": Style("", "line"),
    "block": Style("block", "block-edge"),
    "other": Style("other", "other-edge"),
    "norm": Style("norm", "line", 1),
    "act": Style("act", "act-edge", 1),
    "flow": Style("", "soft", 1.3),
    "sum": Style("ground", "ink", 1.3),
    "skip": Style("", "skip", 1.5),
    "skip-box": Style("skip-fill", "skip"),
    "skip-mark": Style("skip", "skip", 1),
    "skip-hollow": Style("ground", "skip", 1.4),
    "macs": Style("bar"),
    "params": Style("bar-soft"),
    "dots": Style("soft"),
    "dot": Style("bar"),
    "band": Style("act"),
    **{
        f"curve-{kind}": Style("", color, 2.8 if kind.endswith("-deep") else 1.6)
        for kind, color in CURVE_COLORS.items()
    },
    **{f"curve-{kind}-band": Style(color, opacity=0.2) for kind, color in CURVE_COLORS.items()},
    **{
        f"curve-{kind}-name": Style(color, size=11, bold=kind.endswith("-deep")) for kind, color in CURVE_COLORS.items()
    },
    "rule": Style("", "line", 1),
    "height-plain": Style("soft", opacity=0.09),
    "height-residual": Style("skip", opacity=0.09),
    "contour-plain": Style("", "soft", 1),
    "contour-residual": Style("", "skip", 1),
    "label": Style("ground", opacity=0.85),
}
"""Every look, by its name."""
