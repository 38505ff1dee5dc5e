"""Every command and every request of an editor on every bomb: within the bounds that `check` has in `test_size.py`.

The whole table takes minutes. By default a sample of it runs, with each bomb and each command: `pytest -m slow` has the
rest.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from resnetgen import SpecError, compile_mapping, diagnose
from tests.cli.command_line import program
from tests.hostile.bombs import WELL, WRONG
from tests.hostile.test_size import MEASURED, MEGABYTES, SECONDS
from tests.lsp.editor import editor

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="what a process took is read from /proc"),
    pytest.mark.usefixtures("folder"),
]

COMMANDS = (
    "check --fix spec.yaml",
    "check --diff spec.yaml",
    "check --format sarif spec.yaml",
    "show spec.yaml",
    "show --ops spec.yaml",
    "show --ops --format json spec.yaml",
    "build spec.yaml",
    "build --deploy spec.yaml",
    "diff spec.yaml resnet18",
    "diff resnet18 spec.yaml",
)
RUNNING = ("verify spec.yaml", "export spec.yaml --to onnx", "build --check spec.yaml")
"""Commands that need a spec without errors, or torch."""

BOMBS = WRONG | WELL


def pairs() -> list[object]:
    """Every bomb with every command; all are slow but one command of every second bomb."""
    found: list[object] = []
    for number, name in enumerate(BOMBS):
        commands = COMMANDS if name in WELL else (*COMMANDS, *RUNNING)
        for index, command in enumerate(commands):
            by_day = number % 2 == 0 and index == number % len(commands)
            marks = [] if by_day else [pytest.mark.slow]
            found.append(pytest.param(name, command, marks=marks, id=f"{name}: {command}"))
    return found


@pytest.mark.parametrize(("name", "command"), pairs())
def test_every_command_stays_within_bounds(name: str, command: str) -> None:
    Path("spec.yaml").write_text(BOMBS[name], encoding="utf-8")
    done = program(MEASURED, *command.split())
    code, seconds, peak = done.out.splitlines()[-1].split()
    assert code in ("0", "1") and "RG901" not in done.err, done.err[:1000]
    assert ("0" == code) == (name in WELL), done.err[:1000]
    assert (True, True) == (float(seconds) < SECONDS, float(peak) < MEGABYTES), (seconds, peak)


SHOWN = ("as many operators as there may be", "scales that differ")
"""The bombs that an editor is given by default."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in SHOWN else [pytest.mark.slow]) for name in BOMBS]
)
def test_every_request_stays_within_bounds(name: str) -> None:
    text = f"# resnetgen\n{BOMBS[name]}"
    lines = text.split("\n")
    places = [0, *range(1, min(len(lines), 10)), len(lines) // 2, len(lines) - 1]
    with editor(Path.cwd()) as ed:
        ed.initialize(Path.cwd())
        before = ed.seconds()
        uri = ed.open(Path.cwd() / "spec.yaml", text)
        found = ed.diagnostics(uri)
        assert ed.seconds() - before < SECONDS
        for line in places:
            for method in ("hover", "completion", "definition"):
                before = ed.seconds()
                ed.ask(method, uri, line, min(3, len(lines[line])))
                assert ed.seconds() - before < SECONDS, (method, line)
        before = ed.seconds()
        for diagnostic in found[:1]:
            ed.actions(uri, diagnostic)
        assert ed.seconds() - before < SECONDS
        assert ed.peak() < MEGABYTES


FIXES = {
    "duplicates": (9999, "extends: resnet18\nname: n\naka:\n" + "  a: x\n" * 10_000),
    "numbers that are text": (
        10_000,
        "extends: resnet18\nname: n\naka:\n" + "".join(f"  k{i}: {i:#x}\n" for i in range(10_000)),
    ),
    "keys without a space": (
        9000,
        f"extends: resnet18\nname: n\naka: {{{', '.join(f'a{i}=x' for i in range(9000))}}}\n",
    ),
}


@pytest.mark.parametrize(("count", "content"), FIXES.values(), ids=FIXES.keys())
@pytest.mark.parametrize("option", ["--fix", "--diff"])
def test_ten_thousand_faults_are_fixed_at_once(count: int, content: str, option: str) -> None:
    Path("spec.yaml").write_text(content, encoding="utf-8")
    done = program(MEASURED, "check", option, "spec.yaml")
    code, seconds, peak = done.out.splitlines()[-1].split()
    assert f"{count} of {count}:" in done.err.splitlines()[0]
    assert "0" == code if option == "--fix" else "1" == code
    assert (True, True) == (float(seconds) < SECONDS, float(peak) < MEGABYTES), (seconds, peak)


PROJECTS = {
    "a key of twenty thousand parts": "[tool.resnetgen]\n" + ".".join(["a"] * 20_000) + " = 1\n",
    "keys below a header of many parts": "[tool.resnetgen]\n[" + ".".join(["a"] * 1000) + "]\n" + "a=1\n" * 60_000,
    "a file of many megabytes": "[tool.resnetgen]\n" + "# x\n" * 2_000_000,
    "arrays inside one another": "[tool.resnetgen]\nignore = " + "[" * 100_000,
    "tables inside one another": "[tool.resnetgen]\nignore = " + "{a=" * 50_000,
    "many tables": "[tool.resnetgen]\n" + "".join(f"[x{i:x}]\n" for i in range(30_000)) + "[tool.resnetgen.y]\n",
}


@pytest.mark.parametrize("content", PROJECTS.values(), ids=PROJECTS.keys())
def test_a_pyproject_is_read_within_bounds(content: str) -> None:
    Path("pyproject.toml").write_text(content, encoding="utf-8")
    done = program(MEASURED, "check", "resnet18")
    code, seconds, peak = done.out.splitlines()[-1].split()
    assert (2, True) == (int(code), "pyproject.toml" in done.err), done
    assert (True, True) == (float(seconds) < SECONDS, float(peak) < MEGABYTES), (seconds, peak)


def test_a_pyproject_of_a_terabyte_is_not_read() -> None:
    with open("pyproject.toml", "wb") as file:
        file.truncate(10**12)
    done = program(MEASURED, "check", "resnet18")
    code, seconds, peak = done.out.splitlines()[-1].split()
    assert (2, True) == (int(code), "it is larger than 256 KiB" in done.err), done
    assert (True, True) == (float(seconds) < SECONDS, float(peak) < MEGABYTES), (seconds, peak)


def nested(depth: int) -> dict[str, object]:
    data: dict[str, object] = {"x": 1}
    for _ in range(depth):
        data = {"x": data}
    return data


def laughing() -> dict[str, object]:
    row: list[object] = [1]
    for _ in range(12):
        row = [row] * 10
    return {"x": row}


def endless() -> dict[str, object]:
    data: dict[str, object] = {}
    data["x"] = [data]
    return data


MAPPINGS = {
    "nested": (nested(100_000), "mappings and lists are nested more than 64 deep"),
    "lists of the same": (laughing(), "more than 100,000 keys and values"),
    "one that contains itself": (endless(), "mappings and lists are nested more than 64 deep"),
    "a long text": ({"name": "x" * 10_000_000}, "more than 1,048,576 characters"),
    "many keys": ({f"k{i}": 1 for i in range(200_000)}, "more than 100,000 keys and values"),
}


@pytest.mark.parametrize(("data", "message"), MAPPINGS.values(), ids=MAPPINGS.keys())
def test_a_mapping_of_python_has_the_bounds_of_a_text(data: dict[str, object], message: str) -> None:
    before = os.times()
    with pytest.raises(SpecError, match=message) as caught:
        compile_mapping(data)
    (one,) = caught.value.diagnostics
    assert ("RG107", True) == (one.code, bool(one.help))
    assert os.times().user - before.user < SECONDS


def test_a_mapping_within_the_bounds_is_read() -> None:
    assert () == diagnose("resnet18")
    data = {"name": "n", "extends": "resnet18", "description": "x" * 100_000, "aka": {f"k{i}": "x" for i in range(900)}}
    assert "n" == compile_mapping(data).network.name
