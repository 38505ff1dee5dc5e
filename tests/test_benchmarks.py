"""The benchmarks of networks run, at sizes at which nothing can be learnt from them, and count rightly."""

import functools
import random
import re

import pytest
import torch
from torch import nn

from benchmarks import deployed, forms, gpu, loading, speed, training_memory
from benchmarks.allocations import peak
from benchmarks.contestants import NETWORKS, emitted, network_of
from benchmarks.libraries import Missing, timm_module
from benchmarks.matrix_peak import operations
from benchmarks.operator_times import by_kind
from benchmarks.rounds import Ratio, elapsed, in_rounds, ratio, ratio_of_runs
from benchmarks.training_memory import Peaks, measured, verdict

TINY = ("--networks", "resnet18", "--batch", "2", "--size", "32")
ONCE = ("--rounds", "1", "--seconds", "0")


def rows(printed: str) -> list[list[str]]:
    """The cells of all lines of tables, the headers included."""
    lines = [line for line in printed.splitlines() if line.startswith("| ") and not line.startswith("| ---")]
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]


@pytest.fixture
def libraries() -> None:
    """Skip the test where torchvision or timm is not there."""
    try:
        timm_module("models")
    except Missing as error:
        pytest.skip(str(error))


@pytest.mark.oracle
@pytest.mark.usefixtures("libraries")
def test_speed_prints_a_line_for_each_mode(capsys: pytest.CaptureFixture[str]) -> None:
    speed.main([*TINY, *ONCE, "--processes", "2"])
    _, *lines = rows(capsys.readouterr().out)
    assert [["`resnet18`", "inference"], ["`resnet18`", "training"]] == [line[:2] for line in lines]
    assert all(re.fullmatch(r"[\d,.]+ ms", cell) for line in lines for cell in line[2:5])


@pytest.mark.oracle
@pytest.mark.usefixtures("libraries")
def test_loading_prints_a_line_for_each_network(capsys: pytest.CaptureFixture[str]) -> None:
    loading.main([*ONCE, "--networks", "resnet18"])
    _, line = rows(capsys.readouterr().out)
    assert ["`resnet18`", "ms", "ms"] == [line[0], *(cell.split()[-1] for cell in line[1:3])]
    assert all(re.fullmatch(r"[\d,]+ MiB", cell) for cell in line[5:7])


@pytest.mark.oracle
@pytest.mark.usefixtures("libraries")
def test_a_training_step_takes_no_more_memory_than_theirs(capsys: pytest.CaptureFixture[str]) -> None:
    training_memory.main(["--networks", "resnet18", "seresnet50", "--batch", "2", "--size", "32"])
    printed = capsys.readouterr().out
    assert ["ours", "torchvision", "timm", "ours", "timm"] == [line[1] for line in rows(printed)[1:]]
    assert ["resnet18", "seresnet50"] == re.findall(
        r"^(\w+): holds, by [\d,]+ and [\d,]+ bytes$", printed, re.MULTILINE
    )


def test_every_form_answers_as_the_emitted_one(capsys: pytest.CaptureFixture[str]) -> None:
    forms.main([*TINY, *ONCE, "--copies", "1", "--modes", "inference"])
    _, *lines = rows(capsys.readouterr().out)
    assert list(forms.others("resnet18", list(forms.FORMS))) == [line[0] for line in lines]


def test_every_form_differs_from_the_emitted_one() -> None:
    assert list(forms.FORMS) == list(forms.others("resnet50", list(forms.FORMS)))


@pytest.mark.parametrize("form", [form for form, edit in forms.FORMS.items() if edit is not forms.as_emitted])
def test_a_form_has_the_gradients_of_the_emitted_one(form: str) -> None:
    """A variant must not save work at the expense of the gradient."""
    expected = gradients("resnet18", forms.EMITTED)
    found = gradients("resnet18", form)
    assert list(expected) == list(found)
    for name, gradient in expected.items():
        torch.testing.assert_close(found[name], gradient)


def gradients(name: str, form: str) -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    network = network_of(forms.FORMS[form](emitted(name)), f"gradients {form} {name}").double()
    x = torch.randn(2, 3, 32, 32, dtype=torch.double)
    network(x).square().mean().backward()
    return {key: parameter.grad for key, parameter in network.named_parameters() if parameter.grad is not None}


@pytest.mark.oracle
@pytest.mark.usefixtures("libraries")
def test_the_deploy_form_is_compared_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("onnxruntime")
    ways = [way for way in deployed.WAYS if "torch.compile" not in way and not way.startswith("ours")]
    deployed.main(
        ["--networks", "resnet18", "--batches", "2", "--size", "32", *ONCE, "--explain", "--ways", *ways],
    )
    lines = rows(capsys.readouterr().out)
    assert ["way", *ways, "ms in", *ways] == [line[0] for line in lines]
    assert deployed.HELD in ways


def test_the_gpu_program_runs_whole_without_a_gpu(capsys: pytest.CaptureFixture[str]) -> None:
    settings = ["fp32", "bf16 channels_last"]
    gpu.main([*TINY, *ONCE, "--device", "cpu", "--matrix", "16", "--settings", *settings])
    lines = [line for line in rows(capsys.readouterr().out) if line[3] == "ours"]
    expected = [["`resnet18`", setting, mode] for setting in settings for mode in ("inference", "training")]
    assert expected == [line[:3] for line in lines]


def test_what_there_is_no_time_for_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    gpu.main([*TINY, "--device", "cpu", "--matrix", "16", "--minutes", "0", "--settings", "fp32"])
    assert capsys.readouterr().out.endswith("\n  resnet18, fp32, inference\n  resnet18, fp32, training\n")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
