"""The formats of configurations that specs are imported from: each in a file of its own, listed here."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from resnetgen.importing.formats.format import Format

FORMATS = ("timm_config", "transformers_resnet", "transformers_regnet", "transformers_bit")
"""The modules of this folder that have a `FORMAT`; the first one that recognizes a file reads it."""


def formats() -> list[Format]:
    """Return all formats, in the order in which they are tried."""
    return [import_module(f"resnetgen.importing.formats.{name}").FORMAT for name in FORMATS]
