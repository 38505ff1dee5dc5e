"""The checks of `resnetgen verify`: each passes on a network as it is emitted, and fails on one that is not so."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from resnetgen.analysis.shape_inference import trace
from resnetgen.compiler import Compiled
from resnetgen.errors import RunError
from resnetgen.runtime.devices import full_precision
from resnetgen.verify import CHECKS, GROUPS, TOOLS, check_function, select_checks
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.scheduler import run_parallel
from resnetgen.verify.task import CheckResult, Task
from resnetgen.verify.verdict import State, Verdict, from_differences
from tests.subjects import CASES, Subject, case, everything, flagships
from tests.verify.doctored import DOCTORED, MAPS, MAPS_BESIDE, Doctored, small

SLOW = {"compile"}
"""Checks that compile C++ for a minute."""

COMPILED = Doctored(
    "compile",
    "wrong where it is compiled",
    "self.fc(x)",
    "self.fc(x) + float(torch.compiler.is_compiling())",
    "of the output's scale",
)

DEVICES = [
    "cpu",
    pytest.param(
        "cuda",
        marks=[
            pytest.mark.gpu,
            pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device here"),
        ],
    ),
]


@pytest.fixture(params=DEVICES)
def device(request: pytest.FixtureRequest) -> torch.device:
    if request.param == "cuda":
        full_precision()
    return torch.device(request.param)


INDUCTORS_OWN = pytest.mark.filterwarnings("ignore:`torch.jit.script_method` is deprecated")


def marked(name: str, *values: object) -> object:
    return pytest.param(name, *values, marks=[pytest.mark.slow, INDUCTORS_OWN] if name in SLOW else [])


def fixture(source: str, folder: Path, device: torch.device, compiled: Compiled | None = None) -> ModelFixture:
    """A source as a network to be examined, beside what was said of the small network, or of another.

    Each has a folder of its own: over a source of the same length and the same second, Python would run the bytecode of
    the one before.
    """
    compiled = compiled or small()[0]
    folder = Path(tempfile.mkdtemp(dir=folder))
    path = folder / "small.py"
    path.write_text(source, encoding="utf-8")
    return ModelFixture(compiled.trace, str(path), device, 2, str(folder))


def found(name: str, subject: ModelFixture) -> Verdict:
    """Return the verdict of a check; an exception becomes a failure, as in the worker process."""
    try:
        return check_function(name)(subject)
    except Exception as error:
        code = f"{error.code}: " if isinstance(error, RunError) else ""
        return Verdict(State.FAILED, f"{type(error).__name__}: {code}{error} (line ")


@pytest.fixture(autouse=True)
def undisturbed() -> Iterator[None]:
    with torch.random.fork_rng(devices=[]):
        yield


# Each check


@pytest.mark.parametrize("name", [marked(check.name) for check in CHECKS])
def test_a_check_passes_on_what_is_emitted(name: str, device: torch.device, tmp_path: Path) -> None:
    verdict = found(name, fixture(small()[1], tmp_path, device))
    assert (State.PASSED, "") == (verdict.state, verdict.detail if verdict.state is State.FAILED else "")


@pytest.mark.parametrize("doctored", DOCTORED, ids=str)
def test_a_check_fails_on_what_is_not_so(doctored: Doctored, device: torch.device, tmp_path: Path) -> None:
    verdict = found(doctored.check, fixture(doctored.apply(small()[1]), tmp_path, device))
    assert State.FAILED == verdict.state
    assert doctored.words in verdict.detail


@pytest.mark.parametrize("doctored", MAPS, ids=str)
def test_a_check_fails_on_maps_that_are_not_so(doctored: Doctored, device: torch.device, tmp_path: Path) -> None:
    compiled, source = small("{features: [layer1, layer2]}")
    assert State.PASSED == found("features", fixture(source, tmp_path, device, compiled)).state
    verdict = found("features", fixture(doctored.apply(source), tmp_path, device, compiled))
    assert State.FAILED == verdict.state
    assert doctored.words in verdict.detail


@pytest.mark.parametrize("doctored", MAPS_BESIDE, ids=str)
def test_a_check_fails_on_maps_of_a_classifier_that_are_not_so(
    doctored: Doctored, device: torch.device, tmp_path: Path
) -> None:
    compiled, source = small("{features: [stem, layer2, layer1], pool: avg, classes: 10}")
    assert State.PASSED == found("features", fixture(source, tmp_path, device, compiled)).state
    subject = fixture(doctored.apply(source), tmp_path, device, compiled)
    verdict = found("features", subject)
    assert State.FAILED == verdict.state
    assert doctored.words in verdict.detail
    assert ["passed"] * 2 == [found(name, subject).state.value for name in ("shapes", "forward")]


@pytest.mark.slow
@INDUCTORS_OWN
def test_what_is_compiled_wrong_is_found(device: torch.device, tmp_path: Path) -> None:
    verdict = found(COMPILED.check, fixture(COMPILED.apply(small()[1]), tmp_path, device))
    assert State.FAILED == verdict.state
    assert COMPILED.words in verdict.detail


def test_every_check_has_failed_on_something() -> None:
    assert {check.name for check in CHECKS} == {each.check for each in (*DOCTORED, COMPILED)}


def test_every_check_says_what_it_finds() -> None:
    docstrings = {check.name: check_function(check.name).__doc__ for check in CHECKS}
    assert [] == [name for name, text in docstrings.items() if not (text or "").partition("\n")[0].endswith(".")]


def test_names_and_groups_mean_checks_in_their_order() -> None:
    assert ("shapes", "compile") == tuple(check.name for check in select_checks(["compile", "shapes"]))
    assert CHECKS == select_checks(GROUPS)
    assert {check.group for check in CHECKS} == set(GROUPS)
    with pytest.raises(KeyError):
        select_checks(["shape"])


def test_few_differences_are_told_and_the_others_counted() -> None:
    assert (State.PASSED, "all", False) == from_differences([], "all")
    assert (State.FAILED, "a; b; c; and 2 more", False) == from_differences("abcde", "all")


# Structures

CASES_OF = (
    "shortcut_pad",
    "shortcut_preact",
    "shortcut_none",
    "rank_1",
    "rank_3",
    "features",
    "norm_frozen_batch",
    "norm_evonorm_s0",
    "antialias_blur",
    "spatial_multi_scale",
    "spatial_selective_kernel",
    "dropout",
    "training_together",
)
"""Cases with structures that the small network does not have."""

CHEAP = tuple(check.name for check in CHECKS if check.group != TOOLS)


@pytest.mark.parametrize("name", CASES_OF)
def test_every_structure_is_as_it_was_said(name: str, tmp_path: Path) -> None:
    subject = case(CASES / name)
    path = tmp_path / f"{name}.py"
    path.write_text(subject.source, encoding="utf-8")
    examined = ModelFixture(subject.compiled.trace, str(path), torch.device("cpu"), 2, str(tmp_path))
    verdicts = {name: found(name, examined) for name in CHEAP}
    assert {} == {name: one.detail for name, one in verdicts.items() if one.state is not State.PASSED}


def failures(task: Task) -> dict[str, str]:
    """Return the failed checks of a network in a process of its own, with their details."""
    rows = [each for found in run_parallel([task], 1) for each in found if isinstance(each, CheckResult)]
    assert list(task.checks) == [row.check for row in rows]
    return {row.check: row.verdict.detail for row in rows if row.verdict.state is State.FAILED}


def task(subject: Subject, size: tuple[int, ...], device: str) -> Task:
    compiled = subject.compiled
    checks = tuple(check.name for check in CHECKS)
    return Task(trace(compiled.network, size), subject.source, device, 2, checks, 3600)


CANNOT = {("activations", "onnx"): "torch's exporter has no `rrelu`, which ONNX has not either"}
"""Checks that a network's structure rules out, with the reason."""


@pytest.mark.slow
@pytest.mark.parametrize("subject", everything(), ids=str)
def test_all_of_the_collection_is_as_it_was_said(subject: Subject) -> None:
    failed = failures(task(subject, subject.size(), "cpu"))
    cannot = {check for name, check in CANNOT if name == subject.name}
    assert (cannot, {}) == (set(failed) & cannot, {name: failed[name] for name in failed if name not in cannot})


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device here")
@pytest.mark.parametrize("subject", flagships(), ids=str)
def test_the_flagships_are_on_cuda_as_they_were_said(subject: Subject) -> None:
    assert {} == failures(task(subject, subject.compiled.network.size, "cuda"))
