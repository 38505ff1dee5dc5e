"""The copies of a network that the checks are handed: they share values, and what one does is not seen in another."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from resnetgen.runtime.calibration import randomize_constants
from resnetgen.runtime.shared_weights import SharedWeights
from resnetgen.runtime.skip_init import SkipInit
from resnetgen.verify.model_fixture import ModelFixture
from tests.verify.doctored import small


class Small(nn.Module):
    """A convolution whose weights two names have, a norm, and what is in no state dict."""

    kept: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1, bias=False)
        self.again = self.conv
        self.bn = nn.BatchNorm2d(3)
        self.bn.bias.requires_grad_(False)
        self.register_buffer("kept", torch.ones(2), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        return torch.as_tensor(self.bn(self.again(self.conv(x))))


def examined(tmp_path: Path) -> ModelFixture:
    compiled, source = small()
    (tmp_path / "small.py").write_text(source, encoding="utf-8")
    return ModelFixture(compiled.trace, str(tmp_path / "small.py"), torch.device("cpu"), 2, str(tmp_path))


def state(network: nn.Module) -> dict[str, list[float]]:
    return {name: value.flatten().tolist() for name, value in network.state_dict().items()}


def test_a_copy_has_the_values_in_the_same_memory_but_parameters_and_buffers_of_its_own() -> None:
    network = Small()
    copy = SharedWeights(network).copy()
    ours, theirs = dict(network.named_parameters()), dict(copy.named_parameters())
    assert list(ours) == list(theirs)
    assert [one.data_ptr() for one in ours.values()] == [one.data_ptr() for one in theirs.values()]
    assert [one.requires_grad for one in ours.values()] == [one.requires_grad for one in theirs.values()]
    assert not [name for name in ours if ours[name] is theirs[name]]
    buffers = zip(network.buffers(), copy.buffers(), strict=True)
    assert [(True, False)] * 4 == [(torch.equal(one, other), one is other) for one, other in buffers]
    assert copy.get_submodule("conv") is copy.get_submodule("again")


def test_training_a_copy_leaves_the_others_as_they_were() -> None:
    network = Small()
    prototype, before = SharedWeights(network), state(network)
    trained = prototype.copy().train()
    trained(torch.randn(2, 3, 4, 4)).square().sum().backward()
    assert before == state(network) == state(prototype.copy())
    assert prototype.is_intact
    assert [None, None, None] == [one.grad for one in prototype.copy().parameters()]


def test_copies_may_have_other_values() -> None:
    network, other = Small(), Small()
    randomize_constants(other)
    assert state(other) == state(SharedWeights(network, other.state_dict()).copy())
    assert state(other) != state(network)


def test_to_vary_a_copy_leaves_the_others_as_they_were() -> None:
    network = Small()
    prototype, before = SharedWeights(network), state(network)
    copy = prototype.copy()
    randomize_constants(copy)
    assert before == state(network)
    assert before["bn.weight"] != state(copy)["bn.weight"]
    assert before["conv.weight"] == state(copy)["conv.weight"]
    assert prototype.is_intact


def test_it_is_known_where_a_copy_has_written_to_what_all_share() -> None:
    prototype = SharedWeights(Small())
    with torch.no_grad():
        prototype.copy().get_parameter("conv.weight").mul_(2)
    assert not prototype.is_intact


@pytest.mark.parametrize("name", ["new", "calibrated"])
def test_a_check_sees_nothing_of_what_an_earlier_one_wrote(name: str, tmp_path: Path) -> None:
    fixture = examined(tmp_path)
    first, calibrated = state(fixture.new()), state(fixture.calibrated())
    network: nn.Module = getattr(fixture, name)()
    with torch.no_grad():
        for tensor in (*network.parameters(), *network.buffers()):
            tensor.zero_()
    assert (first, calibrated) == (state(fixture.new()), state(fixture.calibrated()))


def test_what_is_made_undrawn_is_left_to_be_loaded_and_whatever_else_is_random_is_drawn(tmp_path: Path) -> None:
    with SkipInit():
        linear = nn.Linear(2, 2)
        nn.init.constant_(linear.weight, 3.0)
        nn.init.normal_(linear.weight)
        assert not torch.equal(torch.rand(8), torch.rand(8))
    assert [[3.0, 3.0], [3.0, 3.0]] == linear.weight.tolist()
    fixture = examined(tmp_path)
    network = fixture.uninitialized()
    network.load_state_dict(fixture.calibrated().state_dict())
    assert state(fixture.calibrated()) == state(network)
