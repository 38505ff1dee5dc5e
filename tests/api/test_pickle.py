"""Models of `load_model` as a whole: pickled, saved, and loaded where their module is not."""

import copy
import importlib
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import resnetgen
from tests.cli.command_line import environment

torch = pytest.importorskip("torch")

SPEC = """\
name: small
input: {channels: 3, size: 16}
stem: [{conv: 3, to: 8}]
block: {type: basic, attention: se}
stages: {layer1: {blocks: 2, channels: 8}, layer2: {blocks: 1, channels: 16, stride: 2}}
head: {pool: avg, classes: 3}
"""

LOADS = """\
import sys, torch
model = torch.load(sys.argv[1], weights_only=False)
print(type(model).__name__, type(model).__module__ in sys.modules)
torch.save((model.eval()(torch.ones(2, 3, 16, 16)), model.state_dict()), sys.argv[2])
"""


def elsewhere(program: str, *paths: Path) -> str:
    """Return the output of a program in a process that never compiled the spec."""
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, paths)],
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def test_a_whole_model_loads_in_another_process(tmp_path: Path) -> None:
    model = resnetgen.load_model(SPEC)().eval()
    torch.save(model, tmp_path / "model.pt")
    assert "Small True\n" == elsewhere(LOADS, tmp_path / "model.pt", tmp_path / "answer.pt")

    answer, state = torch.load(tmp_path / "answer.pt")
    with torch.inference_mode():
        assert torch.equal(answer, model(torch.ones(2, 3, 16, 16)))
    assert [*state] == [*model.state_dict()]
    assert all(torch.equal(value, state[key]) for key, value in model.state_dict().items())


def test_a_block_loads_by_itself(tmp_path: Path) -> None:
    block = resnetgen.load_model(SPEC)().get_submodule("layer1.0")
    torch.save(block, tmp_path / "block.pt")
    program = "import sys, torch; print(type(torch.load(sys.argv[1], weights_only=False)).__name__)"
    assert "BasicBlock\n" == elsewhere(program, tmp_path / "block.pt")


def test_the_source_is_pickled_once() -> None:
    model = resnetgen.load_model(SPEC)()
    assert 1 == pickle.dumps(model).count(b"class Small(nn.Module)")


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_copies_are_equal(protocol: int) -> None:
    model = resnetgen.load_model(SPEC)().eval()
    for other in (pickle.loads(pickle.dumps(model, protocol)), copy.deepcopy(model)):
        assert type(other) is type(model)
        assert torch.equal(model(torch.ones(1, 3, 16, 16)), other(torch.ones(1, 3, 16, 16)))


def test_modules_are_imported_by_their_names() -> None:
    network = resnetgen.load_model(SPEC)
    assert network is importlib.import_module(network.__module__).Small


def test_a_class_that_derives_from_the_network_pickles_as_its_own() -> None:
    network = resnetgen.load_model(SPEC)
    derived = type("Derived", (network,), {"__module__": __name__})
    globals()["Derived"] = derived
    try:
        assert derived is type(pickle.loads(pickle.dumps(derived())))
    finally:
        del globals()["Derived"]


def test_loading_weights_alone_refuses_a_whole_model(tmp_path: Path) -> None:
    torch.save(resnetgen.load_model(SPEC)(), tmp_path / "model.pt")
    with pytest.raises(pickle.UnpicklingError, match="Weights only load failed"):
        torch.load(tmp_path / "model.pt", weights_only=True)
