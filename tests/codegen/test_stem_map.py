"""The map of a stem, and maps beside a classifier: their definition, their inference form, and TorchScript."""

from __future__ import annotations

import io
from typing import Any, NamedTuple

import pytest
import torch
from torch import Tensor, nn

from resnetgen.analysis.features import features
from resnetgen.api import compile_text, emit_source
from resnetgen.compiler import Compiled, deploy_form
from resnetgen.runtime.load_source import load
from tests.codegen.deployment import difference, filled

CLASSIFIER = "{features: [stem, layer2, layer1], pool: avg, classes: 5}"
BACKBONE = "{features: [stem, layer2, layer1]}"


class StemMap(NamedTuple):
    """A stem, the module that its map leaves, and the map's channels and reduction, for an input of this size."""

    stem: str
    module: str
    channels: int
    reduction: tuple[int, ...]
    size: str = "[32, 48]"
    layout: str = "torchvision"

    def compiled(self, head: str = CLASSIFIER) -> Compiled:
        return compile_text(
            f"name: net\ninput: {{channels: 3, size: {self.size}}}\nstem: {self.stem}\nblock: {{type: basic}}\n"
            "stages: {layer1: {blocks: 1, channels: 8}, layer2: {blocks: 1, channels: 12, stride: 2}}\n"
            f"head: {head}\nlayout: {self.layout}\n"
        )


STEMS = {
    "a max pool": StemMap("[{conv: 7, to: 8, stride: 2}, {max_pool: 3, stride: 2}]", "act1", 8, (2, 2)),
    "no pool": StemMap("[{conv: 3, to: 8, stride: 2}]", "act1", 8, (2, 2)),
    "no stride": StemMap("[{conv: 3, to: 8}]", "act1", 8, (1, 1)),
    "a pool alone has the stride": StemMap("[{conv: 3, to: 8}, {max_pool: 3, stride: 2}]", "act1", 8, (1, 1)),
    "several convolutions": StemMap(
        "[{conv: 3, to: 4, stride: 2}, {conv: 3, to: 4}, {conv: 3, to: 8}, {max_pool: 3, stride: 2}]", "act3", 8, (2, 2)
    ),
    "a convolution alone": StemMap(
        "[{conv: 7, to: 8, stride: 2, norm: none, act: none}, {max_pool: 3, stride: 2}]", "conv1", 8, (2, 2)
    ),
    "padding before the pool": StemMap(
        "[{conv: 3, to: 8, stride: 2}, {pad: 1}, {max_pool: 3, stride: 2, padding: 0}]", "act1", 8, (2, 2)
    ),
    "a blur in the pool": StemMap(
        "[{conv: 3, to: 8, stride: 2}, {max_pool: 3, stride: 2, antialias: blur}]", "act1", 8, (2, 2)
    ),
    "two pools": StemMap("[{conv: 3, to: 8}, {avg_pool: 2}, {max_pool: 3, stride: 2}]", "act1", 8, (1, 1)),
    "a pool between": StemMap(
        "[{conv: 3, to: 4, stride: 2}, {max_pool: 3, stride: 2}, {conv: 3, to: 8}]", "act2", 8, (4, 4)
    ),
    "a norm after the pool": StemMap(
        "[{conv: 3, to: 8, stride: 2, act: none}, {avg_pool: 2}, {norm: batch, act: none}]", "bn2", 8, (4, 4)
    ),
    "a dropout after the pool": StemMap(
        "[{conv: 3, to: 8, stride: 2}, {max_pool: 3, stride: 2}, {dropout: 0.1}]", "dropout2", 8, (4, 4)
    ),
    "a layer without effect after the pool": StemMap(
        "[{conv: 3, to: 8, stride: 2}, {max_pool: 3, stride: 2}, {dropout: 0}]", "act1", 8, (2, 2)
    ),
    "pools alone": StemMap("[{max_pool: 3, stride: 2}]", "maxpool", 3, (2, 2)),
    "a dropout alone": StemMap("[{dropout: 0.1}]", "dropout1", 3, (1, 1)),
    "a dropout before the pool": StemMap("[{dropout: 0.1}, {max_pool: 3, stride: 2}]", "dropout1", 3, (1, 1)),
    "one axis": StemMap("[{conv: 7, to: 8, stride: 2}, {max_pool: 3, stride: 2}]", "act1", 8, (2,), "[64]"),
    "three axes": StemMap(
        "[{conv: 3, to: 8, stride: [1, 2, 2]}, {max_pool: 3, stride: 2}]", "act1", 8, (1, 2, 2), "[8, 16, 24]"
    ),
    "a module of its own": StemMap(
        "[{conv: 7, to: 8, stride: 2}, {max_pool: 3, stride: 2}]",
        "entry.act",
        8,
        (2, 2),
        layout="{stem: {conv: entry.conv, norm: entry.norm, act: entry.act, max_pool: entry.pool}}",
    ),
    "a list of modules": StemMap(
        "[{conv: 7, to: 8, stride: 2}, {max_pool: 3, stride: 2}]",
        "conv1.2",
        8,
        (2, 2),
        layout="{stem: [conv1.0, conv1.1, conv1.2, conv1.3]}",
    ),
    "a list of which a dropout and a pool are left": StemMap(
        "[{dropout: 0.1}, {max_pool: 3, stride: 2}]", "conv1.0", 3, (1, 1), layout="{stem: [conv1.0, conv1.1]}"
    ),
}


