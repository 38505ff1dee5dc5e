"""Options of a sweep that make no sense, alone or together: they are wrong usage, and nothing is written."""

from pathlib import Path

import pytest

from tests.cli.command_line import resnetgen

ECHO = ["--score", "sh -c 'echo 1'"]
STARTS = '{"trial": "a", "state": "finished", "attempts": 1, "seconds": 0.1,'
TRIALS = "this is about the trials of a --score"
CLUSTER = "this is what a trial takes on a cluster, with --ray"


@pytest.fixture(autouse=True)
def space(folder: Path) -> None:
    (folder / "space.yaml").write_text("name: space\nextends: resnet18\nact: {choice: [relu, silu]}\n")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--workers", "2"], f"'--workers': {TRIALS}"),
        (["--ray", "local"], f"'--ray': {TRIALS}"),
        (["--retries", "0"], f"'--retries': {TRIALS}"),
        (["--maximize"], f"'--maximize': {TRIALS}"),
        ([*ECHO, "--cpus", "2"], f"'--cpus': {CLUSTER}"),
        (["--gpus", "1"], f"'--gpus': {CLUSTER}"),
        ([*ECHO, "--search", "--jobs", "2"], "'--jobs': a --search compiles what it proposes in one process"),
        (["--seed", "-1"], "'--seed': -1 is less than 0"),
        ([*ECHO, "--retries", "few"], "'--retries': 'few' is not a whole number"),
    ],
)
def test_an_option_without_effect_is_wrong_usage(options: list[str], message: str) -> None:
    done = resnetgen("sweep", "space.yaml", *options)
    assert (2, "") == (done.code, done.out)
    assert f"Error: Invalid value for {message}\n" == done.err[done.err.index("Error") :]
    assert ["space.yaml"] == [each.name for each in Path().iterdir()]


def test_a_wrong_experiment_is_told_at_its_place() -> None:
    Path("wrong.yaml").write_text("name: wrong\ndata: digitz\nnetworks: {a: resnet20}\nrecipe: {epochs: 1}\n")
    for score, error in (
        ("lab:wrong.yaml", "wrong.yaml:2:7: error[RG206]: unknown `data` 'digitz'; did you mean `digits`?"),
        ("lab:degradaton", "degradaton:1:1: error[RG101]: no experiment `degradaton`; did you mean `degradation`?"),
    ):
        done = resnetgen("sweep", "space.yaml", "--score", score)
        assert (1, "") == (done.code, done.out)
        assert error in done.err
        assert "1 error; nothing was written" in done.err
    assert not Path("candidates").exists()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ('{"trial": 1', "this line is no object of JSON"),
        ("{}", "this line lacks the key 'state'"),
        (f'{STARTS} "score": "1", "figures": {{}}}}', "this line has a wrong value for the key 'score'"),
        (f'{STARTS} "score": NaN, "figures": {{}}}}', "this line has a wrong value for the key 'score'"),
        (f'{STARTS} "score": 1, "figures": 2}}', "this line has a wrong value for the key 'figures'"),
    ],
)
def test_a_damaged_line_of_trials_is_told_at_its_place(wrong: str, message: str) -> None:
    assert 0 == resnetgen("sweep", "space.yaml", "-n", "2", *ECHO).code
    trials = Path("candidates/trials.jsonl")
    first, second, *rest = trials.read_text().splitlines()
    trials.write_text("\n".join([first, second, wrong, *rest]) + "\n")
    done = resnetgen("sweep", "space.yaml", "-n", "2", *ECHO)
    assert (1, "") == (done.code, done.out)
    assert f"candidates/trials.jsonl:3:1: error[RG813]: {message}" in done.err
