"""What stands before every name of a file, where it was saved from a module that held the network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from resnetgen.weights.expected import ExpectedTensors

PREFIX_ORIGINS = {"module.": "torch.nn.DataParallel", "_orig_mod.": "torch.compile"}
"""Prefixes of which it is known who puts them there."""


def common_prefix(names: Collection[str], expected: ExpectedTensors) -> str:
    """The prefix without which most names are the network's; mostly there is none, which is the empty text."""
    found: Counter[str] = Counter()
    for name in names:
        if expected.find(name) is not None:
            continue
        parts = name.split(".")
        for index in range(1, min(len(parts), 8)):
            if expected.find(".".join(parts[index:])) is not None:
                found[".".join(parts[:index]) + "."] += 1
                break
    best, count = max(found.items(), key=lambda item: item[1], default=("", 0))
    return best if 2 * count > len(names) else ""


def prefix_origin(before: str) -> str:
    """Who puts such a prefix there, in words that follow it; empty where that is not known."""
    known = next((words for key, words in PREFIX_ORIGINS.items() if before.endswith(key)), "")
    return f", which {known} puts there" if known else ""
