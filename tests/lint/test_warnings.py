"""The warnings: each at both sides of its threshold, along one, two and three axes, and true where torch can tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import torch

from resnetgen import compile_mapping, compile_spec
from resnetgen.analysis.cost import cost, weighted_layers
from resnetgen.analysis.input_sizes import QUICK_STEPS, input_domain
from resnetgen.analysis.receptive_field import covers, receptive_field
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.errors import SpecError
from resnetgen.lint.block_type_for_widths import SQUEEZE, WIDE
from resnetgen.lint.deep_plain_network import MAX_LAYERS
from resnetgen.lint.small_map import MIN_EXTENT
from resnetgen.source.collection import names
from tests.cli.command_line import Completed, resnetgen
from tests.codegen.observation import emitted
from tests.oracle.differential import compiled
from tests.strategies.specs import random_spec
from tests.subjects import ROOT

AXES = (1, 2, 3)


def spec(rank: int = 2, extent: int = 24, **keys: Any) -> dict[str, Any]:
    """A network that nobody would warn of, with other values for some keys."""
    data = {
        "name": "net",
        "input": {"channels": 3, "size": [extent] * rank},
        "stem": [{"conv": 3, "to": 16}],
        "block": {"type": "basic"},
        "stages": stages(2, 2),
        "head": {"pool": "avg", "classes": 10},
    }
    return data | keys


def stages(*blocks: int, channels: int = 16, stride: int = 2) -> dict[str, Any]:
    """Stages of so many blocks; all but the first have a stride, and twice the channels of the one before."""
    return {
        f"layer{number}": {"blocks": count, "channels": channels * 2 ** (number - 1)}
        | ({"stride": stride} if number > 1 else {})
        for number, count in enumerate(blocks, start=1)
    }


def found(data: Mapping[str, Any], code: str) -> list[Diagnostic]:
    return [warning for warning in compile_mapping(data).warnings if warning.code == code]


def messages(data: Mapping[str, Any], code: str) -> list[str]:
    return [warning.message for warning in found(data, code)]


def line(diagnostic: Diagnostic) -> str:
    """The line of YAML that a diagnostic stands at, without its indentation."""
    span = diagnostic.primary.span
    return span.text.line(span.line).strip()


@pytest.mark.parametrize("rank", AXES)
def test_nobody_would_warn_of_an_ordinary_network(rank: int) -> None:
    assert () == compile_mapping(spec(rank)).warnings


# RG501: maps


@pytest.mark.parametrize("rank", AXES)
def test_a_map_is_too_small_below_four_pixels(rank: int) -> None:
    assert 4 == MIN_EXTENT
    assert [] == messages(spec(rank, 4, stages=stages(1, 1)), "RG501")
    three = "x".join(["3"] * rank)
    expected = [f"the maps of `layer1` are only {three}, and `layer2` still follows"]
    assert expected == messages(spec(rank, 3, stages=stages(1, 1)), "RG501")


@pytest.mark.parametrize(
    ("size", "warns"),
    [([3, 4], False), ([3, 3], True), ([2, 40], False), ([3, 4, 4], False), ([3, 3, 4], True), ([2, 7, 7], False)],
)
def test_a_map_is_too_small_if_most_of_its_axes_are_short(size: list[int], warns: bool) -> None:
    data = spec(input={"channels": 3, "size": size}, stages=stages(1, 1))
    assert warns == bool(found(data, "RG501"))


@pytest.mark.parametrize(
    ("kernels", "size", "warns"),
    [
        ([[1, 3], [1, 3]], [1, 9], False),
        ([[1, 3], [1, 3]], [9, 3], True),
        ([[1, 3], [3, 3]], [1, 9], False),
        ([[1, 3, 3], [1, 3, 3]], [2, 3, 3], True),
        ([[1, 3, 3], [1, 3, 3]], [2, 3, 9], False),
        ([[1, 1], [1, 1]], [2, 2], False),
    ],
)
def test_only_axes_along_which_a_later_layer_sees_are_short(
    kernels: list[list[int]], size: list[int], warns: bool
) -> None:
    branch = [{"conv": kernel, "to": "out"} for kernel in kernels]
    data = spec(
        input={"channels": 3, "size": size},
        blocks={"mine": {"branch": branch}},
        block={"type": "mine"},
        stages=stages(1, 1, stride=1),
    )
    assert warns == bool(found(data, "RG501"))


@pytest.mark.parametrize(
    ("stem", "help"),
    [
        (
            [{"conv": 3, "to": 24, "stride": 2}],
            "use a stem that keeps the size, such as `stem: [{conv: 3, to: 24}]`, fewer strides or a larger input",
        ),
        ([{"conv": 3, "to": 24}], "use fewer strides or a larger input"),
        ([], "use fewer strides or a larger input"),
    ],
)
def test_a_stem_that_keeps_the_size_is_proposed_where_there_is_none(stem: list[dict[str, int]], help: str) -> None:
    (warning,) = found(spec(2, 6, stem=stem, stages=stages(1, 1, 1)), "RG501")
    assert help == warning.help


def test_only_a_map_that_a_stage_follows_is_too_small() -> None:
    assert [] == messages(spec(2, 7, stages=stages(1, 1)), "RG501")  # 7x7, then 4x4
    assert [] == messages(spec(2, 4, stages=stages(1, 1)), "RG501")  # 4x4, then 2x2
    assert [] == messages(spec(2, 2, stages=stages(1)), "RG501")


def test_the_first_map_that_is_too_small_is_told() -> None:
    (warning,) = found(spec(2, 8, stages=stages(1, 1, 1, 1)), "RG501")
    assert ("the maps of `layer3` are only 2x2, and `layer4` still follows", "layer3:") == (
        warning.message,
        line(warning),
    )
    assert ["the input is 8x8"] == [label.words for label in warning.related]


# RG502: the block type


def bottlenecks(mid: int, **keys: Any) -> dict[str, Any]:
    """A first block of bottlenecks that squeezes 16 channels to so many."""
    return spec(block={"type": "bottleneck", "mid": mid}, stages=stages(1, 1, channels=64), **keys)


def test_a_first_bottleneck_may_squeeze_to_half() -> None:
    assert 2 == SQUEEZE
    squeezed = "the first bottleneck has 7 inner channels for 16 input channels"
    assert squeezed not in messages(bottlenecks(8), "RG502")
    (warning,) = found(bottlenecks(7), "RG502")
    assert (squeezed, "layer1:") == (warning.message, line(warning))


@pytest.mark.parametrize("blocks", [1, 100])
def test_the_depth_decides_nothing(blocks: int) -> None:
    assert [] == messages(spec(block={"type": "bottleneck"}, stages=stages(blocks, channels=64)), "RG502")
    assert [] == messages(spec(stages=stages(blocks)), "RG502")


@pytest.mark.parametrize("rank", AXES)
def test_stages_made_for_other_blocks_are_told(rank: int) -> None:
    block = {"type": "bottleneck"}
    assert 1 == len(found(spec(rank, block=block), "RG502"))  # inside, 4 channels of 16


def test_bottlenecks_that_a_list_narrows_are_meant() -> None:
    listed = {"layer1": {"channels": 64, "blocks": [{"mid": 7}, {"mid": 8}]}}
    assert [] == messages(spec(block={"type": "bottleneck"}, stages=listed), "RG502")


@pytest.mark.parametrize("rank", AXES)
@pytest.mark.parametrize(("channels", "warns"), [(2047, False), (2048, True)])
def test_two_layers_in_a_block_are_told_of_widths_made_for_bottlenecks(channels: int, warns: bool, rank: int) -> None:
    assert 2048 == WIDE
    message = f"two-layer blocks with {channels} channels; with so many, bottlenecks are usual"
    wide = {"layer1": {"blocks": 1, "channels": 16}, "layer2": {"blocks": 1, "channels": channels}}
    warnings = found(spec(rank, stages=wide), "RG502")
    assert [(message, "layer2:")] * warns == [(each.message, line(each)[:7]) for each in warnings]
    listed = wide | {"layer2": {"blocks": [{}], "channels": channels}}
    assert [] == messages(spec(rank, stages=listed), "RG502")  # a list counts as intended, as of bottlenecks


@pytest.mark.parametrize(
    "branch",
    [
        [{"conv": 3, "to": "out"}, {"conv": 1, "to": "out"}],
        [{"conv": 3, "to": "out"}, {"conv": 3, "to": "out", "groups": "out"}],
        [{"conv": 3, "to": "out"}],
    ],
)
def test_blocks_that_are_no_pair_of_dense_convolutions_may_be_wide(branch: list[dict[str, Any]]) -> None:
    data = spec(blocks={"mine": {"branch": branch}}, block={"type": "mine"}, stages=stages(1, channels=4096))
    assert [] == messages(data, "RG502")


# RG503: plain networks


def plain_of(layers: int, **keys: Any) -> dict[str, Any]:
    """A network of so many layers without shortcuts; one of an odd number has a stem of two."""
    stem = [{"conv": 3, "to": 16}] * (1 + layers % 2)
    return spec(stem=stem, stages=stages((layers - 2) // 2), block={"type": "basic", "shortcut": "none"}, **keys)


@pytest.mark.parametrize("rank", AXES)
def test_a_plain_network_may_have_twenty_layers(rank: int) -> None:
    assert 20 == MAX_LAYERS
    size = {"input": {"channels": 3, "size": [8] * rank}}
    assert 21 == weighted_layers(compile_mapping(plain_of(21)).network)
    assert [] == messages(plain_of(20, **size), "RG503")
    expected = "a plain network of 21 layers is likely to train to a higher error than a shallower one"
    assert [expected] == messages(plain_of(21, **size), "RG503")


def test_depthwise_convolutions_do_not_count() -> None:
    branch = [{"conv": 3, "to": "in", "stride": "here", "groups": "in"}, {"conv": 1, "to": "out"}]
    separable = {"branch": branch, "shortcut": "none"}
    data = spec(blocks={"separable": separable}, block={"type": "separable"}, stages=stages(18))
    assert [] == messages(data, "RG503")  # 38 layers, of which 18 are depthwise
    data["stages"] = stages(19)
    expected = "a plain network of 21 layers is likely to train to a higher error than a shallower one"
    assert [expected] == messages(data, "RG503")


def test_a_single_shortcut_makes_no_plain_network() -> None:
    data = plain_of(40)
    data["stages"]["layer2"] = {"blocks": 1, "channels": 16, "shortcut": "identity"}
    assert [] == messages(data, "RG503")


def test_a_plain_network_is_told_where_it_says_so() -> None:
    (warning,) = found(plain_of(30), "RG503")
    assert "shortcut: none" == line(warning)


# RG504: projections


@pytest.mark.parametrize("rank", AXES)
def test_a_projection_between_equal_shapes_is_idle(rank: int) -> None:
    (warning,) = found(spec(rank, block={"type": "basic", "shortcut": "projection"}, stages=stages(2)), "RG504")
    shape = "x".join(["16", *["24"] * rank])
    assert f"a projection shortcut of 288 parameters, though input and output are both {shape}" == warning.message


@pytest.mark.parametrize("change", [{"stride": 2}, {"channels": 24}, {"channels": 24, "stride": 2}])
def test_a_projection_between_other_shapes_has_work(change: dict[str, int]) -> None:
    stage = {"blocks": 1, "channels": 16, "shortcut": "projection"} | change
    assert [] == messages(spec(stages={"layer1": stage}), "RG504")


def test_a_shortcut_that_works_in_some_blocks_is_idle_in_the_others() -> None:
    stage = {"blocks": 2, "channels": 16, "stride": 2, "shortcut": "projection"}
    assert ["shortcut: projection"] == list(map(line, found(spec(stages={"layer1": stage}), "RG504")))


def test_each_place_that_asks_for_projections_is_told_once() -> None:
    everywhere = spec(block={"type": "basic", "shortcut": "projection"}, stages=stages(3, 3, 3))
    assert 1 == len(found(everywhere, "RG504"))
    stage = {"blocks": 3, "channels": 16, "shortcut": "projection"}
    assert 2 == len(found(spec(stages={"layer1": stage, "layer2": stage}), "RG504"))


@pytest.mark.parametrize("kind", ["auto", "identity", "avg_projection", "pad", "none"])
def test_other_shortcuts_are_not_idle(kind: str) -> None:
    assert [] == messages(spec(block={"type": "basic", "shortcut": kind}, stages=stages(2)), "RG504")


# RG505: widths


@pytest.mark.parametrize("rank", AXES)
@pytest.mark.parametrize(("mid", "warns"), [(8, False), (9, True), (15, True), (16, False), (24, False)])
def test_widths_are_multiples_of_eight(mid: int, warns: bool, rank: int) -> None:
    message = f"`layer1.0.conv1` has {mid} output channels, which is not a multiple of 8"
    message += "; this holds for 4 of 9 convolutions"
    data = spec(rank, block={"type": "basic", "mid": mid})
    assert ([message] if warns else []) == messages(data, "RG505")


def test_a_width_of_the_stem_is_told_at_its_layer() -> None:
    (warning,) = found(spec(stem=[{"conv": 3, "to": 12}, {"conv": 3, "to": 16}]), "RG505")
    assert "`conv1` has 12 output channels, which is not a multiple of 8" == warning.message
    assert "use 16: on tensor cores it costs the same" == warning.help
    assert "to: 12" == line(warning)


def test_a_width_is_told_where_it_is_written() -> None:
    (warning,) = found(spec(stages=stages(1, 1) | {"layer2": {"blocks": 1, "channels": 32, "mid": 20}}), "RG505")
    assert "mid: 20" == line(warning)
    (warning,) = found(spec(stages=stages(1, 1) | {"layer2": {"blocks": 1, "channels": 36}}), "RG505")
    assert "channels: 36" == line(warning)
    (warning,) = found(spec(block={"type": "basic", "mid": 20}), "RG505")
    assert ("mid: 20", ["used here"]) == (line(warning), [label.words for label in warning.related])


def test_widths_that_follow_from_others_are_not_told() -> None:
    assert [] == messages(spec(block={"type": "basic", "mid": "out // 3"}), "RG505")
    assert [] == messages(spec(stages={"layer1": {"blocks": 1, "channels": "in + 1"}}), "RG505")


def test_widths_of_a_list_of_blocks_are_not_told() -> None:
    listed = {"channels": 16, "blocks": [{"mid": 9}, {}, {}, {}]}
    assert [] == messages(spec(stages={"layer1": listed}), "RG505")
    listed = {"blocks": [{"channels": 9}, {"channels": 16}, {"channels": 16}]}
    assert [] == messages(spec(stages={"layer1": listed}), "RG505")


@pytest.mark.parametrize(("even", "warns"), [(4, True), (3, False)])
def test_a_network_of_mostly_other_widths_is_not_told(even: int, warns: bool) -> None:
    stem = [{"conv": 3, "to": 25}] * 3 + [{"conv": 3, "to": 16}] * even
    data = spec(stem=stem, stages={}, block={"type": "one"}, blocks={"one": {"branch": [{"conv": 3, "to": "out"}]}})
    data["stages"] = {"layer1": {"blocks": 1, "channels": "in + 9"}}  # one more of other widths
    assert warns == (2 * 4 <= 4 + even) == bool(messages(data, "RG505"))


@pytest.mark.parametrize(("kernel", "warns"), [([1, 3], False), ([3, 1], False), ([3, 3], True), ([1, 1], True)])
def test_a_convolution_that_is_half_of_a_factorized_one_is_not_told(kernel: list[int], warns: bool) -> None:
    stem = [{"conv": kernel, "to": 45}, {"conv": 3, "to": 16}]
    assert warns == bool(messages(spec(stem=stem), "RG505"))


def test_what_comes_in_and_how_many_classes_there_are_is_given() -> None:
    data = spec(input={"channels": 5, "size": 32}, head={"pool": "avg", "classes": 7})
    assert [] == messages(data, "RG505")


# RG506: batch norm over a pixel


def one_pixel(rank: int = 2, extent: int = 2, **keys: Any) -> dict[str, Any]:
    """A stage that ends at a pixel for each two of the input."""
    return spec(rank, extent, stages={"layer1": {"blocks": 1, "channels": 16, "stride": 2}}, **keys)


@pytest.mark.parametrize("rank", AXES)
def test_batch_norm_over_a_pixel_is_told(rank: int) -> None:
    expected = ["`layer1` normalizes a map of one pixel: batch norm cannot train on it at batch 1"]
    assert expected == messages(one_pixel(rank, 2), "RG506")
    assert [] == messages(one_pixel(rank, 3), "RG506")


@pytest.mark.parametrize("axis", range(3))
def test_a_second_pixel_along_any_axis_is_enough(axis: int) -> None:
    size = [2, 2, 2]
    size[axis] = 3
    assert [] == messages(one_pixel(input={"channels": 3, "size": size}), "RG506")


@pytest.mark.parametrize("norm", ["frozen_batch", {"type": "group", "groups": 8}, "none"])
def test_other_norms_are_not_told(norm: object) -> None:
    assert [] == messages(one_pixel(norm=norm), "RG506")


def test_a_norm_before_the_stride_sees_more_than_a_pixel() -> None:
    mine = {"order": "norm-act-conv", "branch": [{"conv": 3, "to": "out", "stride": "here"}]}
    data = one_pixel(block={"type": "mine"}, blocks={"mine": mine})
    assert [] == messages(data, "RG506")
    trains(data, batch=1)


def test_a_norm_of_the_stem_or_the_head_is_told_too() -> None:
    stem = spec(2, 2, stem=[{"conv": 3, "to": 16, "stride": 2}], norm="none", stages=stages(1))
    stem["stem"][0]["norm"] = "batch"
    assert ["bn1 normalizes a map of one pixel: batch norm cannot train on it at batch 1"] == messages(stem, "RG506")
    head = one_pixel(norm="none", head={"pool": "avg", "layers": [{"norm": "batch"}], "classes": 10})
    assert 1 == len(found(head, "RG506"))


def face(rank: int, kernel: int, **keys: Any) -> dict[str, Any]:
    """A vector of the whole last map, and a norm after it."""
    layer = {"conv": kernel, "to": 16, "padding": 0, "act": "none"} | keys
    return spec(rank, 8, stages=stages(1, 1), head={"layers": [layer], "pool": "avg"})


@pytest.mark.parametrize("rank", AXES)
def test_a_window_that_takes_in_the_whole_map_is_meant(rank: int) -> None:
    assert [] == messages(face(rank, 4), "RG506")
    assert [] == messages(face(rank, 3), "RG506")  # 2 pixels
    assert 1 == len(found(face(rank, 4, stride=2), "RG506"))
    assert 1 == len(found(face(rank, 3, stride=2), "RG506"))


def trains(data: Mapping[str, Any], batch: int) -> None:
    """Run a training step's forward; it raises what torch raises."""
    traced = compile_mapping(data).trace
    network = emitted(traced).train()
    network(torch.rand(batch, traced.network.channels, *traced.network.size))


