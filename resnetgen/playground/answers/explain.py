"""`explain`: the page of a diagnostic `code`: `title`, and `text` in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resnetgen import codes

if TYPE_CHECKING:
    from resnetgen.playground.session import Session


def answer(session: Session, asked: dict[str, Any]) -> dict[str, Any]:
    """Return the page of the code `code`."""
    found = codes.pages()[asked["code"]]
    return {"title": found.title, "text": found.text}
