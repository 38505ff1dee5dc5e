"""Specs from the names and shapes of a checkpoint: networks of the collection come back, each taken as unknown."""

import json
from collections.abc import Mapping
from math import prod
from pathlib import Path

import pytest

from resnetgen.errors import SpecError
from resnetgen.importing.checkpoint.from_shapes import computed_differences, draft_of_checkpoint
from resnetgen.importing.checkpoint.templates import template, tensors_of
from resnetgen.importing.imported import import_spec
from resnetgen.importing.shorten import inherited
from resnetgen.source.collection import names
from resnetgen.weights.file_contents import Shapes
from tests.cli.command_line import resnetgen


def tensors(name: str) -> Shapes:
    found = template(name)
    assert found is not None
    return found.shapes


def checkpoint(path: Path, shapes: Mapping[str, tuple[int, ...] | None]) -> Path:
    """Write a file of tensors of single bytes."""
    header: dict[str, object] = {}
    end = 0
    for name, shape in shapes.items():
        size = prod(shape or ())
        header[name] = {"dtype": "U8", "shape": list(shape or ()), "data_offsets": [end, end + size]}
        end += size
    content = json.dumps(header).encode()
    with path.open("wb") as file:
        file.write(len(content).to_bytes(8, "little") + content)
        file.truncate(8 + len(content) + end)  # zeros that take no room on the disk
    return path


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
    file = checkpoint(tmp_path / "model.safetensors", {f"module.{key}": each for key, each in tensors(name).items()})
    draft = draft_of_checkpoint(str(file), {name})
    assert draft.base == base
    assert len(computed_differences(draft.data, inherited(name))) == flags


@pytest.mark.parametrize(
    ("name", "library"), [("resnet18", "huggingface"), ("regnet_y_400mf", "timm_regnet"), ("resnet34", "detectron2")]
)
def test_names_of_other_libraries_become_a_layout(name: str, library: str, tmp_path: Path) -> None:
    theirs = template(name, library)
    assert theirs is not None
    found = import_spec(str(checkpoint(tmp_path / "model.safetensors", theirs.shapes)))
    assert f"extends: {name}" in found.text
    assert "\nlayout:" in found.text
    assert tensors_of(found.compiled) == theirs.shapes


@pytest.mark.slow
def test_the_collection_comes_back_from_its_shapes(tmp_path: Path) -> None:
    flags = {}
    for name in names():
        if template(name) is not None:
            file = checkpoint(tmp_path / "model.safetensors", tensors(name))
            try:
                draft = draft_of_checkpoint(str(file), {name})
            except SpecError:
                continue
            flags[name] = len(computed_differences(draft.data, inherited(name)))
    assert len(flags) >= 167
    assert sum(count == 0 for count in flags.values()) >= 120
    assert sum(count <= 2 for count in flags.values()) >= 164


def test_the_spec_says_what_shapes_do_not_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shapes = tensors("resnet50") | {"fc.weight": (7, 2048), "fc.bias": (7,), "conv1.weight": (64, 4, 7, 7)}
    checkpoint(tmp_path / "mine.safetensors", shapes)
    found = import_spec("mine.safetensors")
    assert tensors_of(found.compiled) == shapes
    untold = "strides, dilations, pools, activations and eps are those of `resnet50`: shapes do not tell them"
    assert f"# {untold}\n" in found.text
    assert "`conv1` in `resnet50_v1`" in found.text
    assert "input: {channels: 4}\n" in found.text
    done = resnetgen("import", "mine.safetensors", "--set", "block.stride_on=conv1", "-o", "-")
    assert (0, "") == (done.code, done.err)
    assert "block: {stride_on: conv1} # block.antialias: could be `avg` in `resnetaa50`" in done.out
    assert "`conv1` in" not in done.out


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "error[RG701]: this safetensors file is damaged: it has 0 bytes"),
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


def test_a_file_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "error[RG701]: there is no such file" in resnetgen("import", "mine.pth").err
