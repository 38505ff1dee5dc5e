"""What `check`, `export`, `load_model` and `weights convert` accept is the same: layouts, wrappings and formats."""

from __future__ import annotations

import json
import logging
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

numpy = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")
pytest.importorskip("safetensors")

from safetensors.torch import save_file  # noqa: E402

import resnetgen as package  # noqa: E402
from resnetgen.api import compile_text  # noqa: E402
from resnetgen.compiler import Compiled  # noqa: E402
from resnetgen.errors import SpecError  # noqa: E402
from resnetgen.weights.comparison import compare_file  # noqa: E402
from resnetgen.weights.fit import FileChoice  # noqa: E402
from resnetgen.weights.layouts import LAYOUTS  # noqa: E402
from resnetgen.weights.layouts.renaming import foreign_names  # noqa: E402
from resnetgen.weights.load import load_weights  # noqa: E402
from tests.cli.command_line import resnetgen  # noqa: E402
from tests.export.exported_specs import TINY  # noqa: E402
from tests.reports.test_json import schema  # noqa: E402
from tests.weights.loading import network  # noqa: E402

State = dict[str, Any]

BOTTLENECKS = TINY.replace("type: basic", "type: bottleneck")
GATED = BOTTLENECKS.replace("type: bottleneck", "type: bottleneck, attention: {type: se, width: 4}")
BEFORE = TINY.replace("type: basic", "type: preact_bottleneck").replace(
    "conv: 3, to: 8", "conv: 3, to: 8, norm: none, act: none"
)
GROUPS = f"convolution: weight_standardized\nnorm: {{type: group, groups: 2}}\n{BEFORE}"
REGNET = """
extends: regnet_x_400mf
name: small
input: {size: 32}
block: {group_width: 4}
stages: {block1: {channels: 8}, block2: {channels: 8}, block3: {blocks: 1, channels: 16}, block4: null}
head: {classes: 10}
"""
DEEP_STEM = """
extends: resnet50d
name: small
input: {size: 32}
stages:
  layer1: {blocks: 1, channels: 4}
  layer2: {blocks: 1, channels: 4}
  layer3: {blocks: 1, channels: 4}
  layer4: {blocks: 1, channels: 4}
head: {classes: 10}
"""
SPECS = [TINY, BOTTLENECKS, GATED, BEFORE, GROUPS, REGNET, DEEP_STEM]


@pytest.fixture(autouse=True)
def folder(folder: Path) -> Path:
    return folder


def trained(compiled: Compiled) -> State:
    torch.manual_seed(7)
    state = network(compiled, "cpu").state_dict()
    return {
        name: torch.rand(value.shape) + 0.1 if value.is_floating_point() else value for name, value in state.items()
    }


def named(compiled: Compiled, state: State, layout: str) -> State | None:
    """The weights by the names of a library; None if it has none for this network."""
    names = foreign_names(compiled, LAYOUTS[layout])
    if names is None:
        return None
    found = {}
    for there, each in names.tensors.items():
        value = state[each.own]
        turned = value.permute(sorted(range(len(each.axes)), key=each.axes.__getitem__)) if each.axes else value
        found[there] = turned.contiguous()
    return found


CONTAINERS: dict[str, Callable[[State], Any]] = {
    "": lambda state: state,
    "state_dict": lambda state: {"state_dict": state, "epoch": 3, "best": 0.7},
    "model": lambda state: {"model": state, "optimizer": {"state": {}, "param_groups": []}},
    "model_state_dict": lambda state: {"model_state_dict": state},
    "params_ema": lambda state: {"params_ema": state},
    "state_dict_ema": lambda state: {"state_dict_ema": state, "args": {"lr": 0.1}},
    "classy_state_dict.base_model.model": lambda state: {"classy_state_dict": {"base_model": {"model": state}}},
}
PREFIXES = ("", "module.", "_orig_mod.", "model.backbone.", "module.encoder_q.", "net.")
FORMATS = (".pth", ".tar", ".safetensors", ".npz")
BARE = (".safetensors", ".npz")
"""The formats of which no file holds a state dict in a container."""


