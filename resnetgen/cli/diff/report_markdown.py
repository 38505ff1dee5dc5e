"""The comparison of two networks as Markdown, such as for a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterable

from resnetgen.cli import tables
from resnetgen.comparison.comparison import Comparison
from resnetgen.comparison.wording import (
    FIGURES,
    PARTS,
    Line,
    Section,
    changes,
    figures,
    parts,
    state_dict,
    unchanged,
    verdicts,
)
from resnetgen.diagnostics.terminal import escape
from resnetgen.tables import markdown


def as_markdown(comparison: Comparison) -> str:
    """Return a section: the figures and the transfer of weights in full, and the rest folded."""
    heading = f"### {' → '.join(map(_code, comparison.titles))}"
    told = "\n".join(f"- {markdown.escaped(line)}" for line in verdicts(comparison))
    if not comparison.differ():
        return "\n\n".join([heading, "No difference: both specs give the same network.", told]) + "\n"
    cells = parts(comparison)
    blocks = [heading, tables.as_markdown(FIGURES, figures(comparison)).rstrip()]
    blocks += [tables.as_markdown(PARTS, cells).rstrip()] if cells else []
    blocks += [told]
    rest = unchanged(comparison)
    blocks += [markdown.escaped(rest)] if rest else []
    blocks += [_details("What changed", changes(comparison))] if any(changes(comparison)) else []
    keys = state_dict(comparison)
    blocks += [_details(keys.title, [keys._replace(title="")])] if keys.lines else [markdown.escaped(keys.title)]
    return "\n\n".join(blocks) + "\n"


def _details(summary: str, sections: Iterable[Section]) -> str:
    """Return a folded section; GitHub colours the lines of a `diff` by their signs, and `!` is that of a change."""
    text = "\n".join(line for section in sections for line in _lines(section))
    return f"<details><summary>{markdown.escaped(summary)}</summary>\n\n```diff\n{text}\n```\n\n</details>"


def _lines(section: Section) -> list[str]:
    title = [f"# {escape(section.title)}"] if section.title else []
    return [*title, *map(_line, section.lines)]


def _line(line: Line) -> str:
    return f"{'!' if line.sign == '~' else line.sign or '#'} {escape(line.text)}"


def _code(text: str) -> str:
    return f"`{escape(text).replace('`', chr(39))}`"
