"""Ratios in words."""

from __future__ import annotations


def fold(ratio: float) -> str:
    """Return a ratio of at least one in words: `1.4-fold`, `250-fold`, `3.1e+05-fold`, `infinitely`.

    Example:
        >>> fold(1234.5)
        '1,234-fold'
    """
    if ratio == float("inf"):
        return "infinitely"
    if ratio >= 100_000:
        return f"{ratio:.1e}-fold"
    return f"{ratio:,.0f}-fold" if ratio >= 10 else f"{ratio:.2g}-fold"
