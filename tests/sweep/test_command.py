"""`resnetgen sweep`: its files, its figures, and the faults of spaces."""

import json
from pathlib import Path

import pytest

from resnetgen.cli import atomic_write
from tests.cli.command_line import resnetgen

SPACE = """\
name: small
extends: resnet18
input: {size: 64}
stages:
  layer1: {channels: {range: [16, 64], step: 2, as: w1}}
  layer2: {channels: {range: [16, 128], step: 2, as: w2}}
  layer3: {blocks: {range: [1, 3]}}
constraints: {increasing: [w1, w2], params: ..12M, macs: 60M..120M, memory: 100KiB.., receptive_field: 300..400}
"""


@pytest.fixture(autouse=True)
def space(folder: Path) -> Path:
    """Return the file of a space in the working directory."""
    path = folder / "space.yaml"
    path.write_text(SPACE)
    return path


def contents(folder: str = "candidates") -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(Path(folder).iterdir())}


def test_candidates_are_specs_with_the_figures_that_show_computes() -> None:
    done = resnetgen("sweep", "space.yaml", "-n", "6", "--format", "json")
    assert 0 == done.code
    found = json.loads(done.out)
    assert 6 == len({each["name"] for each in found["candidates"]})
    assert found["drawn"] == 6 + found["duplicates"] + found["invalid"] + found["excluded"]
    for each in found["candidates"]:
        shown = json.loads(resnetgen("show", each["file"], "--format", "json").out)
        for figure in ("name", "params", "macs", "memory", "weighted_layers", "blocks", "receptive_field"):
            assert shown[figure] == each[figure], figure
        assert each["params"] <= 12_000_000
        assert 60_000_000 <= each["macs"] <= 120_000_000
        assert all(300 <= extent <= 400 for extent in each["receptive_field"])
        comment = f"# Candidate {each['number']} of the space space.yaml, seed 0.\n"
        assert Path(each["file"]).read_text().startswith(comment)


def test_each_constraint_tells_how_many_it_excludes() -> None:
    whole = json.loads(resnetgen("sweep", "space.yaml", "-n", "6", "--format", "json").out)
    constraint = whole["constraints"]["macs"]
    assert constraint["excluded"] > 0
    assert constraint["greatest"] > 120_000_000
    assert "60M..120M" == constraint["range"]
    done = resnetgen("sweep", "space.yaml", "-n", "6")
    assert f"macs 60M..120M: {constraint['excluded']} excluded; drawn from " in done.err


def test_a_seed_gives_the_same_files_however_many_processes_compile() -> None:
    resnetgen("sweep", "space.yaml", "-n", "5", "-o", "one")
    resnetgen("sweep", "space.yaml", "-n", "5", "-o", "two", "-j", "2")
    resnetgen("sweep", "space.yaml", "-n", "5", "-o", "other", "--seed", "1")
    assert contents("one") == contents("two")
    assert 5 == len(contents("one"))
    assert not contents("one").keys() & contents("other").keys()


def test_a_sweep_that_was_stopped_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    resnetgen("sweep", "space.yaml", "-n", "5", "-o", "whole")
    written = atomic_write.replace

    def fail_at_third(path: str, content: bytes) -> None:
        if len(list(Path("candidates").glob("*.yaml"))) == 2:
            raise OSError(28, "No space left on device")
        written(path, content)

    monkeypatch.setattr(atomic_write, "replace", fail_at_third)
    done = resnetgen("sweep", "space.yaml", "-n", "5")
    assert (1, "") == (done.code, done.out)
    assert "error[RG601]: this file cannot be written: No space left on device" in done.err
    assert "candidates written: 2 of 5" in done.err
    monkeypatch.undo()
    before = {path: path.stat().st_mtime_ns for path in Path("candidates").iterdir()}
    assert 2 == len(before)
    assert 0 == resnetgen("sweep", "space.yaml", "-n", "5").code
    assert contents("whole") == contents()
    assert before == {path: path.stat().st_mtime_ns for path in before}


def test_a_file_with_other_content_is_not_overwritten() -> None:
    resnetgen("sweep", "space.yaml", "-n", "1")
    (path,) = Path("candidates").iterdir()
    path.write_text("mine")
    done = resnetgen("sweep", "space.yaml", "-n", "1")
    assert (1, "") == (done.code, done.out)
    assert "this file exists and is not this candidate" in done.err
    assert "mine" == path.read_text()


