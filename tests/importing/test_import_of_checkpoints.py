"""Specs from the names and shapes of a checkpoint: networks of the collection come back, each taken as unknown."""

import json
from pathlib import Path

import pytest

from resnetgen.api import compile_mapping
from resnetgen.errors import SpecError
from resnetgen.importing.checkpoint.from_shapes import computed_differences, draft_of_checkpoint
from resnetgen.importing.checkpoint.templates import network_of, template, tensors_of
from resnetgen.importing.imported import import_spec, imported
from resnetgen.importing.shorten import inherited
from resnetgen.source.collection import names
from resnetgen.source.write_yaml import flow
from resnetgen.weights.file_contents import COUNTER, Shapes
from resnetgen.weights.layouts import LAYOUTS
from resnetgen.weights.layouts.renaming import foreign_names
from tests.cli.command_line import resnetgen
from tests.importing.round_trips import recorded, trips
from tests.importing.shape_files import write_shapes


def tensors(name: str) -> Shapes:
    found = template(name)
    assert found is not None
    return found.shapes


@pytest.mark.parametrize(
    ("name", "base", "flags"),
    [
        ("resnet34", "resnet18", 0),
        ("resnext101_32x8d", "resnext101_32x4d", 0),
        ("regnet_y_800mf", "regnet_y_400mf", 0),
        ("resnet110_b", "resnet56_b", 0),
        ("resnet50_v1", "resnet50", 1),
    ],
)
def test_a_network_comes_back_from_its_shapes(name: str, base: str, flags: int, tmp_path: Path) -> None:
    file = write_shapes(tmp_path / "model.safetensors", {f"module.{key}": each for key, each in tensors(name).items()})
    draft = draft_of_checkpoint(str(file), {name})
    assert draft.base == base
    assert len(computed_differences(draft.data, inherited(name))) == flags


@pytest.mark.parametrize(
    ("name", "library", "table"),
    [("resnet18", "huggingface", 2), ("regnet_y_400mf", "timm_regnet", 0), ("resnet34", "detectron2", 0)],
)
def test_names_of_other_libraries_become_a_layout(name: str, library: str, table: int, tmp_path: Path) -> None:
    theirs = template(name, library, table)
    assert theirs is not None
    found = import_spec(str(write_shapes(tmp_path / "model.safetensors", theirs.shapes)))
    assert f"extends: {name}" in found.text
    assert "\nlayout:" in found.text
    assert tensors_of(found.compiled.network) == theirs.shapes


@pytest.mark.parametrize(
    ("name", "base", "written"),
    [
        ("resnest50d_4s2x40d", "resnest50d", "spatial: {type: split_attention, radix: 4}"),
        ("res2net50_48w_2s", "res2net50_26w_4s", "spatial: {type: multi_scale, scale: 2}"),
        ("resnet18_pruned", "resnet18", "layer1: {blocks: [{mid: 41}, {mid: 56}]"),
        ("resnet50x4_clip", "resnet50_clip", "head: {pool: {to: 640}}"),
    ],
)
def test_single_values_are_found(name: str, base: str, written: str, tmp_path: Path) -> None:
    path = str(write_shapes(tmp_path / "model.safetensors", tensors(name)))
    found = imported(draft_of_checkpoint(path, {name}), path)
    assert f"extends: {base}\n" in found.text
    assert written in found.text
    assert tensors_of(found.compiled.network) == tensors(name)


def test_the_ratio_of_an_attention_is_found(tmp_path: Path) -> None:
    spec = {"name": "mine", "extends": "seresnet50", "block": {"attention": {"type": "se", "ratio": 0.25}}}
    shapes = tensors_of(compile_mapping(spec).network)
    found = import_spec(str(write_shapes(tmp_path / "model.safetensors", shapes)))
    assert "attention: {type: se, ratio: 0.25}" in found.text


