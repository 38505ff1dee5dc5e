"""Bad input of every kind: a message soon and at its place, nothing written, and nothing run that a spec says."""

import ast
import contextlib
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from resnetgen import api
from resnetgen.errors import SpecError
from tests.cli.command_line import Completed, command, environment, resnetgen
from tests.nightly import one_in
from tests.processor_time import at_most
from tests.subjects import CASES, case_folders

SPEC = (CASES / "base.yaml").read_text(encoding="utf-8")
WRONG = [folder for folder in case_folders() if (folder / "stderr.txt").exists()]


def spec(**keys: Any) -> dict[str, Any]:
    """The spec that most cases extend, with other values for some keys."""
    data: dict[str, Any] = yaml.safe_load(SPEC)
    return data | keys


# What is wrong is said, and nothing is written


@pytest.mark.parametrize("wrong", one_in(3, {folder.name: folder for folder in WRONG}))
def test_a_wrong_spec_ends_in_its_messages_and_no_file(wrong: Path, tmp_path: Path) -> None:
    expected = (wrong / "stderr.txt").read_text(encoding="utf-8")
    count = expected.count("error[")
    errors = f"{count} error{'s' if count > 1 else ''}"

    with contextlib.chdir(wrong):
        built = resnetgen("build", "spec.yaml", "-o", tmp_path / "built")
        checked = resnetgen("check", "spec.yaml")
        fixes = sum(each.fix is not None for each in api.diagnose("spec.yaml"))

    offer = f"{fixes} of these can be fixed by `resnetgen check --fix spec.yaml`\n" if fixes else ""
    assert Completed(1, "", f"{expected}\n{errors}; nothing was written\n") == built
    assert Completed(1, "", f"{expected}\n{errors} in 1 of 1 spec\n{offer}") == checked
    assert [] == os.listdir(tmp_path)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (SPEC.encode().replace(b"base", b"caf\xe9", 1), "spec.yaml:2:10: error[RG102]: byte 0xe9 here is not UTF-8"),
        (SPEC.encode("utf-16"), "spec.yaml:1:1: error[RG102]: byte 0xff here is not UTF-8"),
        (SPEC.encode() + b"\0", "spec.yaml:11:1: error[RG103]: character U+0000 is not allowed in YAML"),
        (
            SPEC.encode() + b"description: \x1b[2J",
            "spec.yaml:11:14: error[RG103]: character U+001B is not allowed in YAML",
        ),
        (SPEC.encode() + b"description: \xed\xa0\x80", "spec.yaml:11:14: error[RG102]: byte 0xed here is not UTF-8"),
        (b"", "spec.yaml:1:1: error[RG106]: this file has no content"),
        (b"\xef\xbb\xbf", "spec.yaml:1:1: error[RG106]: this file has no content"),
    ],
    ids=["latin-1", "utf-16", "nul", "escape", "surrogate", "empty", "mark"],
)
def test_bytes_that_are_no_text(content: bytes, expected: str, folder: Path) -> None:
    Path("spec.yaml").write_bytes(content)
    done = resnetgen("build", "spec.yaml")
    assert (1, "", expected) == (done.code, done.out, done.err.splitlines()[0])
    assert ["spec.yaml"] == os.listdir()


@pytest.mark.parametrize("end", ["\r\n", "\r"], ids=["windows", "mac"])
def test_other_ends_of_lines_change_no_position(end: str, folder: Path) -> None:
    wrong = SPEC.replace("to: 16", "to: no")
    Path("spec.yaml").write_text(wrong, newline="")
    expected = resnetgen("check", "spec.yaml")
    Path("spec.yaml").write_bytes(b"\xef\xbb\xbf" + wrong.replace("\n", end).encode())
    assert expected == resnetgen("check", "spec.yaml")


# Texts that would be code, or hide it

TEXTS = [
    '"""',
    "'''",
    '"',
    'ends in "',
    "ends in \\",
    '\\"""\nimport os\nos.abort()\n"""',
    "'''\nimport os\nos.abort()\n'''",
    "\\N{BULLET} \\x00 \\u0022 \\n",
    "two\nlines",
    "a\n    indent\n\tand a tab",
    "\r\nimport os\x85import os\u2028import os\u2029import os\x0cimport os",
    "#} {{ 7 * 7 }} {% raw %} {# no comment",
    "{{ self.__init__.__globals__ }}",
    "{description} {0} %s %(name)s $name ${name}",
    "\u202eesrever\u202c \u2066isolated\u2069",
    "zero\u200bwidth \ufeff \u00ad \u2060",
    "nul \0 bell \a escape \x1b[31m delete \x7f",
    "# -*- coding: utf-7 -*-",
    "; import os; os.abort()",
    "')); import os; os.abort(); print(('",
    "\ud7ff \U0001f600 \u0301",
    " " * 300,
    "x" * 5000,
    "wörter " * 500,
]


