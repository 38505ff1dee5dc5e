"""The kinds of requests, a file each: a function from the session and the request to the answer, both JSON objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from resnetgen.playground.answers import (
    check,
    code,
    complete,
    difference,
    explain,
    hover,
    picture,
    shipped,
    sizes,
    table,
)

if TYPE_CHECKING:
    from resnetgen.playground.session import Session

Answer = Callable[["Session", dict[str, Any]], dict[str, Any]]

ANSWERS: Mapping[str, Answer] = {
    "check": check.answer,
    "code": code.answer,
    "complete": complete.answer,
    "difference": difference.answer,
    "explain": explain.answer,
    "hover": hover.answer,
    "picture": picture.answer,
    "shipped": shipped.answer,
    "sizes": sizes.answer,
    "table": table.answer,
}
"""The answers by the `kind` of the request."""
