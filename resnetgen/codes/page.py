"""The page of a code, parsed from a docstring."""

from __future__ import annotations

import re
from inspect import cleandoc
from typing import NamedTuple


class Example(NamedTuple):
    """A runnable example: `files` maps names to contents, `commands` are lines for a shell."""

    files: tuple[tuple[str, str], ...]
    commands: tuple[str, ...]


class Page(NamedTuple):
    """The documentation of a code: the example `fails` raises the diagnostic, `fixed` is the same without the fault.

    Both are None for a code that no spec can raise.
    """

    code: str
    title: str
    text: str
    fails: Example | None
    fixed: Example | None

    @property
    def anchor(self) -> str:
        """The anchor of the page's heading in the output of `resnetgen explain --format markdown`."""
        return self.code.lower()


CHECK = ("resnetgen check spec.yaml",)
"""The commands of most examples."""

_PARTS = re.compile(r"^(Fails|Fixed):\n", re.MULTILINE)

_FILE = re.compile(r"# (\S+\.\w+)")


def page(code: str, docstring: str) -> Page:
    """Read a docstring: a title, paragraphs, and below `Fails:` and `Fixed:` an example each.

    An example is a spec, `spec.yaml`; a line such as `# base.yaml` begins another file, and lines that begin with `$ `
    are commands to run instead of `resnetgen check spec.yaml`.

    Raises:
        ValueError: a part is missing, or is there twice.
    """
    title, _, rest = cleandoc(docstring).partition("\n\n")
    text, *parts = _PARTS.split(rest)
    examples = dict(zip(parts[::2], map(_example, parts[1::2]), strict=True))
    if not title.endswith(".") or not text.strip() or len(parts) != 2 * len(examples) or len(examples) == 1:
        raise ValueError(f"the docstring of {code} is no page: a title, text, and both of `Fails:` and `Fixed:`")
    return Page(code, title.removesuffix("."), text.strip(), examples.get("Fails"), examples.get("Fixed"))


def _example(part: str) -> Example:
    files: dict[str, list[str]] = {}
    commands = []
    name = "spec.yaml"
    for line in cleandoc(part).splitlines():
        if line.startswith("$ "):
            commands.append(line.removeprefix("$ "))
        elif found := _FILE.fullmatch(line):
            name = found[1]
        elif line or name in files:
            files.setdefault(name, []).append(line)
    texts = tuple((name, "\n".join(lines).rstrip() + "\n") for name, lines in files.items())
    return Example(texts, tuple(commands) or CHECK)
