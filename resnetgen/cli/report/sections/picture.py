"""The pictures: the network, and each form of its blocks."""

from __future__ import annotations

from resnetgen.cli.report.subject import Subject
from resnetgen.pages.figures import figure, picture_style
from resnetgen.pages.markup import fill
from resnetgen.pages.page import Section
from resnetgen.pictures import draw


def section(subject: Subject) -> Section:
    """Return the section."""
    network, blocks = (draw(subject.compiled.trace, level) for level in ("network", "block"))
    shown = fill("{}{}", figure(network, f"{subject.id}-network"), figure(blocks, f"{subject.id}-blocks"))
    return Section(f"{subject.id}-pictures", "Pictures", shown, style=picture_style(network, blocks))
