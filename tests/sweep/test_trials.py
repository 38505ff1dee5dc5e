"""Trials of candidates: what is run, what is recorded, and what a kill, a full disk or a failing score leaves."""

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pytest

from resnetgen.sweep.attempt import attempt
from resnetgen.sweep.executors import Resources, here, processes
from resnetgen.sweep.scores import make_score
from resnetgen.sweep.scores.command import CommandScore
from resnetgen.sweep.trial import Outcome, Pruned, Report, Scored, Trial
from resnetgen.sweep.trial_log import LogError, TrialLog
from tests.cli.command_line import resnetgen

SPACE = "name: few\nextends: resnet20\nstages: {layer1: {blocks: {range: [1, 9], as: d}}}\n"
LOG = Path("candidates") / "trials.jsonl"
SCORED = Outcome("a", Scored(1.0, {"other": 2.0}), seconds=0.5)


@pytest.fixture(autouse=True)
def space(folder: Path) -> Path:
    """Return the file of a space in the working directory."""
    path = folder / "space.yaml"
    path.write_text(SPACE)
    return path


def script(text: str) -> str:
    """Return a command that runs a shell script with the path of a spec as its first argument."""
    Path("score.sh").write_text(text)
    return "sh score.sh"


def outcome_of(text: str) -> Outcome:
    return attempt(make_score(script(text)), Trial("one", "name: one\n"))


def test_a_finished_trial_is_not_repeated_and_a_failed_one_is() -> None:
    score = script('basename "$1" >> ran\n[ -e well ] || case "$1" in *_1.yaml) exit 3;; esac\necho 0.5\n')
    failed = resnetgen("sweep", "space.yaml", "-n", "3", "--score", score, "--retries", "1")
    assert 1 == failed.code
    assert "error[RG812]: few_0_1 has no score after 2 attempts: sh ended with exit code 3" in failed.err
    Path("well").touch()
    done = resnetgen("sweep", "space.yaml", "-n", "4", "--score", score, "--format", "json")
    assert 0 == done.code
    assert [0.5] * 4 == [each["score"] for each in json.loads(done.out)["candidates"]]
    ran = Path("ran").read_text().split()
    assert {"few_0_1.yaml": 3} == {name: ran.count(name) for name in set(ran) if ran.count(name) > 1}
    assert 4 == len(set(ran))


@pytest.mark.parametrize(
    ("printed", "score", "figures"),
    [
        ("echo noise; echo 3e-2", 0.03, {}),
        ("""echo '{"score": 2, "loss": 0.5, "name": "x"}'""", 2.0, {"loss": 0.5}),
        ("""echo 1; echo '{"score": 2, "worst": Infinity}'; echo""", 2.0, {}),
        ('test "$(basename "$1")" = one.yaml && grep -c name "$1"', 1.0, {}),
    ],
)
def test_the_last_line_of_a_command_is_the_score(printed: str, score: float, figures: dict[str, float]) -> None:
    assert Scored(score, figures) == outcome_of(printed).scored


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("true", "sh printed nothing; its last line must be a number, or JSON with the key `score`"),
        ("echo nan", "the score is nan"),
        ("echo 1; echo well", "the last line of sh is no number, and no JSON with the key `score`: well"),
        ("""echo '{"loss": 1}'""", 'the last line of sh is no number, and no JSON with the key `score`: {"loss": 1}'),
        ("echo true", "the last line of sh is no number, and no JSON with the key `score`: true"),
        ("echo broken >&2; exit 2", "sh ended with exit code 2: broken"),
        ("kill -9 $$", "sh was killed by signal 9"),
    ],
)
def test_a_score_that_fails_says_why(text: str, error: str) -> None:
    outcome = outcome_of(text)
    assert (None, error) == (outcome.scored, outcome.error)


def test_a_command_can_have_the_path_in_its_middle() -> None:
    trial = Trial("one", "", "/tmp/a b.yaml")
    assert Scored(11.0) == CommandScore(("expr", "length", "{spec}", "-", "2"))(trial, lambda step, score: None)


def test_a_command_that_is_not_wanted_any_more_is_killed() -> None:
    seen = []

    def report(step: int, score: float) -> None:
        seen.append((step, score))
        if step == 2:
            raise Pruned

    text = 'for i in 1 2 3 4; do echo "{\\"step\\": $i, \\"score\\": $i}"; done\nexec sleep 100\n'
    with pytest.raises(Pruned):
        make_score(script(text))(Trial("one", "name: one\n"), report)
    assert [(1, 1.0), (2, 2.0)] == seen


