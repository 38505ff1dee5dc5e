"""An empty folder to play a page in, with a shell and a Python that know `resnetgen` as if it were installed."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from tests.docs.markdown import ROOT

LONGEST = 900
"""Seconds after which a command is stopped: nothing on a page takes half as long."""

END = "--- end of a command, status "

_SITE = f"""\
import os, sys
sys.path[:] = [path for path in sys.path if os.path.realpath(path) != {str(ROOT)!r}]
"""
"""The checkout is taken off the path: its generated/ would stand in for files that a page forgets to build."""

_SESSION = """\
import contextlib, importlib, io, json, sys, traceback
answers = sys.stdout
names = {"__name__": "__main__"}
sys.path.insert(0, "")
for line in sys.stdin:
    title, code = json.loads(line)
    printed = io.StringIO()
    importlib.invalidate_caches()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(code, title, "exec"), names)
        error = ""
    except BaseException:
        error = traceback.format_exc()
    answers.write(json.dumps([printed.getvalue(), error]) + "\\n")
    answers.flush()
"""


class Completed(NamedTuple):
    """A command's exit status, and what it printed to standard output and error."""

    status: int
    printed: str


class Sandbox:
    """A folder with nothing in it, in which files are written, commands run and Python blocks executed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "page"
        self.folder.mkdir()
        tools = folder / "tools"
        library = tools / "library"
        library.mkdir(parents=True)
        (library / "resnetgen").symlink_to(ROOT / "resnetgen")
        (library / "sitecustomize.py").write_text(_SITE, encoding="utf-8")
        for name, words in (("resnetgen", ["-m", "resnetgen"]), ("python", [])):
            script = tools / name
            script.write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, *words])} "$@"\n', encoding="utf-8")
            script.chmod(0o755)
        path = [str(tools), str(Path(sys.executable).parent), os.environ["PATH"]]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "RESNETGEN_"))}
        self.environment = kept | {
            "PATH": os.pathsep.join(path),
            "PYTHONPATH": str(library),
            "PYTHONUTF8": "1",
            "PYTHONWARNINGS": "ignore",  # of other packages, about their own future
            "NO_COLOR": "1",
            "COLUMNS": "100",
            "OMP_NUM_THREADS": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_AUTHOR_NAME": "You",
            "GIT_AUTHOR_EMAIL": "you@example.com",
            "GIT_COMMITTER_NAME": "You",
            "GIT_COMMITTER_EMAIL": "you@example.com",
        }
        self._python: subprocess.Popen[str] | None = None

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._python is not None:
            self._python.kill()
            self._python.communicate()

    def write(self, name: str, text: str) -> None:
        """Write a file below the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def shell(self, commands: list[str]) -> list[Completed]:
        """Run commands in one shell, one after another, however they end."""
        script = "".join(f"{command}\necho '{END}'$?\n" for command in commands)
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=LONGEST,
            check=False,
        )
        results, printed = [], ""
        for line in done.stdout.splitlines(keepends=True):
            before, found, status = line.partition(END)
            printed += before if found else line
            if found:
                results.append(Completed(int(status), printed))
                printed = ""
        assert len(results) == len(commands), done.stdout
        return results

    def python(self, code: str, title: str) -> str:
        """Return what a block prints in the page's one Python session.

        Raises:
            AssertionError: the block raises an exception; the message has its traceback.
        """
        if self._python is None:
            self._python = subprocess.Popen(
                [sys.executable, "-c", _SESSION],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
        assert self._python.stdin is not None
        assert self._python.stdout is not None
        self._python.stdin.write(json.dumps([title, code]) + "\n")
        self._python.stdin.flush()
        printed, error = json.loads(self._python.stdout.readline())
        assert not error, error
        return str(printed)
