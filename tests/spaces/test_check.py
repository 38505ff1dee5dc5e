"""Design spaces for `check`, editors and the JSON Schema: what is wrong with them, and what may stand where."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from resnetgen.compiler import read_document
from resnetgen.lsp.completion import complete
from resnetgen.lsp.hover import hover
from resnetgen.lsp.workspace import Workspace
from resnetgen.source.collection import find, names
from resnetgen.source.source import parse
from resnetgen.spaces.constraints import INCREASING
from resnetgen.spaces.figures import FIGURES
from resnetgen.spaces.find_ranges import find_ranges, is_space
from resnetgen.spec.spec import Stage
from tests.cli.command_line import resnetgen

SPACE = """\
name: small
extends: resnet18
act: {choice: [relu, silu]}
stages:
  layer1: {blocks: {range: [1, 4]}, channels: {range: [32, 128], step: 8, as: w1}}
  layer2: {channels: {same: w1, times: 2}}
constraints: {params: ..12M, increasing: [w1]}
"""
LINE = """\
name: line
extends: regnet_x_400mf
block: {group_width: 8}
stages:
  regnet_line: {depth: {range: [12, 28]}, w_0: 24, w_a: 32, w_m: 2.5, stages: [block1, block2, block3, block4]}
  block4: {stride: {choice: [1, 2]}}
