"""Each measurement on networks whose answer is known in closed form."""

from math import comb

import numpy as np
import pytest
import torch
from torch import nn

from resnetgen.api import compile_mapping, compile_spec
from resnetgen.probe import load_measurement
from resnetgen.probe.finding import Finding
from resnetgen.probe.subject import Subject, load_subject

BLOCKS = 5


def chain(
    layers: list[dict[str, object]], shortcut: str, *, channels: int = 4, rank: int = 2, size: int = 8
) -> Subject:
    """Return blocks of the given layers without norms and activations, all of the input's own shape."""
    compiled = compile_mapping(
        {
            "name": "chain",
            "input": {"channels": channels, "size": [size] * rank},
            "norm": "none",
            "act": "none",
            "blocks": {"linear": {"branch": layers, "join": {"act": "none"}}},
            "block": {"type": "linear", "shortcut": shortcut},
            "stages": {"layer1": {"blocks": BLOCKS, "channels": channels}},
            "stem": [],
            "head": {"features": ["layer1"]},
        }
    )
    return load_subject(compiled, batch=4)


def scaled_identity(subject: Subject, factor: float) -> Subject:
    """Let every convolution multiply its input by a factor."""
    for module in subject.network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.dirac_(module.weight)
            module.weight.data.mul_(factor)
            assert module.bias is not None
            nn.init.zeros_(module.bias)
    return subject


def scaled_chain(factor: float, shortcut: str) -> Subject:
    return scaled_identity(chain([{"conv": 1, "to": "out"}], shortcut), factor)


def figure(finding: Finding, name: str) -> float:
    return next(each.value for each in finding.figures if each.name == name)


def series(finding: Finding, name: str) -> list[float]:
    return next(list(each.values) for each in finding.series if each.name == name)


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_the_variance_of_scaled_branches(factor: float) -> None:
    found = load_measurement("variance").measure(scaled_chain(factor, "identity"))
    blocks, branches, shortcuts = (series(found, name) for name in ("block", "branch", "shortcut"))
    assert [shortcuts[0] * (1 + factor) ** (2 * number) for number in range(BLOCKS)] == pytest.approx(
        shortcuts, rel=1e-5
    )
    assert [factor**2 * value for value in shortcuts] == pytest.approx(branches, rel=1e-5)
    assert [(1 + factor) ** 2 * value for value in shortcuts] == pytest.approx(blocks, rel=1e-5)
    share = 100 * factor**2 / (1 + factor**2)
    assert share == pytest.approx(figure(found, "branch in the last sum"), rel=1e-5)
    growth = (1 + factor) ** (2 * (BLOCKS - 1))
    assert growth == pytest.approx(figure(found, "largest to smallest variance of a block"), rel=1e-5)
    assert (growth > 1e4) == found.is_warning


def test_branches_that_end_in_a_norm_add_one_to_the_variance_each() -> None:
    """De and Smith's first result: with a shortcut of variance n, the branch has a share of 1 / (n + 1)."""
    spec = {
        "name": "normed",
        "input": {"channels": 64, "size": 8},
        "blocks": {"normed": {"branch": [{"conv": 3, "to": "out", "act": "none"}], "join": {"act": "none"}}},
        "block": {"type": "normed"},
        "stages": {"layer1": {"blocks": 8, "channels": 64}},
        "stem": [],
        "head": {"features": ["layer1"]},
    }
    found = load_measurement("variance").measure(load_subject(compile_mapping(spec), batch=16))
    assert series(found, "branch") == pytest.approx([1.0] * 8, rel=1e-3)
    # Branch and shortcut are correlated by chance alone: by about 1 / 8, for 64 channels of random weights.
    assert series(found, "shortcut") == pytest.approx(range(1, 9), rel=0.3)


@pytest.mark.parametrize("factor", [0.25, 1.0, 2.0, 4.0])
def test_the_gradient_of_a_linear_chain_is_multiplied_in_each_layer(factor: float) -> None:
    found = load_measurement("gradients").measure(scaled_chain(factor, "none"))
    norms = series(found, "block")
    assert [norms[-1] * factor ** (BLOCKS - 1 - number) for number in range(BLOCKS)] == pytest.approx(norms, rel=1e-5)
    assert factor ** (BLOCKS - 1) == pytest.approx(figure(found, "first block to last block"), rel=1e-5)
    assert (factor in (0.25, 4.0)) == found.is_warning
    if factor == 4.0:
        assert "grow 256-fold from layer1.4 back to layer1.0" in found.verdict


def test_a_gradient_that_does_not_arrive_is_told() -> None:
    found = load_measurement("gradients").measure(scaled_chain(0.0, "none"))
    assert (True, "No gradient reaches layer1.3 and what is before it.") == (found.is_warning, found.verdict)


def test_gradients_of_a_linear_network_are_the_same_everywhere() -> None:
    found = load_measurement("shattering").measure(scaled_chain(1.0, "identity"))
    assert series(found, "correlation") == pytest.approx([1.0] * 12)
    assert not found.is_warning


