"""Excerpts: texts in which `...` stands for lines, or for a part of a line, that a page leaves out.

A line that holds nothing but `...` stands for any number of lines. Where `inline` holds, `...` inside a line stands for
any text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

WORST = 0.6
"""Below this likeness, an excerpt is not taken for an older form of any lines."""


class StaleExcerptError(Exception):
    """An excerpt of which nothing similar is left in the text."""


def matches(shown: str, actual: str, *, anchored: bool, inline: bool) -> bool:
    """Tell whether an excerpt is one of this text.

    Args:
        shown: the excerpt.
        actual: the whole text.
        anchored: the excerpt begins and ends with the text, unless a line of dots stands there.
        inline: `...` inside a line stands for any text.
    """
    lines = actual.splitlines()
    pieces = _pieces(shown)
    position = 0
    for number, (_, piece) in enumerate(pieces):
        starts = range(position, len(lines) - len(piece) + 1)
        if anchored and number == 0:
            starts = starts[:1]
        if anchored and number == len(pieces) - 1:
            starts = range(max(position, len(lines) - len(piece)), len(lines) - len(piece) + 1)
            if number == 0 and len(lines) != len(piece):
                return False
        start = next((each for each in starts if _equal(piece, lines[each : each + len(piece)], inline)), None)
        if start is None:
            return False
        position = start + len(piece)
    return True


def refreshed(shown: str, actual: str, *, anchored: bool, inline: bool) -> str:
    """The excerpt as it has to be for this text: itself if it matches, else the lines most like it.

    Raises:
        StaleExcerptError: no lines are similar to a piece of the excerpt.
    """
    if matches(shown, actual, anchored=anchored, inline=inline):
        return shown
    lines = actual.splitlines()
    pieces = _pieces(shown)
    result: list[str] = []
    position = 0
    for number, (dots, piece) in enumerate(pieces):
        if dots is not None:
            result.append(dots)
        if not piece:
            continue
        known = [_whole(line, lines[position:], inline) for line in piece]
        first, last = number == 0 and anchored, number == len(pieces) - 1 and anchored
        start, end = (position, len(lines)) if first and last else _window(known, lines, position)
        start, end = (position if first else start), (len(lines) if last else end)
        wild = {whole: line for line, whole in zip(piece, known, strict=True)}
        result += [wild.get(line, line) for line in lines[start:end]]
        position = end
    return "".join(f"{line}\n" for line in result)


def _pieces(shown: str) -> list[tuple[str | None, list[str]]]:
    """The stretches between lines of dots, each with the line of dots before it."""
    pieces: list[tuple[str | None, list[str]]] = [(None, [])]
    for line in shown.splitlines():
        if line.strip() == "...":
            pieces.append((line, []))
        else:
            pieces[-1][1].append(line)
    return pieces


def _equal(piece: Sequence[str], lines: Sequence[str], inline: bool) -> bool:
    return all(_same(shown, line, inline) for shown, line in zip(piece, lines, strict=True))


def _same(shown: str, line: str, inline: bool) -> bool:
    if not inline or "..." not in shown:
        return shown == line
    return re.fullmatch(".*".join(map(re.escape, shown.split("..."))), line) is not None


def _whole(shown: str, lines: Sequence[str], inline: bool) -> str:
    """The first line that a line with dots inside stands for; itself where there is none."""
    return next((line for line in lines if _same(shown, line, inline)), shown)


def _window(piece: list[str], lines: list[str], position: int) -> tuple[int, int]:
    """The start and the end of the lines that are most like a piece."""
    size = len(piece)
    scored = [
        (_likeness(piece, lines[start : start + size]), -start)
        for start in range(position, max(position + 1, len(lines) - size + 1))
    ]
    score, negative = max(scored)
    if score < WORST:
        raise StaleExcerptError("\n".join(piece))
    start = -negative
    ends = [index for index in range(start, min(len(lines), start + 2 * size + 8)) if lines[index] == piece[-1]]
    end = min(ends, key=lambda index: abs(index - (start + size - 1)), default=min(start + size, len(lines)) - 1)
    starts = [index for index in range(max(position, start - size), end + 1) if lines[index] == piece[0]]
    start = min(starts, key=lambda index: abs(index - start), default=start)
    return start, end + 1


def _likeness(piece: list[str], window: list[str]) -> float:
    """Return the similarity of two stretches: by equal lines, or by characters, which count less."""
    lines = SequenceMatcher(None, piece, window, autojunk=False)
    letters = SequenceMatcher(None, "\n".join(piece), "\n".join(window), autojunk=False)
    close = letters.ratio() if letters.quick_ratio() > WORST else 0.0
    return max(lines.ratio(), 0.9 * close)
