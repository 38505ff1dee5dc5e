"""Write what pages record of resnetgen anew: `python -m tests.docs.refresh [PAGE...]`, part of `make golden`.

It plays each page, and puts what blocks print and what specs become in place of what the page shows, `...` where it
stood. The texts in the tables of keys become those of the code. What it cannot bring up to date, it names: that is for
a person. With `--slow` it plays the slow blocks too.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.docs.markdown import ROOT, all_pages, read, replaced
from tests.docs.pages import PLAYED
from tests.docs.player import play
from tests.docs.tables import refreshed_tables

COMMAND = "python -m tests.docs.refresh"


def refresh(page: str, *, slow: bool) -> list[str]:
    """Write a page anew. Gives what is left for a person to do."""
    left: list[str] = []
    fresh: dict[int, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        for fence, text, error in play(page, Path(folder), slow=slow):
            if error:
                left.append(f"{fence}: {error}")
            if text != fence.text:
                fresh[fence.line] = text
    text = refreshed_tables(replaced(read(page), fresh))
    if text != read(page):
        (ROOT / page).write_text(text, encoding="utf-8")
        print(f"wrote {page}")
    return left


def main(arguments: list[str]) -> int:
    """Refresh the pages that are named, or all. Gives the exit status."""
    slow = "--slow" in arguments
    pages = [page for page in arguments if not page.startswith("--")] or [
        page for page in all_pages() if page in PLAYED
    ]
    left = [each for page in pages for each in refresh(page, slow=slow)]
    print("".join(f"\n{each}\n" for each in left), end="", file=sys.stderr)
    return int(bool(left))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
