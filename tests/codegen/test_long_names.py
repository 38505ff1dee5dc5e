"""Names of any length, everywhere at once, leave the emitted files formatted, linted and narrow."""

import re
from pathlib import Path

import pytest

from resnetgen.api import compile_text, deploy_source, emit_source
from tests.codegen.test_emitted import is_narrow, run

LENGTHS = range(12, 88, 5)
"""From names that leave a line as it is to names that fill one."""

MOST_OF_A_PATH = 98
"""Characters of a module's path, of which the language allows 100: a name in a container may get a number."""

SPEC = """
name: {network}
input: {{channels: 3, size: 32}}
stem:
  - {{conv: 3, to: 16, stride: 2}}
blocks:
  {wide}:
    mid: out / 2
    widths: {{{width}: mid / 2}}
    branch:
      - {{conv: 1, to: mid}}
      - {{conv: 3, to: {width}, stride: here}}
      - {{conv: 1, to: out, act: none}}
  {plain}:
    branch:
      - {{conv: 3, to: out, stride: here, act: none}}
block: {{type: {wide}, drop_path: 0.1, attention: se}}
stages:
  {first}: {{blocks: 3, channels: 16}}
  {second}: {{blocks: 3, channels: 32, stride: 2}}
  {third}: {{blocks: 4, channels: 64, stride: 2}}
  {fourth}: {{blocks: [{{repeat: 2, type: {plain}}}], channels: 64, stride: 2}}
head: {{features: [{first}, {second}], pool: avg, classes: 10}}
layout:
  stem: {{conv: {container}.{conv}, norm: {container}.{norm}}}
  block: {{conv: {conv}_*, norm: {norm}_*, attention: {attention}}}
  attention: {{fc1: {squeeze}, fc2: {excite}}}
  shortcut: {shortcut}
  head: {{linear: {linear}, global_avg_pool: {pool}}}
init: {{zero_init_residual: true}}
training: {{checkpoint: [{second}], frozen: [stem, {first}], norm_eval: [stem, {second}]}}
"""

WORDS = (
    *("network", "wide", "plain", "width", "first", "second", "third", "fourth", "container"),
    *("conv", "norm", "attention", "shortcut", "linear", "pool", "squeeze", "excite"),
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both forms of a network at each length of its names."""
    folder = tmp_path_factory.mktemp("long")
    for length in LENGTHS:
        names = {word: f"{word}{'x' * (length - len(word))}" for word in WORDS}
        names["container"] = names["container"][: MOST_OF_A_PATH - length - 1]
        compiled = compile_text(SPEC.format(**names))
        (folder / f"trained_{length}.py").write_text(emit_source(compiled), encoding="utf-8")
        (folder / f"deployed_{length}.py").write_text(deploy_source(compiled), encoding="utf-8")
    return folder


def test_ruff_would_not_format_it_otherwise(files: Path) -> None:
    assert "" == run("ruff", "format", "--isolated", "--no-cache", "--diff", files)


def test_ruff_finds_nothing(files: Path) -> None:
    assert "" == run("ruff", "check", "--isolated", "--no-cache", files)


def test_its_lines_are_short_where_names_leave_room(files: Path) -> None:
    for path in files.iterdir():
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
        assert [] == [line for line in lines if not is_narrow(line) and not re.search(r"\w{30,}", line)], path.name


def test_the_names_are_in_the_code(files: Path) -> None:
    """Each is long in some file, except the width, which is written as a share, and the container, for its path."""
    text = (files / f"trained_{LENGTHS[-1]}.py").read_text(encoding="utf-8")
    long = {word: f"{word}{'x' * (LENGTHS[-1] - len(word))}" for word in WORDS}
    assert ["width", "container"] == [word for word, name in long.items() if name.lower() not in text.lower()]
