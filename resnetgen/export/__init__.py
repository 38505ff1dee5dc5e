"""The formats that a network is exported to: one file each, imported when it is asked for.

All but the names needs torch, and some of it more: `Format.packages` says what.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from resnetgen.export.format import Format

FORMATS: tuple[str, ...] = ("onnx", "torchscript", "pt2")
"""By the names of their modules in this folder, each of which holds its `FORMAT`."""


def get_format(name: str) -> Format:
    """The format of that name.

    Raises:
        ModuleNotFoundError: torch is not installed. What else a format needs is imported when it is used.
    """
    found: Format = import_module(f"resnetgen.export.{name}").FORMAT
    return found
