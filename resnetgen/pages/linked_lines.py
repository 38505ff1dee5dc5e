"""A spec and its code side by side: to point at a line, or to move the focus to it, marks the lines that belong to it.

Both sides name parts of the spec by their paths: the code's lines those that they come from, the spec's lines those
that they write. CSS alone marks the lines, so that the page needs no script.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from resnetgen.codegen.printer import Line
from resnetgen.diagnostics.model import Path
from resnetgen.pages.highlight import PYTHON, YAML, highlighted
from resnetgen.pages.markup import Markup, fill, joined
from resnetgen.pages.spec_lines import SpecText


class ShownLine(NamedTuple):
    """A line of either side: its number, its text in colours, and the numbers of its groups.

    A group is a part of the spec. `own` are those that the line is about; `within` has also the parts around these.
    """

    number: int
    text: Markup
    own: tuple[int, ...] = ()
    within: tuple[int, ...] = ()
    replaced: bool = False


class LinkedLines(NamedTuple):
    """The two sides: the texts of the spec, each with its name, and the code. `groups` are the paths by number."""

    spec: tuple[tuple[str, tuple[ShownLine, ...]], ...]
    code: tuple[ShownLine, ...]
    groups: tuple[Path, ...]


def link(texts: Sequence[SpecText], code: Sequence[Line]) -> LinkedLines:
    """Find the lines that belong together.

    A line of the spec belongs to the innermost part around it that any line of code comes from.
    """
    wanted = {path[:count] for line in code for path in line.at for count in range(1, len(path) + 1)}
    own = {line.at: _innermost(line.at, wanted) for text in texts for line in text.lines if not line.replaced}
    groups = tuple(dict.fromkeys(path for path in own.values() if path))
    numbers = {path: number for number, path in enumerate(groups)}

    def within(paths: Iterable[Path]) -> tuple[int, ...]:
        around = (path[:count] for path in paths for count in range(len(path), 0, -1))
        return tuple(dict.fromkeys(numbers[path] for path in around if path in numbers))

    sides = []
    for text in texts:
        colored = highlighted([line.text for line in text.lines], YAML)
        shown = []
        for number, (line, words) in enumerate(zip(text.lines, colored, strict=True), 1):
            path = () if line.replaced else own[line.at]
            of_it = (numbers[path],) if path else ()
            shown.append(ShownLine(number, words, of_it, within([path]), line.replaced))
        sides.append((text.name, tuple(shown)))
    colored = highlighted([line.text for line in code], PYTHON)
    lines = (
        ShownLine(
            number,
            words,
            tuple(dict.fromkeys(numbers[path] for path in (_innermost(each, numbers) for each in line.at) if path)),
            within(line.at),
        )
        for number, (line, words) in enumerate(zip(code, colored, strict=True), 1)
    )
    return LinkedLines(tuple(sides), tuple(lines), groups)


def _innermost(path: Path, wanted: Iterable[Path]) -> Path:
    """Return the longest beginning of a path that is among some; empty for none."""
    return next((path[:count] for count in range(len(path), 0, -1) if path[:count] in wanted), ())


def linked(lines: LinkedLines, name: str) -> Markup:
    """Return both sides as HTML.

    Args:
        lines: the lines of both sides.
        name: the beginning of their ids, which no other part of the page has.
    """
    in_spec = {
        group: f"{name}-s{text}-{line.number}"
        for text, (_, side) in reversed([*enumerate(lines.spec)])
        for line in reversed(side)
        for group in line.own
    }
    in_code = {group: f"{name}-c-{line.number}" for line in reversed(lines.code) for group in line.within}
    spec = joined(
        fill('<p class="file">{}</p>\n{}', title, _side(f"Spec {title}", side, f"{name}-s{number}", in_code))
        for number, (title, side) in enumerate(lines.spec)
    )
    code = fill('<p class="file">Code</p>\n{}', _side("Code", lines.code, f"{name}-c", in_spec))
    template = '<div class="linked" id="{}">\n<div class="side">\n{}</div>\n<div class="side">\n{}</div>\n</div>\n'
    return fill(template, name, spec, code)


def rules(name: str, groups: int) -> str:
    """Return the CSS that marks the lines of a group while one of them is pointed at or has the focus."""
    return "".join(
        f"#{name}:has(.o{group}:hover,.o{group}:focus-within) .g{group}{{background:var(--mark);"
        "box-shadow:inset 3px 0 var(--block-edge)}\n"
        for group in range(groups)
    )


def _side(title: str, lines: Sequence[ShownLine], name: str, targets: dict[int, str]) -> Markup:
    shown = joined(_line(line, name, targets) for line in lines)
    return fill('<pre class="lines" tabindex="0" role="region" aria-label="{}">{}</pre>\n', title, shown)


def _line(line: ShownLine, name: str, targets: dict[int, str]) -> Markup:
    classes = ["line", *(f"o{group}" for group in line.own), *(f"g{group}" for group in line.within)]
    if line.replaced:
        classes.append("replaced")
    target = next((targets[group] for group in line.own if group in targets), "")
    number: Markup = fill('<span class="at">{}</span>', line.number)
    if target:
        number = fill('<a class="at" href="#{}">{}</a>', target, line.number)
    template = '<span class="{}" id="{}-{}">{}<code>{}</code>\n</span>'
    return fill(template, " ".join(classes), name, line.number, number, line.text)