def write(state: State, container: str, format: str) -> str:
    path = f"w{format}"
    if format == ".safetensors":
        save_file(state, path)
    elif format == ".npz":
        numpy.savez(path, **{name: value.numpy() for name, value in state.items()})
    else:
        torch.save(CONTAINERS[container](state), path, _use_new_zipfile_serialization=format != ".tar")
    return path


WRAPPINGS = [
    (container, prefix, format)
    for format in FORMATS
    for container in CONTAINERS
    for prefix in PREFIXES
    if not (format in BARE and container)
]


def networks_named(layout: str) -> list[str]:
    """The networks that a library has names for."""
    named = [text for text in SPECS if layout == "spec" or foreign_names(compile_text(text), LAYOUTS[layout])]
    compared_elsewhere = {"pytorchvideo"}  # no network here is theirs: tests/weights/test_foreign_libraries.py
    assert named or layout in compared_elsewhere
    return named


@pytest.mark.parametrize("layout", ["spec", *LAYOUTS])
def test_all_accept_the_names_of_a_library(layout: str, subtests: pytest.Subtests) -> None:
    """With the wrappings and formats in turn."""
    first = ["spec", *LAYOUTS].index(layout) * len(SPECS)
    for row, text in enumerate(networks_named(layout), first):
        container, prefix = list(CONTAINERS)[row % len(CONTAINERS)], PREFIXES[row % len(PREFIXES)]
        format = FORMATS[row % len(FORMATS)]
        with subtests.test(f"{SPECS.index(text)}, {container}, {prefix}, {format}"):
            assert_accepted(text, layout, container, prefix, format)


@pytest.mark.parametrize("format", FORMATS)
def test_all_accept_each_wrapping(format: str, subtests: pytest.Subtests) -> None:
    for container, prefix, of_format in WRAPPINGS:
        if format == of_format:
            with subtests.test(f"{container}, {prefix}"):
                assert_accepted(TINY, "spec", container, prefix, format)


def assert_accepted(text: str, layout: str, container: str, prefix: str, format: str) -> None:
    compiled = compile_text(text)
    state = trained(compiled)
    stored = state if layout == "spec" else named(compiled, state, layout)
    assert stored is not None
    path = write({f"{prefix}{name}": value for name, value in stored.items()}, container, format)
    compared = compare_file(compiled, path)  # what check and export compare
    assert ((), True) == (compared.diagnostics, compared.fit is not None and compared.fit.is_whole)
    assert compared.fit is not None
    assert container * (format not in BARE) == compared.fit.stored.path
    loaded = load_weights(compiled, path)  # what export and convert load
    assert compared.fit == loaded.fit
    model = package.load_model(compiled, weights=path)
    counters = {name for name in state if name.endswith("num_batches_tracked")}  # Keras and Caffe2 have none
    for found in (loaded.state, model.state_dict()):
        assert all(torch.equal(value, found[name]) for name, value in state.items() if name not in counters)
    assert state.keys() - loaded.state.keys() <= counters


def save(state: Mapping[str, Any]) -> None:
    torch.save(state, "w.pth")


def commands(*options: str, exporting: bool = True, path: str = "w.pth") -> dict[str, Any]:
    """What the commands say of a file for tiny.yaml: the exit code and the output of each."""
    Path("tiny.yaml").write_text(TINY)
    done = {
        "check": resnetgen("check", "tiny.yaml", "--weights", path, "--format", "json", *options),
        "convert": resnetgen(
            "weights", "convert", path, "o.pth", "--spec", "tiny.yaml", "--force", "--format", "json", *options
        ),
    }
    if exporting:
        arguments = ("--to", "torchscript", "-o", "o.ts.pt", "--weights", path)
        done["export"] = resnetgen("export", "tiny.yaml", *arguments, *options)
    return done


