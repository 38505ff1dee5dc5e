"""`resnetgen explain`: what the codes of diagnostics mean.

With `--format json` it is a list of objects, one for each code that is asked for, or for all of them. Their keys are
`code`, `severity` (`error` or `warning`), `title`, `text` (paragraphs with an empty line between them), `fails` and
`fixed` (each with `files`, a list of objects with `name` and `content`, and `commands`, a list; null where there is
nothing that a spec could do wrong), `message`, what resnetgen says of `fails`, and `url`, the address of the published
page (null where there is none). Keys are added to this, never
renamed or removed.
"""

from __future__ import annotations

import re
import sys
from itertools import groupby

import typer

from resnetgen.cli.exit import OK
from resnetgen.cli.output import colored, columns, fit, print_result
from resnetgen.codes import HUNDREDS, Example, Page, ignoring, is_warning, message, pages
from resnetgen.codes.page import CHECK
from resnetgen.diagnostics.suggestions import closest
from resnetgen.diagnostics.terminal import wrap, wrapped
from resnetgen.documentation import published_url

WIDEST = 100
"""Columns of text on a terminal that has more."""

_SOURCE = re.compile(r" *\d* \|")
"""The beginning of a line that shows source."""

_HUNDRED = re.compile(r"([1-9])(?:XX)?")


def run(codes: list[str], format: str) -> int:
    """Explain codes, or list all of them; `RG5` or `5xx` means all codes of its hundred."""
    selected = list(dict.fromkeys(code for written in codes for code in _matching_codes(written)))
    if format == "json":
        print_result(_as_json(selected or list(pages())))
    elif format == "markdown":
        from resnetgen.codes.markdown import section

        print_result("\n".join(section(pages()[code]) for code in selected or pages()))
    elif len(selected) == 0 or (len(codes) < len(selected)):
        print_result(_listed(selected or list(pages())))
    else:
        print_result("\n".join(_Terminal().page(pages()[code]) for code in selected))
    return OK


def _matching_codes(written: str) -> list[str]:
    """Return the codes that a word stands for, in any case, with `RG` or without.

    Raises:
        typer.BadParameter: it stands for none.
    """
    number = written.upper().strip().removeprefix("RG")
    if f"RG{number}" in pages():
        return [f"RG{number}"]
    hundred = _HUNDRED.fullmatch(number)
    found = [code for code in pages() if hundred and code.startswith(f"RG{hundred[1]}")]
    if not found:
        close = "" if number.isdecimal() else closest(f"RG{number}", pages())
        hint = f"did you mean {close}? " if close else ""
        message = f"unknown code {written[:60]!r}; {hint}`resnetgen explain` lists all codes"
        raise typer.BadParameter(message, param_hint="'CODE'")
    return found


def _listed(codes: list[str]) -> str:
    """Return the codes with their titles, by hundreds."""
    terminal = _Terminal()
    parts = []
    for hundred, found in groupby(codes, key=lambda code: code[2]):
        rows = fit("".join(f"  {code}  {pages()[code].title}{_mark(code)}\n" for code in found))
        parts.append(f"{terminal.strong(f'{hundred}xx: {HUNDREDS[hundred]}')}\n{rows}")
    parts.append("`resnetgen explain CODE` explains one of them.\n")
    return "\n".join(parts)


def _mark(code: str) -> str:
    return " (warning)" if is_warning(code) else ""


class _Terminal:
    """Pages for people: at the width of the terminal, in colours if it has them."""

    def __init__(self) -> None:
        self._width = min(WIDEST, columns(sys.stdout))
        self._color = colored(sys.stdout)

    def strong(self, text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if self._color else text

    def page(self, page: Page) -> str:
        title = self.strong(f"{page.code}: {page.title}{_mark(page.code)}")
        parts = [f"{title}\n", *map(self._filled, _paragraphs(page))]
        if page.fails is not None and page.fixed is not None:
            parts += [f"{self.strong('Fails:')}\n", _indented(_written(page.fails)), _indented(self.message(page.code))]
            parts += [f"{self.strong('Fixed:')}\n", _indented(_written(page.fixed))]
        if ignoring(page.code):
            parts.append(self._filled(ignoring(page.code)))
        if url := published_url(page.code):
            parts.append(f"{url}\n")
        return "\n".join(parts)

    def _filled(self, paragraph: str) -> str:
        return "\n".join(wrap(paragraph, self._width)) + "\n"

    def message(self, code: str) -> str:
        """Return resnetgen's message for a page's spec; its source lines are never broken."""
        room = max(self._width - len(_indented("x").strip("x\n")), 0)
        lines = message(code).splitlines()
        return "".join(f"{line if _SOURCE.match(line) else wrapped(line, room)}\n" for line in lines)


def _paragraphs(page: Page) -> list[str]:
    return [" ".join(paragraph.split()) for paragraph in page.text.split("\n\n")]


def _written(example: Example) -> str:
    """Return the files of an example, with their names if there are several, and its commands."""
    named = len(example.files) > 1
    parts = [f"# {name}\n{content}" if named else content for name, content in example.files]
    if example.commands != CHECK:
        parts.append("".join(f"$ {command}\n" for command in example.commands))
    return "\n".join(parts)


def _indented(text: str) -> str:
    return "".join(f"    {line}".rstrip() + "\n" for line in text.splitlines())


def _as_json(codes: list[str]) -> str:
    import json

    return json.dumps([_fields(pages()[code]) for code in codes], indent=2) + "\n"


def _fields(page: Page) -> dict[str, object]:
    return {
        "code": page.code,
        "severity": "warning" if is_warning(page.code) else "error",
        "title": page.title,
        "text": "\n\n".join(_paragraphs(page)),
        "fails": _example_as_json(page.fails),
        "fixed": _example_as_json(page.fixed),
        "message": message(page.code),
        "url": published_url(page.code) or None,
    }


def _example_as_json(example: Example | None) -> dict[str, object] | None:
    if example is None:
        return None
    files = [{"name": name, "content": content} for name, content in example.files]
    return {"files": files, "commands": list(example.commands)}
