"""The merging of candidates with the spec that their space extends."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from resnetgen.source.extends import ALTERNATIVES, merge_patch, without_alternatives

_MOST_KNOWN = 20_000
"""The most parts that are remembered."""


class Merging:
    """Merges the patches of a space with its base, as `extends` does. Equal parts of the results are the same object.

    Parts are the values at the top, and the stages. So what follows can remember parts by their identity.

    Args:
        base: the data of what the space extends.
        patch: what the space writes itself.
        varying: the keys at the top of the patch that differ among candidates.
    """

    def __init__(self, base: dict[str, object], patch: dict[str, Any], varying: Set[str]) -> None:
        self._varying = varying | (set(ALTERNATIVES) if varying & {*ALTERNATIVES} else set())
        fixed = {key: value for key, value in patch.items() if key not in self._varying and key != "extends"}
        self._fixed: Any = merge_patch(without_alternatives(base, fixed), fixed)
        self._parts: dict[str, Any] = {}

    def __call__(self, patch: dict[str, Any]) -> dict[str, object]:
        """Return the data of a candidate."""
        varying = {key: value for key, value in patch.items() if key in self._varying}
        data: Any = merge_patch(without_alternatives(self._fixed, varying), varying)
        for key in data.keys() & varying.keys():
            is_table = key == "stages" and isinstance(data[key], dict)
            whole = data[key]
            data[key] = {name: self._same(part) for name, part in whole.items()} if is_table else self._same(whole)
        return dict(data)

    def _same(self, part: object) -> object:
        """Return the first object that is equal to a part; plain data is equal if it is written equally."""
        if len(self._parts) >= _MOST_KNOWN:
            self._parts.clear()
        return self._parts.setdefault(repr(part), part)
