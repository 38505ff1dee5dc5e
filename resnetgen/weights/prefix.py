"""The prefix of the names in a file that was saved from a module around the network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from resnetgen.weights.expected import ExpectedTensors

PREFIX_ORIGINS = {"module.": "torch.nn.DataParallel", "_orig_mod.": "torch.compile"}
"""The origin of a prefix, where it is known."""


def common_prefix(names: Collection[str], expected: ExpectedTensors) -> str:
    """Return the prefix without which most names are the network's; mostly there is none, and it is empty.

    Args:
        names: the names in the file.
        expected: the tensors of the network.

    Returns:
        A text such as `module.`, with its dot.
    """
    counts: Counter[str] = Counter()
    for name in names:
        if expected.find(name) is not None:
            continue
        parts = name.split(".")
        for index in range(1, min(len(parts), 8)):
            if expected.find(".".join(parts[index:])) is not None:
                counts[".".join(parts[:index]) + "."] += 1
                break
    best, count = max(counts.items(), key=lambda item: item[1], default=("", 0))
    return best if 2 * count > len(names) else ""


def prefix_note(prefix: str, path: str) -> str:
    """Return the sentence about a prefix that was ignored in a file, with what puts it there where that is known."""
    known = next((words for key, words in PREFIX_ORIGINS.items() if prefix.endswith(key)), "")
    origin = f", which {known} puts there" if known else ""
    return f"ignored the prefix `{prefix}` of the tensor names in {path}{origin}; `load_state_dict` wants it removed"
