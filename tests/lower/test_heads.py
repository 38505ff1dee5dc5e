"""Several heads: what they are called, what a base and `--set` have to do with them, and what is said of each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from resnetgen.analysis.cost import cost, state_dict
from resnetgen.analysis.diff import diff_networks
from resnetgen.analysis.input_sizes import input_domain
from resnetgen.analysis.receptive_field import receptive_field
from resnetgen.api import compile_mapping, compile_spec, compile_text, override
from resnetgen.codegen.inference.network import deploy
from resnetgen.compiler import Compiled
from resnetgen.errors import SpecError
from resnetgen.lsp.definition import definition
from resnetgen.lsp.hover import hover
from tests.cli.command_line import resnetgen
from tests.codegen.deployment import difference, filled
from tests.codegen.observation import emitted
from tests.lsp.test_hover import workspace_with

POLICY: dict[str, Any] = {"layers": [{"conv": 1, "to": 2}], "pool": "flatten", "classes": 5}
VALUE: dict[str, Any] = {"pool": "avg", "then": [{"linear": 4, "act": "here"}, {"linear": 1, "act": "tanh"}]}


def spec(**changes: Any) -> dict[str, Any]:
    return {
        "name": "net",
        "input": {"channels": 3, "size": 16},
        "stem": [{"conv": 3, "to": 8}],
        "block": {"type": "basic"},
        "stages": {"layer1": {"blocks": 2, "channels": 8, "stride": 2}},
        "heads": {"policy": POLICY, "value": VALUE},
        **changes,
    }


def compiled(**changes: Any) -> Compiled:
    return compile_mapping(spec(**changes))


def test_each_head_is_an_output_by_its_name() -> None:
    trace = compiled().trace
    assert ({"policy": (5,), "value": (1,)}, ()) == (trace.outputs, trace.output)
    assert "policy 5, value 1" == trace.describe_outputs()

    output = emitted(trace).eval()(torch.randn(2, 3, 16, 16))
    assert {"policy": (2, 5), "value": (2, 1)} == {name: tuple(value.shape) for name, value in output.items()}


def test_heads_are_in_the_order_of_the_spec() -> None:
    heads = {"value": VALUE, "policy": POLICY}
    found = compiled(heads=heads)
    assert ["value", "policy"] == list(found.trace.outputs)
    keys = [key.partition(".")[0] for key, _ in state_dict(found.network)]
    assert ["value", "policy"] == [key for key in dict.fromkeys(keys) if key in heads]


def test_a_network_of_one_named_head_returns_it_by_name() -> None:
    trace = compiled(heads={"value": VALUE}).trace
    assert {"value": (1,)} == trace.outputs
    assert ["value"] == list(emitted(trace).eval()(torch.randn(2, 3, 16, 16)))


def test_heads_cost_the_sum_of_what_each_costs() -> None:
    trunk = cost(compiled(heads={"map": {"pool": "none"}}).trace)
    alone = [cost(compiled(heads={name: head}).trace) for name, head in (("policy", POLICY), ("value", VALUE))]
    whole = cost(compiled().trace)
    assert whole.params - trunk.params == sum(each.params - trunk.params for each in alone)
    assert whole.macs - trunk.macs == sum(each.macs - trunk.macs for each in alone)


def test_the_largest_receptive_field_is_told() -> None:
    small, large = (
        {"pool": "none", "layers": [{"conv": 1, "to": 2}]},
        {"pool": "none", "layers": [{"conv": 5, "to": 2}]},
    )
    fields = [receptive_field(compiled(heads=heads).network) for heads in ({"a": small, "b": large}, {"b": large})]
    assert fields[0] == fields[1] != receptive_field(compiled(heads={"a": small}).network)


def test_sizes_work_if_they_work_for_all_heads() -> None:
    strided = {"pool": "avg", "layers": [{"conv": 5, "to": 2, "padding": 0}]}
    alone = input_domain(compiled(heads={"a": strided}).network)
    beside = input_domain(compiled(heads={"b": VALUE, "a": strided}).network)
    assert alone == beside is not None
    fixed = input_domain(compiled().network)
    assert fixed is not None
    assert [(15, 16)] * 2 == [(axis.smallest, axis.largest) for axis in fixed.axes]


@pytest.mark.parametrize("heads", [None, {"policy": POLICY, "x": {"pool": "none", "layers": [{"norm": "here"}]}}])
def test_the_deploy_form_gives_the_same(heads: dict[str, Any] | None) -> None:
    found = compiled(**({} if heads is None else {"heads": heads}))
    assert [head.name for head in found.network.heads] == [head.name for head in deploy(found.network).network.heads]
    assert difference(filled(found), found.trace.input) < 1e-12


# Bases and overrides


def text(**changes: object) -> str:
    return json.dumps({"name": "mine", "extends": "alphago_zero20", **changes})


def test_heads_replace_the_head_of_a_base_and_a_head_the_heads() -> None:
    found = compile_text(json.dumps({"name": "mine", "extends": "resnet18", "heads": {"age": {"pool": "avg"}}}))
    assert {"age": (512,)} == found.trace.outputs
    assert (10,) == compile_text(text(head={"pool": "avg", "classes": 10})).trace.output


def test_one_head_of_a_base_can_be_changed_and_removed() -> None:
    found = compile_text(text(heads={"value": None, "policy": {"classes": 9}, "more": {"pool": "max"}}))
    assert {"policy": (9,), "more": (256,)} == found.trace.outputs


def test_values_are_set_in_heads() -> None:
    found = compile_spec(override("alphago_zero20", {"heads.policy.classes": 9}))
    assert {"policy": (9,), "value": (1,)} == found.trace.outputs
    single = compile_spec(override("alphago_zero20", {"head": {"pool": "avg", "classes": 3}}))
    assert (3,) == single.trace.output
    with pytest.raises(SpecError, match="did you mean `policy`"):
        override("alphago_zero20", {"heads.polcy.classes": 9})


def test_a_new_spec_has_the_classes_of_the_head_that_classifies(folder: Path) -> None:
    assert 0 == resnetgen("new", "mine", "--extends", "alphago_zero20", "--classes", "9").code
    assert "heads: {policy: {classes: 9}}" in Path("mine.yaml").read_text()
    assert {"policy": (9,), "value": (1,)} == compile_spec("mine.yaml").trace.outputs


# What is said of each


def test_a_difference_is_told_by_head() -> None:
    other = compiled(heads={"policy": {**POLICY, "classes": 6}, "value": VALUE})
    assert ["policy"] == list(diff_networks(compiled().network, other.network).heads)
    renamed = diff_networks(compiled().network, compiled(heads={"moves": POLICY, "value": VALUE}).network)
    assert ("heads", "policy, value", "moves, value") in renamed.network
    assert ["policy", "moves"] == list(renamed.heads)


def test_parts_are_frozen_by_the_name_of_their_head() -> None:
    network = emitted(compiled(training={"frozen": ["value"]}).trace)
    still = {name.partition(".")[0] for name, one in network.named_parameters() if not one.requires_grad}
    assert {"value"} == still


def test_widths_of_a_head_can_be_kept() -> None:
    wide = compiled(scale={"width": 2, "divisor": 1}).network
    kept = compiled(scale={"width": 2, "divisor": 1, "keep_width": ["policy"]}).network
    shapes = [dict(state_dict(network))["policy.0.weight"].shape for network in (wide, kept)]
    assert [(4, 16, 1, 1), (2, 16, 1, 1)] == shapes


EDITED = """\
extends: alphago_zero20
name: mine
heads:
  policy: {classes: 9}
"""


def test_an_editor_tells_of_each_head() -> None:
    found = hover(workspace_with(EDITED), "mine", EDITED.index("policy"))
    assert found is not None
    assert "conv 1x1" in found.text
    assert "→ 9" in found.text
    assert "tanh" not in found.text
    workspace = workspace_with(EDITED)
    document = workspace.spec("mine")
    assert document is not None
    place = definition(workspace, document, EDITED.index("policy"))
    assert place is not None
    assert "alphago_zero20" in str(place.path)
