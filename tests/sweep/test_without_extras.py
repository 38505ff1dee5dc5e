"""The logic of searches and of clusters that needs neither Optuna nor Ray."""

from importlib import util
from pathlib import Path
from random import Random
from typing import Any

import pytest

from resnetgen.errors import RunError
from resnetgen.installation import install_command
from resnetgen.source.source import parse
from resnetgen.spaces.space import read_space
from resnetgen.sweep.executors.ray import _see_port
from resnetgen.sweep.search import suggested
from tests.cli.command_line import resnetgen

SPACE = """
name: searched
extends: resnet20
act: {choice: [relu, {type: silu}]}
scale: {width: {range: [0.5, 2.0], scale: log}}
stages:
  layer1: {channels: {range: [8, 64], step: 8, as: w1}}
  layer2: {channels: {range: [8, 96], as: w2, step: 8}}
  layer3: {channels: {same: w2, times: 2}}
constraints: {increasing: [w1, w2]}
"""


class Suggestions:
    """Suggests numbers between bounds as a trial of Optuna does, and remembers what it was asked for."""

    def __init__(self, seed: int) -> None:
        self._rng = Random(seed)
        self.asked: dict[str, tuple[Any, ...]] = {}

    def suggest_int(self, name: str, low: int, high: int) -> int:
        self.asked[name] = (low, high)
        assert low <= high
        return self._rng.randint(low, high)

    def suggest_float(self, name: str, low: float, high: float, log: bool) -> float:
        self.asked[name] = (low, high, log)
        return self._rng.uniform(low, high)

    def suggest_categorical(self, name: str, choices: list[int]) -> int:
        self.asked[name] = tuple(choices)
        return self._rng.choice(choices)


def test_suggested_values_are_in_their_ranges_and_increase() -> None:
    space = read_space(parse(SPACE))
    firsts = set()
    for seed in range(100):
        trial = Suggestions(seed)
        values: dict[Any, Any] = suggested(space, trial)
        assert [path for path, _ in space.drawable] == list(values)
        first, second = (values["stages", f"layer{number}", "channels"] for number in (1, 2))
        assert first in range(8, 65, 8)
        assert second in range(8, 97, 8)
        assert first <= second
        assert values["act",] in ("relu", {"type": "silu"})
        assert (0.5, 2.0, True) == trial.asked["scale.width"]
        assert (0, 1) == trial.asked["act"]
        firsts.add(first)
        assert space.patch_of(values) is not None
    assert 8 == len(firsts)


def test_options_of_a_search_need_one(folder: Path) -> None:
    (folder / "space.yaml").write_text(SPACE)
    assert "a search needs a --score" in resnetgen("sweep", "space.yaml", "--search").err
    done = resnetgen("sweep", "space.yaml", "--score", "echo 1", "--minimize", "macs")
    assert (2, True) == (done.code, "only a --search has several goals" in done.err)


@pytest.mark.parametrize(
    ("package", "options"),
    [
        ("torch", ("--score", "probe")),
        ("torch", ("--score", "lab:degradation_quick")),
        ("ray", ("--score", "echo 1", "--ray", "local")),
        ("optuna", ("--score", "echo 1", "--search")),
    ],
)
def test_a_missing_package_is_told_before_anything_is_written(
    package: str, options: tuple[str, ...], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = util.find_spec
    monkeypatch.setattr("resnetgen.runtime.packages.find_spec", lambda name: None if name == package else known(name))
    (folder / "space.yaml").write_text(SPACE)
    done = resnetgen("sweep", "space.yaml", *options)
    assert (1, "") == (done.code, done.out)
    assert f"needs {package}, which is not installed" in done.err
    assert f"help: {install_command(package)}\n" in done.err
    assert ["space.yaml"] == [path.name for path in folder.iterdir()]


def test_what_cannot_be_written_is_told_before_a_trial_runs(folder: Path) -> None:
    (folder / "space.yaml").write_text(SPACE)
    (folder / "mine.html").write_text("<p>mine")
    score = ("--score", "touch scored")
    done = resnetgen("sweep", "space.yaml", *score, "--page", "page.pdf")
    assert (2, True) == (done.code, "'page.pdf' does not end in .html" in done.err)
    done = resnetgen("sweep", "space.yaml", *score, "--page", "mine.html")
    assert (1, True) == (done.code, "mine.html:1:1: error[RG601]: resnetgen has not written this file" in done.err)
    done = resnetgen("sweep", "space.yaml", *score, "-o", "space.yaml")
    assert (1, True) == (done.code, "space.yaml:1:1: error[RG601]: this is a file, not a folder" in done.err)
    assert {"space.yaml", "mine.html"} == {path.name for path in folder.iterdir()}


def test_a_cluster_where_nobody_answers_is_told_at_once() -> None:
    with pytest.raises(RunError, match=r"there is no Ray cluster at 127\.0\.0\.1:9: ") as caught:
        _see_port("127.0.0.1:9")
    assert "RG811" == caught.value.code
    _see_port("auto")  # Ray itself looks for one
