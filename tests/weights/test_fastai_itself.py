"""Weights of fastai beside fastai itself: its XResNets, saved and converted, give equal outputs."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from benchmarks import libraries  # noqa: E402
from resnetgen.api import compile_mapping  # noqa: E402
from resnetgen.cli.weights.convert.run import ConvertOptions, run  # noqa: E402
from tests.weights.loading import network  # noqa: E402

pytestmark = [pytest.mark.oracle, pytest.mark.usefixtures("folder")]

SPECS: dict[str, dict[str, Any]] = {
    "xresnet18": {"extends": "resnet18d"},
    "xresnet34": {"extends": "resnet34d"},
    "xresnet50": {"extends": "resnet50d"},
    "xresnet101": {"extends": "resnet101d"},
    "xresnext50": {"extends": "resnet50d", "block": {"mid": "out / 2", "groups": 32}},
}
"""The network of each of fastai's."""


def xresnet(name: str) -> Any:
    with warnings.catch_warnings():  # of fastai's own
        warnings.simplefilter("ignore")
        try:
            libraries.torchvision_resnet()  # which fastai imports
            from fastai.vision.models import xresnet as module
        except (ImportError, libraries.Missing) as error:
            pytest.skip(str(error))
        return getattr(module, name)(n_out=10)


@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize("form", ["learn.save", "a whole module"])
def test_a_network_of_fastai(name: str, form: str) -> None:
    if form == "a whole module" and name != "xresnet18":
        pytest.skip("one is enough")
    torch.manual_seed(2)
    theirs = xresnet(name).eval()
    state = theirs.state_dict()
    theirs.load_state_dict(
        {key: value + 0.1 * torch.rand(value.shape) * (value.dim() == 1) for key, value in state.items()}
    )
    torch.save(theirs if form == "a whole module" else {"model": theirs.state_dict(), "opt": {"hypers": []}}, "w.pth")
    compiled = compile_mapping({**SPECS[name], "name": "mine", "head": {"classes": 10}})
    Path("mine.yaml").write_text(compiled.document.text.content)
    assert 0 == run("w.pth", "o.pth", ConvertOptions("mine.yaml"))
    ours = network(compiled, "cpu").eval()
    ours.load_state_dict(torch.load("o.pth", weights_only=True), strict=True)
    x = torch.rand(2, 3, 96, 96)
    with torch.inference_mode():
        torch.testing.assert_close(ours(x), theirs(x), rtol=1e-4, atol=1e-4)
    assert 0 == run("o.pth", "back.pth", ConvertOptions("mine.yaml", to="fastai"))
    theirs.load_state_dict(torch.load("back.pth", weights_only=True), strict=True)
