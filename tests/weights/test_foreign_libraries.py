"""Weights of the libraries themselves: converted, loaded strictly, equal answers, and back again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from resnetgen.api import compile_spec, emit_source
from resnetgen.runtime.load_source import load
from resnetgen.weights.file_contents import COUNTER
from tests.cli.command_line import resnetgen
from tests.published.timm_oracle import timm_network, unsettle
from tests.weights.foreign_libraries import CASES, open_clip

pytestmark = pytest.mark.oracle


@pytest.fixture(autouse=True)
def folder(folder: Path) -> Path:
    return folder


def spec_file(text: str) -> str:
    lines = text.strip().splitlines()
    Path("mine.yaml").write_text("\n".join([*lines, *(["name: mine"] if "name: mine" not in lines else [])]) + "\n")
    return "mine.yaml"


def convert(path: str, out: str, *options: str) -> dict[str, Any]:
    done = resnetgen("weights", "convert", path, out, "--spec", "mine.yaml", "--format", "json", *options)
    assert 0 == done.code, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def loaded(path: str) -> Any:
    """Return the network of the spec with the weights of a file, loaded strictly."""
    compiled = compile_spec(Path("mine.yaml"))
    network = load(emit_source(compiled), compiled.network)().eval()
    network.load_state_dict(torch.load(path))
    return network


def assert_alike(ours: Any, theirs: Tensor) -> None:
    found = next(iter(ours.values())) if isinstance(ours, Mapping) else ours
    usual = theirs.square().mean().sqrt().item()
    assert usual > 0
    torch.testing.assert_close(found, theirs, rtol=1e-4, atol=1e-4 * usual)


def random_input(shape: tuple[int, ...]) -> Tensor:
    return torch.randn(2, *shape, generator=torch.Generator().manual_seed(1512))


@pytest.mark.parametrize("name", CASES)
def test_a_librarys_weights_answer_alike_and_return(name: str) -> None:
    case = CASES[name]
    theirs = case.theirs().eval()
    unsettle(theirs)
    state = theirs.state_dict()
    torch.save(state, "theirs.pth")
    spec_file(case.spec)
    told = convert("theirs.pth", "ours.pth", *case.options)
    assert case.layout == told["from"]
    part: nn.Module = theirs.get_submodule(case.part)
    x = random_input(case.shape)
    with torch.inference_mode():
        assert_alike(loaded("ours.pth")(x), case.answer(part, x))
    if case.options:
        return  # what was changed does not return
    convert("ours.pth", "back.pth", "--to", case.layout)
    back = torch.load("back.pth")
    known = {f"{case.prefix}{key}".removeprefix(f"{case.part}."): value for key, value in state.items()}
    known |= {f"{case.prefix}{key}": value for key, value in state.items()}
    assert {key for key in back if not key.endswith(COUNTER)} <= set(known)
    assert all(torch.equal(known[key], value) for key, value in back.items() if key in known)
    kept = [key for key in state if key.startswith(case.part)]
    assert sum(not key.endswith(COUNTER) for key in kept) == sum(not key.endswith(COUNTER) for key in back)


def test_half_precision_of_clip_is_kept() -> None:
    theirs = open_clip().eval()
    unsettle(theirs)
    halves = {key: value.half() if value.is_floating_point() else value for key, value in theirs.state_dict().items()}
    text = {"transformer.resblocks.0.ln_1.weight": torch.ones(8).half(), "logit_scale": torch.tensor(4.6)}
    torch.save(halves | text | {"input_resolution": torch.tensor(64)}, "clip.pt")
    spec_file(CASES["open_clip"].spec)
    told = convert("clip.pt", "ours.pth")
    assert ("clip", ["float16", "int64"]) == (told["from"], told["dtypes"])
    theirs.load_state_dict({key: value.float() for key, value in halves.items()})
    x = random_input((3, 64, 64))
    with torch.inference_mode():
        assert_alike(loaded("ours.pth")(x), theirs.get_submodule("visual")(x))


def test_timm_reads_the_files_of_bit_as_we_do() -> None:
    numpy = pytest.importorskip("numpy")
    theirs: Any = timm_network("resnetv2_50x1_bit", num_classes=10)
    spec_file("extends: resnetv2_50x1_bit\nhead: {classes: 10}")
    fresh = timm_network("resnetv2_50x1_bit", num_classes=10)
    unsettle(fresh)
    torch.save(fresh.state_dict(), "fresh.pth")
    convert("fresh.pth", "bit.pth", "--to", "bit")
    numpy.savez("bit.npz", **{key: value.numpy() for key, value in torch.load("bit.pth").items()})
    theirs.load_pretrained("bit.npz")  # timm's own reading of the published format
    assert all(torch.equal(value, fresh.state_dict()[key]) for key, value in theirs.state_dict().items())
    told = convert("bit.npz", "ours.pth")
    assert "bit" == told["from"]
    x = random_input((3, 64, 64))
    with torch.inference_mode():
        assert_alike(loaded("ours.pth")(x), theirs(x))
