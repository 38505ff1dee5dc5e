"""A spec that is written in Python is the spec that a file would be."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import ValidationError

import resnetgen
from resnetgen.layers import ActLayer, ConvLayer, Layer
from resnetgen.ops.activation import ActivationOrHereSlot, ActivationSlot
from resnetgen.ops.drop_block import DropBlockSlot
from resnetgen.ops.global_pool import PlainPoolSlot
from resnetgen.ops.group_norm import GroupNormSlot
from resnetgen.schema import width_expression
from resnetgen.schema.layout_options import LayoutOptions
from resnetgen.source import collection
from resnetgen.source.extends import resolve
from resnetgen.spec.block_options import BlockType, ShortcutOptions
from resnetgen.spec.drop_path_options import DropPathOptions
from resnetgen.spec.spec import BlockDefaults, BudgetOptions, Head, Input, Spec, Stage

PAGE = Path(__file__).parents[2] / "docs/reference/python-api.md"

SMALL: dict[str, Any] = {
    "name": "small",
    "input": {"channels": 3, "size": [32, 32]},
    "layout": "resnetv2",
    "norm": {"type": "group", "groups": 4},
    "act": "silu",
    "stem": [{"conv": 3, "to": 16}, {"act": "relu"}],
    "block": {"type": "mine", "drop_path": 0.1, "shortcut": "projection"},
    "blocks": {"mine": {"branch": [{"conv": 3, "to": "out", "stride": "here", "drop_block": 0.1}]}},
    "stages": {"layer1": {"blocks": 2, "channels": 16}, "layer2": {"blocks": 2, "channels": "2 * in", "stride": 2}},
    "head": {"pool": "avg", "classes": 10},
    "budget": {"memory": "1GiB"},
}


def small() -> Spec:
    """The same spec, of classes wherever there are some."""
    layers: list[Layer] = [
        ConvLayer(conv=3, to=width_expression.number(16)),
        ActLayer(act=ActivationOrHereSlot(type="relu")),
    ]
    out = width_expression.parse("out")
    return Spec(
        name="small",
        input=Input(channels=3, size=(32, 32)),
        layout=LayoutOptions(base="resnetv2"),
        norm=GroupNormSlot(type="group", groups=4),
        act=ActivationSlot(type="silu"),
        stem=layers,
        block=BlockDefaults(
            type="mine", drop_path=DropPathOptions(rate=0.1), shortcut=ShortcutOptions(type="projection")
        ),
        blocks={
            "mine": BlockType(branch=[ConvLayer(conv=3, to=out, stride="here", drop_block=DropBlockSlot(rate=0.1))])
        },
        stages={
            "layer1": Stage(blocks=2, channels=width_expression.number(16)),
            "layer2": Stage(blocks=2, channels=width_expression.parse("2 * in"), stride=2),
        },
        head=Head(pool=PlainPoolSlot(type="avg"), classes=10),
        budget=BudgetOptions.model_validate({"memory": "1GiB"}),
    )


def test_the_section_of_the_page_prints_what_its_comments_say(capsys: pytest.CaptureFixture[str]) -> None:
    section = PAGE.read_text(encoding="utf-8").partition("## Write a spec in Python\n")[2].partition("\n## ")[0]
    programs = re.findall(r"^```python\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    assert len(programs) == 3
    session: dict[str, object] = {}
    for program in programs:
        exec(compile(program, str(PAGE), "exec"), session)
        assert re.findall(r"^(?: *print\(.*\)  |)# (.+)", program, re.MULTILINE) == capsys.readouterr().out.splitlines()


def test_classes_stand_for_the_mappings_that_they_are_made_of() -> None:
    assert small() == Spec.model_validate(SMALL)
    assert resnetgen.compile_spec(small()).network == resnetgen.compile_mapping(SMALL).network


def test_what_is_wrong_in_a_copy_is_told_when_it_is_compiled() -> None:
    wrong = small().model_copy(update={"stem": [{"conv": 3, "too": 16}]})
    assert ["unknown key `too`; did you mean `to`?"] == [each.message for each in resnetgen.diagnose(wrong)]


def test_a_copy_has_no_new_fields() -> None:
    with pytest.raises(TypeError, match="Spec has no field `haed`; did you mean `head`"):
        small().model_copy(update={"haed": Head()})


def test_a_dump_is_in_the_order_of_the_language() -> None:
    copy = Spec.model_validate(SMALL).model_copy(update={"name": "copy"})
    assert [name for name in Spec.model_fields if name in SMALL] == list(copy.model_dump(exclude_unset=True))


def test_an_error_names_the_class_and_calls_no_key_by_a_sign() -> None:
    with pytest.raises(ValidationError) as caught:
        Stage(blocks=2, stride=0)
    assert "1 validation error for Stage\nstride\n  value must be from 1" in str(caught.value)


def test_a_spec_survives_its_dump(subtests: pytest.Subtests) -> None:
    for name in collection.names():
        document = resolve(collection.find(name), collection.find_base)
        spec = Spec.model_validate(document.data)
        for mode in ("python", "json"):
            dumped = spec.model_dump(mode=mode, exclude_unset=True)
            with subtests.test(f"{name}, {mode}"):
                assert spec == Spec.model_validate(dumped)
                assert spec.model_fields_set == set(dumped)


@pytest.mark.parametrize("name", ["resnet50", "seresnet50", "resnetv2_50x1_bit"])
def test_it_compiles_to_the_code_of_its_file(name: str) -> None:
    of_file = resnetgen.compile_spec(name)
    spec = Spec.model_validate(of_file.document.data)
    sources = [resnetgen.emit_source(each, origin="same") for each in (of_file, resnetgen.compile_spec(spec))]
    first, second = (re.sub(r"\(digest \w+\)", "", source) for source in sources)  # of `se` and of `{type: se}`
    assert first == second
