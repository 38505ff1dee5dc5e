"""Numbers that a network's tensors cannot have are refused, before PyTorch converts them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from resnetgen.api import compile_text  # noqa: E402
from resnetgen.weights.comparison import compare  # noqa: E402
from tests.cli.command_line import resnetgen  # noqa: E402
from tests.export.exported_specs import TINY  # noqa: E402
from tests.weights.loading import network  # noqa: E402

COMPILED = compile_text(TINY)


@pytest.fixture(autouse=True)
def folder(folder: Path) -> Path:
    Path("tiny.yaml").write_text(TINY)
    return folder


@pytest.mark.parametrize("dtype", [torch.int8, torch.uint8, torch.int64, torch.bool], ids=str)
def test_whole_numbers_are_refused(dtype: Any) -> None:
    state = network(COMPILED, "cpu").state_dict()
    torch.save(state | {"fc.weight": state["fc.weight"].to(dtype)}, "w.pth")
    (one,) = compare(COMPILED, "w.pth")
    word = str(dtype).removeprefix("torch.")
    assert ("RG701", f"the tensor `fc.weight` holds whole numbers ({word}), but the network has real ones") == (
        one.code,
        one.message,
    )
    done = resnetgen("weights", "convert", "w.pth", "out.pth", "--spec", "tiny.yaml")
    assert (1, True) == (done.code, "holds whole numbers" in done.err)
    assert not Path("out.pth").exists()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64, torch.float8_e4m3fn], ids=str)
def test_real_numbers_of_any_length_are_taken(dtype: Any) -> None:
    state = network(COMPILED, "cpu").state_dict()
    torch.save(state | {"fc.weight": state["fc.weight"].to(dtype)}, "w.pth")
    assert () == compare(COMPILED, "w.pth")


def test_whole_numbers_beside_the_network_are_no_fault() -> None:
    state = {f"module.{name}": value for name, value in network(COMPILED, "cpu").state_dict().items()}
    torch.save(state | {"step": torch.ones(1, dtype=torch.int64)}, "w.pth")
    assert () == compare(COMPILED, "w.pth")


@pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor")
def test_quantized_tensors_are_shown_and_refused() -> None:
    state = network(COMPILED, "cpu").state_dict()
    quantized = torch.quantize_per_tensor(state["fc.weight"], 0.1, 0, torch.qint8)
    torch.save(state | {"fc.weight": quantized}, "w.pth")
    (one,) = compare(COMPILED, "w.pth")
    assert ("RG701", "this file holds quantized tensors") == (one.code, one.message)
    assert "save the weights before quantization" in one.help
    done = resnetgen("weights", "show", "w.pth")
    assert 0 == done.code
    (line,) = (line for line in done.out.splitlines() if line.startswith("fc.weight"))
    assert "qint8" in line.split()