def test_all_say_what_they_unwrapped(caplog: pytest.LogCaptureFixture) -> None:
    compiled = compile_text(TINY)
    theirs = named(compiled, trained(compiled), "huggingface")
    assert theirs is not None
    wrapped = {f"module.{name}": value for name, value in theirs.items()} | {"queue": torch.zeros(3)}
    save({"model": wrapped, "model_ema": wrapped | {"module.extra": torch.zeros(1)}})
    done = commands()
    assert [0, 0, 0] == [each.code for each in done.values()]
    expected = {
        "from": "huggingface",
        "under": "model",
        "prefix": "module.",
        "left_out": ["queue"],
        "copies": ["model_ema.module"],
    }
    about = json.loads(done["check"].out)["specs"][0]["weights"]
    converted = json.loads(done["convert"].out)
    assert [expected, expected] == [{key: each[key] for key in expected} for each in (about, converted)]
    assert ("w.pth", [], [], []) == tuple(about[key] for key in ("file", "missing", "more", "reshaped"))
    with caplog.at_level(logging.INFO, "resnetgen"):
        package.load_model(compiled, weights="w.pth")
    for told, way in (
        (done["check"].err, "--weights-key model_ema.module"),
        (done["export"].err, "--weights-key model_ema.module"),
        (caplog.text, 'weights_key="model_ema.module"'),
    ):
        words = " ".join(told.split())
        assert "the prefix `module.`" in words
        assert "read the names in w.pth as those of `huggingface`" in words
        assert "read the state dict under `model` in w.pth" in words
        assert f"to take it: {way}" in words
        assert "left out another tensor of w.pth: `queue`" in words


def test_all_take_the_part_that_a_key_names() -> None:
    compiled = compile_text(TINY)
    state = trained(compiled)
    left = {f"left.{name}": value for name, value in state.items()}
    right = {f"right.{name}": value + 1 for name, value in state.items()}
    save(left | right)
    assert [1, 1, 1] == [each.code for each in commands().values()]
    with pytest.raises(SpecError, match="2 parts of this file fit the network equally well"):
        package.load_model(compiled, weights="w.pth")
    assert [0, 0] == [each.code for each in commands("--weights-key", "right", exporting=False).values()]
    model = package.load_model(compiled, weights="w.pth", weights_key="right")
    assert torch.equal(state["conv1.weight"] + 1, model.state_dict()["conv1.weight"])
    assert compare_file(compiled, "w.pth", FileChoice("right")).diagnostics == ()


def errors(report: str) -> list[dict[str, Any]]:
    return [each for each in json.loads(report)["diagnostics"] if each["severity"] == "error"]


def test_all_refuse_the_same_and_list_every_tensor() -> None:
    """The first differences and their count as text, and all of them as JSON."""
    compiled = compile_text(TINY)
    state = trained(compiled)
    missing = [name for name in state if ".conv" in name]
    more = {f"{name}_more": torch.zeros(2) for name in missing}
    reshaped = {name: torch.zeros(3) for name in state if name.startswith("fc.")}
    save({name: value for name, value in state.items() if name not in missing} | more | reshaped)
    done = commands()
    assert [1, 1, 1] == [each.code for each in done.values()]
    about = json.loads(done["check"].out)["specs"][0]["weights"]
    assert [] == list(jsonschema.Draft202012Validator(schema()).iter_errors(json.loads(done["check"].out)))
    for found in (about, json.loads(done["convert"].out)):
        assert (missing, list(more)) == (found["missing"], found["more"])
        assert list(reshaped) == [each["name"] for each in found["reshaped"]]
    for each in (done["export"].err, done["convert"].err):
        assert all(f"error[{code}]" in each for code in ("RG702", "RG703", "RG704"))
    assert not Path("o.pth").exists()
    assert not Path("o.ts.pt").exists()
    with pytest.raises(SpecError) as raised:
        package.load_model(compiled, weights="w.pth")
    codes = {each["code"] for each in errors(done["check"].out)}
    assert codes == {each.code for each in raised.value.diagnostics}


