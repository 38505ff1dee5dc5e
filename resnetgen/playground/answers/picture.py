"""`picture`: the picture of a tab's network at `level`, as SVG under `svg`; null while the spec has faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from resnetgen.playground.session import Session


def answer(session: Session, asked: dict[str, Any]) -> dict[str, Any]:
    """Draw the network of the tab `tab`."""
    from resnetgen.pictures import draw
    from resnetgen.pictures.svg import print_picture

    compiled = session.checked(asked["tab"]).compiled
    return {"svg": None if compiled is None else print_picture(draw(compiled.trace, asked["level"]))}
