"""The pages in docs/reference/diagnostics/, made of the docstrings of the codes.

Each code has a page of its own, so that its address stays the same whatever codes are added.

What resnetgen says of the specs on these pages is recorded in resnetgen/codes/messages/, for `resnetgen explain`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count, groupby
from pathlib import Path

from resnetgen import codes
from resnetgen.codes import HUNDREDS, Page, pages, warnings
from resnetgen.codes.markdown import body
from tests.diagnostics.examples import example_output
from tests.docs.markdown import DOCS, with_generated

FOLDER = DOCS / "reference" / "diagnostics"
INDEX = FOLDER / "index.md"
MESSAGES = Path(codes.__file__).parent / "messages"

HEAD = """\
# {code}: {title}

<!-- Made by `{command}` from the docstrings in resnetgen/lint/ and resnetgen/codes/. Do not edit. -->

"""

FOOT = """\

---

[All codes](index.md). `resnetgen explain {code}` prints this page. An example without a file name is `spec.yaml`, in an
empty folder.
"""


def files(command: str) -> dict[Path, str]:
    """Return the pages of the codes and their index; `command` is what writes them."""
    made = {path_of(page.code): _page(page, command) for page in pages().values()}
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
    """Return the page of a code."""
    return FOLDER / f"{code.lower()}.md"


def _page(page: Page, command: str) -> str:
    head = HEAD.format(code=page.code, title=page.title, command=command)
    return head + body(page) + FOOT.format(code=page.code)


def _runs(codes: Sequence[str]) -> str:
    """Codes that follow one another as one: RG501 to RG509 and RG511."""
    number = count()
    runs = [[*run] for _, run in groupby(codes, key=lambda code: int(code[2:]) - next(number))]
    return " and ".join(run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


def _list(found: Iterable[Page]) -> str:
    return "\n".join(f"- [{page.code}]({path_of(page.code).name}): {page.title}" for page in found)
