"""The records of published networks agree with themselves and with the rule that fills a network."""

import math

import numpy as np
import pytest

from tests.published.reference_facts import (
    Network,
    assert_answers,
    fill,
    fill_value,
    networks,
    probe_input,
    state_dict_sha256,
    timm_networks,
    torchvision_networks,
)
from tests.published.timm_oracle import timm_network
from tests.published.torchvision_oracle import torchvision_network

BUFFERS = ("running_mean", "running_var", "num_batches_tracked")

BLURS = 9 * (64 + 128 + 256 + 512)
"""The values of a network's blurs, which are buffers too but no part of the state dict."""


def test_there_are_torchvisions_ten() -> None:
    expected = [
        "resnet18",
        "resnet34",
        "resnet50",
        "resnet101",
        "resnet152",
        "resnext50_32x4d",
        "resnext101_32x8d",
        "resnext101_64x4d",
        "wide_resnet50_2",
        "wide_resnet101_2",
    ]
    assert expected == list(torchvision_networks())


def test_timm_has_these_ten_too_and_a_hundred_and_thirteen_more() -> None:
    assert 123 == len(timm_networks())
    theirs = {name: network.state_dict for name, network in timm_networks().items()}
    assert {} == {
        name: network.state_dict_sha256
        for name, network in torchvision_networks().items()
        if list(network.state_dict.items()) != list(theirs[name].items())
    }


def test_the_digests_are_those_of_the_listings() -> None:
    digests = {str(network): state_dict_sha256(network.state_dict) for network in networks()}
    assert digests == {str(network): network.state_dict_sha256 for network in networks()}


def test_the_counts_are_those_of_the_listings(subtests: pytest.Subtests) -> None:
    for network in networks():
        elements = {key: math.prod(shape) for key, shape in network.state_dict.items()}
        buffers = sum(count for key, count in elements.items() if key.endswith(BUFFERS))
        with subtests.test(str(network)):
            assert network.keys == len(elements)
            assert network.buffers == buffers + (BLURS if "blur" in network.name else 0)
            assert network.params == sum(elements.values()) - buffers


def test_probes_are_small_and_one_is_odd(subtests: pytest.Subtests) -> None:
    small, odd = (3, 64, 64), (3, 75, 91)
    for network in networks():
        others = {"regnet": [small], "resnet_3d": [(3, 8, 48, 48)], "clip": [network.input]}
        expected = others.get(family(network), [small, odd])
        with subtests.test(str(network)):
            assert expected == [*(probe.shape for probe in network.probes), *failing_shapes(network)]


def family(network: Network) -> str:
    """Return a word for networks of which less is recorded: those of one probe, such as those of one input size."""
    if network.name.endswith("_clip"):
        return "clip"
    return "resnet_3d" if len(network.input) == 4 else "regnet" if network.name.startswith("regnet") else "resnet"


def failing_shapes(network: Network) -> list[tuple[int, ...]]:
    return [failure.shape for failure in network.failures]


def test_features_halve_the_map_one_by_one(subtests: pytest.Subtests) -> None:
    for network in (each for each in networks() if each.source == "timm"):
        # ConvNeXt has no map before its first stage.
        first = [4] if network.name.startswith("convnext") else [2, 4]
        with subtests.test(network.name):
            assert [*first, 8, 16, 32] == [feature.reduction for feature in network.features]


@pytest.mark.parametrize(
    ("key", "shape", "mean", "deviation"),
    [
        ("conv1.weight", (64, 32, 7, 7), 0.0, math.sqrt(2 / (32 * 7 * 7))),
        ("fc.weight", (1000, 64), 0.0, math.sqrt(2 / 64)),
        ("fc.bias", (50_000,), 0.0, 0.1),
        ("bn1.weight", (50_000,), 1.0, 0.1),
        ("bn1.running_mean", (50_000,), 0.0, 0.1),
        ("bn1.running_var", (50_000,), 1 + 0.25 * math.sqrt(2 / math.pi), 0.25 * math.sqrt(1 - 2 / math.pi)),
    ],
)
def test_each_kind_of_entry_is_filled_by_its_own_law(
    key: str, shape: tuple[int, ...], mean: float, deviation: float
) -> None:
    values = fill_value(key, shape)

    assert np.dtype(np.float32) == values.dtype
    assert shape == values.shape
    assert mean == pytest.approx(float(values.mean()), abs=0.02 * deviation)
    assert deviation == pytest.approx(float(values.std()), rel=0.02)


def test_the_stream_of_a_fill_is_the_frozen_one() -> None:
    # RandomState(crc32(b"fc.bias")): if these move, so did every recorded logit.
    assert [-0.05556533858180046, -0.08304380625486374, -0.05879933387041092] == fill_value("fc.bias", (3,)).tolist()


def test_an_entry_without_axes_is_an_array_too() -> None:
    scale = fill_value("layer1.0.scale", ())

    assert isinstance(scale, np.ndarray)
    assert () == scale.shape


@pytest.mark.oracle
@pytest.mark.parametrize("name", ["torchvision-resnet18", "timm-resnet10t", "timm-resnetv2_18d", "timm-resnest14d"])
def test_the_live_network_has_the_recorded_keys_and_logits(name: str) -> None:
    import torch

    source, _, published = name.partition("-")
    recorded, make = SOURCES[source]
    network = recorded[published]
    live = make(published)
    fill(live)

    expected = list(network.state_dict.items())
    assert expected == [(key, tuple(tensor.shape)) for key, tensor in live.state_dict().items()]
    for probe in network.probes:
        with torch.inference_mode():
            logits = live(torch.from_numpy(probe_input(probe.shape)))
        assert_answers(logits.numpy(), probe)


SOURCES = {"torchvision": (torchvision_networks(), torchvision_network), "timm": (timm_networks(), timm_network)}
