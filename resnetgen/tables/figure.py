"""A figure of a network: a column of a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from resnetgen.tables.subject import Subject


class Figure(NamedTuple):
    """A column: its key in JSON, its title, its value, and the text for people."""

    key: str
    title: str
    value: Callable[[Subject], object]
    text: Callable[[Subject], str]
    number: bool = True