def test_half_precision_is_accepted_and_kept() -> None:
    compiled = compile_text(TINY)
    state = {name: value.half() if value.is_floating_point() else value for name, value in trained(compiled).items()}
    save(state)
    assert [0, 0] == [each.code for each in commands(exporting=False).values()]
    for found in (torch.load("o.pth", weights_only=True), package.load_model(compiled, weights="w.pth").state_dict()):
        assert all(
            torch.equal(value, found[name]) and value.dtype == found[name].dtype for name, value in state.items()
        )


@pytest.mark.parametrize("wrapper", ["module.", "_orig_mod."])
def test_some_keys_with_a_wrapper(wrapper: str) -> None:
    compiled = compile_text(TINY)
    state = trained(compiled)
    save({f"{wrapper if index % 2 else ''}{name}": value for index, (name, value) in enumerate(state.items())})
    assert [0, 0] == [each.code for each in commands(exporting=False).values()]
    found = package.load_model(compiled, weights="w.pth").state_dict()
    assert all(torch.equal(value, found[name]) for name, value in state.items())


def exploit(path: str, state: State) -> None:
    from tests.weights.test_torch_structure import Exploit

    hidden = Exploit("touch ran")
    if path.endswith(".npz"):
        numpy.savez(path, **{name: value.numpy() for name, value in state.items()}, x=numpy.array([hidden]))
    else:
        torch.save({"model": state, "x": hidden}, path)


def cut(path: str, state: State) -> None:
    write(state, "", Path(path).suffix)
    content = Path(path).read_bytes()
    Path(path).write_bytes(content[: len(content) // 2])


def lie(path: str, state: State) -> None:
    """Write a file whose header gives a tensor twice its length."""
    write(state, "", Path(path).suffix)
    length = len(state["fc.bias"])
    (lie_in_zip if path.endswith(".npz") else lie_in_json)(path, length)


def lie_in_json(path: str, length: int) -> None:
    content = Path(path).read_bytes()
    end = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:end])
    assert [length] == header["fc.bias"]["shape"]
    header["fc.bias"]["shape"] = [2 * length]
    changed = json.dumps(header).encode()
    Path(path).write_bytes(len(changed).to_bytes(8, "little") + changed + content[end:])


def lie_in_zip(path: str, length: int) -> None:
    with zipfile.ZipFile(path) as old:
        records = {name: old.read(name) for name in old.namelist()}
    shape = f"({length},)".encode()
    assert shape in records["fc.bias.npy"]
    records["fc.bias.npy"] = records["fc.bias.npy"].replace(shape, f"({2 * length},)".encode())
    with zipfile.ZipFile(path, "w") as new:
        for name, record in records.items():
            new.writestr(name, record)


def empty(path: str, state: State) -> None:
    Path(path).write_bytes(b"")


def page(path: str, state: State) -> None:
    Path(path).write_text("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("damage", "format"),
    [
        *((cut, format) for format in FORMATS),
        *((lie, format) for format in BARE),
        *((exploit, format) for format in (".pth", ".npz")),
        *((damage, ".pth") for damage in (empty, page)),
    ],
)
def test_all_refuse_a_file_that_cannot_be_read(damage: Callable[[str, State], None], format: str) -> None:
    path = f"w{format}"
    damage(path, trained(compile_text(TINY)))
    done = commands(path=path)
    assert [1, 1, 1] == [each.code for each in done.values()]
    (fault,) = errors(done["check"].out)
    assert "RG701" == fault["code"]
    assert [{"name": "tiny.yaml", "fails": True}] == json.loads(done["check"].out)["specs"]
    for each in (done["export"].err, done["convert"].err):
        assert f"error[RG701]: {fault['message']}" in each
    with pytest.raises(SpecError) as raised:
        package.load_model(compile_text(TINY), weights=path)
    assert [fault["message"]] == [each.message for each in raised.value.diagnostics]
    assert not any(Path(name).exists() for name in ("o.pth", "o.ts.pt", "ran"))
