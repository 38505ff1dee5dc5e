"""Apply fixes to a text: replace what their edits cover, and keep every other character."""

from __future__ import annotations

from collections.abc import Iterable

from resnetgen.diagnostics.model import Edit, Fix, Text


def compatible_fixes(fixes: Iterable[Fix]) -> tuple[Fix, ...]:
    """Return the fixes that can be applied together, earlier ones first.

    Two fixes conflict if they change the same place, or if both delete something from the same text: two deletions
    might leave an empty mapping, which means something other than no mapping. The others can follow once the text is
    read again.
    """
    compatible: list[Fix] = []
    for fix in fixes:
        if not any(_conflict(fix, other) for other in compatible):
            compatible.append(fix)
    return tuple(compatible)


def apply_edits(text: Text, edits: Iterable[Edit]) -> str:
    """Apply edits to the content of a text.

    Args:
        text: the text that all edits are of.
        edits: the edits; no two of them overlap.

    Returns:
        The new content.
    """
    content = text.content
    for start, end, new in sorted(map(_range, edits), reverse=True):
        content = content[:start] + new + content[end:]
    return content


def _conflict(first: Fix, second: Fix) -> bool:
    if first.edits[0].span.text != second.edits[0].span.text:
        return False
    return (_removes(first) and _removes(second)) or any(_overlap(a, b) for a in first.edits for b in second.edits)


def _removes(fix: Fix) -> bool:
    return any(not edit.text for edit in fix.edits)


def _overlap(a: Edit, b: Edit) -> bool:
    (first, first_end, _), (second, second_end, _) = sorted((_range(a), _range(b)))
    return second < first_end or (first, first_end) == (second, second_end)


def _range(edit: Edit) -> tuple[int, int, str]:
    """Return the start and end offsets of an edit and its new text."""
    span = edit.span
    return span.text.index(span.line, span.column), span.text.index(span.end_line, span.end_column), edit.text
