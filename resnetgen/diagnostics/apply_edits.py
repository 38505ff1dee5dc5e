"""Fixes applied to a text: what they change is replaced, and every other character stays as it is."""

from __future__ import annotations

from collections.abc import Iterable

from resnetgen.diagnostics.model import Edit, Fix, Text


def compatible_fixes(fixes: Iterable[Fix]) -> tuple[Fix, ...]:
    """The fixes, each after those before it, that can be applied together.

    None of two that change one place; and but one in each text that takes something out: two might leave a mapping
    with nothing in it, which is another thing than no mapping. The others can follow once the text is read again.
    """
    taken: list[Fix] = []
    for fix in fixes:
        if not any(_conflict(fix, other) for other in taken):
            taken.append(fix)
    return tuple(taken)


def apply_edits(text: Text, edits: Iterable[Edit]) -> str:
    """A text's content with these edits made, all of them of this text, no two of one place."""
    content = text.content
    for start, end, new in sorted(map(_range, edits), reverse=True):
        content = content[:start] + new + content[end:]
    return content


def _conflict(one: Fix, other: Fix) -> bool:
    if one.edits[0].span.text != other.edits[0].span.text:
        return False
    return (_removes(one) and _removes(other)) or any(_overlap(a, b) for a in one.edits for b in other.edits)


def _removes(fix: Fix) -> bool:
    return any(not edit.text for edit in fix.edits)


def _overlap(one: Edit, other: Edit) -> bool:
    (first, first_end, _), (second, second_end, _) = sorted((_range(one), _range(other)))
    return second < first_end or (first, first_end) == (second, second_end)


def _range(edit: Edit) -> tuple[int, int, str]:
    """Where an edit begins and ends, as characters of the text counted from 0, and what it writes there."""
    span = edit.span
    return span.text.index(span.line, span.column), span.text.index(span.end_line, span.end_column), edit.text
