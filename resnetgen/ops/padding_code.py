"""The lines of an emitted `forward` that pad its input as a window asks, where no module of PyTorch does."""

from __future__ import annotations

from collections.abc import Callable

from resnetgen.ops.window import ZEROS, Window

_AXES = {1: "n", 2: "hw", 3: "dhw"}
"""The names of the variables, by the number of axes."""

_LONGEST = 88
"""Characters of a line, as the formatter of emitted files has it."""

_INDENT = " " * 8


def padding_lines(window: Window, causal: str, same: Callable[[int], str], *, fill: str = "") -> str:
    """Return the lines that pad `x`, indented for a method.

    Args:
        window: the window.
        causal: the expression of the padding before an axis that is causal, with `{}` for its number; empty for the
            number of pixels itself.
        same: the expression of the number of pixels that a map lacks along an axis where that depends on its size.
        fill: the value to pad with, as text, if it is not zero.
    """
    lines, entries = [], []
    for axis in reversed(range(len(window.kernel))):
        name = _AXES[len(window.kernel)][axis]
        if window.same and window.same[axis]:
            lines.append(f"{name} = {same(axis)}")
            entries += [f"{name} // 2", f"{name} - {name} // 2"]
        elif causal and window.is_causal(axis):
            lines.append(f"{name} = {causal.format(axis)}")
            entries += [name, "0"]
        else:
            entries += [str(window.padding[axis]), str(window.after(axis))]
    options = [f'mode="{window.mode}"'] if window.mode != ZEROS else [f"value={fill}"] if fill else []
    return "".join(f"{_INDENT}{line}\n" for line in [*reversed(lines), *_call(entries, options)])


def _call(entries: list[str], options: list[str]) -> list[str]:
    """Return the call of F.pad, on one line if that is short enough."""
    line = "x = F.pad(" + ", ".join(["x", "[" + ", ".join(entries) + "]", *options]) + ")"
    if len(_INDENT) + len(line) <= _LONGEST:
        return [line]
    items = [f"        {entry}," for entry in entries]
    return ["x = F.pad(", "    x,", "    [", *items, "    ],", *(f"    {option}," for option in options), ")"]
