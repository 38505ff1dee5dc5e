"""`resnetgen weights`: show, match and convert."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from resnetgen.api import compile_mapping, compile_spec, compile_text
from resnetgen.cli.weights.show.run import MAX_TENSORS, broken
from resnetgen.source.collection import names
from resnetgen.weights.layouts import LAYOUTS
from resnetgen.weights.layouts.renaming import foreign_names
from tests.cli.command_line import environment, resnetgen
from tests.export.exported_specs import TINY
from tests.weights.weight_files import Shape, raw, safetensors, shapes

COMPILED = compile_text(TINY)


@pytest.fixture(autouse=True)
def folder(folder: Path) -> Path:
    Path("tiny.yaml").write_text(TINY)
    return folder


def written(tensors: dict[str, Shape], name: str = "w.safetensors") -> str:
    return str(safetensors(Path(name), tensors))


# show


def test_of_very_many_tensors_the_first_are_shown() -> None:
    done = resnetgen("weights", "show", written({f"a{number}": (1,) for number in range(MAX_TENSORS + 3)}))
    assert done.out.endswith("(3 more: use --format json)\n")
    assert f"a{MAX_TENSORS - 1} " in done.out
    assert f"a{MAX_TENSORS} " not in done.out


def test_tensors_are_shown() -> None:
    path = written({"conv1.weight": (4, 3, 7, 7), "bn1.num_batches_tracked": ()})
    expected = """\
file     w.safetensors, 2.48 KiB
tensors  2 tensors, 589 values, 2.30 KiB
dtypes   float32

name                     shape    dtype        size
───────────────────────────────────────────────────
conv1.weight             4x3x7x7  float32  2.30 KiB
bn1.num_batches_tracked  scalar   float32       4 B
"""
    done = resnetgen("weights", "show", path)
    assert (0, expected, "") == done


def test_what_is_known_of_a_file_is_shown() -> None:
    own = {f"module.{name}": shape for name, shape in shapes(compile_spec("resnet18")).items()}
    done = resnetgen("weights", "show", written(own))
    assert 0 == done.code
    assert "\nprefix   module.\nnames    probably those of torchvision\n" in done.out


def test_tensors_as_json() -> None:
    table = {"__metadata__": {"format": "pt"}, "a": {"dtype": "BF16", "shape": [2, 3], "data_offsets": [0, 12]}}
    raw(Path("w.safetensors"), json.dumps(table).encode(), 12)
    found = json.loads(resnetgen("weights", "show", "w.safetensors", "--format", "json").out)
    assert {"a": "bfloat16"} == {each["name"]: each["dtype"] for each in found["tensors"]}
    assert ([2, 3], 12, {"format": "pt"}) == (
        found["tensors"][0]["shape"],
        found["tensors"][0]["bytes"],
        found["metadata"],
    )


def test_a_name_stays_on_its_line() -> None:
    done = resnetgen("weights", "show", written({"a\nb": (1,)}))
    assert "\na\\nb  1" in done.out


def test_a_part_is_shown_by_its_key() -> None:
    path = written({"left.a": (1,), "right.a": (2,)})
    found = json.loads(resnetgen("weights", "show", path, "--weights-key", "right", "--format", "json").out)
    assert ["right.a"] == [each["name"] for each in found["tensors"]]
    done = resnetgen("weights", "show", path, "--weights-key", "middle")
    assert (1, "", True) == (done.code, done.out, "error[RG701]: this file has no part `middle`" in done.err)


@pytest.mark.parametrize("arguments", [("show", "w.safetensors"), ("match", "w.safetensors")])
def test_a_file_that_cannot_be_read_is_an_error(arguments: tuple[str, str]) -> None:
    done = resnetgen("weights", *arguments)
    assert (1, "", "w.safetensors:1:1: error[RG701]: there is no such file\n") == done
    path = Path(written({"a": (100,)}))
    path.write_bytes(path.read_bytes()[:-1])
    done = resnetgen("weights", *arguments)
    assert (1, "", True) == (done.code, done.out, "the file is cut off" in done.err)


@pytest.mark.parametrize(
    ("name", "room", "lines"),
    [
        ("a.b", 3, ["a.b"]),
        ("aa.bb.c", 5, ["aa.", "bb.c"]),
        ("abcdef.g", 3, ["abcdef.", "g"]),
        ("a/b/c", 4, ["a/b/", "c"]),
    ],
)
def test_a_long_name_is_broken_behind_its_dots(name: str, room: int, lines: list[str]) -> None:
    assert lines == broken(name, room).split("\n")


MEASURED = """
import sys
from resnetgen.cli.weights.options import WeightsFormat
from resnetgen.cli.weights.show.run import run