@pytest.mark.parametrize(
    ("score", "message"),
    [
        ("", "the command is empty"),
        ("no-such-program x", "there is no program 'no-such-program'"),
        ("probe:varance", "unknown measurement 'varance'; did you mean `variance`?"),
        ("'open", "a quotation mark or a backslash of the command has no end"),
    ],
)
def test_an_impossible_score_is_wrong_usage(score: str, message: str) -> None:
    done = resnetgen("sweep", "space.yaml", "--score", score)
    assert 2 == done.code
    assert message in done.err
    assert not Path("candidates").exists()


def test_a_page_needs_a_score() -> None:
    done = resnetgen("sweep", "space.yaml", "--page", "page.html")
    assert (2, True) == (done.code, "a page is about the trials of a --score" in done.err)


def test_a_line_that_a_kill_cut_off_is_removed_and_the_rest_kept() -> None:
    with TrialLog("trials.jsonl", {"score": "x"}) as log:
        log.record(SCORED)
    path = Path("trials.jsonl")
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"trial": "b", "sta')
    with TrialLog("trials.jsonl", {"score": "x"}) as log:
        assert {"a": SCORED} == log.finished()
        log.record(SCORED._replace(name="b"))
    assert whole == path.read_bytes()[: len(whole)]
    assert 3 == len(path.read_bytes().splitlines())


def test_a_folder_has_trials_of_one_score_and_of_one_sweep_at_a_time() -> None:
    in_use = pytest.raises(LogError, match="another sweep is running trials in this folder")
    with TrialLog("trials.jsonl", {"score": "x"}), in_use:
        TrialLog("trials.jsonl", {"score": "x"})
    with pytest.raises(LogError, match="another score: x"):
        TrialLog("trials.jsonl", {"score": "y"})
    Path("trials.jsonl").write_text('{"score": "x"}\n{"trial": "a"}\n')
    with pytest.raises(LogError, match="this line lacks the key 'state'") as raised:
        TrialLog("trials.jsonl", {"score": "x"})
    assert 2 == raised.value.line


def test_the_command_tells_of_a_folder_in_use() -> None:
    with TrialLog(str(LOG), {"score": "echo 1"}):
        done = resnetgen("sweep", "space.yaml", "--score", "echo 1")
    assert (1, "") == (done.code, done.out)
    assert "candidates/trials.jsonl:1:1: error[RG813]: another sweep is running trials in this folder" in done.err


def test_a_full_disk_loses_no_finished_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    record = TrialLog.record

    def full_at_third(self: TrialLog, outcome: Outcome) -> None:
        if len(self.outcomes) == 2:
            raise OSError(28, "No space left on device")
        record(self, outcome)

    monkeypatch.setattr(TrialLog, "record", full_at_third)
    score = script("echo x >> ran; echo 1")
    done = resnetgen("sweep", "space.yaml", "-n", "3", "--score", score)
    assert 1 == done.code
    assert "error[RG601]: this file cannot be written: No space left on device" in done.err
    monkeypatch.undo()
    assert 0 == resnetgen("sweep", "space.yaml", "-n", "3", "--score", score).code
    assert 4 == len(Path("ran").read_text().split())
    assert 4 == len(LOG.read_text().splitlines())


def test_a_sweep_that_is_stopped_says_that_it_can_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    record = TrialLog.record

    def record_and_stop(self: TrialLog, outcome: Outcome) -> None:
        record(self, outcome)
        raise KeyboardInterrupt

    monkeypatch.setattr(TrialLog, "record", record_and_stop)
    done = resnetgen("sweep", "space.yaml", "-n", "2", "--score", "echo 1")
    assert (130, "") == (done.code, done.out)
    assert "stopped; the same command goes on from here" == done.err.splitlines()[-1]
    assert 2 == len(LOG.read_text().splitlines())


class DiesOnce(NamedTuple):
    """Kills the process that runs the first attempt at the trial of a name."""

    victim: str

    def __call__(self, trial: Trial, report: Report) -> Scored:
        path = Path(trial.text) / f"{trial.name}.tried"
        if trial.name == self.victim and not path.exists():
            path.touch()
            os._exit(9)
        return Scored(float(len(trial.name)))

    def depends_on(self) -> dict[str, str]:
        return {}


