"""`load_model` with weights: the file's own tensors, in a network that answers as one that was loaded strictly."""

from pathlib import Path

import pytest

import resnetgen
from resnetgen.errors import SpecError

torch = pytest.importorskip("torch")

from safetensors.torch import save_file  # noqa: E402
from torch import Tensor, nn  # noqa: E402

NAMES = ("resnet18", "resnetblur18", "resnet20_a", "seresnet18", "nf_resnet26")
"""Networks that share little; the second has filters that no file holds."""


def trained(spec: str) -> nn.Module:
    """A network whose statistics are not the initial ones."""
    torch.manual_seed(3)
    network = resnetgen.load_model(spec)()
    with torch.no_grad():
        network(torch.randn(2, 3, 64, 64))
    return network.eval()


def saved(network: nn.Module, path: Path) -> Path:
    state = network.state_dict()
    if path.suffix == ".safetensors":
        save_file(state, path)
    else:
        torch.save(state, path)
    return path


def storages(tensors: list[Tensor]) -> set[int]:
    return {tensor.data_ptr() for tensor in tensors if tensor.numel()}


@pytest.mark.parametrize("suffix", ["safetensors", "pth"])
@pytest.mark.parametrize("name", NAMES)
def test_it_answers_as_a_network_that_was_loaded_strictly(name: str, suffix: str, tmp_path: Path) -> None:
    expected = trained(name)
    found = resnetgen.load_model(name, weights=saved(expected, tmp_path / f"w.{suffix}"))

    assert not found.training
    assert [*expected.state_dict()] == [*found.state_dict()]
    assert all(torch.equal(value, found.state_dict()[key]) for key, value in expected.state_dict().items())
    x = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():  # memory of another alignment may take other kernels, which round otherwise
        torch.testing.assert_close(found(x), expected(x), rtol=1e-4, atol=1e-4)


def test_training_it_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    path = saved(trained("resnet18"), tmp_path / "w.safetensors")
    before = path.read_bytes()
    network = resnetgen.load_model("resnet18", weights=str(path)).train()
    first = network.state_dict()["fc.weight"].clone()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    network(torch.randn(2, 3, 64, 64)).square().mean().backward()
    optimizer.step()

    assert not torch.equal(first, network.state_dict()["fc.weight"])
    assert before == path.read_bytes()


def test_parameters_stay_frozen(tmp_path: Path) -> None:
    spec = "{name: frozen, extends: resnet18, training: {frozen: [stem, layer1]}}"
    expected = trained(spec)
    found = resnetgen.load_model(spec, weights=saved(expected, tmp_path / "w.pth"))
    wanted = {name: value.requires_grad for name, value in expected.named_parameters()}
    assert {False, True} == set(wanted.values())
    assert wanted == {name: value.requires_grad for name, value in found.named_parameters()}


def test_the_files_types_stay(tmp_path: Path) -> None:
    path = saved(trained("resnet18").half(), tmp_path / "w.safetensors")
    network = resnetgen.load_model("resnet18", weights=path)
    assert {torch.float16} == {value.dtype for value in network.parameters()}


def test_tensors_that_share_memory_in_the_file_do_not_in_the_network(tmp_path: Path) -> None:
    state = trained("resnet18").state_dict()
    state["layer1.1.conv1.weight"] = state["layer1.0.conv1.weight"]
    torch.save(state, tmp_path / "w.pth")
    network = resnetgen.load_model("resnet18", weights=tmp_path / "w.pth")
    one, other = (network.get_parameter(f"layer1.{block}.conv1.weight") for block in (0, 1))
    assert torch.equal(one, other)
    values = [*network.state_dict().values()]
    assert len(values) == len(storages(values))


def test_the_random_state_is_left_alone(tmp_path: Path) -> None:
    path = saved(trained("resnet18"), tmp_path / "w.pth")
    before = torch.get_rng_state()
    resnetgen.load_model("resnet18", weights=path)
    assert torch.equal(before, torch.get_rng_state())


def test_weights_that_do_not_fit_are_refused_as_by_check(tmp_path: Path) -> None:
    path = saved(trained("resnet18"), tmp_path / "w.safetensors")
    with pytest.raises(SpecError) as caught:
        resnetgen.load_model("{name: ten, extends: resnet18, head: {classes: 10}}", weights=path)
    assert ["RG704"] == [each.code for each in caught.value.diagnostics]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        resnetgen.load_model("resnet18", weights=tmp_path / "none.safetensors")
    assert ["RG701"] == [each.code for each in caught.value.diagnostics]


def test_buffers_that_the_file_has_as_parameters_stay_buffers(tmp_path: Path) -> None:
    expected = trained("resnet18")
    state = {name: nn.Parameter(value.float()) for name, value in expected.state_dict().items()}
    torch.save(state, tmp_path / "w.pth")
    found = resnetgen.load_model("resnet18", weights=tmp_path / "w.pth")
    assert [name for name, _ in expected.named_parameters()] == [name for name, _ in found.named_parameters()]
    x = torch.randn(1, 3, 64, 64)
    assert torch.equal(expected(x), found(x))


def test_the_choice_among_parts_is_told_as_an_argument(tmp_path: Path) -> None:
    state = trained("resnet18").state_dict()
    torch.save(
        {f"{part}.{name}": value for part in ("left", "right") for name, value in state.items()}, tmp_path / "w.pth"
    )
    with pytest.raises(SpecError) as caught:
        resnetgen.load_model("resnet18", weights=tmp_path / "w.pth")
    assert [("RG705", 'choose one: weights_key="left"')] == [
        (each.code, each.help) for each in caught.value.diagnostics
    ]
    found = resnetgen.load_model("resnet18", weights=tmp_path / "w.pth", weights_key="left")
    assert torch.equal(state["fc.weight"], found.get_parameter("fc.weight"))
