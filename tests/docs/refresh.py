"""Write what docs/ has of the code anew: `python -m tests.docs.refresh [PAGE...]`, part of `make golden`.

First the pages that are made of the code. Then it plays each page, and puts what blocks print and what specs become in
place of what the page shows; `...` stays where it stood. The meanings in the tables of keys become those of the code.
What it cannot bring up to date, it names: that is for a person. With `--slow` it plays the slow blocks too.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.docs import diagnostics_pages
from tests.docs.generated import files
from tests.docs.keys import with_fresh_meanings
from tests.docs.markdown import ROOT, all_pages, read, replaced
from tests.docs.player import is_playable, play


def generate() -> None:
    """Write the generated files anew."""
    for path, content in diagnostics_pages.messages().items():  # the pages quote them
        _write(path, content)
    for path in set(diagnostics_pages.MESSAGES.iterdir()) - set(diagnostics_pages.messages()):
        path.unlink()
    for path in set(diagnostics_pages.FOLDER.glob("rg*.md")) - set(diagnostics_pages.files("")):
        path.unlink()
    for path, content in files():
        _write(path, content)


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
    _write(ROOT / page, with_fresh_meanings(replaced(read(page), fresh)))
    return left


def _write(path: Path, content: str) -> None:
    if not path.exists() or path.read_bytes() != content.encode():
        path.write_bytes(content.encode())
        print(f"wrote {path.relative_to(ROOT).as_posix()}")


def main(arguments: list[str]) -> int:
    """Refresh the pages that are named, or all with what is generated. Gives the exit status."""
    pages = [page for page in arguments if not page.startswith("--")]
    if not pages:
        generate()
        pages = list(filter(is_playable, all_pages()))
    left = [each for page in pages for each in refresh(page, slow="--slow" in arguments)]
    print("".join(f"\n{each}\n" for each in left), end="", file=sys.stderr)
    return int(bool(left))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
