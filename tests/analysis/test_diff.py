"""The comparison of two networks: against the whole state dicts, against the code, and against torch."""

from __future__ import annotations

import contextlib
import copy
import itertools
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
import yaml

from resnetgen.analysis.cost import state_dict
from resnetgen.analysis.diff import Change, NetworkDiff, diff_networks
from resnetgen.analysis.diff.state_dict import ADDED, REMOVED, RESHAPED, KeyGroup, StateDictDiff
from resnetgen.analysis.shape_inference import trace
from resnetgen.api import compile_mapping, compile_spec, compile_text
from resnetgen.codegen import emit
from resnetgen.compiler import Compiled
from resnetgen.errors import SpecError
from resnetgen.ir.network import Network
from tests.processor_time import at_most
from tests.strategies.specs import random_spec
from tests.weights.test_weights import TINY

NAMES = ("resnet18", "resnet34", "resnet18d", "resnet50", "resnet101", "seresnet50", "resnext50_32x4d", "resnetv2_50")
PAIRS = [(before, after) for before in NAMES for after in NAMES]

Tensors = dict[str, tuple[int, ...]]
"""A state dict by the shapes of its tensors."""


def tensors(network: Network) -> Tensors:
    return {key: entry.shape for key, entry in state_dict(network)}


Changed = tuple[str, tuple[int, ...] | None, tuple[int, ...] | None]
"""A key with its shapes before and after."""


def spread(group: KeyGroup) -> Iterator[Changed]:
    """The keys of a group, one by one."""
    for number in range(group.first, group.first + group.repeat):
        for tensor in group.tensors:
            yield f"{group.path}{number}.{tensor.tail}" if group.path else tensor.tail, tensor.before, tensor.after


def assert_equal_to_the_dicts(found: StateDictDiff, before: Network, after: Network) -> None:
    """Check a state dict diff against a plain comparison of all keys and shapes."""
    old, new = tensors(before), tensors(after)
    same = {key for key in old if key in new and old[key] == new[key]}
    expected: dict[str, set[Changed]] = {
        REMOVED: {(key, shape, None) for key, shape in old.items() if key not in new},
        ADDED: {(key, None, shape) for key, shape in new.items() if key not in old},
        RESHAPED: {(key, old[key], new[key]) for key in old if key in new and old[key] != new[key]},
    }
    for kind, keys in expected.items():
        listed = [key for group in found.groups if group.kind == kind for key in spread(group)]
        assert (len(keys), keys) == (len(listed), set(listed))
        assert len(keys) == found.count(kind)
    assert len(same) == found.alike
    for loading, into in ((found.forward, after), (found.backward, before)):
        trained = {key: entry.numel() for key, entry in state_dict(into) if entry.trained}
        fit = sum(count for key, count in trained.items() if key in same)
        assert (len(same), len(tensors(into))) == loading[1:3]
        assert (fit, sum(trained.values())) == loading[3:]


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_the_keys_are_those_of_the_whole_dicts(before: str, after: str) -> None:
    old, new = compile_spec(before).network, compile_spec(after).network
    assert_equal_to_the_dicts(diff_networks(old, new).keys, old, new)


@pytest.mark.parametrize("name", NAMES)
def test_a_network_does_not_differ_from_itself(name: str) -> None:
    found = diff_networks(compile_spec(name).network, compile_text(f"extends: {name}\nname: other").network)
    assert not found
    assert (True, True) == (found.keys.forward.strict, found.keys.backward.strict)


def random_networks(many: int, seed: int) -> list[tuple[dict[str, Any], Compiled]]:
    """Random specs that compile, with what they become."""
    found: list[tuple[dict[str, Any], Compiled]] = []
    for number in range(20 * many):
        spec = random_spec(seed, number)
        with contextlib.suppress(SpecError):
            found.append((spec, compile_mapping(spec)))
        if len(found) == many:
            break
    return found


