"""Networks beyond torchvision's ten, beside their published implementations: the same answers with the same weights."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from tests.published.reference_facts import Floats, Probe, Shape, assert_answers, fill, probe_input
from tests.published.torchvision_oracle import torchvision_network, torchvision_resnet
from tests.subjects import by_name

# What the implementations below answer in torchvision 0.28, filled as ours are, entry by entry in order:
# their entries have names of their own. `test_the_record_is_what_it_answers` measures them anew.
ANSWERS: dict[str, Probe] = {
    "resnet50_dilated": Probe(
        shape=(3, 64, 64),
        first8=(73.73652, 214.1004, -120.9286, -65.38664, 256.5856, 24.60528, -53.64506, 8.729462),
        norm=3705.595,
        argmax=793,
    ),
    "mobilenet_v2": Probe(
        shape=(3, 64, 64),
        first8=(2.421884, 2.191915, 3.053768, -2.416751, 1.737651, 0.3099222, 0.8531211, 2.551344),
        norm=66.19485,
        argmax=758,
    ),
    "resnet18_3d": Probe(
        shape=(3, 8, 32, 32),
        first8=(2.265283, 0.4616317, 0.2977574, -2.161846, 5.97216, -0.6002348, 4.624853, 0.4871717),
        norm=62.75311,
        argmax=84,
    ),
}


def implementation(name: str) -> nn.Module:
    """The published network, from a library that may not be installed."""
    torchvision_resnet()  # first, as it skips the test without torchvision, and makes it importable where it is not
    made: nn.Module = _MAKERS[name]()
    return made.eval()


def _module(name: str) -> Any:
    return pytest.importorskip(name, exc_type=ImportError)


_MAKERS: dict[str, Callable[[], Any]] = {
    "resnet50_dilated": lambda: torchvision_network("resnet50", replace_stride_with_dilation=[False, True, True]),
    "mobilenet_v2": lambda: _module("torchvision.models.mobilenetv2").mobilenet_v2(),
    "resnet18_3d": lambda: _module("torchvision.models.video.resnet").r3d_18(),
}


def filled(name: str) -> nn.Module:
    network = by_name(name).on_meta().to_empty(device="cpu")
    fill(network)
    return network


def answer(network: nn.Module, shape: Shape) -> Floats:
    with torch.inference_mode():
        logits: Floats = network(torch.from_numpy(probe_input(shape))).numpy()
    return logits


@pytest.mark.parametrize("name", ANSWERS)
def test_it_answers_as_recorded(name: str) -> None:
    assert_answers(answer(filled(name), ANSWERS[name].shape), ANSWERS[name])


@pytest.mark.oracle
@pytest.mark.parametrize("name", ANSWERS)
def test_the_record_is_what_it_answers(name: str) -> None:
    theirs = implementation(name)
    ours = filled(name).state_dict().values()
    theirs.load_state_dict(dict(zip(theirs.state_dict(), ours, strict=True)))
    assert_answers(answer(theirs, ANSWERS[name].shape), ANSWERS[name])


@pytest.mark.oracle
def test_a_backbone_with_frozen_norms_gives_torchvisions_maps() -> None:
    torchvision_resnet()
    theirs: Any = torchvision_network("resnet50", norm_layer=_module("torchvision.ops.misc").FrozenBatchNorm2d)
    ours = filled("resnet50_backbone")
    theirs.load_state_dict({**theirs.state_dict(), **ours.state_dict()})  # it has a classifier too

    x = torch.from_numpy(probe_input((3, 64, 64)))
    with torch.inference_mode():
        maps = ours(x)
        x = theirs.maxpool(theirs.relu(theirs.bn1(theirs.conv1(x))))
        for name in ("layer1", "layer2", "layer3", "layer4"):
            x = getattr(theirs, name)(x)
            torch.testing.assert_close(maps[name], x, rtol=1e-4, atol=1e-4)
