"""The input sizes that the domain tells of work, and no others do.

A network is run on the meta device for each distinct structure of windows; for the others of the same structure, such
as ResNet-101 beside ResNet-50, the trace stands in for the run. Batch norms and activations are left out of the runs:
they keep every shape, and are most of the time.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from itertools import product
from random import Random
from typing import Any

import pytest
import torch
from torch import nn

from resnetgen import compile_mapping, compile_spec
from resnetgen.analysis.input_domain import InputDomain
from resnetgen.analysis.input_sizes import MAX_PERIOD, input_domain, small_working_size
from resnetgen.analysis.shape_inference import Trace, trace
from resnetgen.ir.network import Network, Node
from resnetgen.ops.window import Window
from resnetgen.runtime.comparison import addition_shapes
from resnetgen.runtime.expected_modules import blocks_with_prefix
from resnetgen.runtime.hooks import record_forward
from resnetgen.source import collection
from tests.codegen.deployment import shortened
from tests.codegen.observation import emitted
from tests.oracle.differential import compiled
from tests.strategies.specs import random_spec

Size = tuple[int, ...]

BELOW = 3
"""The number of sizes below the smallest that are tried."""


def user_spec(**changes: Any) -> dict[str, Any]:
    """A spec of two stages of one block type, with some of its keys replaced."""
    return {
        "name": "net",
        "input": {"channels": 3, "size": [24, 27]},
        "stem": [{"conv": 3, "to": 8}],
        "block": {"type": "T"},
        "blocks": {"T": {"branch": [{"conv": 3, "to": "out", "stride": "here"}]}},
        "stages": {"layer1": {"blocks": 2, "channels": 8, "stride": 2}, "layer2": {"blocks": 1, "channels": 16}},
        "head": {"pool": "avg", "classes": 4},
        **changes,
    }


def with_branch(*branch: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    return user_spec(blocks={"T": {"branch": list(branch)}}, **changes)


EVEN = {"conv": 2, "to": "out", "stride": "here"}
VOLUME = {"channels": 2, "size": [9, 12, 10]}

ODD_SPECS = {
    "an even kernel beside a projection": with_branch(
        EVEN,
        block={"type": "T", "shortcut": "projection"},
        input={"channels": 3, "size": [24, 28]},
        stages={name: {"blocks": 1, "channels": 8, "stride": 2} for name in ("layer1", "layer2")},
    ),
    "an even kernel beside padding": with_branch(
        EVEN,
        block={"type": "T", "shortcut": "pad"},
        input={"channels": 3, "size": [24, 28]},
        stages={"layer1": {"blocks": 1, "channels": 16, "stride": 2}},
    ),
    "an even kernel that shrinks, and one that grows again": with_branch(
        {"conv": [4, 2], "to": "out", "padding": 0, "stride": "here"},
        {"conv": [2, 1], "to": "out", "padding": [1, 0]},
        block={"type": "T", "shortcut": "avg_projection"},
        stages={"layer1": {"blocks": 1, "channels": 16, "stride": [2, 3]}},
    ),
    "a stride in every block": with_branch(
        {"conv": 2, "to": "out", "stride": 3},
        block={"type": "T", "shortcut": "projection"},
        input={"channels": 3, "size": 27},
        stages={"layer1": {"blocks": 2, "channels": 8}},
    ),
    "no shortcut, no padding": with_branch(
        {"conv": 3, "to": "out", "stride": "here", "padding": 0, "dilation": 2},
        block={"type": "T", "shortcut": "none"},
        input={"channels": 3, "size": [40, 60]},
    ),
    "a signal": with_branch(
        {"max_pool": 3, "stride": 1, "padding": 0, "ceil_mode": True},
        {"conv": 5, "to": "out", "dilation": 3, "padding": 7},
        input={"channels": 3, "size": [36]},
        stem=[{"conv": 4, "to": 8, "stride": 3}, {"avg_pool": 2, "ceil_mode": True}],
        stages={"layer1": {"blocks": 2, "channels": 8}},
    ),
    "a volume": user_spec(
        input=VOLUME,
        stem=[{"conv": [1, 3, 2], "to": 8, "stride": [1, 2, 1]}, {"avg_pool": [3, 2, 1], "stride": [1, 2, 2]}],
        stages={"layer1": {"blocks": 2, "channels": 8, "stride": [1, 2, 3]}},
    ),
    "means of a volume, whose windows must fit without padding": user_spec(
        input=VOLUME,
        stem=[
            {"avg_pool": [3, 4, 2], "stride": [2, 1, 2], "padding": [1, 2, 1], "ceil_mode": True},
            {"conv": 1, "to": 8},
        ],
        block={"type": "T", "shortcut": "avg_projection"},
        stages={"layer1": {"blocks": 1, "channels": 16, "stride": [2, 1, 3]}},
    ),
    "norms that refuse a single pixel": user_spec(norm={"type": "instance"}, input={"channels": 3, "size": [6, 9]}),
    "group norms of single channels": user_spec(
        norm={"type": "group", "groups": 8}, stem=[{"conv": 3, "to": 8, "stride": 2}]
    ),
    "dilation in the place of strides": user_spec(
        block={"type": "bottleneck", "shortcut": "avg_projection"},
        blocks={},
        output_stride=[2, 4],
        stages={
            "layer1": {"blocks": 2, "channels": 16, "stride": 2},
            "layer2": {"blocks": 1, "channels": 32, "stride": [3, 2]},
            "layer3": {"blocks": 2, "channels": 16, "stride": [2, 3]},
        },
    ),
    "a head with windows of its own": user_spec(
        head={"pool": "max", "layers": [{"conv": 3, "to": 8, "padding": 0}, {"max_pool": 2}]},
    ),
}


def structure(network: Network) -> tuple[Any, ...]:
    """Return the part of a network that decides its input sizes: windows and additions."""
    runs = [(run.block, min(run.repeat, 2)) for stage in network.stages for run in stage.runs]
    blocks = [(_windows(b.branch), _windows(b.shortcut.nodes), b.shortcut.kind == "none", n) for b, n in runs]
    return network.rank, _windows(network.stem), tuple(blocks), _windows(network.head_nodes), _refuses_pixels(network)


def _windows(nodes: tuple[Node, ...]) -> tuple[Window, ...]:
    windows = [node.operator.receptive_window() for node in nodes]
    return tuple(window for window in windows if window is not None)


def _refuses_pixels(network: Network) -> bool:
    """Return whether a norm may refuse maps of one pixel."""
    blocks = [run.block.nodes() for stage in network.stages for run in stage.runs]
    nodes = [*network.stem, *network.head_nodes, *(node for block in blocks for node in block)]
    return any(node.operator.refuses_pixels for node in nodes)


@functools.cache
def distinct() -> list[str]:
    """For each structure of the collection its smallest network."""
    found: dict[tuple[Any, ...], str] = {}
    for name in sorted(collection.names(), key=lambda name: compile_spec(name).network.blocks()):
        found.setdefault(structure(compile_spec(name).network), name)
    return sorted(found.values())


def bare(traced: Trace) -> nn.Module:
    """The emitted network on the meta device, without what keeps every shape whatever it is."""
    with torch.device("meta"):
        network = emitted(traced)
    for module in list(network.modules()):
        for name, child in module.named_children():
            if type(child).__name__.startswith(("BatchNorm", "FrozenBatchNorm")) or type(child) is nn.ReLU:
                setattr(module, name, nn.Identity())
    return network


def works(network: nn.Module, traced: Trace, size: Size, samples: int) -> bool:
    """Return whether the network runs at this size, with equal shapes at every addition."""
    try:
        seen = record_forward(network, torch.empty(samples, traced.network.channels, *size, device="meta"), count=False)
    except (RuntimeError, ValueError):
        return False
    joined = [(prefix, part) for prefix, part in blocks_with_prefix(traced) if part.block.shortcut.kind != "none"]
    sides = [addition_shapes(seen, prefix, part) for prefix, part in joined]
    return all(brought == result for brought, result in filter(None, sides))


def sizes(found: InputDomain, own: Size) -> Iterator[Size]:
    """A period along each axis with the others as the spec has them, and a random mix of all axes."""
    for axis, extent in enumerate(found.axes):
        for pixels in range(max(1, extent.smallest - BELOW), extent.smallest + extent.period + 1):
            yield (*own[:axis], pixels, *own[axis + 1 :])
    random = Random(0)
    for _ in range(20):
        yield tuple(random.randint(max(1, e.smallest - BELOW), e.smallest + 2 * e.period) for e in found.axes)
    for bound in (*found.pixels.refused, *found.pixels.pairs):
        yield from product(*((most, most + 1) for most in bound))


def misjudged(traced: Trace, network: nn.Module | None) -> list[tuple[Size, int, int, int]]:
    """The sizes at which domain, trace and network disagree, or domain and trace where the network is None.

    Each comes with the fewest samples that the three take, 0 for none.
    """
    found = input_domain(traced.network)
    assert found is not None
    wrong = []
    for size in sizes(found, traced.network.size):
        predicted = found.min_batch(size) if size in found else 0
        seen = trace(traced.network, size)
        traces = 0 if seen.faults else seen.min_batch
        runs = traces
        if network is not None:
            runs = next((samples for samples in (1, 2) if works(network, traced, size, samples)), 0)
        if not predicted == traces == runs:
            wrong.append((size, predicted, traces, runs))
    return wrong


BY_DAY = (
    *("resnet18", "resnet18_1d", "resnet18_3d", "resnet18d", "resnet20", "resnet26", "resnet50_keras", "resnetaa34d"),
    *("resnetblur18", "resnetv2_18", "gernet_s", "resnest14d", "r2plus1d_18"),
)
"""Networks whose windows differ and that run fast; `-m slow` has all of the collection, and with all their blocks."""


@pytest.mark.parametrize("name", BY_DAY)
def test_blocks_of_the_collection_work_at_the_sizes_of_their_domain(name: str) -> None:
    """Of equal blocks in a row the first alone: the others take what it gives, and give the same."""
    compiled = compile_spec(name)
    traced = shortened(compiled, compiled.network.size).trace
    assert [] == misjudged(traced, bare(traced))


@pytest.mark.slow
@pytest.mark.parametrize("name", collection.names())
def test_a_network_of_the_collection_works_at_the_sizes_of_its_domain(name: str) -> None:
    if name not in distinct():
        pytest.skip("a smaller network has the same windows")
    traced = compile_spec(name).trace
    assert [] == misjudged(traced, bare(traced))


def test_every_trace_of_the_collection_works_at_the_sizes_of_its_domain() -> None:
    for name in collection.names():
        assert [] == misjudged(compile_spec(name).trace, None), name


@pytest.mark.parametrize("name", ODD_SPECS)
def test_an_odd_network_works_at_the_sizes_of_its_domain(name: str) -> None:
    traced = compile_mapping(ODD_SPECS[name]).trace
    assert [] == misjudged(traced, bare(traced))


@pytest.mark.parametrize("first", range(0, 400, 100))
def test_random_traces_work_at_the_sizes_of_their_domains(first: int) -> None:
    for number in range(first, first + 100):
        traced, _ = compiled(random_spec(5, number))
        if traced is not None and input_domain(traced.network) is not None:
            assert [] == misjudged(traced, None), number


def test_the_own_size_is_in_the_domain() -> None:
    for name in collection.names():
        network = compile_spec(name).network
        found = input_domain(network)
        assert found is not None
        assert network.size in found, name


def test_a_domain_is_told_in_words() -> None:
    def words(name: str) -> list[str]:
        found = input_domain(compile_mapping(ODD_SPECS[name]).network)
        assert found is not None
        return [axis.describe() for axis in found.axes]

    assert ["5 and up, where size mod 9 is 0, 5, 6, 8"] * 2 == words("a stride in every block")
    assert ["21 and up"] * 2 == words("no shortcut, no padding")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"norm": "instance"}, "height and width: 1 and up; not both below 5"),
        ({"norm": "instance", "input": {"channels": 3, "size": [32]}}, "length: 5 and up"),
        ({"norm": "instance", "input": {"channels": 3, "size": [8, 8, 8]}}, "; not all below 5"),
        (
            {"norm": "instance", "stem": [{"conv": 3, "to": 8, "stride": [4, 2]}]},
            "height and width: 1 and up; not height below 9 with width below 5",
        ),
        (
            {"norm": {"type": "group", "groups": 8}, "stages": {"layer1": {"blocks": 1, "channels": 8}}},
            "height and width: 1 and up; a batch of 2 or more if both below 3",
        ),
        (
            {
                "norm": {"type": "group", "groups": 8},
                "stages": {"layer1": {"blocks": 1, "channels": 8}},
                "input": {"channels": 3, "size": [32]},
            },
            "length: 1 and up; a batch of 2 or more if below 3",
        ),
        (
            {
                "block": {"type": "bottleneck", "spatial": {"type": "split_attention", "least": 8}},
                "norm": {"type": "group", "groups": 8},
                "stages": {"layer1": {"blocks": 1, "channels": 32}},
            },
            "height and width: 1 and up; a batch of 2 or more",
        ),
    ],
)
def test_the_limits_of_norms_are_told(changes: dict[str, Any], words: str) -> None:
    stage = {"layer1": {"blocks": 1, "channels": 8, "stride": 2}}
    spec = user_spec(
        block={"type": "basic"},
        blocks={},
        stages=stage,
        stem=[{"conv": 3, "to": 8, "stride": 2}],
        input={"channels": 3, "size": 32},
    )
    found = input_domain(compile_mapping(spec | changes).network)
    assert found is not None
    assert found.describe().endswith(words)


def normalizing(number: int) -> Trace | None:
    """Return the trace of a random network whose norms may refuse single pixels; None if it has faults."""
    norm = Random(number).choice(("instance", {"type": "group", "groups": 8}, {"type": "group", "groups": 16}))
    traced, _ = compiled(random_spec(6, number) | {"norm": norm})
    return traced if traced is not None and input_domain(traced.network) is not None else None


def judge_random_norms(first: int, last: int) -> int:
    """Compare domain, trace and torch over random networks with such norms; return how many there were."""
    found = [(number, traced) for number in range(first, last) if (traced := normalizing(number)) is not None]
    for number, traced in found:
        assert [] == misjudged(traced, bare(traced)), number
    return len(found)


@pytest.mark.slow
def test_norms_of_random_networks_refuse_the_single_pixels_that_torch_refuses() -> None:
    assert 10 < judge_random_norms(0, 90)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(100, 900, 100))
def test_norms_of_many_random_networks_refuse_the_single_pixels_that_torch_refuses(first: int) -> None:
    assert 10 < judge_random_norms(first, first + 100)


def test_a_total_stride_too_large_to_search_has_no_domain() -> None:
    stem = [{"conv": 1, "to": 8, "stride": MAX_PERIOD}]
    assert input_domain(compile_mapping(user_spec(stem=stem)).network) is None


# The smallest size at which a stride can be seen


def test_the_small_size_is_the_least_at_which_the_last_map_has_two_pixels() -> None:
    for name in collection.names():
        network = compile_spec(name).network
        size = small_working_size(network)
        found = trace(network, size)
        assert () == found.faults
        if any(node.operator.fixed_size(0) for node in network.head_nodes):
            continue  # weights over a flattened map allow no other size of it
        assert 2 == min(found.stages[-1].output[1:]), name
        for axis in range(network.rank):
            less = tuple(extent - (place == axis) for place, extent in enumerate(size))
            smaller = trace(network, less)
            assert smaller.faults or 1 == smaller.stages[-1].output[1 + axis], name


@pytest.mark.parametrize(
    "changes",
    [
        {"input": {"channels": 3, "size": 3}, "stages": {"layer1": {"blocks": 1, "channels": 8, "stride": 4}}},
        {"stages": {name: {"blocks": 1, "channels": 8, "stride": 70} for name in ("layer1", "layer2")}},
    ],
    ids=["one pixel at its own", "strides too large to search"],
)
def test_the_small_size_is_the_own_one_where_there_is_no_smaller(changes: dict[str, Any]) -> None:
    network = compile_mapping(user_spec(**changes)).network
    assert network.size == small_working_size(network)
