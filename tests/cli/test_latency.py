"""`resnetgen compare --latency`: what is measured and stated; never how long it took."""

import json
from pathlib import Path

import pytest

from resnetgen.api import compile_spec
from resnetgen.runtime import latency
from tests.cli.command_line import resnetgen

pytestmark = pytest.mark.usefixtures("folder")

SPEC = """\
{name: small, input: {channels: 3, size: 8}, stem: [{conv: 3, to: 4}], block: {type: basic},
 stages: {layer1: {blocks: 1, channels: 4}}, head: {pool: avg, classes: 10}}
"""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fewest runs."""
    monkeypatch.setattr(latency, "WARM_UP_SECONDS", 0.0)
    monkeypatch.setattr(latency, "SECONDS", 0.0)


@pytest.mark.usefixtures("quick")
def test_times_are_stated_with_their_circumstances() -> None:
    Path("a.yaml").write_text(SPEC, encoding="utf-8")
    asked = ("a.yaml", "--latency", "--device", "cpu", "--batch", "3", "--dtype", "float64")
    (row,) = json.loads(resnetgen("compare", *asked, "--format", "json").out)
    found = row["measured"]
    assert [3, "float64", latency.LEAST_RUNS] == [found["batch"], found["dtype"], found["runs"]]
    assert found["device"].startswith("cpu, ")
    assert found["device"].endswith(("thread", "threads"))
    low, high = row["milliseconds_interval"]
    assert 0 < low <= row["milliseconds"] <= high
    assert row["images_per_second"] == pytest.approx(3000 / found["median"], rel=1e-3)
    shown = resnetgen("compare", *asked).out
    assert "float64, batch of 3, 10 runs" in " ".join(shown.split())


def test_without_latency_there_are_no_times() -> None:
    (row,) = json.loads(resnetgen("compare", "resnet18", "--format", "json").out)
    assert not {"milliseconds", "images_per_second", "measured"} & set(row)


@pytest.mark.usefixtures("quick")
def test_a_network_that_needs_two_samples_has_two(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.yaml").write_text(SPEC, encoding="utf-8")
    compiled = compile_spec("a.yaml")
    trace = compiled.trace._replace(min_batch=2)
    monkeypatch.setattr(type(compiled), "trace", trace)
    assert 2 == latency.measure(compiled, "cpu").batch


@pytest.mark.parametrize(
    ("count", "ranks"),
    # with p = 1/2, the ranks hold the median with a probability of at least 95 %; counted from 0
    [(10, (1, 9)), (16, (4, 12)), (100, (40, 60)), (3, (0, 2))],
)
def test_the_interval_is_that_of_the_ranks(count: int, ranks: tuple[int, int]) -> None:
    times = [float(value) for value in reversed(range(count))]
    assert ranks == latency.interval(times)


def test_without_torch_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resnetgen.runtime.packages.missing_packages", list)
    done = resnetgen("compare", "resnet18", "--latency")
    assert (1, "") == (done.code, done.out)
    assert "error[RG801]: measuring a network needs torch, which is not installed" in done.err
    assert "[torch]" in done.err


def test_a_device_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    done = resnetgen("compare", "resnet18", "--latency", "--device", "cuda")
    assert (1, "") == (done.code, done.out)
    assert done.err.startswith("error[RG802]: there is no CUDA device")


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--device", "cpu"), "--device needs --latency"),
        (("--latency", "--layout", "paper"), "--latency needs --layout figures"),
    ],
)
def test_options_that_would_do_nothing_are_refused(options: tuple[str, ...], why: str) -> None:
    done = resnetgen("compare", "resnet18", *options)
    assert 2 == done.code
    assert why in done.err
