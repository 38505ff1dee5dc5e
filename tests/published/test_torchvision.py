"""torchvision's networks: the same first weights as theirs, and what else is made of their layers.

That keys, counts and answers are theirs is for `test_published_networks.py`, which has timm's networks too.
"""

import functools
from collections.abc import Mapping

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from resnetgen.analysis.cost import state_dict
from tests.published.collection import answer, filled
from tests.published.reference_facts import Floats, torchvision_networks
from tests.published.torchvision_oracle import torchvision_network
from tests.subjects import by_name

NETWORKS = torchvision_networks()


@functools.cache
def answer_of(name: str) -> Floats:
    """Return our network's output for a probe, with the weights of torchvision's resnet50."""
    return answer(filled(by_name(name), NETWORKS["resnet50"].state_dict), (3, 64, 64))


@pytest.mark.parametrize("name", ["resnet50", "resnet101", "resnet152"])
def test_v1_has_the_same_keys(name: str) -> None:
    v1 = state_dict(by_name(f"{name}_v1").compiled.network)
    assert list(NETWORKS[name].state_dict.items()) == [(key, entry.shape) for key, entry in v1]


def test_v1_gives_other_answers() -> None:
    assert not np.allclose(answer_of("resnet50"), answer_of("resnet50_v1"), rtol=0.1)


def test_softmax_gives_the_probabilities_of_the_answers() -> None:
    expected = torch.from_numpy(answer_of("resnet50")).softmax(1).numpy()
    np.testing.assert_allclose(expected, answer_of("resnet50_softmax"), rtol=1e-4, atol=1e-7)


# The first three values of some weights right after `torch.manual_seed(0)` and the construction of torchvision 0.28's
# network under torch 2.13 on a CPU. `test_the_recorded_weights_are_torchvisions` measures them anew.
FIRST_WEIGHTS: Mapping[str, Mapping[str, tuple[float, ...]]] = {
    "resnet18": {
        "conv1.weight": (0.02410967, 0.007528775, 0.04665837),
        "layer2.0.downsample.0.weight": (-0.108719, 0.07623141, -0.1747566),
        "layer4.1.conv2.weight": (0.02886549, 0.01173227, -0.01458741),
        "fc.bias": (-0.01732772, -0.0431646, 0.008684395),
    },
    "resnet50": {
        "conv1.weight": (-0.0585507, 0.02459024, 0.02911722),
        "layer1.0.downsample.0.weight": (-0.005939584, 0.1445745, -0.05265839),
        "layer4.2.conv3.weight": (0.03990967, -0.0407335, -0.000125754),
        "fc.bias": (-0.01349498, 0.01900612, -0.01501673),
    },
    "resnext50_32x4d": {
        "conv1.weight": (-0.007886809, -0.001826876, 0.04138472),
        "layer1.0.conv2.weight": (-0.02858575, 0.003756908, -0.004144392),
        "layer4.2.conv3.weight": (0.0391405, -0.06038452, 0.02129463),
        "fc.bias": (-0.01214365, -0.01906736, -0.01022204),
    },
}


def seeded(make: type[nn.Module] | functools.partial[nn.Module]) -> dict[str, Tensor]:
    torch.manual_seed(0)
    return make().state_dict()


def first_values(weights: Mapping[str, Tensor], keys: Mapping[str, object]) -> dict[str, list[float]]:
    return {key: weights[key].flatten()[:3].tolist() for key in keys}


@pytest.mark.parametrize("name", FIRST_WEIGHTS)
def test_the_first_weights_are_the_recorded_ones(name: str) -> None:
    recorded = FIRST_WEIGHTS[name]
    ours = first_values(seeded(by_name(name).network_class()), recorded)
    # Not to the last bit: the normal distribution's logarithms and cosines differ from processor to processor.
    assert {key: pytest.approx(values, rel=1e-4, abs=1e-7) for key, values in recorded.items()} == ours


@pytest.mark.oracle
@pytest.mark.parametrize("name", FIRST_WEIGHTS)
def test_the_recorded_weights_are_torchvisions(name: str) -> None:
    recorded = FIRST_WEIGHTS[name]
    theirs = first_values(seeded(functools.partial(torchvision_network, name)), recorded)
    assert {key: pytest.approx(values, rel=1e-4, abs=1e-7) for key, values in recorded.items()} == theirs


@pytest.mark.oracle
@pytest.mark.parametrize("name", ["resnet18", "resnet50", "resnext50_32x4d", "wide_resnet50_2"])
def test_the_same_seed_gives_torchvisions_first_weights(name: str) -> None:
    theirs = seeded(functools.partial(torchvision_network, name))
    ours = seeded(by_name(name).network_class())

    assert list(theirs) == list(ours)
    assert [] == [key for key, tensor in theirs.items() if not torch.equal(tensor, ours[key])]
