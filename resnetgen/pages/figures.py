"""Pictures of networks on a page: at their own size, in a frame that scrolls where the page is narrower."""

from __future__ import annotations

from resnetgen.pages.markup import Markup, fill
from resnetgen.pictures.geometry import Picture
from resnetgen.pictures.svg import print_element, style_sheet


def figure(picture: Picture, name: str) -> Markup:
    """Return a picture as a figure.

    Args:
        picture: the picture.
        name: its id; those of its parts begin with it.
    """
    drawn = Markup(print_element(picture, name))
    return fill('<figure class="frame" tabindex="0" role="group" aria-label="{}">\n{}</figure>\n', picture.title, drawn)


def picture_style(*pictures: Picture) -> str:
    """Return the CSS of pictures on a page, which has their colours as variables."""
    return style_sheet(*pictures, within="svg.picture")