@pytest.fixture(params=STEMS.values(), ids=list(STEMS))
def stem_map(request: pytest.FixtureRequest) -> StemMap:
    found: StemMap = request.param
    return found


def network(compiled: Compiled) -> Any:
    torch.manual_seed(0)
    return load(emit_source(compiled), compiled.network)().eval()


def images(compiled: Compiled) -> Tensor:
    return torch.randn(2, *compiled.trace.input, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("head", [CLASSIFIER, BACKBONE])
def test_it_leaves_the_last_layer_that_does_more_than_pool_or_pad(stem_map: StemMap, head: str) -> None:
    compiled = stem_map.compiled(head)
    stem = features(compiled.network)[0]
    assert ("stem", *stem_map[1:4]) == (stem.name, stem.module, stem.channels, stem.reduction)

    module, left = network(compiled), list[Tensor]()
    module.get_submodule(stem.module).register_forward_hook(lambda *call: left.append(call[2].clone()))
    with torch.no_grad():
        module(images(compiled))
        maps = module.feature_maps(images(compiled))

    assert torch.equal(left[0], maps["stem"])
    shapes = compiled.trace.maps()
    assert {name: tuple(value.shape[1:]) for name, value in maps.items()} == shapes
    assert (
        ["stem", "layer2", "layer1"] == list(maps) == list(module.feature_channels) == list(module.feature_reductions)
    )
    assert (stem_map.channels, 12, 8) == tuple(module.feature_channels.values())
    reduction = module.feature_reductions["stem"]
    assert stem_map.reduction == (reduction if isinstance(reduction, tuple) else (reduction,) * len(stem_map.reduction))


@pytest.mark.parametrize("head", [CLASSIFIER, BACKBONE, "{features: [stem], pool: avg, classes: 5}"])
def test_the_inference_form_gives_the_same_maps(stem_map: StemMap, head: str) -> None:
    compiled = stem_map.compiled(head)
    both = filled(compiled)

    assert difference(both, compiled.trace.input, batch=2) < 1e-9
    assert compiled.trace.maps()["stem"] == deploy_form(compiled).trace.maps()["stem"]
    facts = [(one.feature_channels, one.feature_reductions) for one in (both.trained, both.deployed)]
    assert facts[0] == facts[1]


SCRIPTED = (
    *("a max pool", "a norm after the pool", "one axis", "three axes", "no pool"),
    *("a module of its own", "a list of modules"),
)


class Encoder(nn.Module):
    """A module on the maps of a classifier."""

    def __init__(self, classifier: Any) -> None:
        super().__init__()
        self.classifier: Any = classifier

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        maps: dict[str, Tensor] = self.classifier.feature_maps(x)
        return maps


def scripted(module: nn.Module) -> Any:
    """The module as TorchScript, saved and loaded."""
    saved = io.BytesIO()
    torch.jit.save(torch.jit.script(module), saved)
    saved.seek(0)
    return torch.jit.load(saved)  # type: ignore[no-untyped-call]


@pytest.mark.filterwarnings("ignore:`torch.jit.:DeprecationWarning")
@pytest.mark.parametrize("name", SCRIPTED)
def test_torchscript_keeps_the_maps_of_a_backbone(name: str) -> None:
    compiled = STEMS[name].compiled(BACKBONE)
    module, x = network(compiled), images(compiled)
    script = scripted(module)
    with torch.no_grad():
        for maps in (script(x), script.feature_maps(x)):
            assert ["stem", "layer2", "layer1"] == list(maps)
            torch.testing.assert_close(maps, module.feature_maps(x))
    assert (module.feature_channels, module.feature_reductions) == (script.feature_channels, script.feature_reductions)


@pytest.mark.filterwarnings("ignore:`torch.jit.:DeprecationWarning")
@pytest.mark.parametrize("name", SCRIPTED)
def test_torchscript_of_a_classifier_compiles_forward_alone_and_what_that_calls(name: str) -> None:
    compiled = STEMS[name].compiled()
    module, x = network(compiled), images(compiled)
    script, maps = scripted(module), scripted(Encoder(module))
    with torch.no_grad():
        torch.testing.assert_close(script(x), module(x))
        torch.testing.assert_close(maps(x), module.feature_maps(x))
    assert not hasattr(script, "feature_maps")
    assert (module.feature_channels, module.feature_reductions) == (script.feature_channels, script.feature_reductions)
