"""Severity of warnings: `ignore` in specs, options, and the project's pyproject.toml."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest

from resnetgen import compile_text
from resnetgen.source.digest import digest
from tests.cli.command_line import Completed, resnetgen

pytestmark = pytest.mark.usefixtures("folder")

PLAIN = "extends: resnet34\nname: mine\nblock: {shortcut: none}\n"
"""Heard: RG503."""
THREE = f"{PLAIN}stem: [{{conv: 7, to: 60, stride: 2}}, {{max_pool: 3, stride: 2}}]\ninput: {{size: 48}}\n"
"""Heard: RG501, RG503, RG505."""


def write(content: str, name: str = "spec.yaml") -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(content, encoding="utf-8")


def severities_and_codes(done: Completed) -> list[str]:
    """Return the severity and code of each diagnostic of a command, in order of the codes."""
    return sorted(re.findall(r"\b(?:error|warning)\[RG[0-9]{3}\]", done.err), key=lambda label: label[-6:])


def warnings(*codes: str) -> list[str]:
    return [f"warning[{code}]" for code in codes]


def check(*arguments: str) -> list[str]:
    return severities_and_codes(resnetgen("check", "spec.yaml", *arguments))


WELL = Completed(0, "1 spec passed\n", "")


# In specs


def test_what_a_spec_ignores_is_not_heard() -> None:
    write(THREE)
    assert warnings("RG501", "RG503", "RG505") == check()
    write(f"{THREE}ignore: {{RG503: to compare with}}\n")
    assert warnings("RG501", "RG505") == check()
    write(f"{THREE}ignore: {{RG503: to compare with, RG501: it is small, RG505: so it was pruned}}\n")
    assert resnetgen("check", "spec.yaml") == WELL


def test_what_a_base_ignores_is_not_heard() -> None:
    write(f"{PLAIN}ignore: {{RG503: to compare with}}\n", "base.yaml")
    write("extends: base.yaml\nname: other\n")
    assert resnetgen("check", "spec.yaml") == WELL
    write("extends: base.yaml\nname: other\ninput: {size: 48}\nignore: {RG501: it is small}\n")
    assert resnetgen("check", "spec.yaml") == WELL


@pytest.mark.parametrize("ignore", ["{RG503: null}", "null"])
def test_a_warning_that_a_base_ignores_can_be_brought_back(ignore: str) -> None:
    write(f"{PLAIN}ignore: {{RG503: to compare with}}\n", "base.yaml")
    write(f"extends: base.yaml\nname: other\nignore: {ignore}\n")
    assert warnings("RG503") == check()


def test_what_is_ignored_in_vain_is_told_of_the_spec_itself() -> None:
    write("extends: resnet18\nname: mine\nignore: {RG503: to compare with, RG505: so it was pruned}\n")
    assert warnings("RG511", "RG511") == check()
    write("extends: spec.yaml\nname: other\n", "other.yaml")
    assert resnetgen("check", "other.yaml") == WELL


def test_at_another_size_nothing_is_ignored_in_vain() -> None:
    write("extends: resnet18\nname: mine\ninput: {size: 48}\nignore: {RG501: it is small}\n")
    assert resnetgen("check", "spec.yaml") == WELL
    assert resnetgen("check", "spec.yaml", "--input-size", "224") == WELL


def test_what_may_be_ignored_at_another_size_is() -> None:
    write("extends: resnet18\nname: mine\n")
    assert warnings("RG501") == check("--input-size", "48")
    write("extends: resnet18\nname: mine\nignore: {RG501: it is small}\n")
    assert resnetgen("check", "spec.yaml", "--input-size", "48") == WELL


def test_an_error_cannot_be_ignored() -> None:
    write("extends: resnet18\nname: mine\nbudget: {params: 1M}\nignore: {RG510: it may cost more}\n")
    assert ["error[RG510]"] == check()
    assert 2 == resnetgen("check", "spec.yaml", "--ignore", "RG510").code


@pytest.mark.parametrize(
    ("ignore", "expected"),
    [
        (
            "{RG301: meant}",
            "spec.yaml:3:10: error[RG204]: `ignore` takes codes of warnings such as RG501, not the text 'RG301'",
        ),
        (
            "{rg503: meant}",
            "spec.yaml:3:10: error[RG204]: `ignore` takes codes of warnings such as RG501, not the text 'rg503'",
        ),
        ("{RG503: ''}", "spec.yaml:3:17: error[RG203]: `RG503` must give the reason in a few words, not "),
        (
            "{RG503: true}",
            "spec.yaml:3:17: error[RG203]: `RG503` must give the reason in a few words, not ",
        ),
        ("[RG503]", "spec.yaml:3:9: error[RG203]: `ignore` must be a mapping, not a list"),
    ],
)
def test_only_codes_of_warnings_with_a_reason_can_be_ignored(ignore: str, expected: str) -> None:
    write(f"extends: resnet34\nname: mine\nignore: {ignore}\n")
    done = resnetgen("check", "spec.yaml")
    assert (1, True) == (done.code, done.err.startswith(expected)), done.err


# What is emitted


def test_neither_ignore_nor_budget_changes_what_is_emitted() -> None:
    write(PLAIN)
    without = resnetgen("build", "spec.yaml", "--stdout")
    write(f"{PLAIN}ignore: {{RG503: to compare with}}\nbudget: {{params: 30M, macs: 4G, memory: 1GiB}}\n")
    with_both = resnetgen("build", "spec.yaml", "--stdout")
    assert (0, without.out, "") == with_both
    assert warnings("RG503") == severities_and_codes(without)


def test_neither_ignore_nor_budget_changes_the_digest() -> None:
    plain = compile_text(PLAIN)
    both = compile_text(f"{PLAIN}ignore: {{RG503: to compare with}}\nbudget: {{params: 30M}}\n")
    assert digest(plain.document) == digest(both.document)


# Options


@pytest.mark.parametrize(
    ("options", "left"),
    [
        (["--ignore", "RG503"], ("RG501", "RG505")),
        (["--ignore", "RG503,RG501"], ("RG505",)),
        (["--ignore", "RG503, RG501"], ("RG505",)),
        (["--ignore", "RG503", "--ignore", "RG505"], ("RG501",)),
        (["--ignore", "RG509"], ("RG501", "RG503", "RG505")),
    ],
)
def test_codes_are_ignored_for_one_run(options: list[str], left: tuple[str, ...]) -> None:
    write(THREE)
    assert warnings(*left) == check(*options)


def test_what_is_ignored_in_vain_can_be_ignored_for_one_run() -> None:
    write("extends: resnet18\nname: mine\nignore: {RG503: to compare with}\n")
    assert resnetgen("check", "spec.yaml", "--ignore", "RG511") == WELL


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("RG301", "RG301 is an error, and only warnings can be ignored;"),
        ("RG599", "unknown warning code RG599;"),
        ("rg503", "unknown warning code rg503; did you mean `RG503`?"),
        ("503", "unknown warning code 503"),
        ("style", "unknown warning code style;"),
    ],
)
@pytest.mark.parametrize("command", ["check", "build"])
def test_a_code_of_no_warning_is_wrong_usage(command: str, code: str, reason: str) -> None:
    write(PLAIN)
    done = resnetgen(command, "spec.yaml", "--ignore", code)
    assert (2, "") == (done.code, done.out)
    err = " ".join(done.err.split())
    assert f"'--ignore': {reason}" in err
    assert err.endswith("`resnetgen explain` lists all codes")


def test_strict_makes_errors_of_warnings() -> None:
    write(THREE)
    assert 0 == resnetgen("check", "spec.yaml").code
    done = resnetgen("check", "spec.yaml", "--strict")
    assert (1, ["error[RG501]", "error[RG503]", "error[RG505]"]) == (done.code, severities_and_codes(done))
    assert done.err.endswith("\n3 errors in 1 of 1 spec\n")


def test_what_is_ignored_is_no_error_either() -> None:
    write(f"{PLAIN}ignore: {{RG503: to compare with}}\n")
    assert resnetgen("check", "spec.yaml", "--strict") == WELL
    write(PLAIN)
    assert resnetgen("check", "spec.yaml", "--strict", "--ignore", "RG503") == WELL


def test_a_strict_build_writes_nothing() -> None:
    write(PLAIN)
    done = resnetgen("build", "spec.yaml", "--strict")
    assert (1, "", ["error[RG503]"]) == (done.code, done.out, severities_and_codes(done))
    assert done.err.endswith("\n1 error; nothing was written\n")
    assert not Path("generated").exists()


def test_a_build_tells_warnings_and_writes() -> None:
    write(PLAIN)
    done = resnetgen("build", "spec.yaml")
    assert (0, warnings("RG503")) == (done.code, severities_and_codes(done))
    assert Path("generated/mine.py").exists()


def test_a_strict_build_of_several_specs_writes_none() -> None:
    write(PLAIN)
    write("extends: resnet18\nname: other\n", "other.yaml")
    assert 1 == resnetgen("build", "other.yaml", "spec.yaml", "--strict").code
    assert not Path("generated").exists()


# The project


@pytest.mark.parametrize("above", ["", "../", "../../"])
def test_the_projects_file_is_found_here_or_above(above: str) -> None:
    Path("one/two").mkdir(parents=True)
    with contextlib.chdir("one/two"):
        write(THREE)
        write('[tool.resnetgen]\nignore = ["RG503", "RG505"]\n', f"{above}pyproject.toml")
        assert warnings("RG501") == check()


def test_the_nearest_file_counts_even_if_it_says_nothing() -> None:
    write('[tool.resnetgen]\nignore = ["RG503"]\n', "pyproject.toml")
    write('[project]\nname = "inner"\n', "inner/pyproject.toml")
    write(PLAIN)
    with contextlib.chdir("inner"):
        write(PLAIN)
        assert warnings("RG503") == check()
    assert resnetgen("check", "spec.yaml") == WELL


def test_the_files_codes_and_the_options_are_all_ignored() -> None:
    write(THREE)
    write('[tool.resnetgen]\nignore = ["RG503"]\n', "pyproject.toml")
    assert warnings("RG505") == check("--ignore", "RG501")


def test_a_project_can_be_strict() -> None:
    write(PLAIN)
    write("[tool.resnetgen]\nstrict = true\n", "pyproject.toml")
    assert ["error[RG503]"] == check()
    assert warnings("RG503") == check("--no-strict")
    assert 1 == resnetgen("build", "spec.yaml").code
    assert not Path("generated").exists()
    write("[tool.resnetgen]\nstrict = false\n", "pyproject.toml")
    assert ["error[RG503]"] == check("--strict")


@pytest.mark.parametrize(
    "content",
    [
        "tool.resnetgen.strict = true\n",
        "[tool]\nresnetgen.strict = true\n",
        "[tool]\nresnetgen = {strict = true}\n",
        "tool = {resnetgen = {strict = true}}\n",
        "[ tool . 'resnetgen' ]\nstrict = true\n",
        '["tool"]\n"resnetgen" = {strict = true}\n',
    ],
)
def test_a_project_may_spell_the_table_as_toml_allows(content: str) -> None:
    write(PLAIN)
    write(content, "pyproject.toml")
    assert ["error[RG503]"] == check()


def test_a_project_that_only_names_us_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    write(PLAIN)
    write('[project]\ndependencies = ["resnetgen"]\n[tool.ruff]\nline-length = 120\n', "pyproject.toml")
    monkeypatch.delattr("tomllib.loads")
    assert warnings("RG503") == check()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("[tool.resnetgen]\nstrikt = true\n", "unknown key `strikt`; the keys are `ignore` and `strict`"),
        ('[tool.resnetgen]\nignore = "RG503"\n', "`ignore` must be a list of codes, and `strict` true or false"),
        ("[tool.resnetgen]\nstrict = 1\n", "`ignore` must be a list of codes, and `strict` true or false"),
        ('[tool.resnetgen]\nignore = ["RG601"]\n', "RG601 is an error, and only warnings can be ignored"),
        ('[tool.resnetgen]\nignore = ["RG999"]\n', "unknown warning code RG999; `resnetgen explain` lists all codes"),
        ("[tool.resnetgen]\nignore = [503]\n", "unknown warning code 503; did you mean `RG503`?"),
        ("[tool.resnetgen\n", "Expected ']' at the end of a table declaration"),
        ('[tool.resnetgen]\nignore = ["RG503"\n', "Unclosed array"),
        ("[[tool.resnetgen]]\nstrict = true\n", "`tool.resnetgen` must be a table"),
        ("tool = 5  # resnetgen\n", "`tool.resnetgen` must be a table"),
        ("tool.resnetgen = " + "[" * 9999, "it cannot be read: maximum recursion depth exceeded"),
        (f"tool.resnetgen = {'9' * 9999}\n", "it cannot be read: Exceeds the limit"),
        ('[tool.resnetgen]\n"\\u001b[31m\\u202e" = 1\n', r"unknown key `\x1b[31m\u202e`"),
        ('[tool.resnetgen]\nignore = ["\\u202e"]\n', r"unknown warning code \u202e"),
    ],
)
def test_a_project_that_says_what_it_cannot_is_wrong_usage(content: str, expected: str, folder: Path) -> None:
    write(PLAIN)
    write(content, "pyproject.toml")
    for done in (resnetgen("check", "spec.yaml"), resnetgen("build", "spec.yaml")):
        assert (2, "") == (done.code, done.out)
        err = " ".join(done.err.split())
        assert expected in err
        assert f"{folder}/pyproject.toml" in err


def test_a_projects_file_that_is_not_utf_8_is_wrong_usage() -> None:
    write(PLAIN)
    Path("pyproject.toml").write_bytes(b"[tool.resnetgen]\nignore = ['caf\xe9']\n")
    done = resnetgen("check", "spec.yaml")
    assert (2, "") == (done.code, done.out)
    assert "pyproject.toml" in done.err


def test_a_projects_file_that_cannot_be_read_is_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    write(PLAIN)
    write("[tool.resnetgen]\nstrict = true\n", "pyproject.toml")
    monkeypatch.setattr(Path, "open", refuse)
    done = resnetgen("check", "spec.yaml")
    assert (2, "") == (done.code, done.out)
    assert "pyproject.toml: it cannot be read: Permission denied" in " ".join(done.err.split())


def refuse(path: Path, *_: object, **__: object) -> bytes:
    raise PermissionError(13, "Permission denied", str(path))


def test_a_projects_file_of_others_is_not_read() -> None:
    write(PLAIN)
    write("[tool.other\nthis is no TOML\n", "pyproject.toml")
    assert warnings("RG503") == check()
