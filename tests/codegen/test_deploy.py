"""`build --deploy` over the whole collection and every case: the form for inference gives the same answers."""

import pytest
import torch

from resnetgen.analysis.cost import cost, state_dict
from resnetgen.compiler import deploy_form
from tests.codegen.deployment import converter, difference, filled, rounding, shortened
from tests.nightly import networks
from tests.subjects import Subject, everything, flagships, shipped

CLOSE = 1e-10
"""Of what answers of double precision usually are: rounding alone, some hundred operators deep."""

ROUNDINGS = 4
"""Of a network of 420 layers with such weights, rounding alone makes 2e-8: at most so many times what it does there."""

MOST_PARAMS = 60_000_000
"""A larger network is left to the test that is marked `slow`."""

MOST_MACS = 4_000_000_000
"""Likewise."""

GIGABYTES = 200_000_000
"""The parameters of a network whose weights take gigabytes: the slow test shortens it too."""

KEPT = [subject.name for subject in flagships()]


@pytest.mark.parametrize(
    "subject",
    [pytest.param(each, marks=() if each.name in KEPT else pytest.mark.slow, id=each.name) for each in shipped()],
)
def test_the_weights_of_all_blocks_are_converted(subject: Subject) -> None:
    compiled = subject.compiled
    trained = {
        key: torch.empty(entry.shape, dtype=torch.float32 if entry.real else torch.int64, device="meta")
        for key, entry in state_dict(compiled.network)
    }
    converted = converter(compiled)(trained)

    predicted = {key: entry.shape for key, entry in state_dict(deploy_form(compiled).network)}
    assert predicted == {key: tuple(tensor.shape) for key, tensor in converted.items()}


@pytest.mark.parametrize("subject", networks(everything(), every=3))
def test_the_answers_are_those_of_the_trained_form(subject: Subject) -> None:
    if cost(subject.compiled.trace).params > MOST_PARAMS:
        pytest.skip("it is large: the slow test has it")
    compiled = shortened(subject.compiled, subject.size())
    if cost(compiled.trace).macs > MOST_MACS:
        pytest.skip("it takes long in double precision: the slow test has it")
    both = filled(compiled)
    found = deploy_form(compiled)

    assert [key for key, _ in state_dict(found.network)] == list(both.deployed.state_dict())
    assert cost(found.trace).params == sum(each.numel() for each in both.deployed.parameters())
    assert difference(both, compiled.trace.input) < CLOSE


@pytest.mark.slow
@pytest.mark.parametrize("subject", shipped(), ids=str)
def test_the_answers_of_the_whole_network_are_those_of_the_trained_form(subject: Subject) -> None:
    """The whole network, but for one of gigabytes, of which each block that differs from the others is enough."""
    compiled, size = subject.compiled, subject.size()
    if cost(compiled.trace).params > GIGABYTES:
        compiled = shortened(compiled, size)
    both, shape = filled(compiled), (compiled.network.channels, *size)
    found = difference(both, shape)
    assert found < CLOSE or found < ROUNDINGS * rounding(both, shape)
