"""Plays a page: its fenced blocks, in order, from an empty folder.

The language of a block says what it is:

- `yaml`: a spec. It is written to the file that its first line names in a comment, else to `mine.yaml`, and has to be
  without errors and warnings; `yaml wrong` has to have some, `yaml space` is a design space, and `yaml experiment` one
  of the lab. `yaml of NAME` is a block type or a layout as resnetgen has it. A file whose name begins with a dot is of
  another program, and only written.
- `python`: a program. With a file's name in its first line it is that file; else it goes on in the page's one session
  of Python. What it prints stands in the comments behind `print(...)`, and in comments that are a line of their own.
  `python excerpt` is a part of what the last spec becomes.
- `console`: commands behind `$`, each with what it prints.
- `sh`: commands that have to end well.
- `toml` and `text` with a file's name: that file.

`...` stands for what a block leaves out. `KIND unplayed: REASON` is not played, and `KIND slow: REASON` only with the
slow tests; `KIND needs MODULE` where that is installed.
"""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

import resnetgen
from resnetgen.diagnostics.model import Severity
from resnetgen.errors import AbstractSpecError
from resnetgen.lab.experiment_file import experiment_of
from resnetgen.schema.layout_tables import TABLES
from resnetgen.source.source import parse
from resnetgen.spaces.space import read_space
from tests.docs.elision import StaleExcerptError, matches, refreshed
from tests.docs.markdown import ROOT, Fence, fences
from tests.docs.sandbox import Sandbox

PROGRAMS = {"torchvision": "import torch, torchvision; torchvision.ops.nms(torch.ones(1, 4), torch.ones(1), 0.5)"}
"""Code that shows whether a package can be used, where an import alone does not."""

_SHOWN = re.compile(r"^( *print\(.*\)  |)# (.*)$", re.MULTILINE)


class Outcome(NamedTuple):
    """A played block, the text that it has to have, and why it cannot be played; empty if it can."""

    fence: Fence
    text: str
    error: str


def play(page: str, folder: Path, *, slow: bool) -> Iterator[Outcome]:
    """Play a page block by block, each after those before it.

    Args:
        page: the page's path, from the root of the project.
        folder: an empty folder.
        slow: play the slow blocks too.
    """
    with Sandbox(folder) as sandbox:
        player = _Player(sandbox)
        for fence in fences(page):
            if is_played(fence, slow=slow):
                try:
                    yield Outcome(fence, player.play(fence), "")
                except (AssertionError, StaleExcerptError) as error:
                    yield Outcome(fence, fence.text, str(error) or repr(error))


def is_playable(page: str) -> bool:
    """Tell whether a page is played at all.

    The pages of the codes are not: tests/diagnostics/test_codes.py plays each of their examples in a folder of its own.
    """
    return re.fullmatch(r"docs/reference/diagnostics/rg[^/]+\.md", page) is None


def is_played(fence: Fence, *, slow: bool) -> bool:
    """Tell whether this run plays a block."""
    if "unplayed" in fence.words or ("slow" in fence.words and not slow):
        return False
    return "needs" not in fence.words or is_usable(fence.words[fence.words.index("needs") + 1])


@cache
def is_usable(module: str) -> bool:
    """Tell whether a package is installed and runs: torchvision may lack the compiled operators of its detectors."""
    program = PROGRAMS.get(module, f"import {module}")
    return subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0


