"""Names for imported specs."""

from __future__ import annotations

import re
from pathlib import Path

from resnetgen.source.collection import names

_OF_NOTHING = {"config", "model", "pytorch_model", "model_index", "checkpoint", "weights", "snapshots"}
"""File names that say nothing about the network in the file."""


def name_for(words: str) -> str:
    """Return a name for a network of the user's, made from words; `my_` begins one that the collection has."""
    name = re.sub(r"\W+", "_", words, flags=re.ASCII).strip("_").lower()[:60]
    if not name or name[0].isdigit():
        name = f"net_{name}".rstrip("_")
    return f"my_{name}" if name in names() else name


def name_for_file(path: str) -> str:
    """Return a name for the network in a file: that of the file, or of its folder where the file's says nothing."""
    file = Path(path)
    stem = file.stem
    if stem in _OF_NOTHING:
        stem = file.absolute().parent.name or stem
    return name_for(stem)