def test_a_base_by_path_is_found_from_the_folder_of_the_candidates(folder: Path) -> None:
    (folder / "base.yaml").write_text("extends: resnet18\nname: base\n")
    space = folder / "spaces" / "own.yaml"
    space.parent.mkdir()
    space.write_text("extends: ../base.yaml\nname: own\ninput: {size: {choice: [64, 96]}}\n")
    (folder / ".git").mkdir()
    assert 0 == resnetgen("sweep", "spaces/own.yaml", "-n", "2", "-o", "out/deep").code
    assert 2 == len(contents("out/deep"))
    assert all("extends: ../../base.yaml\n" in text for text in contents("out/deep").values())
    assert 0 == resnetgen("check", "out/deep").code


def test_invalid_specs_are_warnings_at_their_ranges(space: Path) -> None:
    space.write_text("name: groups\nextends: resnet50\nblock: {groups: {choice: [1, 2, 3]}}\n")
    done = resnetgen("sweep", "space.yaml", "-n", "2")
    assert 0 == done.code
    done = resnetgen("sweep", "space.yaml", "-n", "3", "--max-draws", "20", "-o", "more")
    assert 1 == done.code
    assert 3 == len(done.out.splitlines()) - 1
    assert "space.yaml:3:17: warning[RG303]: 3 groups do not divide the 64 input channels" in done.err
    assert "error[RG117]: 2 of 3 candidates found in 5 draws; all 3 ways to draw values were tried" in done.err
    assert "2 candidates of 5 drawn: 2 drawn before, 1 invalid" in done.err


def test_constraints_that_exclude_everything_are_named(space: Path) -> None:
    free = SPACE.partition("constraints")[0]
    space.write_text(f"{free}constraints: {{macs: ..150M, params: ..1M, memory: ..1GiB}}\n")
    done = resnetgen("sweep", "space.yaml", "--max-draws", "1500")
    assert 1 == done.code
    message = "none of 100 candidates found in 1,000 draws: no spec satisfies `params`"
    assert f"space.yaml:8:37: error[RG117]: {message}" in done.err
    assert "excludes all" in done.err
    space.write_text(f"{free}constraints: {{blocks: ..7, weighted_layers: 18..}}\n")
    done = resnetgen("sweep", "space.yaml", "--max-draws", "1500")
    assert "1,000 draws: no spec satisfies `blocks` and `weighted_layers` together" in done.err


def test_a_space_without_more_candidates_ends(space: Path) -> None:
    # The code of a network does not depend on its budget, so all specs are equal.
    space.write_text("name: one\nextends: resnet18\nbudget: {params: {range: [20000000, 20009999]}}\n")
    done = resnetgen("sweep", "space.yaml", "-n", "2")
    assert 1 == done.code
    assert "1 of 2 candidates found in 1,001 draws; none of the last 1,000 draws was new" in done.err


