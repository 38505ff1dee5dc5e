"""Networks whose shortcuts pad, average or read the input, beside public code: tensors, a strict load and answers."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

import resnetgen
from resnetgen.runtime.load_source import load
from tests.published.cifar_code import OptionAResNet, PyramidNet, WideResNet
from tests.published.face_trunk import FaceTrunk

ORIGINALS: dict[str, Callable[[], nn.Module]] = {
    "resnet20_a": lambda: OptionAResNet(3),
    "resnet32_a": lambda: OptionAResNet(5),
    "resnet44_a": lambda: OptionAResNet(7),
    "resnet56_a": lambda: OptionAResNet(9),
    "pyramidnet110_a270": lambda: PyramidNet(18, 270),
    "wide_resnet16_4_dropout": lambda: WideResNet(2, 4, dropout=0.3),
    "wide_resnet28_10_dropout": lambda: WideResNet(4, 10, dropout=0.3),
}


FACES = """
name: faces
input: {channels: 3, size: 32}
act: prelu
stem: [{conv: 3, to: 64}]
blocks:
  face:
    order: norm-act-conv
    branch: [{conv: 3, to: out, act: none}, {conv: 3, to: out, stride: here}, {norm: here, act: none}]
    join: {act: none}
    shortcut: {reads: input, layers: [{conv: 1, to: out, stride: here}, {norm: here}]}
block: {type: face}
stages:
  layer1: {blocks: 2, channels: 64, stride: 2}
  layer2: {blocks: 2, channels: 128, stride: 2}
  layer3: {blocks: 2, channels: 256, stride: 2}
  layer4: {blocks: 2, channels: 512, stride: 2}
head: {features: [layer4]}
layout: {stem: {act: prelu}, block: {act: prelu}}
"""


class LastMap(nn.Module):
    """The one map that a network without a classifier gives."""

    def __init__(self, trunk: nn.Module) -> None:
        super().__init__()
        self.trunk = trunk

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        (found,) = self.trunk(x).values()
        return found  # type: ignore[no-any-return]  # a module's call

    def load_state_dict(self, *args: Any, **named: Any) -> Any:
        """Load the weights into the trunk."""
        return self.trunk.load_state_dict(*args, **named)


def test_the_trunk_of_face_networks_reads_the_input_of_its_blocks() -> None:
    torch.manual_seed(0)
    compiled = resnetgen.compile_text(FACES)
    original, ours = FaceTrunk((2, 2, 2, 2)), load(resnetgen.emit_source(compiled), compiled.network)()
    shapes = [(key, value.shape) for key, value in original.state_dict().items()]
    assert shapes == [(key, value.shape) for key, value in ours.state_dict().items()]
    assert differ(original, LastMap(ours)) < 1e-5


def differ(original: nn.Module, ours: nn.Module) -> float:
    """Load the weights of one into the other, strictly, and return by how much their answers differ."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, value in original.state_dict().items():
            if value.is_floating_point() and "var" not in name:
                value.add_(0.05 * torch.randn(value.shape, generator=generator))
    ours.load_state_dict(original.state_dict(), strict=True)
    x = torch.randn(1, 3, 32, 32, generator=generator)
    with torch.inference_mode():
        expected, found = original.eval()(x), ours.eval()(x)
    return float((expected - found).abs().max() / expected.abs().max())


@pytest.mark.parametrize("name", ORIGINALS)
def test_a_network_is_that_of_public_code(name: str) -> None:
    torch.manual_seed(0)
    original = ORIGINALS[name]()
    ours = resnetgen.load_model(name)()
    shapes = [(key, value.shape) for key, value in original.state_dict().items()]
    assert shapes == [(key, value.shape) for key, value in ours.state_dict().items()]
    assert differ(original, ours) < 1e-5


@pytest.mark.parametrize("reads", ["input", "preact"])
def test_equal_tensors_do_not_make_equal_answers(reads: str) -> None:
    shortcut = {"shortcut": {"type": "auto", "reads": reads}}
    stages = {f"layer{n}": {"channels": 32 * 2 ** (n - 1)} for n in (1, 2, 3)}
    data = {"extends": "wide_resnet16_8", "name": "wide", "block": shortcut, "stages": stages}
    compiled = resnetgen.compile_mapping(data)
    ours = load(resnetgen.emit_source(compiled), compiled.network)()
    assert differ(WideResNet(2, 2, of_input=reads == "input"), ours) < 1e-5
    assert differ(WideResNet(2, 2, of_input=reads != "input"), ours) > 0.01
