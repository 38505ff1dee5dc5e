"""The pages in docs/reference/diagnostics/, one for each hundred of codes, made of the docstrings of the codes.

What resnetgen says of the specs on these pages is recorded in resnetgen/codes/messages/, for `resnetgen explain`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count, groupby
from pathlib import Path

from resnetgen import codes
from resnetgen.codes import HUNDREDS, Page, pages, warnings
from resnetgen.codes.markdown import section
from tests.diagnostics.examples import said
from tests.docs.markdown import DOCS, with_generated

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
    """The page of each hundred and the index; `command` is what writes them."""
    made = {}
    hundreds = {hundred: list(found) for hundred, found in groupby(pages().values(), key=lambda page: page.code[2])}
    for hundred, found in hundreds.items():
        head = HEAD.format(title=_title(hundred), command=command)
        made[path_of(hundred)] = head + "\n".join(map(section, found))
    contents = "\n\n".join(f"### {_title(hundred)}\n\n{_list(found)}" for hundred, found in hundreds.items())
    index = with_generated(INDEX.read_text(encoding="utf-8"), "codes", contents)
    made[INDEX] = with_generated(index, "warnings", f"The codes of warnings are {_runs(warnings())}.")
    return made


def messages() -> dict[Path, str]:
    """Return the output for each failing example, by the file that records it."""
    return {MESSAGES / f"{page.code}.txt": said(page.fails) for page in pages().values() if page.fails is not None}


def path_of(hundred: str) -> Path:
    """The page of a hundred of codes."""
    return FOLDER / f"rg{hundred}xx.md"


def _runs(codes: Sequence[str]) -> str:
    """Codes that follow one another as one: RG501 to RG509 and RG511."""
    number = count()
    runs = [[*run] for _, run in groupby(codes, key=lambda code: int(code[2:]) - next(number))]
    return " and ".join(run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


def _title(hundred: str) -> str:
    return f"RG{hundred}xx: {HUNDREDS[hundred]}"


def _list(found: list[Page]) -> str:
    return "\n".join(f"- [{page.code}]({path_of(page.code[2]).name}#{page.anchor}): {page.title}" for page in found)
