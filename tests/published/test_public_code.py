"""Networks whose shortcuts pad, average or read the input, beside public code: tensors, a strict load and answers."""

from collections.abc import Callable

import pytest
import torch
from torch import nn

import resnetgen
from resnetgen.runtime.load_source import load
from tests.published.cifar_code import OptionAResNet, PyramidNet, WideResNet
from tests.published.face_networks import FaceNetwork

ORIGINALS: dict[str, Callable[[], nn.Module]] = {
    "resnet20_a": lambda: OptionAResNet(3),
    "resnet32_a": lambda: OptionAResNet(5),
    "resnet44_a": lambda: OptionAResNet(7),
    "resnet56_a": lambda: OptionAResNet(9),
    "pyramidnet110_a270": lambda: PyramidNet(18, 270),
    "wide_resnet16_4_dropout": lambda: WideResNet(2, 4, dropout=0.3),
    "wide_resnet28_10_dropout": lambda: WideResNet(4, 10, dropout=0.3),
    "iresnet18": lambda: FaceNetwork((2, 2, 2, 2)),
    "iresnet34": lambda: FaceNetwork((3, 4, 6, 3)),
    "iresnet50": lambda: FaceNetwork((3, 4, 14, 3)),
    "iresnet100": lambda: FaceNetwork((3, 13, 30, 3)),
}


def differ(original: nn.Module, ours: nn.Module) -> float:
    """Load the weights of one into the other, strictly, and return by how much their answers differ."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, value in original.state_dict().items():
            if value.is_floating_point() and "var" not in name:
                value.add_(0.05 * torch.randn(value.shape, generator=generator))
    ours.load_state_dict(original.state_dict(), strict=True)
    size = 112 if isinstance(original, FaceNetwork) else 32
    x = torch.randn(1, 3, size, size, generator=generator)
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
