"""`shipped`: the file of a shipped spec by its `name`: `file`, its name, and `text`; both null if there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resnetgen.source import collection

if TYPE_CHECKING:
    from resnetgen.playground.session import Session


def answer(session: Session, asked: dict[str, Any]) -> dict[str, Any]:
    """Return the text of the shipped spec `name`."""
    if asked["name"] not in collection.names():
        return {"file": None, "text": None}
    return {"file": f"{asked['name']}.yaml", "text": collection.shipped(asked["name"]).text.content}
