"""Removal of keys of shortcuts without effect from random specs: where that is, only the whole network tells.

The compiler is asked. Of what it calls idle, torch could say nothing.
"""

from __future__ import annotations

from typing import Any

from resnetgen.lower import lower
from resnetgen.spec.spec import Spec
from resnetgen.spec.validate import validate
from tests.strategies.choices import Data

_MOST = 8
"""The most keys that one after another turn out to be idle."""


def without_idle(spec: Data) -> Data:
    """The spec without keys of shortcuts that have no effect."""
    for _ in range(_MOST):
        model, _ = validate(spec, Spec)
        faults = [] if model is None else lower(model)[1]
        idle = [fault.at.path for fault in faults if fault.code == "RG209" and "shortcut" in fault.at.path]
        if not idle:
            break
        *owner, last = idle[0][: idle[0].index("shortcut") + 2]
        holder: Any = spec
        for step in owner[:-1]:
            holder = holder[step]
        if isinstance(holder["shortcut"], dict) and last in holder["shortcut"] and last != "layers":
            del holder["shortcut"][last]
        else:
            del holder["shortcut"]
    return spec