def test_a_setting_helps_to_find_a_network(tmp_path: Path) -> None:
    """No other network of the collection has these names."""
    shapes = tensors("resnet50_keras")
    path = str(write_shapes(tmp_path / "model.safetensors", shapes))
    with pytest.raises(SpecError):
        draft_of_checkpoint(path, {"resnet50_keras"})
    hints = (f"layout={flow(inherited('resnet50_keras')['layout'])}", "convolution={bias: true}")
    assert tensors_of(network_of(draft_of_checkpoint(path, {"resnet50_keras"}, hints).data)) == shapes


@pytest.mark.parametrize("name", ["resnet20_b", "plain20"])
def test_outputs_come_back(name: str, tmp_path: Path) -> None:
    assert_as_recorded(name, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in names() if not inherited(name).get("abstract")])
def test_the_outputs_of_the_collection_come_back(name: str, tmp_path: Path) -> None:
    assert_as_recorded(name, tmp_path)


def assert_as_recorded(name: str, folder: Path) -> None:
    """Play the round trips of a network, which compares outputs; they take the flags that are recorded."""
    assert recorded()[name] == trips(name, folder)


def test_every_network_has_a_record() -> None:
    found = recorded()
    assert set(found) == {name for name in names() if template(name) is not None}
    assert all(set(modes) == {"known", "alone"} for modes in found.values())


