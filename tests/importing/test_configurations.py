"""Imported configurations: the networks are those that the libraries make of the same configurations."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from resnetgen.api import emit_source
from resnetgen.importing.imported import Imported
from resnetgen.runtime.load_source import load
from tests.importing.configurations import TIMM, TRANSFORMERS, digest, imported, recorded, tensors
from tests.published.timm_oracle import timm_network, unsettle
from tests.published.torchvision_oracle import torchvision_resnet

CASES = {("transformers", name): data for name, data in TRANSFORMERS.items()} | {
    ("timm", name): data for name, data in TIMM.items()
}


@pytest.mark.parametrize(("library", "name"), CASES)
def test_the_state_dict_is_as_recorded(library: str, name: str, tmp_path: Path) -> None:
    assert recorded()[library][name] == digest(tensors(imported(tmp_path, CASES[library, name])))


def test_every_record_has_a_case() -> None:
    assert {(library, name) for library, names in recorded().items() for name in names} == set(CASES)


@pytest.mark.oracle
@pytest.mark.parametrize("name", TRANSFORMERS)
def test_transformers_networks_answer_alike(name: str, tmp_path: Path) -> None:
    theirs = transformers_network(TRANSFORMERS[name])
    unsettle(theirs)
    ours = loaded(imported(tmp_path, TRANSFORMERS[name]), theirs)
    x = torch.randn(2, TRANSFORMERS[name].get("num_channels", 3), 96, 64, generator=torch.Generator().manual_seed(1512))
    with torch.inference_mode():
        assert_alike(ours(x), outputs_of(theirs(x)))


@pytest.mark.oracle
@pytest.mark.parametrize("name", TIMM)
def test_timm_networks_answer_alike(name: str, tmp_path: Path) -> None:
    arguments = {"num_classes": TIMM[name].get("num_classes", 1000)} | TIMM[name].get("model_args", {})
    theirs = timm_network(TIMM[name]["architecture"], **arguments)
    unsettle(theirs)
    ours = loaded(imported(tmp_path, TIMM[name]), theirs)
    x = torch.randn(1, arguments.get("in_chans", 3), 96, 64, generator=torch.Generator().manual_seed(1512))
    with torch.inference_mode():
        assert_alike(ours(x), [theirs(x)])


def loaded(found: Imported, theirs: nn.Module) -> Any:
    """Return the imported network with the weights of the library's, whose record must be true."""
    lines = [f"{key} {tuple(tensor.shape)}" for key, tensor in theirs.state_dict().items()]
    assert lines == tensors(found)
    network = load(emit_source(found.compiled), found.compiled.network)().eval()
    network.load_state_dict(theirs.state_dict())
    return network


def outputs_of(output: Any) -> list[torch.Tensor]:
    """Return the scores, the pooled vector or the maps in an output of transformers."""
    if "feature_maps" in output:
        return list(output.feature_maps)
    return [output.logits if "logits" in output else output.pooler_output.flatten(1)]


def assert_alike(ours: Any, theirs: list[torch.Tensor]) -> None:
    found = list(ours.values()) if isinstance(ours, dict) else [ours]
    for ours_one, theirs_one in zip(found, theirs, strict=True):
        usual = theirs_one.square().mean().sqrt().item()
        torch.testing.assert_close(ours_one, theirs_one, rtol=1e-4, atol=1e-4 * usual)


def transformers_network(data: dict[str, Any]) -> nn.Module:
    """Construct the network of a configuration with transformers, which imports torchvision."""
    torchvision_resnet()
    transformers = pytest.importorskip("transformers", exc_type=ImportError)
    family = {"resnet": "ResNet", "regnet": "RegNet", "bit": "Bit"}[data["model_type"]]
    settings = {key: value for key, value in data.items() if key not in ("model_type", "architectures")}
    kind = data.get("architectures", [f"{family}ForImageClassification"])[0]
    made: nn.Module = getattr(transformers, kind)(getattr(transformers, f"{family}Config")(**settings))
    return made.eval()
