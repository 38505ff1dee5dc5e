"""JSON text of the schema: a value that fits on one line gets one, which keeps the diff of a change short."""

from __future__ import annotations

from typing import Any

WIDTH = 120


def text(value: Any) -> str:
    """Return a JSON value as text that ends in a line break."""
    return f"{_laid_out(value, 0, 0)}\n"


def _laid_out(value: Any, indent: int, before: int) -> str:
    """Return a value as text; `before` counts the characters already on its first line."""
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