@pytest.mark.parametrize("rank", AXES)
def test_batch_norm_over_a_pixel_does_raise_at_batch_one(rank: int) -> None:
    with pytest.raises(ValueError, match="Expected more than 1 value per channel when training"):
        trains(one_pixel(rank, 2), batch=1)
    trains(one_pixel(rank, 2), batch=2)
    trains(one_pixel(rank, 3), batch=1)


# RG507: remainders


def pooled(rank: int = 2, extent: int = 32, size: int = 2, **keys: Any) -> dict[str, Any]:
    return spec(rank, extent, block={"type": "basic", "antialias": {"type": "avg", "size": size}}, **keys)


@pytest.mark.parametrize("rank", AXES)
def test_sizes_that_work_by_their_remainder_are_told(rank: int) -> None:
    expected = ["only some input sizes work: 2 and up, where size mod 2 is 0"]
    assert expected == messages(pooled(rank, 8), "RG507")
    assert [] == messages(pooled(rank, 8, size=3), "RG507")


def test_the_help_names_a_layer_that_rounds_sizes_otherwise() -> None:
    (one,) = found(pooled(), "RG507")
    assert one.help.startswith(
        "layers such as aa (avg pool 2x2/2) do not give the size divided by the stride, rounded up"
    )


@pytest.mark.parametrize(
    ("shortcut", "layer"),
    [
        ([{"avg_pool": "stride"}, {"conv": 1, "to": "out"}], "downsample.0 (avg pool 2x2/2)"),
        ({"resize": [{"max_pool": "stride"}]}, "downsample (max pool 2x2/2)"),
    ],
)
def test_the_help_names_a_layer_of_the_shortcut_by_its_path(shortcut: object, layer: str) -> None:
    channels = 16 if "resize" in shortcut else 32  # type: ignore[operator]  # a list or a mapping
    stages = {
        "layer1": {"blocks": 1, "channels": 16},
        "layer2": {"blocks": 1, "channels": channels, "stride": 2},
    }
    (one,) = found(spec(2, 32, block={"type": "basic", "shortcut": shortcut}, stages=stages), "RG507")
    assert one.help.startswith(f"layers such as {layer} do not give")


