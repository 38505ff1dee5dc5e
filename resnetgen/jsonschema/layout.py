"""How the schema is written out: what fits a line stands on one, so that a change of a key is one of few lines."""

from __future__ import annotations

from typing import Any

WIDTH = 120


def text(value: Any) -> str:
    """The text of a JSON value, with a line break at its end."""
    return f"{_laid_out(value, 0, 0)}\n"


def _laid_out(value: Any, indent: int, before: int) -> str:
    """A value whose lines are indented; `before` are the characters that stand on its first line already."""
    from json import dumps

    flat = dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or indent + before + len(flat) < WIDTH:
        return flat
    begin, end = "{}" if isinstance(value, dict) else "[]"
    keys = [f"{dumps(key)}: " for key in value] if isinstance(value, dict) else [""] * len(value)
    items = value.values() if isinstance(value, dict) else value
    lines = [
        f"{' ' * (indent + 2)}{key}{_laid_out(item, indent + 2, len(key))}"
        for key, item in zip(keys, items, strict=True)
    ]
    return "\n".join([begin, ",\n".join(lines), " " * indent + end])
