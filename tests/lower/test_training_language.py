"""The key `training`: what it resolves to, what it is silent about, and what of it is a warning or an error."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from resnetgen import api
from resnetgen.analysis.cost import cost, state_dict
from resnetgen.analysis.diff import Change, diff_networks
from resnetgen.diagnostics.model import Path
from resnetgen.errors import SpecError
from resnetgen.ir.network import Training
from resnetgen.ops.batch_norm import tracks
from resnetgen.runtime.load_source import load
from tests.codegen.training_specs import STRUCTURES, data
from tests.ops.single_operators import samples

STEM: Path = ("stem",)
HEAD: Path = ("head",)


def stage(number: int) -> Path:
    return ("stages", f"layer{number}")


STAGES = tuple(stage(number) for number in (1, 2, 3))
NAMES = ("layer1", "layer2", "layer3")


def resolved(structure: str = "batch norm", **training: Any) -> Training:
    return api.compile_mapping(data(structure, **training)).network.training


def messages(spec: dict[str, Any]) -> list[str]:
    """Return the messages of a spec's diagnostics."""
    with pytest.raises(SpecError) as caught:
        api.compile_mapping(spec)
    return [found.message for found in caught.value.diagnostics]


def test_nothing_is_what_a_spec_says_without_it() -> None:
    assert Training() == resolved() == resolved(checkpoint=False, norm_eval=False)


def test_true_is_every_part_that_it_does_something_to() -> None:
    assert NAMES == resolved(checkpoint=True).checkpoint
    assert NAMES[1:] == resolved(checkpoint=True, frozen=["layer1", "stem"]).checkpoint
    assert NAMES == resolved(checkpoint=True, frozen=["layer1", "layer2"]).checkpoint  # the stem is trained
    assert (STEM, *STAGES) == resolved(norm_eval=True).norm_eval
    assert NAMES[:2] == resolved("features", checkpoint=True).checkpoint


def test_lists_keep_their_order() -> None:
    training = resolved(checkpoint=["layer3", "layer1"], frozen=["head", "stem"], norm_eval=["layer2", "stem"])
    assert Training(("layer3", "layer1"), (HEAD, STEM), (stage(2), STEM)) == training


def test_a_norm_inside_of_another_operator_counts() -> None:
    found = samples(2)
    assert [] == [
        name
        for name, operator in found.items()
        if tracks(operator) != any("num_batches_tracked" in entry.name for entry in operator.entries())
    ]
    assert 3 < sum(map(tracks, found.values())) < len(found) - 3


@pytest.mark.parametrize("structure", STRUCTURES)
def test_tensors_and_costs_are_the_same(structure: str) -> None:
    plain = api.compile_mapping(data(structure))
    trained = api.compile_mapping(data(structure, checkpoint=True, frozen=["stem"]))
    assert cost(plain.trace) == cost(trained.trace)
    assert list(state_dict(plain.network)) == list(state_dict(trained.network))


def test_a_default_that_is_written_is_not_in_the_code() -> None:
    written = api.emit_source(api.compile_mapping(data(checkpoint=False, norm_eval=False)))
    assert code(api.emit_source(api.compile_mapping(data()))) == code(written)


def code(source: str) -> str:
    """A file without its header, which has the digest of what is said."""
    return source.partition('"""')[2]


def test_a_network_may_have_the_name_of_what_it_is_made_with() -> None:
    for name in ("checkpointed", "kept_statistics", "checkpointed_stage"):
        compiled = api.compile_mapping({**data("stages in blocks", checkpoint=["layer1"]), "name": name})
        source = api.emit_source(compiled)
        classes = [line for line in source.splitlines() if line.startswith("class ")]
        assert len(classes) == len(set(classes))
        assert f"class {compiled.network.class_name}(nn.Module):" in classes


@pytest.mark.parametrize("name", ["checkpoint", "checkpointed", "part", "m", "mode", "KeptStatistics", "super"])
def test_so_may_a_stage(name: str) -> None:
    stages = {name: {"blocks": 1, "channels": 8}, "layer2": {"blocks": 1, "channels": 8}}
    training = {"checkpoint": True, "frozen": [name], "norm_eval": [name]}
    compiled = api.compile_mapping({**data(), "stages": stages, "training": training})
    network = load(api.emit_source(compiled), compiled.network)()
    assert (2, 5) == network(torch.randn(2, 3, 16, 16)).shape
    assert {name} == {key.partition(".")[0] for key, one in network.named_parameters() if not one.requires_grad}


def test_a_difference_of_training_is_told() -> None:
    one = api.compile_mapping(data(frozen=["stem"], checkpoint=["layer1"])).network
    other = api.compile_mapping(data(frozen=["stem", "layer2"], norm_eval=["layer3"])).network
    expected = (
        Change("checkpoint", "layer1", None),
        Change("frozen", "stem", "stem, layer2"),
        Change("norm_eval", None, "layer3"),
    )
    assert expected == diff_networks(one, other).network
    assert not diff_networks(one, one)


# RG512: frozen parts whose statistics go on


def warned(spec: dict[str, Any]) -> list[str]:
    return [found.message for found in api.compile_mapping(spec).warnings if found.code == "RG512"]


DRIFT = "frozen parts still update their batch norm statistics: "


def test_frozen_norms_that_go_on_are_told() -> None:
    assert [f"{DRIFT}`stem`, `layer2`"] == warned(
        data(frozen=["stem", "layer1", "layer2", "head"], norm_eval=["layer1"])
    )


@pytest.mark.parametrize(
    ("structure", "training"),
    [
        ("batch norm", {"frozen": ["stem"], "norm_eval": True}),
        ("batch norm", {"frozen": ["stem"], "norm_eval": ["layer1", "stem"]}),
        ("batch norm", {"frozen": ["head"]}),  # no norm is in it
        ("batch norm", {"checkpoint": True}),
        ("group norm", {"frozen": ["stem", "layer1"]}),
    ],
)
def test_others_are_not(structure: str, training: dict[str, Any]) -> None:
    assert [] == warned(data(structure, **training))


def test_frozen_batch_norms_have_nothing_that_goes_on() -> None:
    assert [] == warned({**data(frozen=["layer1"]), "norm": "frozen_batch"})
    assert ["`norm_eval` has no effect: the network has no batch norm"] == messages(
        {**data(norm_eval=True), "norm": "frozen_batch"}
    )
