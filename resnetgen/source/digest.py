"""The digest of a spec: the same for specs that compile to the same code."""

from __future__ import annotations

from resnetgen.source.extends import Document

_NOT_IN_CODE = ("abstract", "aka", "budget", "ignore")
"""Keys that the emitted code does not depend on."""


def digest(document: Document) -> str:
    """Return a digest of a spec with its bases.

    Comments, quotes and the order of keys do not change it, and neither do keys that the code does not depend on:
    `aka`, `budget` and `ignore`.

    Args:
        document: the spec, its bases merged in.

    Returns:
        16 hexadecimal digits.
    """
    import json
    from hashlib import sha256

    content = {key: value for key, value in document.data.items() if key not in _NOT_IN_CODE}
    text = json.dumps(_canonical(content), ensure_ascii=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:16]


def _canonical(data: object, key: str = "") -> object:
    """Return the data with sorted keys, except in mappings whose order has a meaning."""
    if isinstance(data, list):
        return [_canonical(item) for item in data]
    if not isinstance(data, dict):
        return data
    names = data if key in ("stages", "heads", "widths") else sorted(data)
    return [[name, _canonical(data[name], name)] for name in names]