def test_without_a_shortcut_nothing_has_to_agree() -> None:
    data = pooled()
    data["block"]["shortcut"] = "none"
    assert [] == messages(data, "RG507")


def test_what_rounds_alike_agrees() -> None:
    both = {"type": "basic", "antialias": {"type": "avg", "size": 3}, "shortcut": "avg_projection"}
    assert [] == messages(spec(block=both, stages={"layer1": {"blocks": 1, "channels": 16, "stride": 2}}), "RG507")


def test_the_example_of_the_page_fails_in_torch_by_its_remainder() -> None:
    data = {"name": "pooled", "extends": "resnet50", "block": {"antialias": {"type": "avg", "size": 2}}}
    expected = ["only some input sizes work: 29 and up, where size mod 32 is 0, 29, 30, 31"]
    assert expected == messages(data, "RG507")
    with torch.device("meta"):
        network = emitted(compile_mapping(data).trace).eval()
    works = [extent for extent in range(64, 129) if runs(network, extent)]
    assert [extent for extent in range(64, 129) if extent % 32 in (0, 29, 30, 31)] == works
    assert not runs(network, 48)  # what is written over a branch repeats no pixel of it, as a sum elsewhere would


def runs(network: torch.nn.Module, extent: int) -> bool:
    """Return whether a network accepts a square image of this size."""
    try:
        network(torch.empty(1, 3, extent, extent, device="meta"))
    except RuntimeError as error:
        assert "broadcast" in str(error)
        return False
    return True


