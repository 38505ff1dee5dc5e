"""The pages in docs/reference/diagnostics/, made of the docstrings of the codes.

Each hundred of codes has a page. Where that would be too long to read, it has several.

What resnetgen says of the specs on these pages is recorded in resnetgen/codes/messages/, for `resnetgen explain`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate, count, groupby
from pathlib import Path

from resnetgen import codes
from resnetgen.codes import HUNDREDS, Page, pages, warnings
from resnetgen.codes.markdown import section
from tests.diagnostics.examples import example_output
from tests.docs.markdown import DOCS, with_generated

LONGEST = 300
"""The most lines of a page."""

FOLDER = DOCS / "reference" / "diagnostics"
INDEX = FOLDER / "index.md"
MESSAGES = Path(codes.__file__).parent / "messages"

HEAD = """\
# {title}

<!-- Made by `{command}` from the docstrings in resnetgen/lint/ and resnetgen/codes/. Do not edit. -->

[All codes](index.md). `resnetgen explain CODE` prints the same. Each example is a file `spec.yaml` in an empty folder,
unless another name stands above it.

"""


def files(command: str) -> dict[Path, str]:
    """Return the pages of the codes and their index; `command` is what writes them."""
    made = {path: _head(path, command) + "\n".join(map(section, found)) for path, found in _contents().items()}
    hundreds = groupby(pages().values(), key=lambda page: page.code[2])
    contents = "\n\n".join(f"### RG{hundred}xx: {HUNDREDS[hundred]}\n\n{_list(found)}" for hundred, found in hundreds)
    index = with_generated(INDEX.read_text(encoding="utf-8"), "codes", contents)
    made[INDEX] = with_generated(index, "warnings", f"The codes of warnings are {_runs(warnings())}.")
    return made


def messages() -> dict[Path, str]:
    """Return the output for each failing example, by the file that records it."""
    return {
        MESSAGES / f"{page.code}.txt": example_output(page.fails) for page in pages().values() if page.fails is not None
    }


def path_of(code: str) -> Path:
    """Return the page that has the section of a code."""
    return next(path for path, found in _contents().items() if code in {page.code for page in found})


@cache
def _contents() -> dict[Path, list[Page]]:
    """Return the codes on each page."""
    made: dict[Path, list[Page]] = {}
    for hundred, found in groupby(pages().values(), key=lambda page: page.code[2]):
        parts = _parts(list(found))
        for part in parts:
            first, last = (part[index].code.lower() for index in (0, -1))
            made[FOLDER / (f"rg{hundred}xx.md" if len(parts) == 1 else f"{first}-{last[2:]}.md")] = part
    return made


def _parts(found: list[Page]) -> list[list[Page]]:
    """Divide the codes of a hundred into the fewest pages of about the same length."""
    lines = [section(page).count("\n") + 1 for page in found]
    middles = [end - each / 2 for end, each in zip(accumulate(lines), lines, strict=True)]
    for number in range(1, len(found) + 1):
        indices = [int(middle * number / sum(lines)) for middle in middles]
        lengths = [sum(n for n, at in zip(lines, indices, strict=True) if at == index) for index in range(number)]
        if max(lengths) <= LONGEST - HEAD.count("\n"):
            break
    return [[page for page, at in zip(found, indices, strict=True) if at == index] for index in sorted({*indices})]


def _head(path: Path, command: str) -> str:
    found = _contents()[path]
    hundred = found[0].code[2]
    codes = f"RG{hundred}xx" if path.stem.endswith("xx") else f"{found[0].code} to {found[-1].code}"
    return HEAD.format(title=f"{codes}: {HUNDREDS[hundred]}", command=command)


def _runs(codes: Sequence[str]) -> str:
    """Codes that follow one another as one: RG501 to RG509 and RG511."""
    number = count()
    runs = [[*run] for _, run in groupby(codes, key=lambda code: int(code[2:]) - next(number))]
    return " and ".join(run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


def _list(found: Iterable[Page]) -> str:
    return "\n".join(f"- [{page.code}]({path_of(page.code).name}#{page.anchor}): {page.title}" for page in found)
