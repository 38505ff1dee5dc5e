"""`resnetgen lab`: experiments as files, their mistakes, and the folder of a run."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from resnetgen.cli import atomic_write
from resnetgen.cli.exit import Terminated
from resnetgen.lab.experiment_file import QUICK, read_experiment, shipped
from resnetgen.lab.networks import compile_networks
from resnetgen.lab.run_folder import TrialFolder
from tests.cli.command_line import environment, resnetgen
from tests.lab.tiny import TINY, tiny


@pytest.fixture(autouse=True)
def experiment(folder: Path) -> Path:
    """Return the file of an experiment in the working directory."""
    path = folder / "tiny.yaml"
    path.write_text(TINY)
    return path


def run(*arguments: str) -> tuple[int, str, str]:
    done = resnetgen("lab", "run", "tiny.yaml", "--jobs", "1", *arguments)
    return done.code, done.out, done.err


def test_a_run_leaves_everything_in_its_folder(folder: Path) -> None:
    measures = "measure: [responses, {type: comparison, baseline: plain}]\n"
    (folder / "tiny.yaml").write_text(TINY.replace("epochs: 3", "epochs: 1") + measures)
    code, out, _ = run("--format", "json")
    assert 0 == code
    found = json.loads(out)
    assert found == json.loads(Path("runs/tiny/result.json").read_text())
    assert [("plain", False, 10), ("residual", True, 10)] == [
        (each["name"], each["residual"], each["depth"]) for each in found["networks"]
    ]
    assert [0, 1] == [each["seed"] for each in found["networks"][0]["trials"]]
    assert 2 == len(found["conclusions"])
    lines = Path("runs/tiny/plain/seed1/metrics.jsonl").read_text().splitlines()
    assert found["networks"][0]["trials"][1]["epochs"] == [json.loads(line) for line in lines]
    page = Path("runs/tiny/index.html").read_text()
    assert found["conclusions"][0]["verdict"] in page
    assert "synthetic, 32 images of 8x8" in Path("runs/tiny/curves.svg").read_text()
    assert re.findall(r"(?:src|href)=\"(?!#)", page) == []
    again = resnetgen("lab", "run", "runs/tiny/experiment.yaml", "-o", "runs/tiny", "--jobs", "1", "--format", "json")
    assert (0, out) == (again.code, again.out)


@pytest.mark.slow
def test_a_run_in_several_processes_has_the_same_curves(folder: Path) -> None:
    (folder / "tiny.yaml").write_text(TINY.replace("epochs: 3", "epochs: 1").replace("[0, 1]", "[0]"))
    assert 0 == run()[0]
    done = subprocess.run(
        [sys.executable, "-m", "resnetgen", "lab", "run", "tiny.yaml", "--jobs", "2", "-o", "other"],
        env=environment(),
        check=False,
    )
    assert 0 == done.returncode
    for name in ("plain", "residual"):
        curves = [Path(path, name, "seed0/metrics.jsonl").read_text() for path in ("runs/tiny", "other")]
        assert curves[0] == curves[1]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the processes of a run in /proc")
def test_a_killed_process_of_several_ends_the_run_with_a_way_on(folder: Path) -> None:
    (folder / "tiny.yaml").write_text(TINY.replace("epochs: 3", "epochs: 40"))
    command = [sys.executable, "-m", "resnetgen", "lab", "run", "tiny.yaml", "--jobs", "2"]
    with subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        while process.poll() is None and not [*Path("runs/tiny").glob("*/*/metrics.jsonl")]:
            sleep(0.02)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        workers = [each for each in children if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()]
        assert 2 == len(workers)
        os.kill(int(workers[0]), signal.SIGKILL)
        out, err = process.communicate()
    assert (1, "") == (process.returncode, out)
    assert "error[RG803]: a process of the run ended with the code -9" in err
    assert "Traceback" not in err
    assert not any(Path(f"/proc/{each}").exists() for each in workers)
    assert 0 == run()[0]


@pytest.mark.slow
def test_torchrun_trains_one_network_in_two_processes(folder: Path) -> None:
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    for _ in range(2):  # the second time, everything is there
        done = subprocess.run(
            [*command, "-m", "resnetgen", "lab", "run", "tiny.yaml"],
            env=environment(),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert 0 == done.returncode, done.stderr
        assert 1 == done.stdout.count("runs/tiny/index.html")
    lines = Path("runs/tiny/residual/seed0/metrics.jsonl").read_text().splitlines()
    assert [1, 2, 3] == [json.loads(line)["epoch"] for line in lines]


@pytest.mark.slow
def test_a_killed_process_goes_on_with_the_same_curve(folder: Path) -> None:
    (folder / "tiny.yaml").write_text(TINY.replace("epochs: 3", "epochs: 60"))
    command = [sys.executable, "-m", "resnetgen", "lab", "run", "tiny.yaml", "--jobs", "1", "-o", "killed"]
    metrics = Path("killed/plain/seed0/metrics.jsonl")
    for epochs in (1, 6, 25):
        with subprocess.Popen(
            command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            while process.poll() is None and not (metrics.exists() and metrics.read_text().count("\n") >= epochs):
                sleep(0.003 * epochs)  # so that it is killed at several places of an epoch
            assert process.poll() is None
            process.kill()
    assert 0 == resnetgen("lab", "run", "tiny.yaml", "--jobs", "1", "-o", "killed").code
    assert 0 == resnetgen("lab", "run", "tiny.yaml", "--jobs", "1", "-o", "whole").code
    for path in Path("whole").glob("*/*/metrics.jsonl"):
        assert path.read_text() == Path("killed", *path.parts[1:]).read_text()


def test_a_changed_experiment_leaves_the_folder_of_the_run_as_it_is(folder: Path) -> None:
    text = TINY.replace("epochs: 3", "epochs: 1").replace("[0, 1]", "[0]")
    (folder / "tiny.yaml").write_text(text)
    assert 0 == run()[0]
    before = {path: path.read_bytes() for path in Path("runs").rglob("*") if path.is_file()}
    (folder / "tiny.yaml").write_text(text.replace("rate: 0.05", "rate: 0.07"))
    code, out, err = run()
    assert (1, "") == (code, out)
    assert "RG807" in err
    assert before == {path: path.read_bytes() for path in Path("runs").rglob("*") if path.is_file()}


def test_a_run_that_is_stopped_says_that_it_can_go_on_and_then_what_is_finished(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "tiny.yaml").write_text(TINY.replace("epochs: 3", "epochs: 1"))
    save = TrialFolder.save
    stops = iter((KeyboardInterrupt(), Terminated(signal.SIGTERM)))

    def save_and_stop(self: TrialFolder, state: Mapping[str, Any]) -> None:
        save(self, state)
        raise next(stops)

    monkeypatch.setattr(TrialFolder, "save", save_and_stop)
    for ended, finished in ((130, []), (143, ["1 of 4 trainings finished before"])):
        code, out, err = run()
        assert (ended, "") == (code, out)
        first, *others = err.splitlines()
        assert first.startswith("2 networks, 2 seeds, one after another, on synthetic, 32 images of 8x8: about ")
        assert [*finished, "stopped; the same command goes on from here"] == others


def test_a_file_is_no_folder_of_a_run(folder: Path) -> None:
    for output in ("tiny.yaml", "tiny.yaml/inside"):
        code, out, err = run("-o", output)
        assert (1, "") == (code, out)
        assert "tiny.yaml:1:1: error[RG601]: this is a file, not a folder\n" in err
        assert "1 error; nothing was written" in err
    assert TINY == (folder / "tiny.yaml").read_text()


def test_a_full_disk_loses_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = atomic_write.replace

    def full(path: str, content: bytes) -> None:
        if path.endswith("plain/seed1/checkpoint.pt"):
            raise OSError(28, "No space left on device", path)
        replace(path, content)

    (folder / "tiny.yaml").write_text(TINY.replace("epochs: 3", "epochs: 1"))
    monkeypatch.setattr(atomic_write, "replace", full)
    code, out, err = run()
    assert (1, "") == (code, out)
    assert "plain/seed1/checkpoint.pt" in err
    assert "RG601" in err
    assert "No space left on device" in err
    monkeypatch.undo()
    kept = Path("runs/tiny/plain/seed0/checkpoint.pt").stat().st_mtime_ns
    assert 0 == run()[0]
    assert kept == Path("runs/tiny/plain/seed0/checkpoint.pt").stat().st_mtime_ns


def test_a_run_whose_loss_is_no_number_ends_with_1_and_says_so(folder: Path) -> None:
    (folder / "tiny.yaml").write_text(TINY.replace("rate: 0.05", "rate: 1.0e+8").replace("[0, 1]", "[0]"))
    code, out, _ = run()
    assert 1 == code
    assert "stopped early: plain, seed 0: the test loss became nan in epoch 1" in out


@pytest.mark.parametrize(
    ("old", "new", "code", "place", "message"),
    [
        ("samples: 32", "sample: 32", "RG201", "2:25", "unknown key `sample`; did you mean `samples`?"),
        ("synthetic", "synthetics", "RG206", "2:14", "synthetics"),
        ("epochs: 3", "epoch: 3", "RG201", "6:3", "unknown key `epoch`"),
        ("residual: resnet20", "residual: resnet21", "RG101", "3:38", "no spec `resnet21`"),
        ("stem.0.to: 4", "stem.0.too: 4", "RG201", "4:7", "unknown key `too`"),
        ("batch: 16", "batch: 16\n  warmup: 3", "RG209", "6:3", "`warmup` takes 3 epochs of 3"),
        ("batch: 16", "batch: 64", "RG808", "7:10", "a batch of 64 images, but there are 32 to train on"),
        ("seeds: ", "measure: [lesions]\nseeds: ", "RG206", "10:11", "unknown `measure` 'lesions'"),
        ("noise: 0.5", "size: [8, 8, 8, 8]", "RG204", "2:56", "one, two or three axes"),
        ("[0, 1]", "[0, 1, 0]", "RG204", "10:15", "`seeds` has 0 twice"),
        (
            "seeds: ",
            "measure: [lesion, {type: lesion}]\nseeds: ",
            "RG204",
            "10:19",
            "`lesion` is measured twice",
        ),
    ],
)
def test_mistakes_are_shown_at_their_place(
    folder: Path, old: str, new: str, code: str, place: str, message: str
) -> None:
    (folder / "tiny.yaml").write_text(TINY.replace(old, new))
    ended, out, err = run()
    assert (1, "") == (ended, out)
    assert f"tiny.yaml:{place}: error[{code}]" in err
    assert 1 == err.count(": error[")
    assert message in err
    assert not Path("runs").exists()


def test_a_baseline_that_is_no_network_is_told_before_training(folder: Path) -> None:
    alone = TINY.replace("residual: resnet20", "").replace(", }", "}")
    for text, name, message, help in (
        (TINY, "plin", "no network has the name `plin`; did you mean `plain`?", "use plain or residual"),
        (alone, "plain", "`plain` is the only network", "add another one to `networks`"),
    ):
        (folder / "tiny.yaml").write_text(f"{text}measure: [lesion, {{type: comparison, baseline: {name}}}]\n")
        code, out, err = run()
        assert (1, "") == (code, out)
        assert f"tiny.yaml:11:48: error[RG204]: {message}" in err
        assert f"help: {help}" in err
        assert not Path("runs").exists()


def test_data_that_is_missing_is_told_before_anything_is_written() -> None:
    done = resnetgen("lab", "degradation", "--data-path", "nowhere")
    assert 1 == done.code
    assert "there is no folder nowhere with CIFAR-10" in done.err
    assert not Path("runs").exists()


def test_data_without_a_path_cannot_be_at_another() -> None:
    code, _, err = run("--data-path", "elsewhere")
    assert 2 == code
    assert "synthetic" in err


def test_an_image_of_one_axis_makes_a_network_of_one_axis() -> None:
    file = tiny(TINY.replace("noise: 0.5", "size: [16]"))
    (plain, _) = compile_networks(file, file.experiment.data.load())
    assert (1, 16) == plain.compiled.trace.input
    assert "nn.Conv1d" in plain.source


@pytest.mark.parametrize("name", shipped())
def test_shipped_experiments_compile_and_their_quick_forms_are_there(name: str) -> None:
    file = read_experiment(name)
    assert name == file.experiment.name
    assert {name.removesuffix(QUICK), f"{name.removesuffix(QUICK)}{QUICK}"} <= {*shipped()}
    size = "size: 8, channels: 1" if name.endswith(QUICK) else "size: 32, channels: 3"
    like = tiny(TINY.replace("noise: 0.5", size).replace("classes: 4", "classes: 10"))
    networks = compile_networks(file, like.experiment.data.load())
    assert [*file.experiment.networks] == [each.name for each in networks]


def test_a_copy_says_everything_and_overwrites_nothing() -> None:
    assert 0 == resnetgen("lab", "copy", "degradation_quick", "-o", "mine.yaml").code
    assert read_experiment("degradation_quick").experiment == read_experiment("mine.yaml").experiment
    assert "extends" not in read_experiment("mine.yaml").document.sources[0].data
    again = resnetgen("lab", "copy", "degradation_quick", "-o", "mine.yaml")
    assert 1 == again.code
    assert "already exists" in again.err
