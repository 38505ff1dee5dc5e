"""Every emitted file is formatted, linted, typed, dependent on torch alone, and reproducible."""

import ast
import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from resnetgen.codegen.modules import _inside
from resnetgen.ir.reserved import reserved_classes
from resnetgen.ops.composite import Composite
from tests.ops.single_operators import samples
from tests.subjects import ROOT, Subject, everything

WIDTH = 88


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what is emitted for every spec."""
    folder = tmp_path_factory.mktemp("emitted")
    for subject in everything():
        (folder / f"{subject.name}.py").write_bytes(subject.source.encode())
    return folder


def run(*arguments: str | Path) -> str:
    """Run a module in a process of its own, and give what it has to say; nothing where it finds nothing."""
    done = subprocess.run([sys.executable, "-m", *arguments], capture_output=True, encoding="utf-8", check=False)
    return done.stdout + done.stderr if done.returncode else ""


def test_ruff_would_not_format_it_otherwise(files: Path) -> None:
    assert "" == run("ruff", "format", "--isolated", "--no-cache", "--diff", files)


def test_ruff_finds_nothing(files: Path) -> None:
    assert "" == run("ruff", "check", "--isolated", "--no-cache", files)


def test_mypy_finds_nothing_in_strict_mode(files: Path, tmp_path: Path) -> None:
    assert "" == run("mypy", "--strict", "--config-file", os.devnull, "--cache-dir", tmp_path, files)


@pytest.mark.parametrize("subject", everything(), ids=str)
def test_it_imports_torch_alone(subject: Subject) -> None:
    nodes = list(ast.walk(ast.parse(subject.source)))
    imported = [name.name for node in nodes if isinstance(node, ast.Import) for name in node.names]
    imported += [node.module or "." for node in nodes if isinstance(node, ast.ImportFrom)]
    assert {"torch"} == {name.partition(".")[0] for name in imported}


@pytest.mark.parametrize("subject", everything(), ids=str)
def test_its_lines_are_short(subject: Subject) -> None:
    """But for the header, which tools look for on a line of its own."""
    long = [line for line in subject.source.splitlines()[1:] if len(line) > WIDTH]
    assert [] == [line for line in long if not is_unbreakable(line)]


def is_unbreakable(line: str) -> bool:
    """Return whether a line is a row of the stage table, or has a word half a line long."""
    return re.match(r"  \S", line) is not None or re.search(rf"\S{{{WIDTH // 2},}}", line) is not None


@pytest.mark.parametrize("subject", everything(), ids=str)
def test_it_is_utf8_with_plain_line_ends_and_hides_nothing(subject: Subject) -> None:
    assert subject.source.endswith("\n")
    assert not subject.source.endswith("\n\n")
    assert set() == {character for character in subject.source if not character.isprintable()} - {"\n"}


def test_the_classes_of_operators_are_reserved() -> None:
    operators = {each for operator in samples(2).values() for each in _inside(operator)}
    composites = {each.class_name for each in operators if isinstance(each, Composite) and not each.inline}
    made = [each.construction() for each in operators if each.template and not isinstance(each, Composite)]
    assert reserved_classes() == composites | {each.function for each in made if each is not None} | {
        *("F", "Stage", "Tensor"),
        *("Checkpointed", "CheckpointedStage", "KeptStatistics"),
    }


def test_the_same_classes_are_reserved_where_a_spec_is_only_checked() -> None:
    program = "import resnetgen; from resnetgen.ir.reserved import reserved_classes; resnetgen.diagnose('resnet18'); "
    done = subprocess.run(
        [sys.executable, "-c", f"{program}print(*reserved_classes())"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert reserved_classes() == set(done.stdout.split())


def test_two_hash_seeds_give_the_same_bytes() -> None:
    assert digests("1") == digests("2")


def digests(hash_seed: str) -> str:
    """The digest of every emitted file, made by a process whose sets and dictionaries hash with that seed."""
    program = (
        "from hashlib import sha256\n"
        "from tests.subjects import everything\n"
        "print(*(sha256(subject.source.encode()).hexdigest() for subject in everything()), sep='\\n')\n"
    )
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.split() == [sha256(subject.source.encode()).hexdigest() for subject in everything()]
    return done.stdout
