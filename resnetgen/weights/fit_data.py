"""A file of weights in reports for programs: what was unwrapped in it, and every tensor that differs."""

from __future__ import annotations

from resnetgen.compiler import Compiled
from resnetgen.weights.differences import differences
from resnetgen.weights.fit import OWN, Fit


def unwrapped(found: Fit) -> dict[str, object]:
    """Return what was unwrapped in a file.

    `from` is the library whose names the file has, or `spec`; `under` are the keys that led to the state dict, with
    dots; `prefix` was removed from the names; `left_out` are tensors beside the network; `copies` fit as well.

    Args:
        found: the part of the file.
    """
    return {
        "from": found.layout or OWN,
        "under": found.stored.path,
        "prefix": found.prefix,
        "left_out": list(found.beside),
        "copies": list(found.copies),
    }


def differing(compiled: Compiled, found: Fit) -> dict[str, object]:
    """Return all tensors that differ: `missing` and `more` by name, `reshaped` with both shapes.

    Args:
        compiled: the network.
        found: the part of the file.
    """
    left = differences(compiled, found)
    reshaped = [{"name": name, "file": stored, "network": own} for name, stored, own in left.reshaped]
    return {"missing": left.missing, "more": left.more, "reshaped": reshaped}
