"""Networks of the collection that are left to the night: `python -m tests.likeness` lists them anew.

Those that only repeat what smaller ones have, and the large ones of the others. They are kept in files, since to find
them takes as long as to compile the collection.
"""

import re
from pathlib import Path

from resnetgen.analysis.cost import cost
from tests.subjects import LARGE, REPEATING, Subject, flagships, shipped

CODE = re.compile(r"\b(nn|F|torch|self)\.")
NUMBER = re.compile(r"\d+")

MOST_PARAMS = 30_000_000
MOST_MACS = 6_000_000_000
"""Of a sample. The same blocks at a smaller size are in other networks."""


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


def large(repeating: list[str]) -> list[str]:
    """Return the specs of large networks that are not among those."""
    figures = {subject.name: cost(subject.compiled.trace) for subject in shipped() if subject.name not in repeating}
    return sorted(name for name, each in figures.items() if each.params > MOST_PARAMS or each.macs > MOST_MACS)


def write(path: Path, names: list[str]) -> None:
    path.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")


if __name__ == "__main__":
    found = repeating()
    write(REPEATING, found)
    write(LARGE, large(found))
