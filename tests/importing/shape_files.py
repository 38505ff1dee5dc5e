"""Files of weights that hold only names and shapes: their values are zeros, which take no room on the disk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import prod
from pathlib import Path


def write_shapes(path: Path, shapes: Mapping[str, tuple[int, ...] | None]) -> Path:
    """Write a file of tensors of single bytes."""
    header: dict[str, object] = {}
    end = 0
    for name, shape in shapes.items():
        size = prod(shape or ())
        header[name] = {"dtype": "U8", "shape": list(shape or ()), "data_offsets": [end, end + size]}
        end += size
    content = json.dumps(header).encode()
    with path.open("wb") as file:
        file.write(len(content).to_bytes(8, "little") + content)
        file.truncate(8 + len(content) + end)
    return path
