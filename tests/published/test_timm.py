"""The collection beside the live timm, and timm's classes with random arguments beside specs that say the same."""

import functools
from collections.abc import Callable

import pytest
import torch
from torch import nn

from resnetgen.api import compile_mapping, emit_source
from resnetgen.errors import SpecError
from resnetgen.runtime.load_source import load
from tests.published.collection import constant_buffers, loaded, spec_of, weights
from tests.published.reference_facts import CALM, Network, assert_answers, networks_of, probe_input
from tests.published.timm_oracle import assert_equal_answers, timm_network, unsettle
from tests.published.timm_specs import resnet_spec, resnetv2_spec
from tests.strategies.choices import Data
from tests.strategies.timm import random_resnet, random_resnetv2, random_size, resnet, resnetv2

MOST_PARAMS = 60_000_000
"""A larger network takes long, and is like a smaller one but for its depth and widths."""

SMALL = [network for network in networks_of("timm").values() if network.params <= MOST_PARAMS]
CALMED = [network for network in networks_of("timm").values() if network.calm]


@pytest.mark.oracle
@pytest.mark.parametrize("reference", SMALL, ids=str)
def test_it_answers_as_timm_does(reference: Network) -> None:
    theirs = timm_network(reference.name)
    unsettle(theirs)
    shape = reference.input if reference.name.endswith("_clip") else (3, 96, 64)
    assert_equal_answers(theirs, loaded(spec_of(reference), theirs.state_dict()), shape)


@pytest.mark.oracle
@pytest.mark.slow
@pytest.mark.parametrize("reference", CALMED, ids=str)
def test_the_calm_record_is_what_timm_answers(reference: Network) -> None:
    theirs = calm(reference)
    for probe in reference.calm:
        with torch.inference_mode():
            logits = theirs(torch.from_numpy(probe_input(probe.shape)))
        assert_answers(logits.numpy(), probe, rtol=1e-5)


def calm(reference: Network) -> nn.Module:
    """timm's network with the weights of a calm fill."""
    make = functools.partial(timm_network, reference.name)
    with torch.device("meta"):
        theirs = make()
    theirs = make() if constant_buffers(theirs) else theirs
    theirs.load_state_dict(weights(reference.state_dict, CALM), assign=True)
    return theirs


SEED = 1812
RANDOM = 60
"""So many networks of each class."""

Kind = tuple[Callable[[int, int], Data], Callable[[Data], nn.Module], Callable[[Data, tuple[int, int]], Data]]

KINDS: dict[str, Kind] = {
    "resnet": (random_resnet, resnet, resnet_spec),
    "resnetv2": (random_resnetv2, resnetv2, resnetv2_spec),
}
"""Of each class: random arguments, the network that timm makes of them, and the spec that says the same."""


@pytest.mark.oracle
@pytest.mark.parametrize("number", range(RANDOM))
@pytest.mark.parametrize("kind", KINDS)
def test_a_spec_says_what_random_arguments_of_timm_do(kind: str, number: int) -> None:
    choose, make, translate = KINDS[kind]
    arguments = choose(SEED, number)
    size = random_size(SEED, number)
    theirs = runs(lambda: make(arguments), (arguments["in_chans"], *size))
    spec = translate(arguments, size)
    if theirs is None:
        with pytest.raises(SpecError) as refused:
            compile_mapping(spec)
        assert {"RG302", "RG303", "RG304"} >= {diagnostic.code for diagnostic in refused.value.diagnostics}
        return
    compiled = compile_mapping(spec)
    ours = load(emit_source(compiled), compiled.network)().eval()
    unsettle(theirs)
    assert shapes(theirs) == shapes(ours)
    ours.load_state_dict(theirs.state_dict())
    assert_equal_answers(theirs, ours, (arguments["in_chans"], *size))


def runs(make: Callable[[], nn.Module], shape: tuple[int, ...]) -> nn.Module | None:
    """timm's network, or None where it cannot be made or does not take an input of that shape."""
    try:
        network = make()
        with torch.inference_mode():
            network(torch.zeros(1, *shape))
    except (RuntimeError, ValueError):  # of an addition, or a window; of groups that do not divide
        return None
    return network


def shapes(network: nn.Module) -> list[tuple[str, tuple[int, ...]]]:
    return [(key, tuple(tensor.shape)) for key, tensor in network.state_dict().items()]
