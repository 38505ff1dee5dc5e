"""Shortcuts: words that are short for lists of layers, what they read, and where they stand."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

import resnetgen
from resnetgen.api import compile_mapping
from resnetgen.ir.network import Shortcut
from resnetgen.runtime.load_source import load

STRIDED = {"layer1": {"blocks": 2, "channels": 16}, "layer2": {"blocks": 2, "channels": 32, "stride": 2}}


def spec(shortcut: Any, block: str = "basic", **keys: Any) -> dict[str, Any]:
    return {
        "name": "net",
        "input": {"channels": 3, "size": 16},
        "stem": [{"conv": 3, "to": 16}],
        "block": {"type": block, "shortcut": shortcut},
        "stages": STRIDED,
        "head": {"pool": "avg", "classes": 5},
        **keys,
    }


def body(data: dict[str, Any]) -> str:
    """The emitted code without its header, which has a digest of the spec."""
    return resnetgen.emit_source(compile_mapping(data)).partition('"""')[2]


def found(data: dict[str, Any]) -> list[Shortcut]:
    """The shortcuts of all runs."""
    return [run.block.shortcut for stage in compile_mapping(data).network.stages for run in stage.runs]


def network(data: dict[str, Any]) -> nn.Module:
    torch.manual_seed(0)
    compiled = compile_mapping(data)
    return load(resnetgen.emit_source(compiled), compiled.network)().eval()


CONV = {"conv": 1, "to": "out"}
MEAN = {"avg_pool": "stride", "ceil_mode": True}

SHORT = {
    "auto": [{**CONV, "stride": "here"}],
    "avg_projection": [{**MEAN, "count_include_pad": False}, CONV],
    "pad": [{"pad_channels": "out", "stride": "here"}],
}


@pytest.mark.parametrize("block", ["basic", "bottleneck", "preact_basic", "preact_bottleneck"])
@pytest.mark.parametrize("word", SHORT)
def test_a_word_is_short_for_a_list_of_layers(word: str, block: str) -> None:
    assert body(spec(word, block)) == body(spec(SHORT[word], block))
    assert [each._replace(nodes=()) for each in found(spec(word, block))][:1] == [
        each._replace(nodes=()) for each in found(spec(SHORT[word], block))
    ][:1]


@pytest.mark.parametrize("zeros", ["behind", "both"])
def test_the_keys_of_a_pad_are_short_for_layers(zeros: str) -> None:
    added = {"pad_channels": "out", "zeros": zeros}
    strided = spec({"type": "pad", "zeros": zeros})
    assert body(strided) == body(spec([{**added, "stride": "here"}]))
    assert body(spec({"type": "pad", "zeros": zeros, "pixels": "mean"})) == body(spec([MEAN, added]))


def test_a_kernel_is_short_for_that_of_the_layer() -> None:
    assert body(spec({"kernel": 3})) == body(spec([{"conv": 3, "to": "out", "stride": "here"}]))


def test_a_projection_of_layers_is_in_every_block() -> None:
    everywhere = {"type": "projection", "layers": [{"norm": "here"}]}
    shortcuts = found(spec(everywhere, stages={"layer1": {"blocks": 2, "channels": 16}}))
    assert [["norm"]] == [[node.operator.role for node in each.nodes] for each in shortcuts]


@pytest.mark.parametrize(("reads", "tap"), [("input", 0), ("preact", 2)])
@pytest.mark.parametrize("kind", ["auto", "pad", "avg_projection"])
def test_what_a_shortcut_reads_is_said(kind: str, reads: str, tap: int) -> None:
    shortcut = found(spec({"type": kind, "reads": reads}, "preact_basic"))[1]
    assert tap == shortcut.tap
    assert ("the normed map" if tap else "the input of the block") in shortcut.why


@pytest.mark.parametrize("reads", ["input", "preact"])
def test_a_projection_adds_what_it_reads(reads: str) -> None:
    model: Any = network(spec({"reads": reads}, "preact_basic"))
    block = model.layer2[0]
    x = torch.randn(2, 16, 8, 8)
    preact = torch.relu(block.bn1(x))
    branch = block.conv2(torch.relu(block.bn2(block.conv1(preact))))
    expected = branch + block.downsample(preact if reads == "preact" else x)
    assert torch.equal(expected, block(x))


def option_a(x: Tensor) -> Tensor:
    """The shortcut of public code for CIFAR-10: `F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, planes//4, planes//4))`."""
    return functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 8, 8))


def test_zeros_on_both_sides_are_those_of_public_code() -> None:
    model: Any = network(spec({"type": "pad", "zeros": "both"}))
    x = torch.randn(2, 16, 8, 8)
    assert torch.equal(option_a(x), model.layer2[0].downsample(x))


def test_only_the_size_changes_where_resize_stands() -> None:
    data = spec({"resize": [{"max_pool": 1, "stride": "here"}]})
    data["stages"] = {"layer1": {"blocks": 1, "channels": 16, "stride": 2}, "layer2": STRIDED["layer2"]}
    assert ["layers", "projection", "identity"] == [each.kind for each in found(data)]


def test_no_shortcut_stands_where_shapes_differ() -> None:
    data = spec("identity_or_none")
    assert ["identity", "none", "identity"] == [each.kind for each in found(data)]
    data["block"]["drop_path"] = 0.1
    drops = [
        [node.operator.role for node in run.block.branch if node.operator.role == "drop_path"]
        for stage in compile_mapping(data).network.stages
        for run in stage.runs
    ]
    assert [["drop_path"], [], ["drop_path"]] == drops


def test_a_pool_over_the_stride_becomes_a_mean_at_each_pixel_where_dilation_replaces_the_stride() -> None:
    stages = {**STRIDED, "layer3": {"blocks": 1, "channels": 64, "stride": 2}}
    dilated: dict[str, Any] = {"output_stride": 2, "stages": stages}
    assert body(spec("avg_projection", **dilated)) == body(spec(SHORT["avg_projection"], **dilated))
    message = "`max_pool: stride` has the stride as its window, but here dilation replaces the stride"
    with pytest.raises(resnetgen.SpecError, match=message):
        compile_mapping(spec([{"max_pool": "stride"}, CONV], **dilated))


def test_layers_of_a_shortcut_read_keys_of_the_block() -> None:
    narrow = {"conv": 1, "to": "mid"}
    data = spec([narrow, {"act": "here"}, {**CONV, "stride": "here", "groups": "here"}], "bottleneck")
    data["block"] |= {"mid": "out / 2", "groups": 4}
    assert "groups=4" in body(data)
