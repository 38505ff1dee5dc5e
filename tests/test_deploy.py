"""`build --deploy` over the whole collection and every case: the form for inference gives the same answers."""

import pytest

from resnetgen.cost import cost, state_dict
from resnetgen.deploy import deployed
from tests.deployment import difference, filled, forms, shortened
from tests.subjects import Subject, everything, shipped

CLOSE = 1e-10
"""Of what answers of double precision usually are: rounding alone, some hundred operators deep."""

MOST_PARAMS = 200_000_000
"""A larger network is compared without weights, and in full by the test that is marked `slow`."""


@pytest.mark.parametrize("subject", everything(), ids=str)
def test_the_converted_weights_are_those_of_the_network(subject: Subject) -> None:
    both = forms(subject.compiled)
    converted = both.convert(both.trained.state_dict())

    said = {key: entry.shape for key, entry in state_dict(deployed(subject.compiled).network)}
    assert said == {key: tuple(tensor.shape) for key, tensor in converted.items()}
    assert list(said) == list(both.deployed.state_dict())
    assert cost(deployed(subject.compiled).trace).params == sum(each.numel() for each in both.deployed.parameters())
    both.deployed.load_state_dict(converted, assign=True)


@pytest.mark.parametrize("subject", everything(), ids=str)
def test_the_answers_are_those_of_the_trained_form(subject: Subject) -> None:
    if cost(subject.compiled.trace).params > MOST_PARAMS:
        pytest.skip("its weights take gigabytes: the slow test has it")
    compiled = shortened(subject.compiled, subject.size())
    assert difference(filled(compiled), compiled.trace.input) < CLOSE


@pytest.mark.slow
@pytest.mark.parametrize("subject", shipped(), ids=str)
def test_the_answers_of_the_whole_network_are_those_of_the_trained_form(subject: Subject) -> None:
    shape = (subject.compiled.network.channels, *subject.size())
    assert difference(filled(subject.compiled), shape) < CLOSE