def test_the_spec_says_what_shapes_do_not_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shapes = tensors("resnet50") | {"fc.weight": (7, 2048), "fc.bias": (7,), "conv1.weight": (64, 4, 7, 7)}
    write_shapes(tmp_path / "mine.safetensors", shapes)
    found = import_spec("mine.safetensors")
    assert tensors_of(found.compiled.network) == shapes
    for said in (
        "# stem: conv 7x7/2, max pool 3x3/2, as in `resnet50`; could be `",
        "# stages: strides 1, 2, 2, 2 in conv2; no dilation, as in `resnet50`\n",
        "# act: relu, as in `resnet50`\n",
        "# norm: eps 1e-05, as in `resnet50`\n",
        "# block.shortcut: conv 1x1, as in `resnet50`\n",
        "# block.antialias: none, as in `resnet50`; could be `",
        "# head.pool: global avg pool, as in `resnet50`\n",
    ):
        assert said in found.text
    assert "`conv1` in `resnet50_v1`" in found.text
    assert "input: {channels: 4} # input.size: 224, as in `resnet50`\n" in found.text
    done = resnetgen("import", "mine.safetensors", "--set", "block.stride_on=conv1", "-o", "-")
    assert (0, "") == (done.code, done.err)
    assert "# block.stride_on: given with --set\nblock: {stride_on: conv1}\n" in done.out
    assert "# stages: strides 1, 2, 2, 2 in conv1; no dilation, as in `resnet50`\n" in done.out
    assert "`conv1` in" not in done.out
    done = resnetgen("import", "mine.safetensors", "--set", "block.stride_on=conv1", "-o", "-", "--format", "json")
    told = {each["key"]: each for each in json.loads(done.out)["choices"]}
    assert {"key": "block.stride_on", "value": "conv1", "origin": "given with --set"} == told["block.stride_on"]
    assert {"key": "norm", "value": None, "origin": "eps 1e-05, as in `resnet50`"} == told["norm"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "error[RG701]: this file is empty"),
        (b"\x02\0\0\0\0\0\0\0{}", "error[RG115]: no network of the collection has these tensors"),
    ],
)
def test_a_file_of_no_network_is_told(
    content: bytes, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.safetensors").write_bytes(content)
    done = resnetgen("import", "mine.safetensors")
    assert (1, "") == done[:2]
    assert message in done.err
    assert ["mine.safetensors"] == [path.name for path in tmp_path.iterdir()]


def test_a_network_beside_other_tensors_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    own = dict(tensors("resnet20"))
    write_shapes(
        tmp_path / "queue.safetensors", {f"module.{key}": each for key, each in own.items()} | {"module.queue": (8, 4)}
    )
    done = resnetgen("import", "queue.safetensors", "-o", "-")
    assert done.code == 0
    assert "extends: resnet20\n" in done.out
    assert done.err == "  left out another tensor of queue.safetensors: `module.queue`\n"
    copies = {f"module.encoder_{side}.{key}": each for side in "kq" for key, each in own.items()}
    heads = {f"module.encoder_{side}.head.{index}.weight": (64, 64) for side in "kq" for index in (0, 2)}
    for more, left_out in (({}, 1), (heads, 5)):
        write_shapes(tmp_path / "moco.safetensors", copies | more | {"module.queue": (8, 4)})
        found = import_spec("moco.safetensors")
        assert tensors_of(found.compiled.network) == own
        assert found.notes[:2] == (
            "read the tensors of `module.encoder_q` in moco.safetensors",
            "`module.encoder_k` in moco.safetensors fits as well; to take it: --weights-key module.encoder_k",
        )
        assert f"left out {len(own) + left_out:,} other tensors" in found.notes[2]
        assert "`module.encoder_k` in" in import_spec("moco.safetensors", weights_key="encoder_k").notes[0]


def test_the_key_chooses_among_parts_that_are_networks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sides = {"left": "resnet20", "right": "resnet32"}
    shapes = {f"{side}.{key}": each for side, name in sides.items() for key, each in tensors(name).items()}
    write_shapes(tmp_path / "two.safetensors", shapes)
    done = resnetgen("import", "two.safetensors")
    assert "error[RG705]: 2 parts of this file are networks: `right`, `left`" in done.err
    assert "--weights-key right" in done.err
    for side, name in sides.items():
        assert f"extends: {name}" in resnetgen("import", "two.safetensors", "--weights-key", side, "-o", "-").out
    done = resnetgen("import", "two.safetensors", "--weights-key", "middle")
    assert (1, True) == (done.code, "this file has no part `middle`" in done.err)
    assert "leave --weights-key out" in resnetgen("import", "timm:resnet18", "--weights-key", "left").err


def test_a_network_inside_a_module_is_found_before_the_whole_file_is_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("the whole file is searched")

    monkeypatch.setattr("resnetgen.importing.checkpoint.from_shapes.searched", fail)
    shapes = {f"backbone.{key}": each for key, each in tensors("resnet32").items()}
    file = write_shapes(tmp_path / "model.safetensors", shapes | {"proj.0.weight": (8, 8), "proj.0.bias": (8,)})
    found = import_spec(str(file))
    assert "extends: resnet32" in found.text
    assert any("left out 2 other tensors" in note for note in found.notes)


@pytest.mark.parametrize("layout", ["timm_regnet", "huggingface"])
@pytest.mark.parametrize("name", ["regnet_x_400mf", "regnet_y_400mf"])
def test_a_regnet_by_the_names_of_another_library_is_a_regnet(name: str, layout: str, tmp_path: Path) -> None:
    """A ResNet has the same tensors by these names, but a pool in its stem."""
    compiled = compile_mapping({"name": "ten", "extends": name, "head": {"classes": 10}})
    names = foreign_names(compiled, LAYOUTS[layout])
    assert names is not None
    shapes = {there: each.spec.shape for there, each in names.in_order()}
    found = import_spec(str(write_shapes(tmp_path / "model.safetensors", shapes)))
    assert f"extends: {name}\n" in found.text
    expected = [[type(node.operator) for node in each.network.stem] for each in (compiled, found.compiled)]
    assert expected[0] == expected[1]
    assert {key for key in shapes if not key.endswith(COUNTER)} == set(tensors_of(found.compiled.network))


def test_a_network_without_shortcuts_says_so(tmp_path: Path) -> None:
    """A ResNet whose shortcuts have no tensors has the same ones."""
    shapes = {**tensors("plain18"), "fc.weight": (10, 512), "fc.bias": (10,)}
    found = import_spec(str(write_shapes(tmp_path / "model.safetensors", shapes)))
    assert "block.shortcut: none, as in `plain18`" in found.text


def test_a_file_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "error[RG701]: there is no such file" in resnetgen("import", "mine.pth").err
