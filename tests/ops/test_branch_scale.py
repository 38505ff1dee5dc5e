"""Branch scales: what the emitted ones compute, and where in a block they stand."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from resnetgen.analysis.cost import state_dict
from resnetgen.api import compile_mapping, emit_source
from resnetgen.codegen.inference.network import deploy
from resnetgen.errors import SpecError
from resnetgen.ops.branch_scale import BranchScaleSlot, LayerScaleSlot, ReZeroSlot, SkipInitSlot
from resnetgen.ops.constant_scale import ConstantScaleSlot
from resnetgen.runtime.load_source import load
from tests.ops.single_modules import assert_captured
from tests.ops.single_operators import network

CHANNELS = 6
RANKS = (1, 2, 3)
SIZE = (5, 4, 3)

SCALES: list[tuple[BranchScaleSlot, list[float]]] = [
    (LayerScaleSlot(type="layer_scale"), [1e-5] * CHANNELS),
    (LayerScaleSlot(type="layer_scale", init=0.1), [0.1] * CHANNELS),
    (ReZeroSlot(type="rezero"), [0.0]),
    (SkipInitSlot(type="skipinit"), [0.0]),
    (SkipInitSlot(type="skipinit", init=-0.5), [-0.5]),
]


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize(("slot", "start"), SCALES)
def test_a_branch_scale_multiplies(slot: BranchScaleSlot, start: list[float], rank: int) -> None:
    x = torch.randn(2, CHANNELS, *SIZE[:rank])
    alone = network([slot.at_end(CHANNELS, 1)], (CHANNELS, *SIZE[:rank]))
    (factor,) = alone.parameters()
    torch.testing.assert_close(factor.detach(), torch.tensor(start))
    nn.init.normal_(factor, generator=torch.Generator().manual_seed(2002))

    expected = torch.einsum("nc...,c->nc...", x, factor.expand(CHANNELS))
    torch.testing.assert_close(alone(x), expected)
    assert_captured(alone, (CHANNELS, *SIZE[:rank]))


def order(**block: object) -> list[str]:
    """The names of what ends the branch of a block with these options, and of what follows the sum."""
    compiled = compile_mapping({"name": "scaled", "extends": "resnet18", "block": {"type": "basic", **block}})
    first = compiled.network.stages[0].runs[0].block
    return [node.name for node in (*first.branch[4:], *first.post_add)]


def test_a_branch_is_scaled_after_its_attention_and_before_it_is_dropped() -> None:
    end = ["bn2", "se", "branch_scale", "drop_path", "act2"]
    assert end == order(attention="se", branch_scale="layer_scale", drop_path=0.1)
    assert ["bn2", "branch_scale", "act2", "se"] == order(
        attention={"type": "se", "place": "sum"}, branch_scale="rezero"
    )
    assert ["bn2", "act2"] == order(branch_scale="none")


def test_a_branch_scale_that_starts_above_zero_leaves_room_for_a_norm_that_starts_there() -> None:
    data = {"name": "scaled", "extends": "resnet18", "init": {"zero_init_residual": True}}
    compile_mapping({**data, "block": {"branch_scale": "layer_scale"}})
    compile_mapping({**data, "block": {"branch_scale": {"type": "skipinit", "init": 0.1}}})


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize(("scale", "key", "count"), [("layer_scale", "gamma", 4), ("rezero", "gain", 1)])
def test_the_factors_may_be_a_parameter_of_the_block(scale: str, key: str, count: int, rank: int) -> None:
    compiled = compile_mapping(dict(_data_of(scale, rank)))
    model = load(emit_source(compiled), compiled.network)().eval()
    keys = list(model.state_dict())
    assert f"layer1.0.{key}" == keys[keys.index("layer1.0.conv1.weight") - 1]  # before the modules of the block
    assert (count,) == model.get_parameter(f"layer1.1.{key}").shape
    assert keys == [name for name, _ in state_dict(compiled.network)]

    apart = compile_mapping({**_data_of(scale, rank), "layout": "torchvision"})
    module = load(emit_source(apart), apart.network)().eval()
    assert len(keys) == len(module.state_dict())
    values = {name: torch.randn_like(value) if value.dim() else value for name, value in model.state_dict().items()}
    values |= {name: value.abs() + 1 for name, value in values.items() if "running_var" in name}
    model.load_state_dict(values)
    module.load_state_dict({name.replace(f".{key}", f".branch_scale.{key}"): value for name, value in values.items()})
    x = torch.randn(2, 3, *(8,) * rank)
    torch.testing.assert_close(model(x), module(x))
    assert_captured(model, (3, *(8,) * rank))


def _data_of(scale: str, rank: int) -> dict[str, object]:
    return {
        "name": "scaled",
        "input": {"channels": 3, "size": [8] * rank},
        "layout": {"block": {"branch_scale": "."}},
        "stem": [{"conv": 3, "to": 4}],
        "block": {"type": "basic", "branch_scale": scale},
        "stages": {"layer1": {"blocks": 2, "channels": 4}, "layer2": {"blocks": 1, "channels": 8, "stride": 2}},
        "head": {"pool": "avg", "classes": 3},
    }


def test_a_parameter_of_the_block_is_folded_into_the_norm_before_it() -> None:
    compiled = compile_mapping(dict(_data_of("layer_scale", 2)))
    assert "gamma" in emit_source(compiled)
    assert "gamma" not in [name.rpartition(".")[2] for name, _ in state_dict(deploy(compiled.network).network)]


def test_only_a_branch_scale_may_be_of_the_block_itself() -> None:
    data = {"name": "scaled", "extends": "resnet18", "layout": {"block": {"norm": "."}}}
    with pytest.raises(SpecError, match="the block itself cannot be its batch norm: only a learned branch scale"):
        compile_mapping(data)


def test_a_branch_may_be_scaled_by_a_number() -> None:
    operator = ConstantScaleSlot(type="constant", value=0.25).at_end(CHANNELS, 1)
    alone = network([operator], (CHANNELS, 5, 4))
    x = torch.randn(2, CHANNELS, 5, 4)
    torch.testing.assert_close(alone(x), x / 4)
    assert [] == [*alone.state_dict()]
    assert_captured(alone, (CHANNELS, 5, 4))


@pytest.mark.parametrize(("value", "message"), [(0, "removes the branch"), (1, "has no effect")])
def test_a_number_that_does_nothing_is_an_error(value: int, message: str) -> None:
    data = {"name": "scaled", "extends": "resnet18", "block": {"branch_scale": {"type": "constant", "value": value}}}
    with pytest.raises(SpecError, match=message):
        compile_mapping(data)
