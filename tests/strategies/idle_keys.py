"""Removal of keys without effect from random specs, where only the whole network tells that they have none.

The compiler is asked. Of what it calls idle, torch could say nothing.
"""

from __future__ import annotations

from typing import Any

from resnetgen.diagnostics.model import Path
from resnetgen.lower import lower
from resnetgen.spec.spec import Spec
from resnetgen.spec.validate import validate
from tests.strategies.choices import Data

_MOST = 8
"""The most keys that one after another turn out to be idle."""


def without_idle(spec: Data) -> Data:
    """The spec without the keys that have no effect, of blocks and their shortcuts."""
    for _ in range(_MOST):
        model, _ = validate(spec, Spec)
        faults = [] if model is None else lower(model)[1]
        idle = next((fault.at.path for fault in faults if fault.code == "RG209" and _is_removable(fault.at.path)), None)
        if idle is None:
            break
        _remove(spec, idle)
    return spec


def _is_removable(path: Path) -> bool:
    return (
        "shortcut" in path
        or path[-2:-1] in (("convolution",), ("norm",))
        or path[-1] in ("act", "antialias", "attention", "dilation", "first_dilation", "mid", "stride_on")
    )


def _remove(spec: Data, path: Path) -> None:
    """Remove a key; of a shortcut that is no mapping, or whose layers are idle, the shortcut."""
    if path[-2:-1] == ("convolution",) and len(_at(spec, path[:-1])) == 1:
        path = path[:-1]
    if "shortcut" not in path:
        del _at(spec, path[:-1])[path[-1]]
        return
    start = path.index("shortcut")
    owner, key = _at(spec, path[:start]), path[start + 1 : start + 2]
    shortcut = owner["shortcut"]
    if isinstance(shortcut, dict) and key and key[0] in shortcut and key != ("layers",):
        del shortcut[key[0]]
    else:
        del owner["shortcut"]


def _at(spec: Data, path: Path) -> Any:
    found: Any = spec
    for step in path:
        found = found[step]
    return found