def shape(source: str) -> str:
    """Return the structure of a file: its syntax tree with all strings blanked."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


def built(data: dict[str, Any]) -> str:
    return api.emit_source(api.compile_mapping(data), origin="spec.yaml")


def with_texts(text: str) -> dict[str, Any]:
    """A spec with this text wherever the language has one."""
    mine = {"description": text, "branch": [{"conv": 3, "to": "out", "stride": "here"}]}
    return spec(description=text, reference=text, blocks={"mine": mine}, block={"type": "mine"})


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_text_is_only_text(text: str) -> None:
    source = built(with_texts(text))
    assert shape(built(with_texts("harmless"))) == shape(source)
    assert [] == [character for character in source if not character.isprintable() and character != "\n"]


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_text_is_only_text(text: str) -> None:
    assert shape(built(with_texts("harmless"))) == shape(built(with_texts(text)))


def misnamed(text: str) -> list[dict[str, Any]]:
    """Specs with this text in each place where a name is wanted."""
    mine = {"branch": [{"conv": 3, "to": "out", "stride": "here"}]}
    stage = {"blocks": 1, "channels": 16}
    return [
        spec(name=text),
        spec(stages={text: stage}),
        spec(blocks={text: mine}),
        spec(block={"type": text}),
        spec(block={"type": "basic", "mid": text}),
        spec(block={"type": "basic", "widths": {text: 8}}),
        spec(block={"type": "basic", "stride_on": text}),
        spec(head={"features": [text]}),
        spec(norm=text),
        spec(act=text),
        spec(**{text: 1}),
        spec(extends=text),
    ]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_where_a_name_is_wanted_no_other_text_passes(text: str) -> None:
    for wrong in misnamed(text):
        with pytest.raises(SpecError) as caught:
            api.compile_mapping(wrong)
        (fault,) = caught.value.diagnostics
        assert fault.code in ("RG201", "RG204", "RG205", "RG206", "RG207", "RG110")


# Input that is meant to take long


def entries(count: int, entry: str) -> str:
    return SPEC.replace("blocks: 2, channels: 16", f"blocks: [{', '.join([entry] * count)}], channels: 16")


def block(options: str) -> str:
    return SPEC.replace("type: basic", f"type: basic, {options}")


BOMBS = {
    "aliases": "a: &a [1]\n"
    + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}' if i else '*a'] * 10)}]\n" for i in range(9)),
    "nesting": SPEC + "x: " + "[" * 10_000 + "]" * 10_000,
    "nesting by indentation": SPEC + "".join(" " * i + "x:\n" for i in range(1300)),
    "digits": SPEC.replace("classes: 10", "classes: " + "9" * 100_000),
    "digits in another base": SPEC.replace("classes: 10", "classes: 0x" + "f" * 100_000),
    "a billion blocks": SPEC.replace("blocks: 2", "blocks: 1000000000"),
    "a billion channels": SPEC.replace("channels: 16", "channels: 1000000000"),
    "a million characters of an expression": block("mid: " + "1+" * 499_000 + "1"),
    "brackets": block("mid: " + "(" * 99 + "in" + ")" * 99),
    "a power of powers": block("mid: 9 ** 9 ** 9 ** 9"),
    "a product": block("mid: " + " * ".join(["999999999"] * 15)),
    "unknown keys": SPEC + "".join(f"k{i}: 1\n" for i in range(45_000)),
    "unknown keys in stages": SPEC.replace("head:", "".join(f"  s{i}: {{x: 1}}\n" for i in range(999)) + "head:"),
    "too many stages": SPEC.replace("head:", "".join(f"  s{i}: {{blocks: 1}}\n" for i in range(20_000)) + "head:"),
    "too many entries": entries(30_000, "{x: 1}"),
    "wrong entries": entries(9_999, "{mid: out / 3}"),
    "widths": block(f"widths: {{{', '.join(f'w{i}: 1' for i in range(20_000))}}}"),
    "widths of widths": block(f"widths: {{w0: in, {', '.join(f'w{i}: w{i - 1} + 1' for i in range(1, 9_000))}}}"),
    "block types": SPEC + "blocks:\n" + "".join(f"  t{i}: {{branch: [{{act: relu}}]}}\n" for i in range(5_000)),
    "features": SPEC.replace("pool: avg, classes: 10", f"features: [{', '.join(['layer1'] * 1000)}]"),
    "shrinking maps": SPEC.replace("type: basic", "type: t, shortcut: none").replace("blocks: 2", "blocks: 9999999")
    + "blocks: {t: {branch: [{conv: 2, to: out, padding: 0}]}}",
    "strides": SPEC.replace("type: basic", "type: t").replace("blocks: 2", "blocks: 9999999")
    + "blocks: {t: {branch: [{conv: 3, to: out, stride: 2}]}}",
    "a long name": SPEC.replace("base", "x" * 900_000),
    "a long list of axes": SPEC.replace("size: 32", f"size: [{'1, ' * 40_000}1]"),
}


@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_does_not_go_off(content: str, folder: Path) -> None:
    Path("spec.yaml").write_text(content)
    assert_refused_soon(Path("spec.yaml"))


def test_a_file_of_a_hundred_megabytes_is_not_read(folder: Path) -> None:
    with open("spec.yaml", "wb") as file:
        file.truncate(100_000_000)
    assert_refused_soon(Path("spec.yaml"))


def assert_refused_soon(path: Path) -> None:
    """In a process of its own, which may take ten seconds of the processor where an idle one needs a third of one."""
    before = os.times()
    done = subprocess.run(
        command("check", path), env=environment(), capture_output=True, encoding="utf-8", timeout=200, check=False
    )
    after = os.times()
    seconds = after.children_user + after.children_system - before.children_user - before.children_system
    assert (1, "") == (done.returncode, done.stdout)
    assert done.stderr.startswith("spec.yaml:"), done.stderr[:1000]
    assert (len(done.stderr) < 100_000, seconds < 10) == (True, True), f"{len(done.stderr)} characters, {seconds:.1f} s"


@pytest.mark.parametrize("count", [1_000_000, 10_000_000])
def test_many_equal_blocks_are_no_bomb(count: int) -> None:
    with at_most(5):
        source = built(spec(stages={"layer1": {"blocks": count, "channels": 16}}))
    assert f"range({count})" in source


# Places that are no specs


@pytest.mark.parametrize(
    "place", ["folder.yaml", "x" * 300 + ".yaml", "x/" * 3000 + "spec.yaml", "loop.yaml", "/dev/null/spec.yaml"]
)
def test_a_place_without_a_spec_is_told(place: str, folder: Path) -> None:
    Path("folder.yaml").mkdir()
    Path("loop.yaml").symlink_to("loop.yaml")
    for done in (resnetgen("build", place), resnetgen("show", place)):
        assert (1, "") == (done.code, done.out)
        assert "error[RG101]" in done.err
    Path("spec.yaml").write_text(yaml.safe_dump({"name": "x", "extends": place}))
    code = "RG113" if place.startswith("/") else "RG110"
    assert f"spec.yaml:1:10: error[{code}]" in resnetgen("check", "spec.yaml").err


def test_a_pipe_in_a_folder_of_specs_is_not_waited_for(folder: Path) -> None:
    os.mkfifo("pipe.yaml")
    Path("spec.yaml").write_text(SPEC)
    assert Completed(0, "1 spec passed\n", "") == resnetgen("check", ".")


def test_links_in_a_circle_are_not_followed(folder: Path) -> None:
    Path("specs").mkdir()
    Path("specs/again").symlink_to("../specs")
    Path("specs/spec.yaml").write_text(SPEC)
    assert Completed(0, "1 spec passed\n", "") == resnetgen("check", "specs")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-16"])
def test_messages_fit_every_encoding(encoding: str, folder: Path) -> None:
    Path("spec.yaml").write_text(SPEC.replace("base", "größe 漢字"), encoding="utf-8")
    done = subprocess.run(
        command("check", "spec.yaml"),
        env=environment() | {"PYTHONIOENCODING": encoding, "LC_ALL": "C"},
        capture_output=True,
        check=False,
    )
    assert (1, "") == (done.returncode, done.stdout.decode(encoding))
    assert "spec.yaml:2:7: error[RG205]" in done.stderr.decode(encoding)


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("classes", "head.classes"),
        ("num_classes", "head.classes"),
        ("size", "input.size"),
        ("attention", "block.attention"),
        ("zero_init_residual", "init.zero_init_residual"),
    ],
)
def test_a_key_that_stands_too_far_out_is_asked_for_in_its_place(key: str, meant: str) -> None:
    (found,) = api.diagnose_text(f"extends: resnet18\nname: mine\n{key}: 3\n")
    assert f"unknown key `{key}`; did you mean `{meant}`?" == found.message


def test_the_base_that_is_asked_for_is_the_one_that_is_written_by_a_fix() -> None:
    (found,) = api.diagnose_text("extends: ResNet18\nname: mine\n")
    assert found.fix is not None and found.fix.words == "write `resnet18`"
    assert found.help.endswith("; did you mean `resnet18`?")
