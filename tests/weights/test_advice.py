"""The advice about tensors that do not fit: if it is followed, the outputs are those of the trained network."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from resnetgen.api import compile_spec, compile_text
from resnetgen.compiler import Compiled
from resnetgen.diagnostics import Diagnostic
from resnetgen.source.collection import names
from resnetgen.weights import advice
from resnetgen.weights.comparison import compare
from resnetgen.weights.expected import ExpectedTensors
from resnetgen.weights.nearest import Nearest, first_blocks, nearest
from tests.weights.weight_files import Shape, safetensors, shapes

TINY = """\
name: tiny
input: {channels: 3, size: 32}
stem: [{conv: 3, to: 8}]
block: {type: basic}
stages:
  first: {blocks: 2, channels: 8}
  second: {blocks: 1, channels: 16, stride: 2}
head: {pool: avg, classes: 10}
"""

W2 = """\
extends: resnet50
name: w2
stem: [{conv: 7, to: 128, stride: 2}, {max_pool: 3, stride: 2}]
stages: {layer1: {channels: 512}, layer2: {channels: 1024}, layer3: {channels: 2048}, layer4: {channels: 4096}}
"""


@pytest.fixture(autouse=True)
def folder(folder: Path) -> Path:
    return folder


def faults(compiled: Compiled, tensors: dict[str, Shape]) -> list[Diagnostic]:
    return list(compare(compiled, str(safetensors(Path("w.safetensors"), tensors))))


def with_biases(text: str) -> dict[str, Shape]:
    """The tensors of a network, with a bias for each of its convolutions in a block."""
    own = shapes(compile_text(text))
    biases = {
        f"{name.removesuffix('.weight')}.bias": shape[:1]
        for name, shape in own.items()
        if len(shape) == 4 and name != "conv1.weight"
    }
    return own | biases


def test_a_bias_before_a_batch_norm_is_to_be_folded() -> None:
    found = faults(compile_text(TINY), with_biases(TINY))
    assert [("RG703", advice.FOLD)] * 2 == [(each.code, each.help) for each in found]


def test_a_bias_before_another_norm_is_to_be_kept() -> None:
    text = f"norm: {{type: group, groups: 8}}\n{TINY}"
    assert {advice.BIAS} == {each.help for each in faults(compile_text(text), with_biases(text))}


def test_a_bias_before_an_activation_is_to_be_kept() -> None:
    text = TINY.replace("type: basic", "type: basic, order: conv-act-norm")
    assert {advice.BIAS} == {each.help for each in faults(compile_text(text), with_biases(text))}


def test_a_folded_bias_changes_no_answer() -> None:
    torch.manual_seed(0)
    conv, norm = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)
    norm.running_mean, norm.running_var = torch.rand(4), torch.rand(4) + 0.5
    x = torch.rand(2, 3, 8, 8)
    expected = norm.eval()(conv(x))
    assert norm.running_mean is not None
    assert conv.bias is not None
    norm.running_mean -= conv.bias.detach()
    conv.bias = None
    torch.testing.assert_close(norm(conv(x)), expected)


def test_counters_can_be_left_out() -> None:
    text = f"norm: {{type: group, groups: 8}}\n{TINY}"
    tensors = shapes(compile_text(text)) | {"first.0.bn1.num_batches_tracked": ()}
    assert [advice.COUNTERS] == [each.help for each in faults(compile_text(text), tensors)]


def test_another_tensor_is_of_another_network() -> None:
    found = faults(compile_text(TINY), shapes(compile_text(TINY)) | {"first.0.se.fc.weight": (2, 8)})
    assert [advice.ANOTHER] == [each.help for each in found]


@pytest.mark.parametrize(
    ("shape", "help"), [((10, 16, 1, 1), advice.RESHAPE), ((1, 10, 16), advice.RESHAPE), ((16, 10), advice.CHANGE)]
)
def test_a_shape_with_other_ones_is_the_same_values(shape: Shape, help: str) -> None:
    found = faults(compile_text(TINY), shapes(compile_text(TINY)) | {"fc.weight": shape})
    assert [("RG704", help)] == [(each.code, each.help) for each in found]


def test_weights_that_are_cut_otherwise_are_told_once() -> None:
    tensors: dict[str, Shape] = {}
    for name, shape in shapes(compile_text(TINY)).items():
        if name.startswith(("first.", "second.")) and name.endswith(("bn1.weight", "bn1.bias")):
            tensors[name.replace("bn1.weight", "affine").replace("bn1.bias", "affine")] = (2, *shape)
        else:
            tensors[name] = shape
    (found,) = faults(compile_text(TINY), tensors)
    text = "the file has as many values in 3 other tensors as in the 6 that it lacks: `first.0.affine` (2x8), "
    assert ("RG704", advice.JOIN, True) == (found.code, found.help, found.message.startswith(text))
    assert [6, [7]] == [found.primary.span.line, [label.span.line for label in found.related]]


def test_weights_of_the_same_shapes_are_only_called_otherwise() -> None:
    own = shapes(compile_text(TINY))
    tensors = {name.replace("first.0.conv1", "first.0.convA"): shape for name, shape in own.items()}
    assert ["RG703"] == [each.code for each in faults(compile_text(TINY), tensors)]


def test_the_nearest_network_that_ships_is_named() -> None:
    found = [each.help for each in faults(compile_spec("resnet50"), shapes(compile_text(W2))) if "ships" in each.help]
    (help,) = found
    assert "; the nearest network that ships is `wide_resnet50_2`: " in help
    assert help.endswith(", and `conv1.weight` is 128x3x7x7 in the file and 64x3x7x7 in that network")


def test_every_network_that_ships_has_a_first_block_by_which_it_is_known() -> None:
    for name in names():
        assert any(key.startswith(first_blocks()) for key in shapes(compile_spec(name))), name


@pytest.mark.parametrize("name", ["resnet50", "wide_resnet50_2", "resnet20", "seresnet50"])
def test_the_network_of_a_file_is_found(name: str) -> None:
    found = nearest(dict(shapes(compile_spec(name))))
    assert found is not None
    assert (name, f"the file fits `{name}`, which ships") == (found.name, found.words())


def test_a_network_with_hardly_an_equal_tensor_is_not_suggested() -> None:
    far = "the nearest shipped network, `resnet34`, shares only 2 of 132 tensors"
    assert far == Nearest("resnet34", 2, 132, "x").words()
    near = "the nearest network that ships is `resnet34`: 33 of 132 tensors are equal in name and shape, and x"
    assert near == Nearest("resnet34", 33, 132, "x").words()


def test_a_network_of_other_names_has_no_nearest() -> None:
    assert nearest(dict(shapes(compile_text(TINY)))) is None


def test_the_spec_itself_is_not_named_as_the_nearest() -> None:
    tensors = dict(shapes(compile_spec("resnet20")))
    del tensors["fc.bias"]
    assert [False] == ["ships" in each.help for each in faults(compile_spec("resnet20"), tensors)]


def test_an_unknown_name_beside_joined_blocks_is_one_of_the_stem() -> None:
    expected = ExpectedTensors(compile_spec("mobilenet_v2_tv").network)
    places = {name: expected.place(name).path for name in ("features.0.7.x", "features.3.x", "features.18.9.x")}
    assert [("stem",), ("stages", "stage2"), ("head",)] == list(places.values())
