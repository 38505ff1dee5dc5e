"""The spec and the code that is made of it, with the lines that belong together."""

from __future__ import annotations

from resnetgen.cli.report.subject import Subject
from resnetgen.pages.code_lines import code_lines
from resnetgen.pages.linked_lines import link, linked, rules
from resnetgen.pages.markup import Markup, fill
from resnetgen.pages.page import Section
from resnetgen.pages.spec_lines import spec_texts

_LEAD = (
    "<p>Point at a line, or move the focus to its number, and the lines that belong to it are marked on both sides. "
    "A click on the number goes to the first of them.{}</p>\n"
)
_REPLACED = Markup(" Lines that a text above them replaces are struck through.")


def section(subject: Subject) -> Section:
    """Return the section."""
    document = subject.compiled.document
    texts = spec_texts(document)
    lines = link(texts, code_lines(subject.compiled, document.text.name))
    name = f"{subject.id}-lines"
    replaces = any(line.replaced for text in texts for line in text.lines)
    shown = fill("{}{}", fill(_LEAD, _REPLACED if replaces else Markup("")), linked(lines, name))
    return Section(f"{subject.id}-code", "Spec and code", shown, style=rules(name, len(lines.groups)))
