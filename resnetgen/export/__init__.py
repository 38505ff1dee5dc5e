"""The formats that networks are exported to: one module each, imported on demand.

All but the names needs torch, and some of it more: `Format.packages` says what.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from resnetgen.export.format import Format

FORMATS: tuple[str, ...] = ("onnx", "torchscript", "pt2")
"""Names of the modules in this folder that define a `FORMAT`."""


def get_format(name: str) -> Format:
    """Return the format of that name.

    Args:
        name: a name of `FORMATS`.

    Raises:
        ModuleNotFoundError: torch is not installed. What else a format needs is imported when it is used.
    """
    found: Format = import_module(f"resnetgen.export.{name}").FORMAT
    return found
