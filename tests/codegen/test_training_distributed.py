"""Two processes train what one does: no parameter is left unused, and gradients are those of the whole batch."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from tests.cli.launching import TWO, run
from tests.codegen.distributed_training import PARALLEL, SHARDED
from tests.subjects import ROOT

Outcomes = dict[str, dict[str, float | str]]

pytestmark = pytest.mark.skipif(
    not torch.distributed.is_available() or not torch.distributed.is_gloo_available(),
    reason="this torch has no gloo",
)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """The results of all runs, from a single start of two processes."""
    file = tmp_path_factory.mktemp("distributed") / "outcomes.json"
    run(ROOT, ROOT, *TWO, "-m", "tests.codegen.distributed_training", str(file))
    found: Outcomes = json.loads(Path(file).read_text(encoding="utf-8"))
    return found


def small(found: float | str) -> float:
    """A difference that is one of the order of sums alone; what went wrong is shown as it is."""
    assert isinstance(found, float), found
    return found


@pytest.mark.parametrize("name", PARALLEL)
def test_no_parameter_is_unused_and_gradients_are_those_of_the_whole(name: str, outcomes: Outcomes) -> None:
    assert small(outcomes["parallel"][name]) < 1e-5


@pytest.mark.parametrize("name", SHARDED)
def test_blocks_that_are_sharded_learn_as_in_one_process(name: str, outcomes: Outcomes) -> None:
    assert small(outcomes["sharded"][name]) < 1e-5
