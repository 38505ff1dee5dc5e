"""The digest of a spec: the same for specs that compile to the same code."""

from __future__ import annotations

from functools import partial
from typing import Any

from resnetgen.identity_memo import IdentityMemo
from resnetgen.source.extends import Document

_NOT_IN_CODE = ("abstract", "aka", "budget", "ignore")
"""Keys that the emitted code does not depend on."""

_ORDERED = ("stages", "heads", "widths")
"""Keys of mappings whose order has a meaning."""

_MOST_KNOWN = 10_000
"""The most parts whose texts are remembered."""


def digest(document: Document) -> str:
    """Return a digest of a spec with its bases.

    Comments, quotes and the order of keys do not change it, and neither do keys that the code does not depend on:
    `aka`, `budget` and `ignore`.

    Args:
        document: the spec, its bases merged in.

    Returns:
        16 hexadecimal digits.
    """
    return DocumentDigest()(document)


class DocumentDigest:
    """Digests of documents that share parts as the very same objects: the text of each is made once.

    Parts are the values at the top, and the stages.
    """

    def __init__(self) -> None:
        self._texts: IdentityMemo[object, str] = IdentityMemo(_MOST_KNOWN)

    def __call__(self, document: Document) -> str:
        """Return the digest of a document, as `digest` does."""
        from hashlib import sha256

        data = document.data
        parts = [self._entry(key, data[key]) for key in sorted(data) if key not in _NOT_IN_CODE]
        return sha256(f"[{','.join(parts)}]".encode()).hexdigest()[:16]

    def _entry(self, key: str, value: Any) -> str:
        """Return the text of a key at the top with its value."""
        if key != "stages" or not isinstance(value, dict):
            return self._texts.get(value, partial(_json, key, value), of=key)
        stages = [self._texts.get(stage, partial(_json, name, stage), of=(name,)) for name, stage in value.items()]
        return f'["stages",[{",".join(stages)}]]'


def _json(key: str, value: object) -> str:
    import json

    return json.dumps([key, _canonical(value, key)], ensure_ascii=True, separators=(",", ":"))


def _canonical(data: object, key: str = "") -> object:
    """Return the data with sorted keys, except in mappings whose order has a meaning."""
    if isinstance(data, list):
        return [_canonical(item) for item in data]
    if not isinstance(data, dict):
        return data
    names = data if key in _ORDERED else sorted(data)
    return [[name, _canonical(data[name], name)] for name in names]