class _Player:
    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.spec = ""
        """The text of the last spec."""

    def play(self, fence: Fence) -> str:
        if fence.kind == "python":
            return self._excerpt(fence) if "excerpt" in fence.words else self._program(fence)
        plays = {"yaml": self._yaml, "console": self._console, "sh": self._commands}
        return plays.get(fence.kind, self._file)(fence)

    def _yaml(self, fence: Fence) -> str:
        if "of" in fence.words:
            return self._shipped(fence)
        name = fence.file or "mine.yaml"
        self.sandbox.write(name, fence.text)
        if "space" in fence.words:
            read_space(parse(fence.text, name))
        elif "experiment" in fence.words:
            experiment_of(parse(fence.text, name))
        elif not name.startswith("."):
            self.spec = fence.text
            self._check(name, wrong="wrong" in fence.words)
        return fence.text

    def _shipped(self, fence: Fence) -> str:
        name = fence.words[-1]
        if name in TABLES:
            assert TABLES[name] == yaml.safe_load(fence.text)
            return fence.text
        return (ROOT / "resnetgen" / "blocks" / f"{name}.yaml").read_text(encoding="utf-8")

    def _check(self, name: str, *, wrong: bool) -> None:
        path = self.sandbox.folder / name
        errors = resnetgen.diagnose(path)
        with contextlib.suppress(AbstractSpecError):  # it has no network, and so no warnings
            errors = errors or resnetgen.compile_spec(path).warnings
        found = [f"{each.code} {each.message}" for each in errors]
        assert all(each.severity is not Severity.ERROR for each in errors) or wrong, "\n".join(found)
        assert found or not wrong, "nothing is wrong with this spec"

    def _excerpt(self, fence: Fence) -> str:
        source = resnetgen.emit_source(resnetgen.compile_text(self.spec, name=str(self.sandbox.folder / "mine.yaml")))
        return refreshed(fence.text, source, anchored=False, inline=False)

    def _file(self, fence: Fence) -> str:
        assert fence.file, "this block has no file name in its first line, and no `unplayed`"
        self.sandbox.write(fence.file, fence.text)
        return fence.text

    def _program(self, fence: Fence) -> str:
        if fence.file:
            return self._file(fence)
        return with_output(fence.text, self.sandbox.python(fence.text, str(fence)))

    def _commands(self, fence: Fence) -> str:
        commands = joined(fence.text)
        for command, done in zip(commands, self.sandbox.shell(commands), strict=True):
            assert done.status == 0, f"{command}\n{done.printed}"
        return fence.text

    def _console(self, fence: Fence) -> str:
        session = commands_of(fence.text)
        done = self.sandbox.shell([command for command, _ in session])
        fresh = [
            "".join(f"$ {line}\n" if number == 0 else f"> {line}\n" for number, line in enumerate(command.split("\n")))
            + refreshed(shown, each.printed, anchored=True, inline=True)
            for (command, shown), each in zip(session, done, strict=True)
        ]
        return "".join(fresh)


def joined(text: str) -> list[str]:
    """The commands of a block: its lines, those that end in a backslash with the next."""
    return [line for line in re.split(r"(?<!\\)\n", text) if line.strip() and not line.startswith("#")]


def commands_of(session: str) -> list[tuple[str, str]]:
    """Each command of a session with what it prints. Lines that begin with `>` go on with the command."""
    found: list[tuple[str, str]] = []
    for line in session.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append((line.removeprefix("$ ").rstrip("\n"), ""))
        elif line.startswith("> ") and found and not found[-1][1]:
            found[-1] = (f"{found[-1][0]}\n{line.removeprefix('> ').rstrip()}", "")
        else:
            command, printed = found[-1]
            found[-1] = (command, printed + line)
    return found


def with_output(program: str, printed: str) -> str:
    """A program with what it prints in its comments.

    Raises:
        StaleExcerptError: it prints more or fewer lines than it has comments.
    """
    shown = [match[2] for match in _SHOWN.finditer(program)]
    lines = printed.splitlines()
    if len(shown) != len(lines):
        raise StaleExcerptError(f"{len(shown)} lines are shown, and printed are\n{printed}")
    fresh = iter(
        old if matches(old, new, anchored=True, inline=True) else new for old, new in zip(shown, lines, strict=True)
    )
    return _SHOWN.sub(lambda match: f"{match[1]}# {next(fresh)}", program)