def test_gradients_of_random_signs_are_shattered() -> None:
    """A square of the input has a gradient as the input: the correlation is the cosine of the angle."""
    subject = scaled_chain(1.0, "none")
    subject.network.register_forward_hook(
        lambda module, given, maps: {key: value.square() for key, value in maps.items()}
    )
    found = load_measurement("shattering").measure(subject)
    cosines = np.cos(np.radians(0.03125 * 2.0 ** np.arange(12)))
    # The cotangent weighs values at random, and u and v are orthogonal in the mean only.
    assert series(found, "correlation")[:10] == pytest.approx(cosines[:10], abs=0.05)


@pytest.mark.parametrize("factor", [0.5, 1.0, 2.0])
def test_paths_of_scaled_branches_have_binomial_shares(factor: float) -> None:
    found = load_measurement("paths").measure(scaled_chain(factor, "identity"))
    expected = [comb(BLOCKS, length) * factor**length / (1 + factor) ** BLOCKS for length in range(BLOCKS + 1)]
    assert expected == pytest.approx(series(found, "share"), rel=1e-5)
    assert BLOCKS * factor / (1 + factor) == pytest.approx(figure(found, "mean path length"), rel=1e-5)


def test_a_plain_network_has_one_path() -> None:
    assert "one path, through all 5 blocks" in load_measurement("paths").measure(scaled_chain(1.0, "none")).verdict


def test_an_input_without_gradient_is_told() -> None:
    subject = scaled_chain(1.0, "identity")
    subject.network.register_forward_hook(lambda module, given, maps: {key: 0 * value for key, value in maps.items()})
    found = load_measurement("paths").measure(subject)
    assert (True, "No gradient reaches the input along any path.") == (found.is_warning, found.verdict)


def test_maps_of_one_pixel_have_statistics_of_many_samples() -> None:
    subject = load_subject(compile_spec("resnet18_1d", size=(16,)), batch=2)
    found = load_measurement("paths").measure(subject)
    assert sum(series(found, "share")) == pytest.approx(1.0)
    assert 0 < figure(found, "mean path length") < 8


def test_dead_channels_are_counted() -> None:
    subject = load_subject(compile_spec("resnet20", size=(8, 8)), batch=4)
    assert figure(load_measurement("activations").measure(subject), "dead channels") == 0
    norm = subject.network.get_submodule("layer2.1.bn1")
    assert isinstance(norm, nn.BatchNorm2d)
    norm.bias.data[:16] = -100.0
    found = load_measurement("activations").measure(subject)
    assert (True, 0.5) == (found.is_warning, max(series(found, "dead channels")))
    assert "16 of 688 channels" in found.verdict
    assert "50% of those at layer2.1.act1" in found.verdict


def test_the_effective_field_of_uniform_kernels() -> None:
    """The gradients are the kernel convolved with itself, which Luo et al. approximate by a Gaussian."""
    subject = chain([{"conv": 3, "to": "out"}], "none", channels=1, rank=1, size=32)
    for each in subject.network.parameters():
        each.data.fill_(1.0)
    found = load_measurement("field").measure(subject)
    profile = np.ones(1)
    for _ in range(BLOCKS):
        profile = np.convolve(profile, np.ones(3))
    assert 2 * BLOCKS + 1 == figure(found, "theoretical")
    assert (profile > (1 - 0.9545) * profile.max()).sum() == figure(found, "effective receptive field")
    expected = np.zeros(32)
    expected[16 - BLOCKS : 16 + BLOCKS + 1] = profile / profile.max()
    assert series(found, "gradient") == pytest.approx(expected)


def test_residual_networks_do_better_than_plain_ones() -> None:
    """The claims of the papers, at depths at which they show."""
    plain, residual = (load_subject(compile_spec(name, size=(8, 8)), batch=4) for name in ("plain32", "resnet32"))
    taken = {
        name: [load_measurement(name).measure(each) for each in (plain, residual)]
        for name in ("gradients", "shattering")
    }
    spreads = [figure(each, "largest to smallest at a block") for each in taken["gradients"]]
    assert spreads[0] > 5 * spreads[1]
    angles = [figure(each, "correlation falls below 1/2 at") for each in taken["shattering"]]
    assert angles[1] > 5 * angles[0]


def test_the_same_seed_measures_the_same_and_leaves_the_network_as_it_was() -> None:
    subject = load_subject(compile_spec("resnet20", size=(4, 4)), batch=4)
    before = {key: value.clone() for key, value in subject.network.state_dict().items()}
    first = [load_measurement(name).measure(subject) for name in ("variance", "gradients", "paths")]
    assert first == [load_measurement(name).measure(subject) for name in ("variance", "gradients", "paths")]
    after = subject.network.state_dict()
    assert all(torch.equal(value, after[key]) for key, value in before.items())
