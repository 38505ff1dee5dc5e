"""The nearest right word to a wrong one."""

from __future__ import annotations

from collections.abc import Mapping


def nearest(value: object, known: tuple[str, ...], aka: Mapping[str, str] | None = None) -> str:
    """`; did you mean `x`?` where a known word is near to the value, else nothing."""
    from difflib import get_close_matches

    if aka and str(value) in aka:
        return f"; did you mean `{aka[str(value)]}`?"
    close = get_close_matches(str(value), known, n=1, cutoff=0.6)
    return f"; did you mean `{close[0]}`?" if close else ""
