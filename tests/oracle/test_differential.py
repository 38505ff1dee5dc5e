"""The compiler's verdicts and networks are those of torch, on random specs and on the corners that once went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

import pytest

from resnetgen.schema.record import Record
from resnetgen.spec.spec import BudgetOptions, Spec
from tests.nightly import one_in
from tests.oracle.differential import UNJUDGED, Case, compiled, examine, examine_spec, report
from tests.oracle.layout_corners import LAYOUT_CORNERS
from tests.oracle.slot_corners import SLOT_CORNERS
from tests.strategies.choices import ACTIVATIONS
from tests.strategies.specs import random_spec

SEED = 1603
SPECS = 300
CHUNKS = 6

CONV = {"conv": 3, "to": "out"}


@pytest.mark.parametrize("chunk", one_in(6, {str(chunk): chunk for chunk in range(CHUNKS)}))
def test_the_compiler_agrees_with_torch_on_random_specs(chunk: int) -> None:
    cases = [examine(SEED, number) for number in range(chunk, SPECS, CHUNKS)]
    assert [] == [report(case) for case in cases if case.disagreements]


def test_the_random_specs_are_as_often_valid_as_not() -> None:
    faults = [compiled(random_spec(SEED, number))[1] for number in range(SPECS)]
    assert 0.3 * SPECS < len([found for found in faults if found]) < 0.7 * SPECS
    codes = {fault.code for found in faults for fault in found}
    assert {"RG204", "RG208", "RG301", "RG302", "RG303", "RG304", "RG305", "RG306"} <= codes
    unjudged = [found for found in faults if UNJUDGED & {fault.code for fault in found}]
    assert len(unjudged) < 0.02 * SPECS


UNSAID = {"abstract", "ignore", "budget", *BudgetOptions.model_fields}
"""Keys that do not change the network: torch cannot tell them apart, and other tests check them."""


def test_the_random_specs_have_every_key_of_the_language() -> None:
    written = {key for number in range(2000) for key in _keys(random_spec(SEED, number))}
    assert UNSAID == _fields(Spec) - written


def test_the_random_specs_have_every_activation_of_the_language() -> None:
    from resnetgen.ops.activation import TABLE

    assert {*TABLE, "none"} == {*ACTIVATIONS, "threshold"}


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _keys(item)


def _fields(annotation: Any) -> set[str]:
    """The keys of a record and of all the records in it."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        inside = [_fields(field.annotation) for field in annotation.model_fields.values()]
        return set(annotation.model_fields).union(*inside)
    return set().union(*(_fields(argument) for argument in get_args(annotation)))


def spec(**changes: Any) -> dict[str, Any]:
    """A small spec with some of its keys replaced."""
    return {
        "name": "net",
        "input": {"channels": 3, "size": 16},
        "stem": [{"conv": 3, "to": 16}],
        "block": {"type": "basic"},
        "stages": {"layer1": {"blocks": 1, "channels": 16}},
        "head": {"pool": "avg", "classes": 4},
        **changes,
    }


