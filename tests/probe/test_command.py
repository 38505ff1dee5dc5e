"""`resnetgen probe`."""

import json
from importlib import util
from pathlib import Path

import pytest

from resnetgen.installation import install_command
from resnetgen.probe import MEASUREMENTS
from tests.cli.command_line import resnetgen

pytestmark = pytest.mark.usefixtures("folder")

SMALL = ("resnet20", "--input-size", "4", "--batch", "2")


def test_every_measurement_is_in_the_table_and_in_json() -> None:
    done = resnetgen("probe", *SMALL, "--format", "json", "--seed", "3")
    assert (0, "") == (done.code, done.err)
    found = json.loads(done.out)
    assert (2, 3) == (found["batch"], found["seed"])
    (network,) = found["networks"]
    assert ("resnet20", [3, 4, 4]) == (network["name"], network["input"])
    assert [*MEASUREMENTS] == [each["measurement"] for each in network["findings"]]
    shown = resnetgen("probe", *SMALL, "--seed", "3")
    for finding in network["findings"]:
        assert f"{finding['title']} ({finding['source']})\n" in shown.out
        assert f"{'warning: ' if finding['warning'] else ''}resnet20: {finding['verdict']}\n" in shown.out
        assert all(figure["name"] in shown.out for figure in finding["figures"])


def test_networks_stand_side_by_side() -> None:
    done = resnetgen("probe", "resnet20", "plain20", "--input-size", "4", "--batch", "2", "--measure", "paths, field")
    assert (0, "") == (done.code, done.err)
    heads = [line.split() for line in done.out.splitlines() if line.startswith(" ") and ":" not in line]
    assert [["resnet20", "plain20"]] * 2 == heads
    assert "Variance" not in done.out


def test_an_unknown_measurement_is_refused() -> None:
    done = resnetgen("probe", *SMALL, "--measure", "gradient")
    assert 2 == done.code
    assert "did you mean `gradients`?" in done.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--measure", ""], "'--measure': unknown measurement ''"),
        (["--measure", "paths,"], "'--measure': unknown measurement ''"),
        (["--batch", "1"], "'--batch': 1 is less than 2"),
        (["--seed", "-1"], "'--seed': -1 is less than 0"),
    ],
)
def test_options_that_make_no_sense_are_wrong_usage(options: list[str], message: str) -> None:
    done = resnetgen("probe", "resnet20", *options)
    assert (2, "") == (done.code, done.out)
    assert f"Invalid value for {message}" in done.err


def test_one_of_a_unit_is_singular() -> None:
    layers = "{point: {branch: [{conv: 1, to: out}, {conv: 1, to: out, act: none}], join: {act: relu}}}"
    spec = f"{{name: one, input: {{channels: 1, size: 4}}, stem: [{{conv: 1, to: 2}}], blocks: {layers}, "
    rest = "block: {type: point}, stages: {one: {blocks: 1, channels: 2}}, head: {pool: avg, classes: 2}}"
    Path("one.yaml").write_text(spec + rest)
    done = resnetgen("probe", "one.yaml", "--measure", "paths,field")
    assert (0, "") == (done.code, done.err)
    shown = [" ".join(line.split()) for line in done.out.splitlines()]
    assert {"residual blocks 1 block", "theoretical 1 pixel"} <= {*shown}


def test_faults_of_a_spec_are_told() -> None:
    done = resnetgen("probe", "resnet20", "--set", "stages.layer1.blocks=0", "--measure", "field")
    assert (1, "") == (done.code, done.out)
    assert "error[RG204]: `blocks` must be" in done.err


def test_without_torch_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    known = util.find_spec
    monkeypatch.setattr("resnetgen.runtime.packages.find_spec", lambda name: None if name == "torch" else known(name))
    message = "error[RG801]: measuring a network needs torch, which is not installed\n"
    assert (1, "", f"{message}   help: {install_command('torch')}\n") == resnetgen("probe", *SMALL)


@pytest.mark.parametrize("suffix", [".svg", ".html", ".png"])
def test_a_plot_has_a_panel_for_each_measurement(suffix: str, folder: Path) -> None:
    if suffix == ".png":
        pytest.importorskip("resvg_py")
    path = folder / f"plot{suffix}"
    arguments = ("resnet20", "plain20", "--input-size", "4", "--batch", "2", "--measure", "gradients,field")
    for _ in range(2):  # it may overwrite its own
        done = resnetgen("probe", *arguments, "--plot", path.name)
        assert 0 == done.code
        assert done.err.startswith(f"{path.name}: ")
    if suffix != ".png":
        text = path.read_text(encoding="utf-8")
        assert all(f">{words}</text>" in text for words in ("Gradients by depth", "Effective receptive field"))
        assert 2 == text.count(">resnet20</text>") == text.count(">plain20</text>")
        assert 'class="curve-residual"' in text
        assert 'class="curve-plain"' in text


def test_a_plot_does_not_overwrite_a_file_of_the_user(folder: Path) -> None:
    mine = folder / "mine.svg"
    mine.write_text("mine", encoding="utf-8")
    done = resnetgen("probe", *SMALL, "--measure", "field", "--plot", "mine.svg")
    assert (1, "mine") == (done.code, mine.read_text(encoding="utf-8"))
    assert "" == done.out  # it is told before anything is measured
    assert "resnetgen has not drawn this file" in done.err
    assert "choose another file with --plot FILE" in done.err


def test_the_ending_of_a_plot_is_checked_before_anything_is_measured() -> None:
    done = resnetgen("probe", *SMALL, "--plot", "plot.jpg")
    assert (2, "") == (done.code, done.out)
    assert ".svg, .html or .png" in " ".join(done.err.split())


def test_a_png_without_resvg_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    known = util.find_spec
    monkeypatch.setattr(
        "resnetgen.runtime.packages.find_spec", lambda name: None if name == "resvg_py" else known(name)
    )
    done = resnetgen("probe", *SMALL, "--plot", "plot.png")
    assert (1, "") == (done.code, done.out)
    assert install_command("png") in done.err
