"""The tensors of a file of weights, as a network loads them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor  # noqa: E402

from resnetgen.api import compile_text  # noqa: E402
from resnetgen.errors import WeightsError  # noqa: E402
from resnetgen.weights.comparison import compare  # noqa: E402
from resnetgen.weights.load import load_weights, required_package  # noqa: E402
from tests.export.exported_specs import TINY  # noqa: E402
from tests.weights.loading import network  # noqa: E402

pytestmark = pytest.mark.usefixtures("folder")

COMPILED = compile_text(TINY)


@pytest.fixture
def state() -> dict[str, Tensor]:
    torch.manual_seed(1)
    return network(COMPILED, "cpu").state_dict()


def save_safetensors(state: dict[str, Tensor], path: str) -> None:
    pytest.importorskip("safetensors.torch").save_file(state, path)


Save = Callable[[dict[str, Tensor], str], None]


@pytest.mark.parametrize(
    ("save", "path"),
    [
        (torch.save, "w.pth"),
        (lambda state, path: torch.save(state, path, _use_new_zipfile_serialization=False), "old.pt"),
        (lambda state, path: torch.save({"epoch": 1, "state_dict": state}, path), "checkpoint.tar"),
        (lambda state, path: torch.save({"seed": 1, "best": state}, path), "best.ckpt"),
        (save_safetensors, "w.safetensors"),
    ],
    ids=["torch.save", "before 1.6", "checkpoint", "another key", "safetensors"],
)
@pytest.mark.parametrize("prefix", ["", "module.", "_orig_mod.model."])
def test_what_was_saved_is_loaded(save: Save, path: str, prefix: str, state: dict[str, Tensor]) -> None:
    save({f"{prefix}{name}": value for name, value in state.items()}, path)

    assert () == compare(COMPILED, path)
    found = load_weights(COMPILED, path)

    assert prefix == found.fit.prefix
    other = network(COMPILED, "cpu")
    other.load_state_dict(found.state)
    assert [] == [name for name, value in other.state_dict().items() if not torch.equal(state[name], value)]


def test_what_stands_beside_a_network_with_a_prefix_is_left_out(state: dict[str, Tensor]) -> None:
    torch.save({f"module.{name}": value for name, value in state.items()} | {"step": torch.ones(1)}, "w.pth")
    assert () == compare(COMPILED, "w.pth")
    found = load_weights(COMPILED, "w.pth")
    assert (state.keys(), ("step",)) == (found.state.keys(), found.fit.beside)


def test_what_stands_beside_a_part_of_a_network_is_a_fault(state: dict[str, Tensor]) -> None:
    del state["fc.bias"]
    torch.save({f"module.{name}": value for name, value in state.items()} | {"step": torch.ones(1)}, "w.pth")
    assert {"RG702", "RG703"} == {each.code for each in compare(COMPILED, "w.pth")}


def test_versions_stay_beside_a_state_dict(state: dict[str, Tensor]) -> None:
    torch.save(state, "w.pth")
    found: Any = load_weights(COMPILED, "w.pth").state
    assert 2 == found._metadata["bn1"]["version"]


@pytest.mark.parametrize(("save", "path"), [(torch.save, "w.pth"), (save_safetensors, "w.safetensors")])
def test_complex_numbers_are_refused(save: Save, path: str, state: dict[str, Tensor]) -> None:
    save(state | {"fc.bias": state["fc.bias"].to(torch.complex64)}, path)
    (found,) = compare(COMPILED, path)
    assert "the tensor `fc.bias` holds complex numbers, but the network has real ones" == found.message
    with pytest.raises(WeightsError, match=r"`fc\.bias` holds complex numbers"):
        load_weights(COMPILED, path)


def test_a_tensor_that_was_saved_without_values_is_told_as_such() -> None:
    torch.save({"a": torch.ones(1), "b": torch.ones(1, device="meta")}, "w.pth")
    with pytest.raises(WeightsError, match="`b` was saved without its values"):
        load_weights(COMPILED, "w.pth")


def test_what_is_no_safetensors_file_is_refused() -> None:
    pytest.importorskip("safetensors")
    Path("w.safetensors").write_bytes(b"nothing")
    with pytest.raises(WeightsError, match="safetensors cannot read this file"):
        load_weights(COMPILED, "w.safetensors")


def test_no_code_is_run(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[Any, tuple[str]]:
            return Path.touch, (tmp_path / "touched",)  # type: ignore[return-value]

    torch.save({"a": torch.ones(1), "b": Evil()}, "w.pth")
    with pytest.raises(WeightsError, match="when it is loaded, which weights never need"):
        load_weights(COMPILED, "w.pth")
    assert not (tmp_path / "touched").exists()


def test_only_safetensors_takes_a_package() -> None:
    assert ("safetensors", "") == (required_package("a/w.safetensors"), required_package("w.pth"))
