"""Networks of the collection that only repeat what smaller ones have: `python -m tests.likeness` lists them anew."""

import re
from pathlib import Path

from tests.subjects import REPEATING, Subject, flagships, shipped

CODE = re.compile(r"\b(nn|F|torch|self)\.")
NUMBER = re.compile(r"\d+")


def forms(subject: Subject) -> set[str]:
    """Return the lines of a network's code without its numbers, which are widths, strides and counts."""
    code = (line.partition("  #")[0].strip() for line in subject.source.splitlines())
    return {NUMBER.sub("0", line) for line in code if CODE.search(line)}


def repeating() -> list[str]:
    """Return the specs of whose code each line stands in that of a smaller network, but for the flagships."""
    found: list[str] = []
    shown = {subject.name for subject in flagships()}
    seen: set[str] = set()
    for subject in sorted(shipped(), key=lambda each: (each.compiled.network.blocks(), len(each.source), each.name)):
        new = forms(subject) - seen
        seen |= new
        if not new and subject.name not in shown:
            found.append(subject.name)
    return sorted(found)


def write(path: Path = REPEATING) -> None:
    path.write_text("".join(f"{name}\n" for name in repeating()), encoding="utf-8")


if __name__ == "__main__":
    write()
