"""Apply fixes to a text: replace what their edits cover, and keep every other character."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable

from resnetgen.diagnostics.model import Edit, Fix, Text


def compatible_fixes(fixes: Iterable[Fix]) -> tuple[Fix, ...]:
    """Return the fixes that can be applied together, earlier ones first.

    Two fixes conflict if they change the same place. Of a mapping or list, one entry stays: an empty mapping means
    something other than no mapping. The other fixes can follow once the text is read again.
    """
    chosen: dict[Text, _Chosen] = {}
    return tuple(fix for fix in fixes if chosen.setdefault(fix.edits[0].span.text, _Chosen()).take(fix))


class _Chosen:
    """The fixes of one text that are chosen so far: the ranges of their edits in order, and what they remove."""

    def __init__(self) -> None:
        self._ranges: list[tuple[int, int]] = []
        self._left: dict[int, int] = {}
        self._removes_unknown = False

    def take(self, fix: Fix) -> bool:
        """Choose a fix if it conflicts with none before; tell whether it does not."""
        ranges = [_range(edit)[:2] for edit in fix.edits]
        if any(self._overlaps(each) for each in ranges) or not self._may_remove(fix):
            return False
        for each in ranges:
            insort(self._ranges, each)
        return True

    def _overlaps(self, range_: tuple[int, int]) -> bool:
        """Return whether a range overlaps one before it or after it; two that are empty overlap at the same place."""
        index = bisect_left(self._ranges, range_)
        near = self._ranges[max(0, index - 1) : index + 1]
        return any(max(range_, other)[0] < min(range_, other)[1] or range_ == other for other in near)

    def _may_remove(self, fix: Fix) -> bool:
        if fix.removal is None:
            if all(edit.text for edit in fix.edits):
                return True
            allowed = not (self._removes_unknown or self._left)
            self._removes_unknown = self._removes_unknown or allowed
            return allowed
        left = self._left.setdefault(fix.removal.start, fix.removal.entries)
        if left < 2 or self._removes_unknown:
            return False
        self._left[fix.removal.start] = left - 1
        return True


def apply_edits(text: Text, edits: Iterable[Edit]) -> str:
    """Apply edits to the content of a text.

    Args:
        text: the text that all edits are of.
        edits: the edits; no two of them overlap.

    Returns:
        The new content.
    """
    pieces, reached = [], 0
    for start, end, new in sorted(map(_range, edits)):
        pieces += [text.content[reached:start], new]
        reached = end
    return "".join([*pieces, text.content[reached:]])


def _range(edit: Edit) -> tuple[int, int, str]:
    """Return the start and end offsets of an edit and its new text."""
    span = edit.span
    return span.text.index(span.line, span.column), span.text.index(span.end_line, span.end_column), edit.text
