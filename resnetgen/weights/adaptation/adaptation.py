"""A change of weights for a network that differs from that which they were trained in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from resnetgen.errors import WeightsError

if TYPE_CHECKING:
    from torch import Tensor

State = Mapping[str, "Tensor"]
"""Tensors by the network's names."""


class Adaptation(NamedTuple):
    """A change, with a sentence that tells it.

    `shapes` are those of the tensors that it makes, by the network's names. `removes` are the tensors of the file that
    it uses up. `make` computes what it makes; what it does not give a value keeps its initial one.
    """

    words: str
    shapes: Mapping[str, tuple[int, ...]]
    removes: tuple[str, ...]
    make: Callable[[State], dict[str, Tensor]]


def refuse(message: str, help: str = "") -> NoReturn:
    """Refuse a change that a file and a network do not allow.

    Raises:
        WeightsError: always.
    """
    raise WeightsError(message, help, "RG706")


def rows(text: str) -> list[int] | None:
    """Return the numbers in a list with commas; None if it is no such list."""
    parts = text.split(",")
    return (
        [int(part) for part in parts]
        if all(part.strip().isascii() and part.strip().isdigit() for part in parts)
        else None
    )


def numbers(text: str) -> list[float] | None:
    """Return the finite numbers in a list with commas; None if it is no such list."""
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        return None
    return found if all(map(isfinite, found)) else None
