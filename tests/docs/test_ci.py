"""The integrations with other systems, and what docs/how-to/ci.md says about them."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.command_line import ROOT, resnetgen
from tests.docs.markdown import fences, read, rows
from tests.nightly import one_in
from tests.source.git_repository import Repository, repository

PAGE = "docs/how-to/ci.md"
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS: dict[str, dict[str, Any]] = {
    hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
}
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in ACTION["runs"]["steps"]}

WELL = "extends: resnet18\nname: mine\n"
WRONG = "extends: resnet18\nname: 9x\n"

bash = pytest.mark.skipif(shutil.which("bash") is None or sys.platform == "win32", reason="the scripts are bash's")


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    """A checkout with a good spec, its generated code and a spec with a space in its name; the current folder."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    made = repository(tmp_path / "checkout")
    with contextlib.chdir(made.folder):
        made.write({"specs/mine.yaml": WELL, "specs/my other.yaml": "extends: mine.yaml\nname: other\n"})
        assert 0 == resnetgen("build", "specs").code
        made.commit({})
        yield made


# pre-commit


def test_the_hooks_are_those_of_the_page() -> None:
    used = set(re.findall(r"- id: (resnetgen\S+)", read(PAGE)))
    assert {"resnetgen-check", "resnetgen-build-check", "resnetgen-fix", "resnetgen-build"} == set(HOOKS) == used


def test_the_manifest_is_what_pre_commit_asks_for() -> None:
    for hook in HOOKS.values():
        assert {"id", "name", "description", "entry", "language", "files"} <= set(hook)
        assert "python" == hook["language"]
        re.compile(hook["files"])


def test_pre_commit_takes_the_manifest() -> None:
    client = pytest.importorskip("pre_commit.clientlib", reason="pre-commit is not installed")
    assert list(HOOKS) == [hook["id"] for hook in client.load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))]


@pytest.mark.parametrize(
    ("hook", "path", "expected"),
    [
        ("resnetgen-check", "specs/a/b.yaml", True),
        ("resnetgen-check", ".github/workflows/specs.yaml", False),
        ("resnetgen-check", "docs/specs/b.yaml", False),
        ("resnetgen-build-check", "specs/b.yaml", True),
        ("resnetgen-build-check", "generated/b.py", True),
        ("resnetgen-build-check", "src/b.py", False),
        ("resnetgen-fix", "specs/b.yaml", True),
        ("resnetgen-build", "specs/b.yaml", True),
        ("resnetgen-build", "generated/b.py", True),
    ],
)
def test_a_hook_runs_on_these_files(hook: str, path: str, expected: bool) -> None:
    assert expected == bool(re.search(HOOKS[hook]["files"], path))


def run_hook(name: str, *files: str, args: list[str] | None = None) -> tuple[int, str]:
    """A hook as pre-commit runs it: its entry, its arguments, and the files unless it wants none."""
    hook = HOOKS[name]
    program, *words = shlex.split(hook["entry"])
    assert "resnetgen" == program
    passed = files if hook.get("pass_filenames", True) else ()
    done = resnetgen(*words, *(hook.get("args", []) if args is None else args), *passed)
    return done.code, done.out + done.err


def test_the_hooks_run_on_files(repo: Repository) -> None:
    assert (0, "2 specs passed\n") == run_hook("resnetgen-check", "specs/mine.yaml", "specs/my other.yaml")
    assert (0, "2 files are up to date\n") == run_hook("resnetgen-build-check")

    repo.write({"specs/wrong.yaml": WRONG})
    code, output = run_hook("resnetgen-check", "specs/mine.yaml", "specs/wrong.yaml")
    assert (1, "specs/wrong.yaml:2:7: error[RG205]") == (code, output.partition(": '9x'")[0])


def test_a_hook_says_what_is_stale(repo: Repository) -> None:
    repo.write({"specs/mine.yaml": WELL + "act: silu\n"})
    code, output = run_hook("resnetgen-build-check")
    assert (1, True) == (code, output.endswith("2 of 2 files out of date; run `resnetgen build` to update\n"))


def test_the_hooks_of_the_page_take_other_folders(repo: Repository) -> None:
    hooks = {hook["id"]: hook for hook in snippets(".pre-commit-config.yaml")[1]["repos"][0]["hooks"]}
    repo.git("mv", "specs", "nets")
    repo.git("mv", "generated", "models")
    repo.commit({})

    assert resnetgen("build", "nets", "-o", "models").code == 0
    assert (0, "2 files are up to date\n") == run_hook(
        "resnetgen-build-check", args=hooks["resnetgen-build-check"]["args"]
    )
    repo.commit({"nets/mine.yaml": WELL})
    result = run_hook("resnetgen-check", args=hooks["resnetgen-check"]["args"])
    assert (0, "changes since HEAD affect none of 2 specs\n") == result
    for hook in hooks.values():
        assert re.search(hook["files"], "nets/mine.yaml")