def number(file, start):
    with open(file) as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(start))

before = number("/proc/self/io", "rchar:")
run("big.safetensors", "", WeightsFormat.JSON)
print(number("/proc/self/io", "rchar:") - before, number("/proc/self/status", "VmHWM:"), file=sys.stderr)
"""
"""Print the bytes that a command reads, with the modules that it imports, and the kilobytes of memory at most."""


@pytest.mark.skipif(sys.platform != "linux", reason="what a process reads and keeps is told in /proc")
def test_of_a_file_of_two_gigabytes_the_header_alone_is_read() -> None:
    """Neither read nor mapped: a mapped page that is read counts as memory. benchmarks/cold_start.py has the time."""
    written({f"layer{number}.weight": (1_000_000,) for number in range(500)}, "big.safetensors")
    assert 2_000_000_000 <= Path("big.safetensors").stat().st_size
    done = subprocess.run(
        [sys.executable, "-c", MEASURED], env=environment(), capture_output=True, encoding="utf-8", check=True
    )
    assert 500 == len(json.loads(done.stdout)["tensors"])
    read, kilobytes = map(int, done.stderr.split())
    assert 20_000_000 > read
    assert 100_000 > kilobytes


def test_one_value_is_one() -> None:
    assert "\ntensors  1 tensor, 1 value, 4 B\n" in resnetgen("weights", "show", written({"alpha": ()})).out


# match


def match(path: str, *options: str) -> list[dict[str, Any]]:
    done = resnetgen("weights", "match", path, "--format", "json", *options)
    assert (0, "") == (done.code, done.err)
    found: list[dict[str, Any]] = json.loads(done.out)
    return found


def test_a_network_of_the_collection_is_found() -> None:
    nearest = match(written(shapes(compile_spec("resnet34"))))[0]
    assert ("resnet34", 1.0, True, None, "") == tuple(
        nearest[key] for key in ("network", "share", "fits", "layout", "prefix")
    )
    assert "resnetgen check resnet34 --weights w.safetensors" == nearest["command"]


def test_classes_channels_and_more_tensors_are_differences() -> None:
    own = shapes(compile_spec("resnet18"))
    own |= {"conv1.weight": (64, 5, 7, 7), "fc.weight": (10, 512), "fc.bias": (10,)}
    path = written({f"model.{name}": shape for name, shape in own.items()} | {"model.queue": (8, 8)})
    nearest = match(path)[0]
    assert ("resnet18", False, "model.") == tuple(nearest[key] for key in ("network", "fits", "prefix"))
    assert ["10 classes, not 1,000", "5 input channels, not 3", "1 tensor more: `queue`"] == nearest["differences"]
    expected = "resnetgen weights convert w.safetensors w_resnet18.safetensors --spec resnet18"
    assert f"{expected} --set head.classes=10 --set input.channels=5 --leave-out queue" == nearest["command"]


def test_names_of_a_library_are_told() -> None:
    compiled = compile_spec("resnet34")
    found = foreign_names(compiled, LAYOUTS["detectron2"])
    assert found is not None
    own = shapes(compiled)
    nearest = match(written({f"net.{there}": own[here] for there, here in found.own.items()}))[0]
    assert ("resnet34", "detectron2", "net.", []) == tuple(
        nearest[key] for key in ("network", "layout", "prefix", "differences")
    )
    done = resnetgen("weights", "match", "w.safetensors", "--most", "1")
    first, second, third = done.out.splitlines()
    assert first == "resnet34: 100.0% of all shapes are in both, whatever their names"
    assert (second, third[:8]) == ("  prefix `net.`, names of detectron2", "  next: ")


def test_one_of_two_networks_in_a_file_is_found() -> None:
    own = shapes(compile_spec("resnet18"))
    path = written({f"{side}.net.{name}": shape for side in ("left", "right") for name, shape in own.items()})
    nearest = match(path)[0]
    assert ("resnet18", "left.net.") == (nearest["network"], nearest["prefix"])


def test_a_part_is_matched_by_its_key() -> None:
    own = shapes(compile_spec("resnet18"))
    path = written({f"{side}.net.{name}": shape for side in ("left", "right") for name, shape in own.items()})
    nearest = match(path, "--weights-key", "right")[0]
    assert ("resnet18", "right.net.") == (nearest["network"], nearest["prefix"])
    done = resnetgen("weights", "match", path, "--weights-key", "middle")
    assert (1, "") == (done.code, done.out)
    assert "w.safetensors:1:1: error[RG701]: this file has no part `middle`\n" == done.err


def test_a_conversion_is_suggested_where_it_can_work() -> None:
    own = shapes(compile_spec("resnet18"))
    nearest = match(written(own | {"layer1.0.conv1.weight": (32, 64, 3, 3)}))[0]
    assert ("resnet18", "resnetgen import w.safetensors") == (nearest["network"], nearest["command"])
    narrow = {"name": "narrow", "extends": "resnet18", "scale": {"width": 0.125}}
    done = resnetgen("weights", "match", written(shapes(compile_mapping(narrow)), "narrow.safetensors"))
    assert (1, "") == (done.code, done.out)
    assert "`resnetgen import narrow.safetensors` looks for a network" in done.err


def test_no_network_is_near() -> None:
    done = resnetgen("weights", "match", written({"a": (1, 2, 3), "b": (4,)}))
    assert (1, "") == (done.code, done.out)
    assert done.err.startswith("no network of the collection is similar to w.safetensors\n")


@pytest.mark.slow
@pytest.mark.parametrize("name", names())
def test_every_network_is_found_under_any_prefix(name: str) -> None:
    compiled = compile_spec(name)
    nearest = match(written({f"a.b.{key}": shape for key, shape in shapes(compiled).items()}))[0]
    assert name in (nearest["network"], *nearest["alike"])
    assert not nearest["differences"]


@pytest.mark.parametrize("name", ["resnetv2_50", "resnet18"])
def test_other_classes_are_a_value_of_the_spec_also_where_the_classifier_is_a_convolution(name: str) -> None:
    path = written(shapes(compile_mapping({"name": "ten", "extends": name, "head": {"classes": 10}})))
    nearest = match(path)[0]
    assert (name, ["head.classes=10"]) == (nearest["network"], nearest["settings"])
    assert f"resnetgen check {name} --weights {path} --set head.classes=10" == nearest["command"]


def test_tensors_more_than_those_of_a_network_do_not_all_fit() -> None:
    path = written(shapes(compile_spec("resnet18_medicalnet")) | {"extra.weight": (2, 2)})
    done = resnetgen("weights", "match", path, "--most", "1")
    assert ("1 tensor more: `extra.weight`" in done.out, "all tensors fit" in done.out) == (True, False)
    assert "--leave-out extra\n" in done.out


def test_what_match_calls_a_fit_passes_the_check() -> None:
    """A network with frozen norms has no counters; a file has."""
    path = written(shapes(compile_mapping({"name": "batch", "extends": "resnet50_backbone", "norm": "batch"})))
    nearest = match(path)[0]
    assert ("resnet50_backbone", True) == (nearest["network"], nearest["fits"])
    assert 0 == resnetgen("check", "resnet50_backbone", "--weights", path).code


# convert


def trained() -> dict[str, Any]:
    torch = pytest.importorskip("torch")
    from tests.weights.loading import network

    torch.manual_seed(3)
    state = network(COMPILED, "cpu").state_dict()
    return {key: torch.rand(value.shape) if value.is_floating_point() else value + 7 for key, value in state.items()}


def loaded(path: str) -> dict[str, Any]:
    if path.endswith(".safetensors"):
        found: dict[str, Any] = pytest.importorskip("safetensors.torch").load_file(path)
        return found
    state: dict[str, Any] = pytest.importorskip("torch").load(path, weights_only=True)
    return state


def convert(*arguments: str) -> dict[str, Any]:
    done = resnetgen("weights", "convert", *arguments, "--spec", "tiny.yaml", "--format", "json")
    assert (0, "") == (done.code, done.err)
    found: dict[str, Any] = json.loads(done.out)
    return found


@pytest.mark.parametrize("layout", ["torchvision", "timm_resnetv2", "huggingface", "detectron2", "mmpretrain"])
@pytest.mark.parametrize(("there", "back"), [("there.safetensors", "back.pth"), ("there.pt", "back.safetensors")])
def test_a_round_trip_through_each_layout(layout: str, there: str, back: str) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("safetensors")
    from tests.weights.loading import network

    state = trained()
    torch.save({"state_dict": {f"module.{name}": value for name, value in state.items()}}, "w.pth")

    found = convert("w.pth", there, "--to", layout)
    assert (layout, "spec", "state_dict", "module.") == tuple(found[key] for key in ("to", "from", "under", "prefix"))
    names = foreign_names(COMPILED, LAYOUTS[layout])
    assert names is not None
    foreign = loaded(there)
    assert set(names.own) == set(foreign)
    assert all(torch.equal(state[here], foreign[name]) for name, here in names.own.items())

    found = convert(there, back)
    assert ("spec", len(state)) == (found["to"], found["tensors"])
    again = loaded(back)
    network(COMPILED, "cpu").load_state_dict(again, strict=True)
    assert all(torch.equal(value, again[name]) for name, value in state.items())


def test_a_report_says_what_was_unwrapped() -> None:
    torch = pytest.importorskip("torch")
    state = trained()
    copies = {f"{side}.{name}": value for side in ("encoder_q", "encoder_k") for name, value in state.items()}
    torch.save({"state_dict": copies, "epoch": 3}, "w.pth")
    done = resnetgen("weights", "convert", "w.pth", "o.pt", "--spec", "tiny.yaml")
    assert (0, "") == (done.code, done.err)
    more = len(state) - 1
    first, *others = done.out.splitlines()
    assert first.startswith("o.pt: ") and first.endswith(f" KiB, {len(state)} tensors of tiny (float32, int64)")
    assert [
        "  removed the prefix `encoder_q.` of the names",
        "  read the state dict under `state_dict` in w.pth",
        "  `state_dict.encoder_k` in w.pth fits as well; to take it: --weights-key state_dict.encoder_k",
        f"  left out {len(state)} other tensors of w.pth: `encoder_k.conv1.weight` and {more} more",
    ] == others


def test_the_key_chooses_the_copy() -> None:
    torch = pytest.importorskip("torch")
    state = trained()
    average = {name: value + 1 for name, value in state.items()}
    torch.save({"model": state, "model_ema": average}, "w.pth")
    assert ["model_ema"] == convert("w.pth", "o.pt")["copies"]
    assert torch.equal(state["conv1.weight"], loaded("o.pt")["conv1.weight"])
    convert("w.pth", "o.pt", "--weights-key", "model_ema", "--force")
    assert torch.equal(average["conv1.weight"], loaded("o.pt")["conv1.weight"])


def test_half_precision_is_kept() -> None:
    torch = pytest.importorskip("torch")
    halved = {name: value.half() if value.is_floating_point() else value for name, value in trained().items()}
    torch.save(halved, "w.pth")
    assert ["float16", "int64"] == convert("w.pth", "o.pt")["dtypes"]
    assert torch.float16 == loaded("o.pt")["conv1.weight"].dtype


def test_weights_that_do_not_fit_are_all_listed_and_nothing_is_written() -> None:
    pytest.importorskip("torch")
    tensors = shapes(COMPILED)
    classifier = next(name for name in tensors if name.startswith("fc.") and name.endswith("weight"))
    tensors |= {classifier: (3, 3), "more.weight": (1,)}
    del tensors["conv1.weight"]
    pytest.importorskip("safetensors")
    done = resnetgen(*("weights", "convert", written(tensors), "o.pt", "--spec", "tiny.yaml", "--format", "json"))
    found = json.loads(done.out)
    assert (["conv1.weight"], ["more.weight"]) == (found["missing"], found["more"])
    expected = list(shapes(COMPILED)[classifier])
    assert [{"name": classifier, "file": [3, 3], "network": expected}] == found["reshaped"]
    assert (1, True, True) == (done.code, "error[RG702]" in done.err, "; nothing was written\n" in done.err)
    assert not Path("o.pt").exists()


@pytest.mark.parametrize(
    ("out", "message"),
    [
        ("w.pth", "this would overwrite the weights that are read"),
        ("there.pt", "this file already exists"),
        ("o.txt", "the file name does not say which format to write"),
        ("made/", "this is a folder, not a file"),
    ],
)
def test_a_target_that_is_not_written(out: str, message: str) -> None:
    pytest.importorskip("torch").save(trained(), "w.pth")
    before = Path("w.pth").read_bytes()
    Path("there.pt").write_bytes(b"something")
    done = resnetgen("weights", "convert", "w.pth", out, "--spec", "tiny.yaml")
    assert (1, "", True) == (done.code, done.out, f"error[RG601]: {message}" in done.err)
    assert (before, b"something") == (Path("w.pth").read_bytes(), Path("there.pt").read_bytes())


def test_a_file_that_is_not_there_is_told_before_a_package() -> None:
    assert "there is no such file" in resnetgen("weights", "show", "x.h5").err


@pytest.mark.parametrize(("option", "word"), [("--from", "huggingfase"), ("--to", "auto")])
def test_an_unknown_layout_is_wrong_usage(option: str, word: str) -> None:
    done = resnetgen("weights", "convert", "w.pth", "o.pt", "--spec", "tiny.yaml", option, word)
    assert (2, True) == (done.code, f"unknown layout '{word}'" in done.err)


def test_a_layout_without_names_for_a_network_is_an_error() -> None:
    pytest.importorskip("torch").save(trained(), "w.pth")
    arguments = ("weights", "convert", "w.pth", "o.pt", "--spec", "tiny.yaml", "--to", "torchvision_regnet")
    done = resnetgen(*arguments)
    assert (1, True) == (done.code, "the layout `torchvision_regnet` has no names for a network such as" in done.err)


def test_a_pickle_with_code_is_refused_and_not_run(folder: Path) -> None:
    torch = pytest.importorskip("torch")
    from tests.weights.test_torch_structure import Exploit

    torch.save({"model": trained(), "x": Exploit(f"touch {folder / 'ran'}")}, "w.pth")
    done = resnetgen("weights", "convert", "w.pth", "o.pt", "--spec", "tiny.yaml")
    assert (1, True) == (done.code, ".system` when it is loaded, which weights never need" in done.err)
    assert ".system" in resnetgen("weights", "show", "w.pth").out
    assert not (folder / "ran").exists()
    assert not Path("o.pt").exists()


def test_a_group_alone_prints_its_help() -> None:
    done = resnetgen("weights")
    assert (0, "") == (done.code, done.err)
    assert done.out.startswith("Usage: resnetgen weights [OPTIONS] COMMAND [ARGS]...")


def test_names_of_another_library_are_not_taken_for_those_of_the_one_that_is_named() -> None:
    path = written(shapes(compile_spec("resnet18")))
    done = resnetgen("weights", "convert", path, "o.pth", "--spec", "resnet18", "--from", "huggingface")
    message = "no tensor of the network has in this file the name that it has in the layout `huggingface`"
    assert (1, f"w.safetensors:1:1: error[RG701]: {message}") == (done.code, done.err.split("\n")[0])
    assert not Path("o.pth").exists()