def test_a_domain_that_takes_long_is_not_searched() -> None:
    """Layers that keep every extent are no work; each of these grows the map by a pixel, and shrinks it again."""
    many: dict[str, Any] = {f"s{number}": {"blocks": 1, "channels": 8} for number in range(7)}
    many |= {f"t{number}": {"blocks": 1, "channels": 8, "type": "t"} for number in range(500)}
    for number in range(7):
        many[f"s{number}"]["stride"] = 2
    pools = [{"max_pool": 2, "stride": 1, "padding": padding} for padding in (1, 0)]
    data = pooled(extent=128, stages=many, stem=[], blocks={"t": {"branch": [{"conv": 3, "to": "out"}, *pools]}})
    assert 128 * 500 * 2 * 2 > QUICK_STEPS
    assert input_domain(compile_mapping(data).network, quick=True) is None
    assert [] == messages(data, "RG507")


# RG508: maps that nest


def tapped(extent: int, rank: int = 2, features: tuple[str, ...] = ("layer1", "layer2")) -> dict[str, Any]:
    return spec(rank, extent, head={"features": list(features)}, stages=stages(1, 1, 1))


@pytest.mark.parametrize("rank", AXES)
def test_maps_that_do_not_nest_are_told(rank: int) -> None:
    large, small = ("x".join([extent] * rank) for extent in ("17", "9"))
    assert [f"the {large} map of `layer1` is not a multiple of the {small} map of `layer2`"] == messages(
        tapped(17, rank), "RG508"
    )
    assert [] == messages(tapped(16, rank), "RG508")
    assert [] == messages(tapped(18, rank), "RG508")


