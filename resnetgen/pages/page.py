"""The skeleton of a page: one file with its style inside, no script, and nothing that is loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from resnetgen.pages.markup import Markup, fill, joined
from resnetgen.pictures.style import COLORS, FONTS

MARK = "Written by resnetgen as a page."
"""The comment by which such a page is known."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Nothing is loaded and no script runs, whatever a page contains."""

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
{mark}
<style>
{style}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<h1>{title}</h1>
{lead}</header>
{navigation}<main id="content">
{content}</main>
<footer><p>{footer}</p></footer>
</body>
</html>
"""


class Section(NamedTuple):
    """A part of a page: its id, its title, and what stands below it. Its `parts` have headings one level below.

    `style` is the CSS that it needs beside that of all pages.
    """

    id: str
    title: str
    content: Markup
    parts: tuple[Section, ...] = ()
    style: str = ""

    def styles(self) -> str:
        """Return its CSS and that of its parts."""
        return self.style + "".join(part.styles() for part in self.parts)


class Page(NamedTuple):
    """A page: its title, a paragraph below that, its sections, and a line at its end."""

    title: str
    lead: Markup
    sections: tuple[Section, ...]
    footer: str


def render(page: Page) -> str:
    """Return the text of a page."""
    return str(
        fill(
            _PAGE,
            policy=Markup(_POLICY),
            title=page.title,
            mark=Markup(f"<!-- {MARK} -->"),
            style=Markup(style_sheet() + "".join(section.styles() for section in page.sections)),
            lead=page.lead,
            navigation=_navigation(page.sections),
            content=joined(_section(section, 2) for section in page.sections),
            footer=page.footer,
        )
    )


def style_sheet() -> str:
    """Return the CSS of pages, with the colours of pictures as variables."""
    light, dark = ("".join(f"--{name}:{pair[ground]};" for name, pair in COLORS.items()) for ground in (0, 1))
    rules = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
    return f":root{{{light}--fonts:{FONTS}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n{rules}"


def _navigation(sections: Sequence[Section]) -> Markup:
    """Return the links to the sections; of several with parts, to these too."""
    if len(sections) < 2:
        return Markup("")
    return fill('<nav aria-label="Sections">\n{}</nav>\n', _links(sections))


def _links(sections: Sequence[Section]) -> Markup:
    items = (fill('<li><a href="#{}">{}</a>{}</li>\n', each.id, each.title, _inner(each)) for each in sections)
    return fill("<ul>\n{}</ul>\n", joined(items))


def _inner(section: Section) -> Markup:
    return fill("\n{}", _links(section.parts)) if section.parts else Markup("")


def _section(section: Section, level: int) -> Markup:
    heading = f'<h{level} id="{{id}}-title">{{title}}</h{level}>'
    parts = joined(_section(part, level + 1) for part in section.parts)
    template = f'<section id="{{id}}" aria-labelledby="{{id}}-title">\n{heading}\n{{content}}{{parts}}</section>\n'
    return fill(template, id=section.id, title=section.title, content=section.content, parts=parts)
