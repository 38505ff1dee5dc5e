"""`resnetgen probe`."""

import json
from importlib import util

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


def test_faults_of_a_spec_are_told() -> None:
    done = resnetgen("probe", "resnet20", "--set", "stages.layer1.blocks=0", "--measure", "field")
    assert (1, "") == (done.code, done.out)
    assert "error[RG204]: `blocks` must be" in done.err


def test_without_torch_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    known = util.find_spec
    monkeypatch.setattr("resnetgen.runtime.packages.find_spec", lambda name: None if name == "torch" else known(name))
    message = "error[RG801]: measuring a network needs torch, which is not installed\n"
    assert (1, "", f"{message}   help: {install_command('torch')}\n") == resnetgen("probe", *SMALL)