def of_type(kind: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """A spec whose blocks are of a type of its own."""
    block = {"type": "T", **changes.pop("block", {})}
    return spec(block=block, blocks={"T": kind}, **changes)


def averaged(size: int, rank: int) -> dict[str, Any]:
    """An averaging shortcut over a map of this size, from a stride of two."""
    block = {"type": "basic", "shortcut": "avg_projection"}
    stages = {"layer1": {"blocks": 1, "channels": 32, "stride": 2}}
    return spec(input={"channels": 3, "size": [size] * rank}, block=block, stages=stages)


TWICE = {"layer1": {"blocks": 1, "channels": 16}, "layer2": {"blocks": 1, "channels": 32, "stride": 2}}
GROUPED = {"norm": {"type": "group", "groups": 8}}

CORNERS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "a stage's channels are of what comes into the stage": (
        spec(stages={"layer1": {"channels": "2 * in", "blocks": [{}, {}, {"channels": "in + 4"}, {}]}}),
        (),
    ),
    "an entry's channels are of what comes into the entry": (
        spec(
            stages={
                "layer1": {"blocks": [{"channels": "in * 2", "repeat": 2}, {"channels": "in / 2"}]},
                "layer2": {"channels": "in", "blocks": 1, "shortcut": "identity"},
            }
        ),
        (),
    ),
    "a 3d mean of a map below its kernel, which padding does not help": (
        spec(input={"channels": 3, "size": [9, 1, 4]}, stem=[{"avg_pool": [1, 3, 1], "padding": [0, 1, 0]}]),
        ("RG304",),
    ),
    "an averaging shortcut over a single pixel of a volume": (averaged(1, 3), ("RG304",)),
    "an averaging shortcut over a single pixel of an image": (averaged(1, 2), ()),
    "an averaging shortcut at an odd size": (averaged(7, 2), ()),
    "a projection's norm whose groups do not divide": (
        of_type(
            {"branch": [{"conv": 1, "to": "out", "norm": "none"}]},
            block=GROUPED,
            stages={"layer1": {"blocks": 1, "channels": 20}},
        ),
        ("RG303",),
    ),
    "an activation between dropouts, which hand on their input": (
        of_type(
            {"branch": [{"dropout": 0.1}, {"act": "relu"}, CONV, {"act": "tanh"}, {"dropout": 0.1}, {"act": "relu"}]},
            stem=[{"conv": 3, "to": 16}, {"dropout": 0.5}, {"act": "relu"}],
        ),
        (),
    ),
    "an activation at the start, after dropout alone": (spec(stem=[{"dropout": 0.5}, {"act": "relu"}]), ()),
    "a width that only one of two uses of a type names": (
        spec(
            block={},
            blocks={"A": {"widths": {"a": "out"}, "branch": [{"conv": 1, "to": "a"}, CONV]}, "B": {"branch": [CONV]}},
            stages={
                "layer1": {"channels": 16, "widths": {"a": 8}, "blocks": [{"type": "B"}, {"type": "A"}]},
                "layer2": {"channels": 16, "type": "A", "blocks": 1},
            },
        ),
        (),
    ),
    "a width that only another width speaks of": (
        of_type(
            {"branch": [{"conv": 1, "to": "wide"}, CONV]},
            stages={"layer1": {"channels": 16, "widths": {"half": "out / 2", "wide": "half * 3"}, "blocks": 1}},
        ),
        (),
    ),
    "a type that cannot dilate, after a stage that does": (
        spec(
            block={},
            blocks={"T": {"branch": [{**CONV, "stride": "here"}]}},
            stages={
                "layer1": {"type": "basic", "channels": 16, "blocks": 1, "dilation": 2},
                "layer2": {"type": "T", "channels": 16, "blocks": 1},
            },
        ),
        (),
    ),
    "a type that cannot dilate, in a stage that does": (
        of_type({"branch": [CONV]}, stages={"layer1": {"channels": 16, "blocks": 1, "dilation": 2}}),
        ("RG209",),
    ),
    "a branch of which nothing is left": (of_type({"branch": [{"dropout": 0}]}), ("RG209",)),
    "a branch of nothing but norms and activations": (
        of_type({"branch": [{"norm": "here"}, {"act": "relu"}]}, block={"shortcut": "projection"}),
        (),
    ),
    "a branch of nothing but a pool": (
        of_type(
            {"branch": [{"max_pool": 3, "stride": "here"}]},
            stages={"layer1": {"blocks": 2, "channels": 16, "stride": 2}},
        ),
        (),
    ),
    "no stem": (spec(stem=[]), ()),
    "a stride in every block": (
        of_type({"branch": [{"conv": 3, "to": "out", "stride": 3}]}, stages={"layer1": {"blocks": 3, "channels": 16}}),
        (),
    ),
    "strides beyond the largest input": (
        of_type({"branch": [{"conv": 3, "to": "out", "stride": 10}]}, stages={"layer1": {"blocks": 6, "channels": 16}}),
        ("RG304",),
    ),
    "two names that want one local variable": (
        spec(
            stages={"x": {"blocks": 1, "channels": 16}, "x_": {"blocks": 1, "channels": 32}},
            head={"features": ["x", "x_"]},
        ),
        (),
    ),
    "maps beside classes, the stem's before a pool and a layer of nothing": (
        spec(
            stem=[{"conv": 3, "to": 8, "stride": 2}, {"max_pool": 3, "stride": 2}, {"dropout": 0}],
            head={"features": ["layer1", "stem"], "pool": "avg", "classes": 2},
        ),
        (),
    ),
    "the map of a stem beside a pool, and of no stage": (spec(head={"features": ["stem"], "pool": "max"}), ()),
    "the map of a stem of which nothing is emitted": (
        spec(stem=[{"dropout": 0}], head={"features": ["stem", "layer1"]}),
        ("RG206",),
    ),
    "a stage of a private name of torch": (spec(stages={"_modules": {"blocks": 1, "channels": 16}}), ("RG205",)),
    **SLOT_CORNERS,
    **LAYOUT_CORNERS,
    **{
        f"a network called {name}": (spec(name=name, block={"type": "basic", "shortcut": "pad"}, stages=TWICE), ())
        for name in ("F", "Tensor", "PadChannels", "pad_channels", "projection", "basic_block")
    },
    **{
        f"a width called {name}": (
            of_type(
                {"widths": {name: "out / 2"}, "branch": [{"conv": 1, "to": name}, {**CONV, "stride": "here"}]},
                stages=TWICE,
            ),
            (),
        )
        for name in ("self", "nn", "shortcut", "super", "stride", "cin", "cout", "channels", "tuple", "int", "Tensor")
    },
}
"""Specs with the codes that they deserve."""


@pytest.mark.parametrize("name", one_in(3, {name: name for name in CORNERS}))
def test_the_compiler_agrees_with_torch_in_a_corner(name: str) -> None:
    written, codes = CORNERS[name]
    case = examine_spec(Case(0, written), every=1)
    assert codes == case.codes
    assert [] == case.disagreements


def test_a_disagreement_is_shown_with_its_spec() -> None:
    case = Case(7, spec(), disagreements=["the two differ"])
    assert report(case).startswith("--- spec 7\nthe two differ\nname: net\ninput:\n")