"""

# Each change of the space, with the place and the message of the one error that follows.
WRONG = [
    ("step: 8", "stp: 8", "5:66: error[RG201]: unknown key `stp` of a range; did you mean `step`?"),
    ("params", "parms", "7:15: error[RG201]: unknown constraint `parms`; did you mean `params`?"),
    ("same: w1", "same: w2", "6:29: error[RG206]: no range has the name `w2`"),
    ("stages:", "stagess:", "4:1: error[RG201]: unknown key `stagess`; did you mean `stages`?"),
    ("[relu, silu]", "[rleu, sliu]", "3:6: error[RG204]: unknown `act`"),
    ("layer2: {", "layer2: {block: 3, ", "6:12: error[RG201]: unknown key `block`; did you mean `blocks`?"),
    ("extends: resnet18", "extends: resnet81", "2:10: error[RG110]: `extends` names an unknown spec `resnet81`"),
]


def errors(text: str) -> list[str]:
    """Return the lines of diagnostics that have the place and the message of an error."""
    return [line for line in text.splitlines() if ": error[" in line]


def test_a_check_tells_what_is_wrong_with_a_space(folder: Path) -> None:
    path = folder / "space.yaml"
    for text in (SPACE, LINE, SPACE.replace("[relu, silu]", "[relu, sliu]")):  # one of two is right
        path.write_text(text)
        assert (0, "1 spec passed\n", "") == resnetgen("check", "space.yaml")
    for before, after, expected in WRONG:
        assert before in SPACE
        path.write_text(SPACE.replace(before, after, 1))
        done = resnetgen("check", "space.yaml")
        assert 1 == done.code
        assert f"space.yaml:{expected}" in done.err, done.err
        assert "1 error in 1 of 1 spec" in done.err, done.err


def test_faults_of_several_ranges_and_of_constraints_are_told_together(folder: Path) -> None:
    space = SPACE.replace("range: [1, 4]", "rnage: [1, 4], as: d").replace("params", "parms")
    (folder / "space.yaml").write_text(space.replace("same: w1", "same: d"))
    assert [
        "space.yaml:5:21: error[RG201]: unknown key `rnage`; did you mean `range`?",
        "space.yaml:7:15: error[RG201]: unknown constraint `parms`; did you mean `params`?",
    ] == errors(resnetgen("check", "space.yaml").err)
    line = LINE.replace("[12, 28]", "[12, 28.5]").replace("w_0: 24, w_a: 32", "wa: 32").replace("2.5", "{rnge: [2, 3]}")
    (folder / "space.yaml").write_text(line.replace("block3, block4", "block1"))
    assert [
        "space.yaml:5:3: error[RG202]: the line needs the key `w_0`",
        "space.yaml:5:24: error[RG203]: `depth` must be a whole number, or a `range` or `choice` of them",
        "space.yaml:5:45: error[RG201]: unknown key `wa` of a line; did you mean `w_a`?",
        "space.yaml:5:59: error[RG201]: unknown key `rnge`; did you mean `range`?",
        "space.yaml:5:82: error[RG205]: two stages have the name `block1`",
    ] == errors(resnetgen("check", "space.yaml").err)


def test_what_extends_a_space_is_told_so(folder: Path) -> None:
    (folder / "space.yaml").write_text(SPACE)
    (folder / "middle.yaml").write_text("name: middle\nextends: space.yaml\n")
    wrong = "error[RG118]: `space.yaml` is a design space, which has no network of its own"
    for text in ("act: silu", "act: {choice: [relu, silu]}"):
        (folder / "mine.yaml").write_text(f"name: mine\nextends: middle.yaml\n{text}\n")
        for command in ("check", "show", "sweep"):
            if command != "show" or "choice" not in text:  # which says that it is a space itself
                assert [f"middle.yaml:2:10: {wrong}"] == errors(resnetgen(command, "mine.yaml").err)
    assert not Path("candidates").exists()


def test_no_spec_is_taken_for_a_space() -> None:
    for name in names():
        data = read_document(find(name)).data
        assert ([], False) == (find_ranges(data).faults, is_space(data)), name


def test_a_check_fixes_a_space(folder: Path) -> None:
    path = folder / "space.yaml"
    path.write_text(SPACE.replace("step: 8", "stp: 8").replace("params", "parms"))
    assert 0 == resnetgen("check", "--fix", "space.yaml").code
    assert SPACE == path.read_text()


def test_other_commands_say_that_a_space_is_no_spec(folder: Path) -> None:
    (folder / "space.yaml").write_text(SPACE)
    for command in ("show", "build", "draw"):
        done = resnetgen(command, "space.yaml")
        assert 1 == done.code
        assert "space.yaml:1:1: error[RG118]: this is a design space, which has no network of its own" in done.err
    assert ["space.yaml"] == [each.name for each in folder.iterdir()]


@pytest.mark.parametrize("text", ["widths: {same: in}", "stages: {choice: {blocks: 2, channel: 3}}", "act: rleu"])
def test_a_wrong_spec_is_no_space(folder: Path, text: str) -> None:
    (folder / "spec.yaml").write_text(f"name: wrong\nextends: resnet18\n{text}\n")
    done = resnetgen("check", "spec.yaml")
    assert 1 == done.code
    assert "RG117" not in done.err
    assert "range" not in done.err


def offered(marked: str) -> list[str]:
    """Return the completions at the cursor, marked by `|`."""
    place = marked.index("|")
    workspace = Workspace()
    workspace.put("mine", Path("/nowhere/specs/mine.yaml"), marked[:place] + marked[place + 1 :])
    document = workspace.spec("mine")
    assert document is not None
    return [each.label for each in complete(workspace, document, place)]


def test_an_editor_completes_a_space() -> None:
    top = "name: mine\nextends: resnet18\nconstraints: {params: ..12M}\n"
    assert [*FIGURES, INCREASING] == offered("name: mine\nextends: resnet18\nconstraints: {|}")
    assert ["range", "choice", "same"] == offered(f"{top}stages: {{layer1: {{channels: {{|}}}}}}")
    assert [*Stage.model_fields, "range", "choice", "same"] == offered(f"{top}stages: {{layer1: {{|}}}}")
    ranged = f"{top}stages: {{layer1: {{channels: {{range: [8, 64], as: w1, "
    assert ["step", "scale"] == offered(f"{ranged}|}}}}}}")
    assert ["linear", "log"] == offered(f"{ranged}scale: |}}}}}}")
    assert ["w1"] == offered(f"{ranged}}}}}, layer2: {{channels: {{same: |}}}}}}")
    assert "silu" in offered(f"{top}act: {{choice: [relu, |]}}")
    assert "divisor" in offered(f"{top}block: {{attention: {{choice: [{{type: se, |}}]}}}}")
    assert "regnet_line" in offered(f"{top}stages: {{|}}")
    assert "range" not in offered("name: mine\nextends: resnet18\nstages: {layer1: {channels: {|}}}")


def test_an_editor_explains_and_checks_a_space() -> None:
    workspace = Workspace()
    workspace.put("mine", Path("/nowhere/specs/mine.yaml"), SPACE)
    checked = workspace.checked("mine")
    assert checked is not None
    assert () == checked.diagnostics
    about = {"choice": "one is drawn", "step": "distance between numbers", "times": "so many times", "blocks": "blocks"}
    for key, words in {**about, "params": "`..12M`", "increasing": "Names of ranges"}.items():
        found = hover(workspace, "mine", SPACE.index(f"{key}: ") + 1)
        assert found is not None, key
        assert words in found.text
    workspace.put("mine", Path("/nowhere/specs/mine.yaml"), SPACE.replace("step", "stp"))
    checked = workspace.checked("mine")
    assert checked is not None
    assert ["RG201"] == [each.code for each in checked.diagnostics]


def test_the_schema_accepts_spaces_and_refuses_what_is_wrong() -> None:
    schema = json.loads(resnetgen("schema", "--space").out)
    Draft202012Validator.check_schema(schema)
    validator: Any = Draft202012Validator(schema)
    for text in (SPACE, LINE):
        assert [] == list(validator.iter_errors(parse(text, "space.yaml").data))
    for before, after, _ in WRONG[:2] + WRONG[3:4]:
        assert not validator.is_valid(parse(SPACE.replace(before, after), "space.yaml").data)
    for before, after in (
        ("w_m", "wm"),
        ("depth: {range: [12, 28]}", "depth: few"),
        ("{choice: [1, 2]}", "{choice: []}"),
    ):
        assert not validator.is_valid(parse(LINE.replace(before, after), "space.yaml").data)