def test_a_space_of_invalid_specs_ends_early(space: Path) -> None:
    space.write_text("name: wrong\nextends: resnet18\nact: rleu\nstages: {layer1: {channels: {range: [1, 9999]}}}\n")
    done = resnetgen("sweep", "space.yaml")
    assert (1, "") == (done.code, done.out)
    assert "unknown `act` 'rleu'; did you mean `relu`? (the first of 1,000 such candidates)" in done.err
    assert not Path("candidates").exists()


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("act: {choice: []}", "3:15: error[RG203]", "`choice` must be a list of at least one value"),
        ("act: {choise: [relu], choice: [relu]}", "3:7: error[RG201]", "did you mean `choice`?"),
        ("input: {size: {range: [64, 32]}}", "3:23: error[RG204]", "64 is more than 32"),
        ("input: {size: {range: [64, a]}}", "3:28: error[RG203]", "not of the text 'a'"),
        ("input: {size: {range: [64, 96], step: 0}}", "3:39: error[RG204]", "`step` must be a number above 0"),
        ("input: {size: {range: [1, 99999]}}", "3:23: error[RG107]", "99,999 values"),
        ("input: {size: {range: [0, 9], scale: log}}", "3:23: error[RG204]", "needs numbers above 0"),
        ("input: {size: {range: [1, 9], scale: lag}}", "3:38: error[RG204]", "linear or log"),
        ("input: {size: {range: [1, 9], as: 1}}", "3:35: error[RG203]", "`as` must be a name"),
        ("act: {same: a}", "3:13: error[RG206]", "no range has the name `a`"),
        ("act: {choice: [relu], as: a}\nnorm: {same: a, times: 2}", "4:24: error[RG209]", "no multiple"),
        ("act: {choice: [relu], as: a}\nnorm: {choice: [batch], as: a}", "4:29: error[RG205]", "the name `a`"),
        (
            "stages: {regnet_line: {depth: 3}}",
            "3:10: error[RG202]",
            "needs the keys `w_0`, `w_a`, `w_m`, `stages`",
        ),
        ("act: {choice: [relu]}\nconstraints: {parms: ..1M}", "4:15: error[RG201]", "did you mean `params`?"),
        ("act: {choice: [relu]}\nconstraints: {params: 1M}", "4:23: error[RG204]", "invalid range"),
        ("act: {choice: [relu]}\nconstraints: {memory: 2MiB..1MiB}", "4:23: error[RG204]", "empty range"),
        ("act: {choice: [relu]}\nconstraints: {increasing: [a]}", "4:28: error[RG206]", "the name `a`"),
        ("act: {choice: [relu], as: a}\nconstraints: {increasing: [a]}", "4:28: error[RG209]", "no steps"),
        ("act: relu", "1:1: error[RG117]", "this space has no range"),
        ("act: {choise: [relu]}", "3:7: error[RG201]", "unknown key `choise`; did you mean `choice`?"),
        ("input: {size: {rnge: [1, 9], step: 2}}", "3:16: error[RG201]", "did you mean `range`?"),
        ("act: {choice: [relu, {choice: [silu]}]}", "3:22: error[RG209]", "a range cannot stand in another one"),
        ("act: {choice: [relu]}\nconstraints: {blocks: 2.5}", "4:23: error[RG203]", "such as 8..16, not 2.5"),
        ("akt: null\nact: {choice: [relu]}", "3:1: error[RG209]", "there is no `akt` here to remove"),
    ],
)
def test_faults_of_a_space_are_told_at_their_place(space: Path, text: str, place: str, message: str) -> None:
    space.write_text(f"name: wrong\nextends: resnet18\n{text}\n")
    done = resnetgen("sweep", "space.yaml")
    assert (1, "") == (done.code, done.out)
    assert f"space.yaml:{place}" in done.err
    assert message in done.err
    assert not Path("candidates").exists()


@pytest.mark.parametrize(
    ("text", "options", "help"),
    [
        # Two candidates of two ways, none dropped.
        ("act: {choice: [relu, gelu]}", ["-n", "3"], "widen the ranges, or ask for fewer candidates with -n"),
        # More draws of one before than invalid ones, but no other candidates to be had.
        ("stages: {layer1: {blocks: {range: [1, 3]}, chanels: 8}}", ["-n", "3"], "correct what the warnings point at"),
        # All draws were candidates.
        ("input: {size: {range: [64, 9999]}}", ["-n", "9", "--max-draws", "3"], "allow more draws with --max-draws"),
    ],
)
def test_what_is_lacking_has_a_way_out(space: Path, text: str, options: list[str], help: str) -> None:
    space.write_text(f"name: few\nextends: resnet18\n{text}\n")
    done = resnetgen("sweep", "space.yaml", *options)
    assert 1 == done.code
    assert f"   help: {help}" in done.err


def test_numbers_that_cannot_increase_are_told(space: Path) -> None:
    low, high = "{range: [8, 16], as: low}", "{range: [64, 96], as: high}"
    stages = f"stages: {{layer1: {{channels: {high}}}, layer2: {{channels: {low}}}}}"
    space.write_text(f"name: wrong\nextends: resnet18\n{stages}\nconstraints: {{increasing: [high, low]}}\n")
    done = resnetgen("sweep", "space.yaml")
    assert 1 == done.code
    assert "space.yaml:4:27: error[RG209]: no values of high, low increase in this order" in done.err
