"""The digest of a spec: the same for specs that compile to the same code."""

from __future__ import annotations

from collections.abc import Mapping

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
    return DocumentDigest({})(document)


class DocumentDigest:
    """Digests of documents that share values: their part of the text is made once.

    Args:
        shared: the values that many documents have at the top, as the very same objects.
    """

    def __init__(self, shared: Mapping[str, object]) -> None:
        self._shared = {key: (value, _part(key, value)) for key, value in shared.items()}

    def __call__(self, document: Document) -> str:
        """Return the digest of a document, as `digest` does."""
        from hashlib import sha256

        data = document.data
        parts = (self._part_of(key, data[key]) for key in sorted(data) if key not in _NOT_IN_CODE)
        return sha256(f"[{','.join(parts)}]".encode()).hexdigest()[:16]

    def _part_of(self, key: str, value: object) -> str:
        shared, part = self._shared.get(key, (None, ""))
        return part if part and value is shared else _part(key, value)


def _part(key: str, value: object) -> str:
    """Return the text of an entry at the top."""
    import json

    return json.dumps([key, _canonical(value, key)], ensure_ascii=True, separators=(",", ":"))


def _canonical(data: object, key: str = "") -> object:
    """Return the data with sorted keys, except in mappings whose order has a meaning."""
    if isinstance(data, list):
        return [_canonical(item) for item in data]
    if not isinstance(data, dict):
        return data
    names = data if key in ("stages", "heads", "widths") else sorted(data)
    return [[name, _canonical(data[name], name)] for name in names]
