"""`resnetgen.override`: a spec with other values, as the option `--set`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import resnetgen


def test_values_are_those_of_the_option(folder: Path) -> None:
    spec = resnetgen.override("resnet50", {"head.classes": 10, "input": {"channels": 4}, "stages.layer4": None})
    compiled = resnetgen.compile_spec(spec)
    assert ((4, 224, 224), (10,)) == (compiled.trace.input, compiled.trace.output)
    assert ["layer1", "layer2", "layer3"] == [*spec.stages]
    assert ("resnet50", "", {}) == (spec.name, spec.description, spec.aka)
    assert "resnet50" == resnetgen.compile_spec("resnet50").network.name


def test_it_can_be_done_again() -> None:
    spec = resnetgen.override(resnetgen.override("resnet18", {"head.classes": 10}), {"stem.0.to": 32, "name": "thin"})
    compiled = resnetgen.compile_spec(spec)
    assert ("thin", (10,), 32) == (compiled.network.name, compiled.trace.output, compiled.trace.stem[0].output[0])


@pytest.mark.parametrize("value", ["text with: a colon", "no", "08", "1e5", "", "a\nb", "null", "ünï", "#x", "[a"])
def test_text_stays_text(value: str) -> None:
    assert value == resnetgen.override("resnet18", {"description": value}).description


def paths(data: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every value in data that is no mapping and no list, by its path."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from paths(value, f"{path}.{key}")
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from paths(value, f"{path}.{index}")
    else:
        yield path[1:], data


@pytest.mark.parametrize("name", ["resnet50d", "resnetv2_50x1_bit", "resnet18_1d", "ecaresnet50t", "mobilenet_v2"])
def test_a_value_that_is_there_changes_nothing(name: str) -> None:
    compiled = resnetgen.compile_spec(name)
    network = compiled.network._replace(description="", aka=())
    found = [(path, value) for path, value in paths(compiled.document.data) if path.split(".")[0] != "aka"]
    assert 20 < len(found)
    for path, value in found:
        own = {"description": ""} if path == "description" else {}
        changed = resnetgen.compile_spec(resnetgen.override(name, {path: value} | own))
        assert network == changed.network, path


def test_a_wrong_value_is_shown_where_it_is_set() -> None:
    expected = """\
<override>:1:14: error[RG203]: `classes` must be a whole number, not the text 'ten'
    1 | head.classes=ten
      |              ^^^
  --> <text>:3:8
    3 | head: {classes: 5}
      |        ------- set in this spec"""
    with pytest.raises(resnetgen.SpecError) as caught:
        resnetgen.override("name: x\nextends: resnet18\nhead: {classes: 5}", {"head.classes": "ten"})
    assert expected == str(caught.value)


def test_all_wrong_paths_are_told() -> None:
    with pytest.raises(resnetgen.SpecError) as caught:
        resnetgen.override("resnet18", {"stem.9.to": 1, "stages.layr1.blocks": 1, "extends": "resnet50"})
    assert ["RG203", "RG201", "RG112"] == [each.code for each in caught.value.diagnostics]


@pytest.mark.parametrize("path", ["", ".", "head.", "head..classes", "head=3"])
def test_what_is_no_path_is_a_value_error(path: str) -> None:
    with pytest.raises(ValueError, match=r"is no path of a key, such as 'head\.classes'"):
        resnetgen.override("resnet18", {path: 1})


def test_a_value_that_yaml_has_not_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="a spec may only hold"):
        resnetgen.override("resnet18", {"head.classes": object()})


def test_an_unknown_spec_is_an_error() -> None:
    with pytest.raises(resnetgen.SpecError, match="no spec `resnet5`"):
        resnetgen.override("resnet5", {"head.classes": 10})