def test_the_keys_of_random_networks() -> None:
    networks = [compiled.network for _, compiled in random_networks(40, 3)]
    for before, after in itertools.pairwise(networks):
        assert_equal_to_the_dicts(diff_networks(before, after).keys, before, after)


def test_a_key_is_the_same_whatever_module_it_is_in() -> None:
    """A stem of one network has names that are those of a block of another's stage."""
    stem = "layout: {stem: {conv: stages.0, norm: stages.1, act: stages.2}}\n"
    one = compile_text(TINY.replace("stem:", f"{stem}stem:")).network
    other = compile_text(TINY.replace("  first:", "  stages:").replace("first", "stages")).network
    third = compile_text(TINY.replace("stem:", "layout: {stage: stages.*}\nstem:")).network
    assert "stages.0.weight" in tensors(one)
    assert "stages.0.0.conv1.weight" in tensors(third)
    for before in (one, other, third):
        for after in (one, other, third):
            assert_equal_to_the_dicts(diff_networks(before, after).keys, before, after)


def leaves(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of everything in a spec that is no list and no mapping, and no word for people."""
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from leaves(value, (*path, key))
    elif not {"name", "description", "reference", "aka"} & set(path):
        yield path


def mutant(spec: dict[str, Any], random: Random) -> dict[str, Any]:
    """The spec with something in it changed a little, or gone."""
    changed = copy.deepcopy(spec)
    path = random.choice(list(leaves(changed)))
    inside: Any = changed
    for step in path[:-1]:
        inside = inside[step]
    value = inside[path[-1]]
    if isinstance(value, bool):
        inside[path[-1]] = not value
    elif isinstance(value, int | float):
        inside[path[-1]] = value + random.choice((1, value))
    elif random.random() < 0.5 and isinstance(inside, dict):
        del inside[path[-1]]
    else:
        inside[path[-1]] = random.choice(("relu", "silu", "batch", "auto", "projection", "identity", "se", "avg"))
    return changed


def code(network: Network) -> str:
    """The code of a network without its names, descriptions and digest."""
    named = network._replace(name="x", class_name="X", description="", reference="", aka=())
    return emit(trace(named), origin="", digest="")


def test_networks_differ_where_their_code_does() -> None:
    random = Random(11)
    counted = {True: 0, False: 0}
    for spec, compiled in random_networks(60, 5):
        for _ in range(6):
            with contextlib.suppress(SpecError):
                changed = mutant(spec, random)
                other = compile_mapping(changed)
                differs = code(compiled.network) != code(other.network)
                assert differs == bool(diff_networks(compiled.network, other.network)), yaml.safe_dump([spec, changed])
                counted[differs] += 1
    assert min(counted.values()) > 3


def between(before: str, after: str) -> NetworkDiff:
    return diff_networks(compile_text(before).network, compile_text(after).network)


def test_what_changed_is_told_at_its_blocks() -> None:
    found = between(TINY, TINY.replace("blocks: 1, channels: 16", "blocks: 3, channels: 16, mid: 32"))
    ((changed, added),) = found.stages.values()
    assert (0, 1, "basic", "basic", (Change("mid", 16, 32),)) == changed
    assert (1, 2, None, "basic", ()) == added
    assert ((), (), {}) == (found.network, found.stem, found.heads)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("size: 32", "size: 64", [Change("input size", 32, 64)]),
        ("channels: 3, size", "channels: 1, size", [Change("input channels", 3, 1)]),
        ("{pool: avg, classes: 10}", "{features: [second]}", [Change("features", None, "second")]),
        ("head:", "init: {zero_init_residual: true}\nhead:", [Change("zero_init_residual", False, True)]),
    ],
)
def test_what_changed_for_the_whole(old: str, new: str, expected: list[Change]) -> None:
    assert expected == list(between(TINY, TINY.replace(old, new)).network)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("type: basic}", "type: basic, attention: se}", [Change("se", None, "squeeze-excite to 8")]),
        ("block:", "norm: {type: batch, eps: 0.001}\nblock:", [Change(f"bn{n} eps", 1e-5, 1e-3) for n in (1, 2)]),
        ("block:", "act: silu\nblock:", [Change(f"act{n} type", "relu", "silu") for n in (1, 2)]),
        ("{blocks: 2, channels: 8}", "{blocks: 2, channels: 8, mid: 4}", [Change("mid", 8, 4)]),
        (
            "{blocks: 2, channels: 8}",
            "{blocks: 2, channels: 8, shortcut: none}",
            [Change("shortcut", "identity", "none")],
        ),
    ],
)
def test_what_changed_in_a_block(old: str, new: str, expected: list[Change]) -> None:
    assert expected == list(between(TINY, TINY.replace(old, new)).stages["first"][0].changes)


def test_a_million_blocks_are_compared_as_fast_as_two() -> None:
    deep = compile_text(TINY.replace("blocks: 2", "blocks: 1000000")).network
    deeper = compile_text(TINY.replace("blocks: 2", "blocks: 900000")).network
    with at_most(0.5):
        found = diff_networks(deep, deeper)
    assert (10_800_026, 1_200_000) == (found.keys.alike, found.keys.count(REMOVED))
    assert 1 == len(found.keys.groups)


def test_a_list_of_many_unlike_blocks_is_compared_in_time() -> None:
    blocks = ", ".join(f"{{mid: {8 + number % 7}}}" for number in range(600))
    spec = TINY.replace("blocks: 2", f"blocks: [{blocks}]")
    one, other = compile_text(spec).network, compile_text(spec.replace("mid: 9}", "mid: 10}")).network
    with at_most(2):
        found = diff_networks(one, other)
    assert_equal_to_the_dicts(found.keys, one, other)


def frozen(spec: str) -> Compiled:
    return compile_text(f"extends: {spec}\nname: frozen\nnorm: frozen_batch")


@pytest.mark.parametrize("name", ["resnet18", "resnet50"])
def test_torch_agrees_on_norms_with_and_without_counters(name: str) -> None:
    """Counters that the weights lack are supplied by torch; counters that are left over are not taken."""
    pytest.importorskip("torch")
    from tests.weights.loading import loads, network

    one, other = compile_spec(name), frozen(name)
    keys = diff_networks(one.network, other.network).keys
    assert (False, True) == (keys.forward.strict, keys.backward.strict)
    assert keys.forward.strict == loads(network(one).state_dict(), other)
    assert keys.backward.strict == loads(network(other).state_dict(), one)


def test_torch_agrees_on_pairs_of_networks() -> None:
    pytest.importorskip("torch")
    from tests.weights.loading import loads, network

    small = [compile_spec(name) for name in ("resnet18", "resnet18d", "seresnet18")]
    similar = [compile_text(f"extends: resnet18\nname: x\n{line}") for line in ("act: silu", "head: {classes: 5}")]
    chosen = [*small, *similar, *(compiled for _, compiled in random_networks(4, 9))]
    verdicts = set()
    for before in chosen:
        weights = network(before).state_dict()
        for after in chosen:
            strict = diff_networks(before.network, after.network).keys.forward.strict
            assert loads(weights, after) == strict
            verdicts.add(strict)
    assert {True, False} == verdicts


def test_torch_agrees_on_random_networks_and_their_mutants() -> None:
    pytest.importorskip("torch")
    from tests.weights.loading import loads, network

    random = Random(2)
    verdicts = {True: 0, False: 0}
    for spec, before in random_networks(30, 13):
        with contextlib.suppress(SpecError):
            after = compile_mapping(mutant(spec, random))
            strict = diff_networks(before.network, after.network).keys.forward.strict
            assert loads(network(before).state_dict(), after) == strict
            verdicts[strict] += 1
    assert min(verdicts.values()) > 0
