"""The help at an addition of two sizes: what it proposes passes, and gives the sizes that it names."""

from __future__ import annotations

import re
from typing import Any

import pytest
import torch
import yaml
from torch.nn.functional import conv2d

from resnetgen import compile_mapping
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.errors import SpecError
from tests.ops.single_operators import network as alone


def spec(branch: list[dict[str, Any]], size: int | list[int], *, stride: int = 1, **block: Any) -> dict[str, Any]:
    return {
        "name": "net",
        "input": {"channels": 3, "size": size},
        "stem": [],
        "blocks": {"mine": {"branch": branch}},
        "block": {"type": "mine", **block},
        "stages": {"layer1": {"blocks": 1, "channels": 16, "stride": stride}},
        "head": {"pool": "avg"},
    }


def fault(data: dict[str, Any]) -> Diagnostic:
    with pytest.raises(SpecError) as caught:
        compile_mapping(data)
    (found,) = caught.value.diagnostics
    return found


POOL = {"avg_pool": 2, "stride": "here"}
HALVED = {"conv": 4, "to": "out", "stride": "here"}
MENDS: list[tuple[str, list[dict[str, Any]], Any, int, int, str]] = [
    ("pool", [{"conv": 3, "to": "out"}, POOL], 35, 2, 1, "`ceil_mode: true` would give 18x18"),
    ("pool of three axes", [{"conv": 3, "to": "out"}, POOL], [7, 8, 9], 2, 1, "`ceil_mode: true` would give 4x4x5"),
    ("max pool", [{"conv": 1, "to": "out"}, {"max_pool": 3, "stride": 1, "padding": 0}], 9, 1, 1,
     "`padding: 1` would give 9x9"),
    ("padding", [{"conv": 3, "to": "out", "padding": 0}], [9], 1, 0, "`padding: 1` would give 9"),
    ("padding by axis", [{"conv": [3, 5], "to": "out", "padding": 0}], 9, 1, 0, "`padding: [1, 2]` would give 9x9"),
    ("stride", [HALVED], 33, 2, 0, "`padding: 2` would give 17x17"),
    ("stride by padding", [{**HALVED, "padding": 0}], 32, 2, 0, "`padding: 1` would give 16x16"),
    ("even", [{"conv": 8, "to": "out"}], [500], 1, 0,
     "an even kernel changes the size: `padding: 3` gives 499, `padding: 4` gives 501; "
     "`padding: same` would give 500"),
    ("even along an axis", [{"conv": [3, 4], "to": "out"}], 9, 1, 0,
     "an even kernel changes the size: `padding: 1` gives 9x8, `padding: [1, 2]` gives 9x10; "
     "`padding: same` would give 9x9"),
    ("even pool", [{"conv": 1, "to": "out"}, {"avg_pool": 2, "stride": 1}], 9, 1, 1,
     "an even kernel changes the size: `padding: 0` gives 8x8, `padding: 1` gives 10x10; "
     "`padding: same` would give 9x9"),
    ("two even", [{"conv": 4, "to": "out"}, {"conv": 4, "to": "out"}], 32, 1, 0,
     "`padding: 2` would give 33x33, and the branch 32x32"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("branch", "size", "stride", "layer", "help"), [row[1:] for row in MENDS], ids=[m[0] for m in MENDS]
)
def test_the_mend_that_is_named_passes(
    branch: list[dict[str, Any]], size: Any, stride: int, layer: int, help: str
) -> None:
    found = fault(spec(branch, size, stride=stride))
    assert ("RG302", help) == (found.code, found.help)
    keys = re.findall(r"`([^`]+)` would give", help)[-1]
    mended = [entry | yaml.safe_load(f"{{{keys}}}") if index == layer else entry for index, entry in enumerate(branch)]
    compile_mapping(spec(mended, size, stride=stride))


@pytest.mark.parametrize("built_in", ["basic", "bottleneck"])
def test_the_kernel_of_a_projection_is_named(built_in: str) -> None:
    data = spec([], 25, stride=2, type=built_in, shortcut={"type": "auto", "kernel": 2})
    del data["blocks"]
    found = fault(data)
    message = (
        "downsample.0 (conv 2x2/2) gives 12x12 for 25x25: the branch gives 16x13x13, the projection shortcut 16x12x12"
    )
    assert ("RG302", message, "`kernel: 3` would give 13x13") == (found.code, found.message, found.help)
    data["block"]["shortcut"]["kernel"] = 3
    compile_mapping(data)


def test_a_layer_of_a_shortcut_is_mended_at_its_place() -> None:
    data = spec([], 25, stride=2, type="basic", shortcut=[{"avg_pool": "stride"}, {"conv": 1, "to": "out"}])
    del data["blocks"]
    found = fault(data)
    assert ("RG302", "`ceil_mode: true` would give 13x13") == (found.code, found.help)
    span = found.primary.span
    assert "avg_pool: stride" == span.text.line(span.line)[span.column - 1 : span.end_column - 1]
    data["block"]["shortcut"][0]["ceil_mode"] = True
    compile_mapping(data)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
def test_an_even_kernel_with_same_padding_is_that_of_torch() -> None:
    torch.manual_seed(0)
    data = spec([{"conv": 1, "to": "out"}, {"conv": [3, 4], "to": "out", "padding": "same"}], 9)
    branch = compile_mapping(data).network.stages[0].runs[0].block.branch
    (node,) = (node for node in branch if node.name == "conv2")
    module, image = alone([node.operator], (16, 9, 9)), torch.rand(2, 16, 9, 9)
    (kernel,) = module.parameters()
    torch.testing.assert_close(conv2d(image, kernel, padding="same"), module(image))