# The action


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_script_takes_what_is_said_as_data(step: dict[str, Any]) -> None:
    assert "bash" == step["shell"]
    assert "${{" not in step["run"]
    for value in step["env"].values():
        assert re.fullmatch(r"\$\{\{ (inputs\.[a-z-]+|github\.action_path) \}\}", value)


def test_every_input_has_a_use_and_every_use_an_input() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert set(ACTION["inputs"]) == set(re.findall(r"inputs\.([a-z-]+)", text))
    used = {name for step in STEPS.values() for name in re.findall(r"\$\{?(\w+)", step["run"])}
    given = {name for step in STEPS.values() for name in step["env"]} | {"RUNNER_TEMP"}
    assert given == used - {"arguments", "word", "path"}


def test_the_page_lists_the_inputs() -> None:
    listed = {name.strip("`"): default.strip("`") for name, default, _ in rows("inputs")}
    assert {name: value["default"] for name, value in ACTION["inputs"].items()} == listed


@bash
@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_script_is_bash(step: dict[str, Any]) -> None:
    subprocess.run(["bash", "-n"], input=step["run"], encoding="utf-8", check=True)


def act(name: str, temporary: Path, **inputs: str) -> tuple[int, str, str]:
    """Run a step's script as GitHub's runner does, with its environment and no other."""
    step = STEPS[name]
    values = {key: value["default"] for key, value in ACTION["inputs"].items()}
    values |= {key.replace("_", "-"): value for key, value in inputs.items()}
    known = {f"${{{{ inputs.{key} }}}}": value for key, value in values.items()}
    known["${{ github.action_path }}"] = str(ROOT)
    env = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "RUNNER_TEMP": str(temporary),
        "HOME": str(temporary),
        "PYTHONUTF8": "1",
        "PIP_NO_DEPS": "1",  # they are here already, as is the backend: nothing is to be fetched
        "PIP_NO_BUILD_ISOLATION": "0",  # pip reads this as `--no-build-isolation`
        **{key: known[value] for key, value in step["env"].items()},
    }
    script = temporary / "script.sh"
    script.write_text(step["run"], encoding="utf-8")
    words = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)]
    done = subprocess.run(words, env=env, capture_output=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """The runner's folder for temporary files, with resnetgen as if it were installed there."""
    folder = tmp_path / "a runner's"
    (folder / "resnetgen").mkdir(parents=True)
    (folder / "resnetgen" / "resnetgen").symlink_to(ROOT / "resnetgen")
    return folder


CHECK, BUILD, INSTALL = "resnetgen check", "resnetgen build --check", "install resnetgen"


@bash
def test_the_action_installs_itself_and_checks(repo: Repository, tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    pytest.importorskip("pip")
    repo.write({"resnetgen.py": "raise SystemExit('a stranger')", "pip.py": "raise SystemExit('a stranger')"})
    assert (0, "") == act(INSTALL, tmp_path)[:2]
    assert (tmp_path / "resnetgen" / "resnetgen" / "specs" / "resnet50.yaml").is_file()
    assert 0 == act(CHECK, tmp_path)[0]
    assert (0, "2 files are up to date\n", "") == act(BUILD, tmp_path, generated="generated")


@bash
def test_the_action_annotates(repo: Repository, temporary: Path) -> None:
    repo.write({"specs/wrong.yaml": WRONG})
    code, out, err = act(CHECK, temporary)
    assert (1, "") == (code, err)
    assert out.startswith("::error file=specs/wrong.yaml,line=2,")


@bash
def test_the_actions_inputs_reach_the_command(repo: Repository, temporary: Path) -> None:
    repo.write({"specs/wrong.yaml": WRONG})
    code, _, err = act(CHECK, temporary, format="sarif", output="found here.sarif")
    assert (1, True) == (code, err.endswith("1 error in 1 of 3 specs\n"))
    assert ["RG205"] == [
        found["ruleId"] for found in json.loads(Path("found here.sarif").read_text())["runs"][0]["results"]
    ]

    paths = "specs/mine.yaml\n\nspecs/my other.yaml\n"
    assert (0, "2 specs passed\n", "") == act(CHECK, temporary, format="text", paths=paths)
    expected = "1 spec passed; changes since HEAD do not affect 2 others\n"
    changed = "specs/new.yaml"
    Path("specs/wrong.yaml").unlink()
    repo.write({changed: "extends: resnet18\nname: new\n"})
    assert (0, expected, "") == act(CHECK, temporary, format="text", changed_since="HEAD")


@bash
def test_the_action_is_strict_where_it_is_told_to(repo: Repository, temporary: Path) -> None:
    repo.write({"specs/small.yaml": "extends: resnet50\nname: small\ninput: {size: 32}\n"})
    assert 0 == act(CHECK, temporary)[0]
    assert 1 == act(CHECK, temporary, strict="true")[0]
    repo.write({"pyproject.toml": "[tool.resnetgen]\nstrict = true\n"})
    assert 1 == act(CHECK, temporary)[0]
    assert 0 == act(CHECK, temporary, strict="false")[0]
    assert 2 == act(CHECK, temporary, strict="perhaps")[0]
    assert 0 == act(CHECK, temporary, args="--ignore\nRG501\n--ignore=RG506")[0]


@bash
def test_the_action_says_what_is_stale(repo: Repository, temporary: Path) -> None:
    repo.write({"specs/mine.yaml": WELL + "act: silu\n"})
    code, out, err = act(BUILD, temporary, generated="generated")
    assert (1, True) == (code, "-        self.act1 = nn.ReLU(inplace=True)\n" in out)
    assert err.endswith("2 of 2 files out of date; run `resnetgen build` to update\n")


HOSTILE = ["$(touch pwned)", "`touch pwned`", '"; touch pwned; "', "'; touch pwned; '", "--help", "*"]


@bash
@pytest.mark.parametrize("text", one_in(3, {text: text for text in HOSTILE}))
def test_nothing_that_is_said_runs(text: str, repo: Repository, temporary: Path) -> None:
    for name in ("paths", "changed_since", "format", "strict"):
        assert act(CHECK, temporary, **{name: text})[0] in (1, 2)
    for name in ("output", "args"):
        assert act(CHECK, temporary, **{name: text})[0] in (0, 1, 2)
    assert 1 == act(BUILD, temporary, generated=text)[0]
    assert [] == list(repo.folder.parent.rglob("pwned"))


@bash
def test_what_lies_in_the_checkout_is_not_imported(repo: Repository, temporary: Path) -> None:
    for module in ("yaml", "typer", "resnetgen", "sitecustomize"):
        repo.write({f"{module}.py": "open('pwned', 'w')"})
    assert (0, "2 specs passed\n", "") == act(CHECK, temporary, format="text")
    assert not Path("pwned").exists()


# The page


def snippets(file: str) -> list[Any]:
    """The blocks of the page that are this file."""
    return [yaml.safe_load(fence.text) for fence in fences(PAGE) if fence.kind == "yaml" and fence.file == file]


def steps() -> list[dict[str, Any]]:
    """The steps of all workflows of the page, also of those that only have steps."""
    flows = snippets(".github/workflows/specs.yaml")
    alone = [fence for fence in fences(PAGE) if fence.info.startswith("yaml unplayed: steps")]
    found = [step for flow in flows for job in flow["jobs"].values() for step in job["steps"]]
    return found + [step for fence in alone for step in yaml.safe_load(fence.text)]


def test_workflows_give_the_action_inputs_that_it_has() -> None:
    uses = [step for step in steps() if step.get("uses") == "OWNER/resnetgen@REV"]
    assert 3 == len(uses)
    assert [] == [name for step in uses for name in step.get("with", {}) if name not in ACTION["inputs"]]


def commands() -> list[str]:
    """Every command of resnetgen in a workflow or a job of the page."""
    lines = [step["run"] for step in steps() if "run" in step]
    lines += [line for flow in snippets(".gitlab-ci.yml") for line in flow["specs"]["script"]]
    return list(dict.fromkeys(line.partition("  #")[0].strip() for line in lines if line.startswith("resnetgen ")))


def test_the_page_has_commands() -> None:
    assert len(commands()) >= 3


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_page_runs(command: str, repo: Repository) -> None:
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    done = resnetgen(*shlex.split(command)[1:])
    assert (0, "") == (done.code, done.err)


def test_the_settings_of_the_page_are_taken(repo: Repository) -> None:
    (settings,) = (fence.text for fence in fences(PAGE) if fence.kind == "toml" and "[tool.resnetgen]" in fence.text)
    repo.write({"pyproject.toml": settings, "small.yaml": "extends: resnet50\nname: small\ninput: {size: 32}\n"})
    assert tomllib.loads(settings)["tool"]["resnetgen"]["strict"]
    done = resnetgen("check", "small.yaml")
    assert (1, False) == (done.code, "RG501" in done.err)
    assert 0 == resnetgen("check", "small.yaml", "--no-strict", "--ignore", "RG503,RG506").code


def test_the_job_of_gitlab_reports_what_its_command_writes(repo: Repository) -> None:
    (flow,) = snippets(".gitlab-ci.yml")
    (report,) = flow["specs"]["artifacts"]["reports"].values()
    for line in flow["specs"]["script"]:
        assert 0 == resnetgen(*shlex.split(line)[1:]).code
    assert 'tests="2"' in Path(report).read_text()


def test_a_source_distribution_has_what_other_systems_look_for() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert {"/action.yml", "/.pre-commit-hooks.yaml"} <= set(
        settings["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    )