def test_only_maps_that_are_given_have_to_nest() -> None:
    three = ("layer1", "layer2", "layer3")
    assert ["the 9x9 map of `layer2` is not a multiple of the 5x5 map of `layer3`"] == messages(
        tapped(18, features=three), "RG508"
    )
    assert [] == messages(tapped(18, features=three[:2]), "RG508")
    assert [] == messages(tapped(17, features=("layer1",)), "RG508")
    assert [] == messages(spec(2, 17), "RG508")


def test_maps_of_dilated_networks_may_nest_by_their_corners() -> None:
    dilated = {"stages": stages(1, 1, 1, 1), "output_stride": 4, "head": {"features": ["layer1", "layer4"]}}
    assert [17, 9, 5, 5] == [part.output[1] for part in compile_mapping(spec(2, 17, **dilated)).trace.stages]
    assert [] == messages(spec(2, 17, **dilated), "RG508")
    assert ["the 19x19 map of `layer1` is not a multiple of the 5x5 map of `layer4`"] == messages(
        spec(2, 19, **dilated), "RG508"
    )


# RG509: the receptive field


def seeing(extent: int, rank: int = 2, **keys: Any) -> dict[str, Any]:
    """A network whose last map sees 15 pixels of the input."""
    return spec(rank, extent, **{"stages": stages(1, 1)} | keys)


