"""The command line as the tests run it: inside this process, or in one of its own."""

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

ROOT = Path(__file__).resolve().parents[2]


class Completed(NamedTuple):
    """The result of a command: exit code, standard output and standard error."""

    code: int
    out: str
    err: str


def resnetgen(*arguments: str | Path) -> Completed:
    """Run a command in this process, as the script does."""
    from resnetgen.cli.app import main

    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    with (
        patch.object(sys, "argv", ["resnetgen", *map(str, arguments)]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = main()
        out.flush()
        err.flush()
    return Completed(code, _content(out), _content(err))


def _content(stream: io.TextIOWrapper) -> str:
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode()


def command(*arguments: str | Path) -> list[str]:
    """The words that start a command in a process of its own."""
    return [sys.executable, "-m", "resnetgen", *map(str, arguments)]


def environment() -> dict[str, str]:
    """Return environment variables that let a process import the package from any folder."""
    return os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}


def process(*arguments: str | Path, cwd: Path | None = None) -> Completed:
    """Run a command in a process of its own."""
    done = subprocess.run(
        command(*arguments), cwd=cwd, env=environment(), capture_output=True, encoding="utf-8", check=False
    )
    return Completed(done.returncode, done.stdout, done.stderr)


def program(text: str, *arguments: str | Path, cwd: Path | None = None) -> Completed:
    """Run a program of Python in a process of its own."""
    words = [sys.executable, "-c", text, *map(str, arguments)]
    done = subprocess.run(words, cwd=cwd, env=environment(), capture_output=True, encoding="utf-8", check=False)
    return Completed(done.returncode, done.stdout, done.stderr)
