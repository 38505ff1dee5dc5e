"""Whole modules, trainers' checkpoints and other objects in files of torch: read as data, never imported or run."""

from __future__ import annotations

import argparse
import json
import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from resnetgen.api import compile_text  # noqa: E402
from resnetgen.errors import WeightsError  # noqa: E402
from resnetgen.weights import torch_file, torch_structure  # noqa: E402
from resnetgen.weights.pickled_objects import runs_a_program  # noqa: E402
from tests.cli.command_line import resnetgen  # noqa: E402
from tests.weights.loading import network  # noqa: E402
from tests.weights.test_torch_structure import Exploit  # noqa: E402
from tests.weights.test_weights import TINY  # noqa: E402

pytestmark = pytest.mark.usefixtures("folder")

old = pytest.mark.parametrize("old", [False, True], ids=["zip", "before 1.6"])


class Settings(dict[str, Any]):
    """As Lightning's `AttributeDict`: a class of its own that is a dictionary."""


class Trainer:
    """Something that holds a module, as fastai's `Learner` does."""

    def __init__(self, model: nn.Module) -> None:
        self.model = model
        self.epoch = 3


class Buffered(nn.Module):
    """A module with all that `state_dict` distinguishes."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("saved", torch.arange(6.0).reshape(2, 3).t())
        self.register_buffer("unsaved", torch.zeros(1), persistent=False)
        self.register_parameter("none", None)
        self.conv = nn.Conv2d(3, 4, 3, dtype=torch.float16)
        self.again = self.conv
        self.many = nn.ModuleList([nn.BatchNorm1d(2), nn.Identity()])
        self.parameters_too = nn.ParameterList([torch.ones(2)])


def saved(content: object, old: bool) -> None:
    torch.save(content, "w.pth", _use_new_zipfile_serialization=not old)


def assert_read(state: dict[str, Any], keys: tuple[str, ...]) -> None:
    """See that the tensors of `w.pth` are those of a state dict, in its order."""
    found = torch_file.load_tensors("w.pth", keys)
    assert list(state) == list(found)
    for name, value in state.items():
        assert (value.dtype, True) == (found[name].dtype, torch.equal(value, found[name])), name
    stored = next(each for each in torch_file.read("w.pth").state_dicts if each.keys == keys)
    assert {name: tuple(value.shape) for name, value in state.items()} == stored.shapes
    assert stored.shapes == next(
        each.shapes for each in torch_structure.read("w.pth").contents.state_dicts if each.keys == keys
    )


@old
def test_a_whole_module_gives_its_state_dict(old: bool) -> None:
    module = Buffered()
    saved(module, old)
    assert_read(module.state_dict(), ())
    (remark,) = torch_file.read("w.pth").state_dicts[0].remarks
    assert f"read the tensors of a pickled `{Buffered.__module__}.Buffered`, whose code was not run" == remark


@old
@pytest.mark.parametrize(
    ("wrap", "keys"),
    [
        pytest.param(lambda net: {"model": net, "epoch": 1}, ("model",), id="a module in a checkpoint"),
        pytest.param(lambda net: {"model": net, "best": net, "ema": None}, ("model",), id="twice"),
        pytest.param(Trainer, ("model",), id="an attribute of an object"),
        pytest.param(
            lambda net: {
                "state_dict": net.state_dict(),
                "hyper_parameters": Settings(lr=0.1, args=argparse.Namespace(depth=50), path=Path("x")),
                "callbacks": {"EarlyStopping{'monitor': 'loss'}": {"best": torch.tensor(1.0)}},
            },
            ("state_dict",),
            id="Lightning",
        ),
        pytest.param(lambda net: Settings(state_dict=net.state_dict()), ("state_dict",), id="another dictionary"),
    ],
)
def test_checkpoints_with_objects(wrap: Any, keys: tuple[str, ...], old: bool) -> None:
    net = network(compile_text(TINY), "cpu")
    state = dict(net.state_dict())
    saved(wrap(net), old)
    assert_read(state, keys)
    Path("tiny.yaml").write_text(TINY)
    done = resnetgen("weights", "convert", "w.pth", "o.pth", "--spec", "tiny.yaml", "--force")
    assert (0, "") == (done.code, done.err)
    network(compile_text(TINY), "cpu").load_state_dict(torch.load("o.pth", weights_only=True), strict=True)
    assert 0 == resnetgen("check", "tiny.yaml", "--weights", "w.pth").code


@old
def test_what_is_left_out_is_told(old: bool) -> None:
    saved({"model": network(compile_text(TINY), "cpu").state_dict(), "args": argparse.Namespace()}, old)
    Path("tiny.yaml").write_text(TINY)
    done = resnetgen("weights", "convert", "w.pth", "o.pth", "--spec", "tiny.yaml")
    assert "  left out objects of other classes than tensors: `argparse.Namespace`\n" in done.out


@old
@pytest.mark.parametrize("place", ["beside", "in a module", "root"])
def test_code_is_refused_and_not_run(folder: Path, old: bool, place: str) -> None:
    exploit = Exploit(f"touch {folder / 'ran'}")
    module = nn.Linear(1, 1)
    contents = {"beside": {"model": module.state_dict(), "x": exploit}, "in a module": module, "root": exploit}
    if place == "in a module":
        module.hook = exploit  # type: ignore[assignment]
    saved(contents[place], old)
    for read in (torch_file.read, torch_file.load_tensors):
        with pytest.raises(WeightsError, match=f"this file calls `{os.system.__module__}.system` when it is loaded"):
            read("w.pth")
    assert not (folder / "ran").exists()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (("posix", "system"), True),
        (("subprocess", "Popen"), True),
        (("importlib.util", "find_spec"), True),
        (("builtins", "eval"), True),
        (("pathlib", "Path.touch"), True),
        (("builtins", "getattr"), False),
        (("argparse", "Namespace"), False),
        (("types", "SimpleNamespace"), False),
        (("types", "FunctionType"), True),
        (("osmnx", "Graph"), False),
        (("settings", "Net.Depth"), False),
    ],
)
def test_the_names_that_run_programs(name: tuple[str, str], expected: bool) -> None:
    assert expected == runs_a_program(*name)


def test_values_that_are_missing_are_told() -> None:
    saved(Buffered(), old=False)
    with zipfile.ZipFile("w.pth") as there, zipfile.ZipFile("cut.pth", "w") as here:
        for record in there.infolist():
            if not record.filename.endswith("data/0"):
                here.writestr(record, there.read(record))
    with pytest.raises(WeightsError, match="this file is damaged: it lacks the values `0`"):
        torch_file.load_tensors("cut.pth")


@old
def test_a_module_that_is_cut_is_refused(old: bool) -> None:
    saved(Buffered(), old)
    whole = Path("w.pth").read_bytes()
    for part in range(1, 16):
        Path("w.pth").write_bytes(whole[: len(whole) * part // 16])
        with pytest.raises(WeightsError):
            torch_file.load_tensors("w.pth")


def test_a_module_inside_itself_ends() -> None:
    module = nn.Sequential(nn.Linear(1, 1))
    module._modules["self"] = module
    saved(module, old=False)
    names = list(torch_structure.read("w.pth").contents.shapes)
    assert ["0.weight", "0.bias", "self.0.weight"] == names[:3]
    assert len(names) < 200


def test_a_dictionary_inside_itself_is_one_state_dict() -> None:
    content: dict[str, Any] = {"a": torch.zeros(1)}
    content["self"] = content
    saved(content, old=False)
    assert [""] == [each.path for each in torch_structure.read("w.pth").contents.state_dicts]


def test_nothing_to_leave_out_is_an_error() -> None:
    saved(network(compile_text(TINY), "cpu").state_dict(), old=False)
    Path("tiny.yaml").write_text(TINY)
    for rule, message in (
        ("", "the value of --leave-out is empty"),
        (" ", "this file has no tensors of `` to leave out"),
        ("fc,", "this file has no tensors of `` to leave out"),
    ):
        done = resnetgen("weights", "convert", "w.pth", "o.pth", "--spec", "tiny.yaml", "--leave-out", rule)
        assert (1, True) == (done.code, f"error[RG706]: {message}" in done.err), rule


def test_programs_in_a_file_that_can_be_shown_are_a_warning() -> None:
    state = network(compile_text(TINY), "cpu").state_dict()
    torch.save({"state_dict": state, "x": Exploit("touch ran")}, "w.pth")
    done = resnetgen("weights", "show", "w.pth")
    program = f"{os.system.__module__}.system"
    assert (0, True) == (done.code, f"warning   runs {program} when other programs load it" in done.out)
    assert [program] == json.loads(resnetgen("weights", "show", "w.pth", "--format", "json").out)["programs"]


@pytest.mark.parametrize("path", ["w.pth", "w.pkl"])
def test_programs_in_a_file_of_nothing_else_are_told(path: str) -> None:
    content = {"x": Exploit("touch ran")}
    torch.save(content, path) if path == "w.pth" else Path(path).write_bytes(pickle.dumps(content))
    done = resnetgen("weights", "show", path)
    assert (1, True) == (done.code, f"this file calls `{os.system.__module__}.system` when it is loaded" in done.err)
