"""The networks of torchvision and timm: equal keys, shapes, figures, maps and answers, and refused where they fail."""

import re
from itertools import accumulate

import pytest
import torch

from resnetgen.analysis.cost import cost, state_dict
from resnetgen.analysis.shape_inference import Trace
from resnetgen.api import compile_spec
from tests.cli.command_line import resnetgen
from tests.published.collection import answer, filled, named_elsewhere, spec_of
from tests.published.reference_facts import CALM, Feature, Network, Shape, assert_answers, networks, state_dict_sha256
from tests.subjects import repeating

NETWORKS = networks()

MOST_PARAMS = 40_000_000
"""A larger network is compared without weights, and in full by the tests that are marked `slow`."""


def test_the_collection_has_each_of_them_once_and_names_no_other() -> None:
    names = [name for name, subjects in named_elsewhere().items() for _ in subjects]
    assert sorted((network.source, network.name) for network in NETWORKS) == sorted(names)


def test_the_networks_know_their_names_there() -> None:
    known = {str(reference): spec_of(reference).compiled.network.aka for reference in NETWORKS}
    assert [] == [str(each) for each in NETWORKS if (each.source, each.name) not in known[str(each)]]


def test_the_static_state_dicts_are_the_published_ones(subtests: pytest.Subtests) -> None:
    for reference in NETWORKS:
        with subtests.test(str(reference)):
            static = {key: entry.shape for key, entry in state_dict(spec_of(reference).compiled.network)}
            assert list(reference.state_dict.items()) == list(static.items())
            assert reference.state_dict_sha256 == state_dict_sha256(static)


@pytest.mark.parametrize("reference", NETWORKS, ids=str)
def test_the_modules_state_dict_is_the_published_one(reference: Network) -> None:
    ours = spec_of(reference).on_meta().state_dict()
    assert list(reference.state_dict.items()) == [(key, tuple(tensor.shape)) for key, tensor in ours.items()]


def test_the_figures_are_the_published_ones(subtests: pytest.Subtests) -> None:
    for reference in NETWORKS:
        compiled = spec_of(reference).compiled
        figures = cost(compiled.trace)
        with subtests.test(str(reference)):
            assert reference.input == compiled.trace.input
            assert reference.output == compiled.trace.output
            assert reference.params == figures.params
            assert reference.buffers == figures.buffers
            assert reference.macs == figures.macs + discarded_macs(reference)
            assert reference.keys == sum(1 for _ in state_dict(compiled.network))


def discarded_macs(reference: Network) -> int:
    """The multiply-adds of timm's attention pool for every query but that of the mean, whose answers it drops."""
    if "head.pos_embed" not in reference.state_dict:
        return 0
    tokens, channels = reference.state_dict["head.pos_embed"]
    of_query = channels * (channels + reference.output[0]) + 2 * tokens * channels
    return (tokens - 1) * of_query


def test_the_feature_maps_are_the_published_ones(subtests: pytest.Subtests) -> None:
    for reference in (network for network in NETWORKS if network.features):
        traced = spec_of(reference).compiled.trace
        expected = [
            (feature.module, feature.channels, *(-(-extent // feature.reduction) for extent in traced.input[1:]))
            for feature in reference.features
        ]
        named = {feature.module for feature in reference.features}
        with subtests.test(str(reference)):
            assert expected == [(module, *shape) for module, shape in maps(traced).items() if module in named]


def maps(traced: Trace) -> dict[str, Shape]:
    """The shape that leaves each module of stem and head and each stage, by its path in the emitted network."""
    shapes = {name: step.output for step in traced.stem for name in _around(step.node.name)}
    for stage in traced.stages:
        shapes[stage.stage.path.removesuffix(".blocks")] = stage.output
    return shapes | {name: step.output for step in traced.head_steps for name in _around(step.node.name)}


def _around(name: str) -> list[str]:
    """The path of a module, and those of the modules around it."""
    return list(accumulate(name.split("."), "{}.{}".format))


NOISE = {"nf_regnet_b1", "nf_seresnet50"}
"""Networks without norms to calm, in which errors of rounding grow: with two threads of torch in place of one, their
answers differ by up to 6 percent. test_timm.py compares them with timm's own networks in one process.
"""

LONG = {"resnet101_clip", "resnet50x4_clip"}
"""Networks that take a second or more at the size of their recorded answers, the only one that they have."""


def takes_long(network: Network) -> bool:
    return network.params > MOST_PARAMS or network.name in LONG or spec_of(network).name in repeating()


CALM_ONES = [network for network in NETWORKS if network.name not in NOISE]
BY_NIGHT = [network for network in CALM_ONES if takes_long(network)]
BY_DAY = [network for network in CALM_ONES if not takes_long(network)]


@pytest.mark.parametrize("reference", BY_DAY, ids=str)
def test_the_answers_are_the_published_ones(reference: Network) -> None:
    ours = filled(spec_of(reference), reference.state_dict, CALM if reference.calm else 1.0)
    for probe in reference.calm or reference.probes:
        assert_answers(answer(ours, probe.shape), probe)


@pytest.mark.slow
@pytest.mark.parametrize("reference", BY_NIGHT, ids=str)
def test_the_others_take_the_probes(reference: Network) -> None:
    ours = spec_of(reference).on_meta()
    for probe in reference.probes:
        assert (1, *reference.output) == ours(torch.empty(1, *probe.shape, device="meta")).shape


@pytest.mark.slow
@pytest.mark.parametrize("reference", BY_NIGHT, ids=str)
def test_the_answers_of_the_others_are_the_published_ones(reference: Network) -> None:
    test_the_answers_are_the_published_ones(reference)


def test_they_compile_where_the_published_networks_run(subtests: pytest.Subtests) -> None:
    for reference in NETWORKS:
        for probe in reference.probes:
            with subtests.test(f"{reference} at {probe.shape}"):
                compiled = compile_spec(spec_of(reference).name, size=probe.shape[1:])
                assert reference.output == compiled.trace.output


FAILING = [network for network in NETWORKS if network.failures]


def test_seven_fail_at_one_size() -> None:
    assert 7 == len(FAILING)
    assert {((3, 75, 91),)} == {tuple(failure.shape for failure in network.failures) for network in FAILING}


@pytest.mark.parametrize("reference", FAILING, ids=str)
def test_it_is_refused_where_the_published_network_fails(reference: Network) -> None:
    # The anti-aliased branch halves 19x23 rounding down, the shortcut beside it rounding up.
    layer2 = feature(reference, "layer2")
    for failure in reference.failures:
        size = "x".join(map(str, failure.shape[1:]))
        done = resnetgen("check", "--input-size", size, spec_of(reference).name)
        assert 1 == done.code
        assert f"{layer2.channels}x9x11" in done.err
        assert f"{layer2.channels}x10x12" in done.err
        assert layer2.module in done.err
        assert ("11", "12") == differing(failure.error)


def feature(reference: Network, module: str) -> Feature:
    return next(feature for feature in reference.features if feature.module == module)


def differing(error: str) -> tuple[str, ...]:
    """The two extents that an addition could not join, as torch tells them."""
    return tuple(re.findall(r"tensor \w \((\d+)\)", error))
