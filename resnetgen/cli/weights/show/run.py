"""`resnetgen weights show`: the tensors in a file.

With `--format json` it is one object: `file`, `bytes` (of the file), `state_dicts` (the keys of each with dots, the
likeliest first), `shown` (that of the state dict below), `prefix` (the modules that all names begin with, with a dot
behind each), `layout` (the library whose names these probably are; null if none is known), `unread` (classes of objects
that were not read), `programs` (names that run a program when another program loads the file), `metadata` (an object
of texts), and `tensors`, each with `name`, `shape`, `dtype` and `bytes`; all three are null for what is not a tensor.
Keys are added to this, never renamed or removed.
"""

from __future__ import annotations

import os
import re
from math import prod
from typing import Any

from resnetgen.cli.exit import FAILURE, OK
from resnetgen.cli.output import fit, print_diagnostics, print_result
from resnetgen.cli.weights.options import WeightsFormat
from resnetgen.cli.weights.reading import chosen, structure
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.diagnostics.terminal import escape
from resnetgen.errors import WeightsError
from resnetgen.number_format import binary_size, pluralize
from resnetgen.ops.window import by_axis
from resnetgen.weights.dtypes import BITS
from resnetgen.weights.file_contents import StoredStateDict, Structure
from resnetgen.weights.likely_layout import common_prefix, likely_layout
from resnetgen.weights.read_file import unreadable_file

MAX_TENSORS = 2000
"""The most tensors of the table; it takes a millisecond to lay out each."""

MAX_METADATA = 100
"""The most characters of a text beside the tensors that are shown."""


def run(path: str, key: str, format: WeightsFormat) -> int:
    """Show the tensors in a file.

    Args:
        path: the file of weights.
        key: the part of the file to show; empty for the likeliest state dict.
        format: text or JSON.

    Returns:
        The exit code: 1 if the file cannot be read.
    """
    found = structure(path)
    if isinstance(found, Diagnostic):
        print_diagnostics([found])
        return FAILURE
    try:
        shown = chosen(found.contents, key)
    except WeightsError as error:
        print_diagnostics([unreadable_file(path, error)])
        return FAILURE
    print_result(_as_json(path, found, shown) if format is WeightsFormat.JSON else _as_text(path, found, shown))
    return OK


def _bytes(shape: tuple[int, ...] | None, dtype: str) -> int | None:
    """Return the size of a tensor; None for what is not one, or a dtype of unknown size."""
    bits = BITS.get(dtype)
    return None if shape is None or bits is None else (prod(shape) * bits + 7) // 8


def _as_json(path: str, found: Structure, shown: StoredStateDict) -> str:
    import json

    layout = likely_layout(shown.shapes)
    tensors = [
        {
            "name": name,
            "shape": shape,
            "dtype": shown.dtypes.get(name),
            "bytes": _bytes(shape, shown.dtypes.get(name, "")),
        }
        for name, shape in shown.shapes.items()
    ]
    about: dict[str, Any] = {
        "file": path,
        "bytes": os.path.getsize(path),
        "state_dicts": [each.path for each in found.contents.state_dicts],
        "shown": shown.path,
        "prefix": common_prefix(shown.shapes),
        "layout": None if layout is None else layout.name,
        "unread": found.unread,
        "programs": found.programs,
        "metadata": dict(found.contents.metadata),
        "tensors": tensors,
    }
    return json.dumps(about, indent=2) + "\n"


def _as_text(path: str, found: Structure, shown: StoredStateDict) -> str:
    from resnetgen.cli import tables
    from resnetgen.tables.table import Column

    facts = [(name, text) for name, text in _facts(path, found, shown) if text]
    first = list(shown.shapes.items())[:MAX_TENSORS]
    cells = [[name.replace("\n", "\\n"), *_cells(shape, shown.dtypes.get(name, ""))] for name, shape in first]
    columns = [Column("name"), Column("shape"), Column("dtype"), Column("size", number=True)]
    room = tables.terminal_width()
    excess = tables.width(columns, cells) - room if room and cells else 0
    if excess > 0:
        longest = max(len(row[0]) for row in cells) - excess
        cells = [[broken(row[0], longest), *row[1:]] for row in cells]
    table = tables.as_text(columns, cells) if cells else ""
    left = len(shown.shapes) - len(first)
    more = f"({left:,} more: use --format json)\n" if left else ""
    return f"{fit(tables.listed(facts))}\n{table}{more}"


def _warning(found: Structure) -> str:
    """Return the warning about a file that runs programs; no other program should load it."""
    if not found.programs:
        return ""
    return f"runs {', '.join(found.programs)} when other programs load it; weights never need that"


def broken(name: str, room: int) -> str:
    """Return a name in lines of at most so many characters, if its parts have no more; it is broken after dots."""
    lines = [""]
    for part in re.findall(r"[^./]*[./]?", name):
        if lines[-1] and len(lines[-1] + part) > room:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def _cells(shape: tuple[int, ...] | None, dtype: str) -> tuple[str, str, str]:
    if shape is None:
        return "no tensor", "", ""
    size = _bytes(shape, dtype)
    return by_axis(shape) or "scalar", dtype, "" if size is None else binary_size(size)


def _facts(path: str, found: Structure, shown: StoredStateDict) -> list[tuple[str, str]]:
    sizes = [_bytes(shape, shown.dtypes.get(name, "")) or 0 for name, shape in shown.shapes.items()]
    values = sum(prod(shape) for shape in shown.shapes.values() if shape is not None)
    count = sum(shape is not None for shape in shown.shapes.values())
    layout = likely_layout(shown.shapes)
    others = [each.path or "the file itself" for each in found.contents.state_dicts if each.keys != shown.keys]
    metadata = [f"{key}: {text[:MAX_METADATA]}" for key, text in found.contents.metadata.items()]
    return [
        ("file", f"{path}, {binary_size(os.path.getsize(path))}"),
        ("tensors", f"{pluralize(count, 'tensor')}, {pluralize(values, 'value')}, {binary_size(sum(sizes))}"),
        ("dtypes", ", ".join(dict.fromkeys(shown.dtypes[name] for name in shown.shapes if name in shown.dtypes))),
        ("under", shown.path),
        ("prefix", common_prefix(shown.shapes)),
        ("names", "" if layout is None else f"probably those of {layout.name}"),
        ("also", ", ".join(others)),
        ("how", "; ".join(shown.remarks)),
        ("not read", ", ".join(found.unread)),
        ("warning", _warning(found)),
        ("metadata", escape("; ".join(metadata))),
    ]
