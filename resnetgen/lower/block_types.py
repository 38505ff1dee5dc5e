"""Block types: the user's own, and the built-in ones, which are YAML files of the same language."""

from __future__ import annotations

from functools import cache
from pathlib import Path as FilePath
from typing import NamedTuple

from resnetgen.diagnostics.model import Fault, Path, Place
from resnetgen.diagnostics.suggestions import did_you_mean, join_words
from resnetgen.errors import LoweringError
from resnetgen.source.source import read
from resnetgen.source.unambiguous import replacement, unambiguous_match
from resnetgen.spec.spec import BlockType, Spec
from resnetgen.spec.validate import validate

BUILT_IN = ("basic", "bottleneck", "preact_basic", "preact_bottleneck", "inverted", "separable")
"""The files of resnetgen/blocks/, without their ending."""

_FOLDER = FilePath(__file__).parent.parent / "blocks"


class NamedType(NamedTuple):
    """A block type with its name and its path in the spec, None for a built-in one."""

    name: str
    type: BlockType
    at: Path | None


def find(spec: Spec, name: str, place: Place) -> NamedType:
    """Return the block type of a name; the user's own come first.

    Raises:
        LoweringError: there is none.
    """
    if name in spec.blocks:
        return NamedType(name, spec.blocks[name], ("blocks", name))
    if name in BUILT_IN:
        return NamedType(name, _built_in(name), None)
    known = (*spec.blocks, *BUILT_IN)
    message = f"unknown block type `{name[:60]}`{did_you_mean(name, known)}"
    help = f"use {join_words(known)}, or describe your own under `blocks`"
    raise LoweringError(
        Fault("RG206", message, place, help=help, fix=replacement(place, unambiguous_match(name, known)))
    )


def built_in_file(name: str) -> FilePath:
    """Return the file of a built-in block type."""
    return _FOLDER / f"{name}.yaml"


@cache
def _built_in(name: str) -> BlockType:
    source = read(built_in_file(name))
    model, faults = validate(source.data, BlockType)
    if faults:
        raise RuntimeError(f"the built-in block type {name} is broken: {faults}")
    assert isinstance(model, BlockType)
    return model