@pytest.mark.parametrize("rank", AXES)
def test_a_field_may_be_as_large_as_the_input(rank: int) -> None:
    assert (13,) * rank == receptive_field(compile_mapping(seeing(8, rank)).network)
    assert [] == messages(seeing(13, rank), "RG509")
    saw, given = ("x".join([extent] * rank) for extent in ("13", "14"))
    expected = f"the receptive field is {saw}, smaller than the input of {given}"
    assert ([] if rank == 1 else [expected]) == messages(seeing(14, rank), "RG509")


def test_a_signal_may_be_of_any_length() -> None:
    assert [] == messages(seeing(100_000, 1), "RG509")


@pytest.mark.parametrize("axis", range(3))
def test_a_field_that_is_large_enough_along_an_axis_may_be_too_small_along_others(axis: int) -> None:
    size = [14, 100, 14]
    assert 1 == len(found(seeing(0, input={"channels": 3, "size": size}), "RG509"))
    size[axis] = 13
    assert [] == found(seeing(0, input={"channels": 3, "size": size}), "RG509")


@pytest.mark.parametrize(
    "keys",
    [
        {"head": {"features": ["layer2"]}},
        {"block": {"type": "basic", "attention": "se"}},
        {"block": {"type": "basic", "attention": {"type": "se", "place": "sum"}}},
        {"stem": [{"conv": 3, "to": 16}, {"attention": "eca"}]},
    ],
)
def test_what_is_no_classifier_or_sees_otherwise_is_not_told(keys: dict[str, Any]) -> None:
    assert [] == messages(seeing(100, **keys), "RG509")


def test_that_a_field_is_seen_is_found_without_computing_all_of_it() -> None:
    checked = 0
    for number in range(300):
        traced, _ = compiled(random_spec(7, number))
        if traced is None:
            continue
        network = traced.network
        for axis, seen in enumerate(receptive_field(network)):
            checked += 1
            assert (True, False) == (covers(network, axis, seen), covers(network, axis, seen + 1)), number
    assert checked > 60


def test_that_a_field_is_seen_is_so_of_the_collection() -> None:
    for name in names():
        network = compile_spec(name).network
        for axis, seen in enumerate(receptive_field(network)):
            assert (True, False) == (covers(network, axis, seen), covers(network, axis, seen + 1)), name


# RG510: budgets


@pytest.mark.parametrize("rank", AXES)
@pytest.mark.parametrize("key", ["params", "macs", "memory"])
def test_a_budget_may_be_spent_and_not_exceeded(key: str, rank: int) -> None:
    spent = cost(compile_mapping(spec(rank, 16)).trace)
    limit = {"params": spent.params, "macs": spent.macs, "memory": spent.memory()}[key]
    written = (lambda value: f"{value}B") if key == "memory" else (lambda value: value)
    compile_mapping(spec(rank, 16, budget={key: written(limit)}))
    with pytest.raises(SpecError) as caught:
        compile_mapping(spec(rank, 16, budget={key: written(limit - 1)}))
    (fault,) = caught.value.diagnostics
    assert "RG510" == fault.code
    assert f"more than its budget of {limit - 1:,}" in fault.message


def test_every_budget_that_is_exceeded_is_told() -> None:
    with pytest.raises(SpecError) as caught:
        compile_mapping(spec(budget={"params": 1, "macs": 1, "memory": "1kB"}))
    assert ["params: 1", "macs: 1", "memory: 1kB"] == list(map(line, caught.value.diagnostics))


def test_a_budget_is_of_the_size_that_is_checked() -> None:
    macs = cost(compile_mapping(spec(2, 32)).trace).macs
    data = spec(2, 32, budget={"macs": macs})
    compile_mapping(data, size=(31,))
    with pytest.raises(SpecError, match=r"error\[RG510\]: the network has [0-9,]+ multiply-adds at 33x33, "):
        compile_mapping(data, size=(33,))


