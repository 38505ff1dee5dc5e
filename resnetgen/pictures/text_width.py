"""The width of text in the widest of the fonts of `style.py`, since a reader may have any of them.

Advance widths are those of Inter 4 and of Liberation Sans, which has the metrics of Arial and Helvetica; the larger of
the two, rounded up to 0.02 of the size.
"""

from __future__ import annotations

from collections.abc import Mapping

_REGULAR: Mapping[float, str] = {
    0.24: "'ijl",
    0.28: "!,.:;I·",
    0.3: " ",
    0.34: "|",
    0.36: "/\\",
    0.38: "()[]frt{}",
    0.42: '"',
    0.48: "-^",
    0.5: "*`",
    0.54: "sx",
    0.56: "1?J_ckvyz",
    0.58: "7La",
    0.6: "ehnou",
    0.62: "258Fgpq",
    0.64: "#$0369Zbd",
    0.66: "+4<=>T~×",
    0.68: "&ABEKPSVXY",
    0.74: "CDR",
    0.76: "HNU",
    0.78: "GOQ",
    0.82: "w",
    0.88: "m",
    0.9: "%M",
    0.96: "W",
    1.0: "→",
    1.02: "@",
}
_BOLD: Mapping[float, str] = {
    0.24: "'",
    0.28: " Iijl",
    0.3: ",.·",
    0.34: "!:;",
    0.36: "|",
    0.38: "/\\ft",
    0.4: "()[]r{}",
    0.48: '"-',
    0.5: "`",
    0.56: "*1_s",
    0.58: "Jackvxyz",
    0.6: "7^e",
    0.62: "?FLhnou",
    0.64: "25bdgpq",
    0.66: "#$3689TZ",
    0.68: "+04<=>EPS~×",
    0.7: "X",
    0.72: "Y",
    0.74: "&ABDKRUV",
    0.76: "CHN",
    0.78: "GOQ",
    0.84: "w",
    0.9: "%m",
    0.92: "M",
    1.0: "@→",
    1.02: "W",
}
_WIDEST = 1.1
"""Of any other character: those of East Asia are as wide as the size."""

_TABLES = tuple({each: width for width, same in table.items() for each in same} for table in (_REGULAR, _BOLD))


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a line of text, in the unit of its size."""
    table = _TABLES[bold]
    return size * sum(table.get(character, _WIDEST) for character in text)
