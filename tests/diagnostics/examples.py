"""Scenes of the catalogue of diagnostics, played: their files written, their commands run."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from resnetgen.codes import Example
from tests.cli.command_line import Completed, environment, resnetgen

_SUMMARY = re.compile(r"\n[0-9]+ (?:error|warning)s?\b.*\Z", re.DOTALL)


@cache
def play(scene: Example) -> Completed:
    """Write the files of a scene to a folder of its own, run its commands there, and give what the last one left.

    Only what is no command of resnetgen is given to a shell, and has to end well.
    """
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for name, content in scene.files:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(content, encoding="utf-8")
        done = [_run(command) for command in scene.commands]
    return done[-1]


def _run(command: str) -> Completed:
    words = shlex.split(command)
    if words[0] == "resnetgen":
        return resnetgen(*words[1:])
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        command, shell=True, env=environment() | {"PATH": path}, capture_output=True, encoding="utf-8", check=True
    )
    return Completed(done.returncode, done.stdout, done.stderr)


def example_output(scene: Example) -> str:
    """The diagnostics that a scene ends in, without the lines that count them."""
    return _SUMMARY.sub("", play(scene).err)