# RG513: maps that grow


@pytest.mark.parametrize("rank", AXES)
@pytest.mark.parametrize(
    ("layer", "size", "better"),
    [
        ({"conv": 3, "padding": 1}, "", ""),
        ({"conv": 3, "padding": 2}, "18", "1"),
        ({"conv": 3, "padding": 2, "stride": 2}, "", ""),
        ({"conv": 3, "padding": 2, "dilation": 2}, "", ""),
        ({"conv": 3, "padding": 4, "dilation": 2}, "20", "2"),
        ({"conv": 1, "padding": 1}, "18", "0"),
        ({"conv": 4, "padding": 2}, "", ""),
        ({"conv": 4, "padding": 3}, "19", "same"),
        ({"conv": 5, "padding": 2}, "", ""),
    ],
)
def test_a_stem_that_adds_more_than_a_pixel_is_told(rank: int, layer: dict[str, int], size: str, better: str) -> None:
    warnings = found(spec(rank, 16, stem=[layer | {"to": 16}]), "RG513")
    if not size:
        assert [] == warnings
        return
    (warning,) = warnings
    assert warning.message.endswith(f"it gives {'x'.join([size] * rank)} for {'x'.join(['16'] * rank)}")
    assert (f"use `padding: {better}`, which keeps the size", f"padding: {layer['padding']}") == (
        warning.help,
        line(warning),
    )


def test_a_stem_that_enlarges_one_axis_is_told() -> None:
    (warning,) = found(spec(stem=[{"conv": [3, 5], "to": 16, "padding": [1, 4]}]), "RG513")
    assert "use `padding: [1, 2]`, which keeps the size" == warning.help


def test_zeros_that_a_stem_asks_for_are_meant() -> None:
    assert [] == messages(spec(stem=[{"conv": 3, "to": 16}, {"pad": 2}]), "RG513")


def test_a_layer_of_the_head_or_of_a_branch_that_enlarges_its_map_is_told() -> None:
    padded = {"conv": 3, "to": 32, "padding": 2}
    (warning,) = found(spec(head={"pool": "avg", "layers": [padded], "classes": 10}), "RG513")
    assert warning.message.endswith("enlarges its map: it gives 14x14 for 12x12")
    branch = [{"conv": 3, "to": "out", "padding": 2, "stride": "here"}, {"conv": 3, "to": "out", "padding": 2}]
    block = {"type": "mine", "shortcut": "none"}
    (warning,) = found(spec(blocks={"mine": {"branch": branch}}, block=block, stages=stages(1)), "RG513")
    assert warning.message.endswith("enlarges its map: it gives 26x26 for 24x24")


# RG509: the head's layers


@pytest.mark.parametrize("rank", (2, 3))
def test_the_field_is_that_of_the_last_map_before_the_pool(rank: int) -> None:
    head = {"pool": "avg", "layers": [{"conv": 3, "to": 32}], "classes": 10}
    assert (17,) * rank == receptive_field(compile_mapping(seeing(8, rank, head=head)).network)
    assert [] == messages(seeing(17, rank, head=head), "RG509")
    saw, given = ("x".join([extent] * rank) for extent in ("17", "18"))
    assert [f"the receptive field is {saw}, smaller than the input of {given}"] == messages(
        seeing(18, rank, head=head), "RG509"
    )


# RG516: padding of windows side by side


@pytest.mark.parametrize("rank", AXES)
@pytest.mark.parametrize(
    ("layer", "told"),
    [
        ({"conv": 4, "to": 16, "stride": 4, "dropout": 0.1}, True),
        ({"max_pool": 3}, False),
        ({"max_pool": 2}, False),
        ({"max_pool": 3, "padding": 1}, True),
        ({"avg_pool": 4, "padding": 2}, True),
        ({"avg_pool": 2, "stride": 3, "padding": 1}, True),
        ({"avg_pool": 3, "stride": 2, "padding": 1}, False),
        ({"max_pool": 2, "padding": "same"}, False),
        ({"conv": 4, "to": 16, "stride": 4}, True),
        ({"conv": 4, "to": 16, "stride": 4, "padding": 0}, False),
        ({"conv": 2, "to": 16, "stride": 2}, False),
        ({"conv": 3, "to": 16, "stride": 3}, False),
        ({"conv": 4, "to": 16, "stride": 2}, False),
    ],
)
def test_padding_of_tiles_is_told(rank: int, layer: dict[str, Any], told: bool) -> None:
    warnings = messages(spec(rank, 48, stem=[{"conv": 3, "to": 16}, layer]), "RG516")
    assert [told] == [bool(warnings)]
    assert len(warnings) <= 1