@pytest.mark.parametrize("program", [gpu.main, lambda given: training_memory.main([*given, "--device", "cuda"])])
def test_without_a_device_it_is_said_that_there_is_none(program: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert callable(program)
    program([])
    assert "no CUDA device is at hand: nothing was measured\n" == capsys.readouterr().out


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_the_gpu_program_runs_on_a_gpu(capsys: pytest.CaptureFixture[str]) -> None:
    gpu.main([*TINY, *ONCE, "--matrix", "256"])
    ours = [line for line in rows(capsys.readouterr().out) if line[3] == "ours"]
    assert 2 * len(gpu.SETTINGS) == len(ours)


@pytest.mark.parametrize("name", NETWORKS)
def test_operations_are_twice_the_multiply_adds_that_the_file_states(name: str) -> None:
    source = emitted(name)
    total = re.search(r"^  total +[\d,]+ +([\d,]+)$", source, re.MULTILINE)
    assert total is not None
    assert 2 * int(total[1].replace(",", "")) == operations(lambda: network_of(source, f"counted {name}"), 224)


def test_a_peak_counts_what_is_held_at_a_time() -> None:
    kilobyte = torch.zeros(256)

    def job() -> None:
        first = kilobyte.exp()
        second = first.exp()
        del first
        third = second.exp()
        del second, third

    assert 2048 == peak(job).bytes


def test_a_peak_is_where_its_operator_is() -> None:
    def job() -> None:
        x = torch.zeros(256).exp()
        torch.cat([x, x, x])

    assert "aten::cat" == peak(job).operator


def test_an_addition_in_place_takes_a_training_step_no_less_memory() -> None:
    """The peak is in the backward pass, one map above that of an addition out of place."""
    out_of_place, in_place = (form_peaks("resnet50", form) for form in ("addition out of place", forms.EMITTED))
    assert (in_place.first, in_place.later) == (out_of_place.first, out_of_place.later)


def form_peaks(name: str, form: str) -> Peaks:
    source = forms.FORMS[form](emitted(name))
    return measured(lambda: network_of(source, f"peak {form} {name}"), 2, 64, "cpu")


def test_a_verdict_on_memory_names_what_it_is_missed_by() -> None:
    def peaks(later: int) -> Peaks:
        return Peaks(first=100, later=later, operator="", inference=0)

    assert "holds, by 0 and 5 bytes" == verdict({"ours": peaks(75), "timm": peaks(80), "torchvision": peaks(90)})
    assert "MISSED, by 0 bytes in the first step and 5 in a later one" == verdict(
        {"ours": peaks(85), "timm": peaks(80), "torchvision": peaks(90)}
    )
    assert "nothing to compare with" == verdict({"ours": peaks(85)})


def test_a_ratio_is_to_the_faster_of_the_bases() -> None:
    times = {"ours": [[2.0] * 5, [2.0] * 5], "slow": [[8.0] * 5] * 2, "fast": [[4.0] * 5] * 2}
    assert Ratio(0.5, 0.5, 0.5) == ratio(times, "ours", ["slow", "fast"])


def test_a_run_that_one_base_was_lucky_in_does_not_make_it_the_faster() -> None:
    runs = [{"ours": [[4.0]], "a": [[a]], "b": [[b]]} for a, b in ((2.0, 5.0), (4.0, 4.0), (5.0, 2.0))]
    found = ratio_of_runs(runs, "ours", ["a", "b"])
    assert (1.0, 1.0, 2.0) == (found.middle, found.low, found.high)


def test_the_interval_of_equal_contestants_has_one_in_it() -> None:
    draw = random.Random(0)
    times = {name: [[draw.uniform(1, 2) for _ in range(20)] for _ in range(2)] for name in ("ours", "timm")}
    found = ratio(times, "ours", ["timm"])
    assert found.low < 1 < found.high


@pytest.mark.parametrize(
    ("found", "most", "least"),
    [
        (Ratio(0.9, 0.8, 0.95), "holds", "MISSED"),
        (Ratio(1.1, 0.9, 1.2), "holds within noise", "holds"),
        (Ratio(1.1, 1.05, 1.2), "MISSED", "holds"),
        (Ratio(0.9, 0.8, 1.1), "holds", "holds within noise"),
    ],
)
def test_a_verdict_knows_noise(found: Ratio, most: str, least: str) -> None:
    assert (most, least) == (found.at_most(1), found.at_least(1))


def test_copies_take_turns_in_every_round() -> None:
    runs: list[tuple[str, int]] = []
    jobs = {name: [functools.partial(runs.append, (name, copy)) for copy in (0, 1)] for name in "ab"}
    times = in_rounds(jobs, seconds=0, rounds=3, clock=elapsed)
    assert {"a": [3, 3], "b": [3, 3]} == {name: [len(copy) for copy in copies] for name, copies in times.items()}
    everyone = [("a", 0), ("a", 1), ("b", 0), ("b", 1)]
    assert [everyone] * 4 == [sorted(runs[start : start + 4]) for start in range(0, 16, 4)]


def test_times_are_summed_by_kind() -> None:
    times = {"aten::mkldnn_convolution": 1.0, "FusedConv": 2.0, "aten::add_": 4.0, "Softmax": 8.0}
    assert {"convolution": 3.0, "addition": 4.0, "all else": 8.0} == by_kind(times)


def test_another_network_is_no_contestant() -> None:
    from benchmarks.contestants import alike

    with pytest.raises(SystemExit, match="other has other tensors"):
        alike({"ours": lambda: nn.Linear(1, 2), "other": lambda: nn.Linear(2, 1)})