def run(outcomes: Iterator[Outcome]) -> dict[str, tuple[float, int]]:
    return {each.name: (each.scored.score, each.attempts) for each in outcomes if each.scored is not None}


def test_a_process_that_dies_takes_only_its_trial_with_it(folder: Path) -> None:
    trials: Sequence[Trial] = [Trial(name, str(folder)) for name in ("one", "two", "three")]
    found = run(processes.run_trials(trials, DiesOnce("two"), Resources(workers=2)))
    assert {"one": (3.0, 1), "two": (3.0, 2), "three": (5.0, 1)} == found


def test_a_trial_in_a_process_ends_where_its_report_does_not_want_the_rest() -> None:
    seen: dict[str, list[tuple[int, float]]] = {"good": [], "bad": []}

    def report_of(name: str) -> Report:
        def report(step: int, score: float) -> None:
            seen[name].append((step, score))
            if name == "bad" and step == 2:
                raise Pruned

        return report

    text = 'for i in 1 2 3; do echo "{\\"step\\": $i, \\"score\\": $i}"; done\n'
    score = make_score(script(f"{text}case $1 in *bad*) exec sleep 100;; esac\necho 4\n"))
    trials = [Trial(name, "name: x\n", report=report_of(name)) for name in ("good", "bad")]
    outcomes = {each.name: each for each in processes.run_trials(trials, score, Resources(workers=2, retries=3))}
    assert Scored(4.0) == outcomes["good"].scored
    assert (None, "pruned", 1) == (outcomes["bad"].scored, outcomes["bad"].error, outcomes["bad"].attempts)
    assert {"good": [(1, 1.0), (2, 2.0), (3, 3.0)], "bad": [(1, 1.0), (2, 2.0)]} == seen


def test_trials_run_here_in_their_order() -> None:
    outcomes = list(here.run_trials([Trial("b", ""), Trial("a", "")], make_score("echo {spec}1"), Resources()))
    assert ["b", "a"] == [each.name for each in outcomes]
    assert all(3 == each.attempts for each in outcomes)  # a path is no score


def test_a_probe_scores_a_candidate() -> None:
    trial = Trial("tiny", "name: tiny\nextends: resnet20\ninput: {size: 8}\n")
    outcome = attempt(make_score("probe:activations"), trial)
    assert outcome.scored is not None
    assert 0 <= outcome.scored.score <= 100


def test_the_page_has_each_choice_and_the_best_candidate() -> None:
    score = script("grep -o 'blocks: [0-9]' \"$1\" | tr -dc 0-9")
    done = resnetgen("sweep", "space.yaml", "-n", "8", "--score", score, "--page", "page.html", "--format", "json")
    assert 0 == done.code, done.err
    page = Path("page.html").read_text()
    candidates = json.loads(done.out)["candidates"]
    best = min(candidates, key=lambda each: each["score"])
    assert f"{best['score']:.4g} ({best['name']})" in page
    assert f"<dd>{median(each['score'] for each in candidates):.4g}</dd>" in page
    assert "stages.layer1.blocks" in page
    assert page.count("<circle") == 8 * (1 + 3)
    assert "a larger score is better" not in page
    Path("page.html").write_text("mine")
    done = resnetgen("sweep", "space.yaml", "-n", "8", "--score", score, "--page", "page.html", "--maximize")
    assert 1 == done.code
    assert "resnetgen has not written this file" in done.err


EXPERIMENT = """\
name: e
data: {type: synthetic, samples: 32}
networks: {a: resnet20}
recipe: {epochs: 2, batch: 16}
seeds: [0]
"""


def test_scores_of_a_changed_experiment_are_not_mixed(folder: Path) -> None:
    pytest.importorskip("torch")

    def about(text: str) -> dict[str, str]:
        Path("e.yaml").write_text(text)
        return dict(make_score("lab:e.yaml").depends_on())

    before = about(EXPERIMENT)
    assert before == about(EXPERIMENT + "# only a comment\n")
    changed = [about(EXPERIMENT.replace(*each)) for each in (("epochs: 2", "epochs: 3"), ("32", "64"), ("[0]", "[1]"))]
    assert 4 == len({each["experiment"] for each in (before, *changed)})