def test_pools_side_by_side_pad_nothing_by_default() -> None:
    """Every pixel of a map that the windows fill is in one of them."""
    for key in ("max_pool", "avg_pool"):
        for extent in (1, 2, 3, 4, 7):
            stem = [{"conv": 3, "to": 16}, {key: extent, **({"stride": 2} if extent == 1 else {})}]
            window = compile_mapping(spec(2, 84, stem=stem)).network.stem[-1].operator.receptive_window()
            assert window is not None
            assert (84 // max(extent, 2), False) == (window.extent(84), window.pads())


def test_a_pool_that_overlaps_has_half_of_its_window_as_padding() -> None:
    window = compile_mapping(spec(2, 84, stem=[{"conv": 3, "to": 16}, {"max_pool": [3, 2], "stride": [2, 2]}]))
    assert (1, 0) == window.network.stem[-1].operator.receptive_window().padding  # type: ignore[union-attr]  # a pool has one


# The collection


def test_all_that_ships_is_well_even_where_it_is_to_be_strict() -> None:
    assert Completed(0, f"{len(names())} specs passed\n", "") == resnetgen("check", ROOT / "specs", "--strict")


# RG514: channels in the size


@pytest.mark.parametrize(
    ("channels", "size", "told"),
    [
        (3, [3, 32, 32], "the input size [3, 32, 32] has 3 axes, and the first is the number of channels"),
        (3, [32, 32, 3], "the input size [32, 32, 3] has 3 axes, and the last is the number of channels"),
        (1, [1, 64], "the input size [1, 64] has 2 axes, and the first is the number of channels"),
        (4, [4, 32, 32], "the input size [4, 32, 32] has 3 axes, and the first is the number of channels"),
        (4, [4, 31, 32], ""),
        (5, [5, 64, 64], ""),
        (3, [16, 32, 32], ""),
        (3, [32, 32], ""),
        (3, [3], ""),
    ],
)
def test_channels_in_the_size_are_told(channels: int, size: list[int], told: str) -> None:
    data = spec(len(size)) | {"input": {"channels": channels, "size": size}}
    assert [told] * bool(told) == messages(data, "RG514")


def test_the_help_writes_the_size_without_channels() -> None:
    (one,) = found(spec(3) | {"input": {"channels": 3, "size": [3, 32, 48]}}, "RG514")
    assert one.help.endswith("an input of 2 axes, write `size: [32, 48]`")
    (one,) = found(spec(2) | {"input": {"channels": 3, "size": [500, 3]}}, "RG514")
    assert one.help.endswith("an input of 1 axis, write `size: [500]`")


# RG515: sums without a norm

UNNORMALIZED = "the sum of pre-activation blocks reaches the classifier without a norm"


@pytest.mark.parametrize("rank", AXES)
@pytest.mark.parametrize("type_", ["preact_basic", "preact_bottleneck"])
def test_a_sum_that_reaches_the_classifier_is_told(type_: str, rank: int) -> None:
    bare = spec(rank, block={"type": type_})
    assert [UNNORMALIZED] == messages(bare, "RG515")
    head = {"pool": "avg", "classes": 10}
    assert [] == messages(bare | {"head": head | {"layers": [{"norm": "here"}]}}, "RG515")
    assert [UNNORMALIZED] == messages(bare | {"head": head | {"layers": [{"act": "relu"}]}}, "RG515")


def test_a_network_that_has_no_sum_without_a_norm_is_not_told() -> None:
    data = spec(block={"type": "preact_basic"})
    assert [] == messages(data | {"norm": "none"}, "RG515")
    assert [] == messages(data | {"head": {"features": ["layer2"]}}, "RG515")
    assert [] == messages(data | {"head": {"pool": "avg"}}, "RG515")
    assert [] == messages(spec(), "RG515")
    assert [] == messages(spec(block={"type": "preact_basic", "shortcut": "none"}), "RG515")
    assert [] == messages(spec(block={"type": "preact_basic", "join": {"act": "relu"}}), "RG515")


# RG517: an activation right behind another

TWICE = "relu directly follows relu"
ROW = {"conv": 3, "to": "out", "stride": "here"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"stem": [{"conv": 3, "to": 16}, {"act": "relu"}]}, [TWICE]),
        ({"stem": [{"conv": 3, "to": 16, "act": "none"}, {"act": "relu"}]}, []),
        ({"stem": [{"conv": 3, "to": 16}, {"dropout": 0.1}, {"act": "relu"}]}, []),
        ({"head": {"layers": [{"act": "relu"}, {"act": "relu"}], "pool": "avg", "classes": 2}}, [TWICE]),
        ({"blocks": {"row": {"branch": [ROW]}}, "block": {"type": "row", "shortcut": "none"}}, [TWICE]),
        ({"blocks": {"row": {"branch": [ROW], "join": {"act": "none"}}}, "block": {"type": "row"}}, []),
        ({"blocks": {"row": {"branch": [ROW]}}, "block": {"type": "row"}}, []),
    ],
)
def test_two_activations_in_a_row_are_told(written: dict[str, Any], expected: list[str]) -> None:
    assert expected == messages(spec(2, 48, **written), "RG517")
