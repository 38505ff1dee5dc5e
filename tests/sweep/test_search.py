"""Searches with Optuna: what they propose satisfies the space, and a kill loses nothing."""

import json
from pathlib import Path

import pytest

from tests.cli.command_line import resnetgen

pytest.importorskip("optuna", reason="needs the extra `optuna`")  # the nightly workflow has it

SPACE = """\
name: found
extends: resnet20
block: {shortcut: auto}
stages:
  layer1: {blocks: {range: [1, 4]}, channels: {range: [8, 64], step: 8, as: w1}}
  layer2: {blocks: {choice: [2, 3]}, channels: {range: [8, 96], step: 8, as: w2}}
  layer3: {channels: {same: w2, times: 2}}
constraints: {increasing: [w1, w2], macs: ..60M}
"""

SCORE = """\
echo x >> ran
width=$(grep -o 'channels: [0-9]*' "$1" | tail -1 | tr -dc 0-9)
echo $(( (width - 96) * (width - 96) ))
"""


@pytest.fixture(autouse=True)
def space(folder: Path) -> None:
    """Write a space and a score."""
    (folder / "space.yaml").write_text(SPACE)
    (folder / "score.sh").write_text(SCORE)


@pytest.mark.slow
def test_a_search_goes_on_where_it_stopped_and_keeps_to_the_space() -> None:
    arguments = ("sweep", "space.yaml", "--score", "sh score.sh", "--search", "--minimize", "macs", "--format", "json")
    first = resnetgen(*arguments, "-n", "6")
    assert 0 == first.code, first.err
    done = resnetgen(*arguments, "-n", "12")
    assert 0 == done.code, done.err
    before, after = (json.loads(each.out)["candidates"] for each in (first, done))
    assert before == after[:6]
    assert 12 == len({each["name"] for each in after}) == len(Path("ran").read_text().split())
    assert all(each["macs"] <= 60_000_000 for each in after)
    assert 0 == resnetgen("check", "candidates").code
    front = done.err.rpartition("best: ")[2].strip().split(", ")
    for each in (candidate for candidate in after if candidate["name"] in front):
        assert not any(other["score"] < each["score"] and other["macs"] < each["macs"] for other in after)


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_trial_that_is_worse_at_a_step_is_pruned(workers: str) -> None:
    Path("score.sh").write_text(
        "n=0; until mkdir ran$n 2> /dev/null; do n=$((n + 1)); done\n"
        'echo "{\\"step\\": 1, \\"score\\": $n}"\n'
        'echo "{\\"step\\": 2, \\"score\\": $n}"\n'
        "echo $n\n"
    )
    search = ("--score", "sh score.sh", "--search", "--format", "json")
    done = resnetgen("sweep", "space.yaml", "-n", "8", "-w", workers, *search)
    assert 0 == done.code, done.err
    errors = [each["error"] for each in json.loads(done.out)["candidates"]]
    assert "pruned" in errors
    assert 5 <= errors.count(None)  # the median needs five
    assert [None] * 4 == errors[:4]  # of two at a time, the sixth may end before the fifth
    assert f"{errors.count('pruned')} trial" in done.err.partition(" stopped early, worse than the median")[0]
