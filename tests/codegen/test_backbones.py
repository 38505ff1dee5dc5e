"""The maps that a network gives, and the facts that it states of them: against torch, traces and published networks."""

from __future__ import annotations

import copy
import functools
import importlib
import io
import math
from operator import floordiv
from typing import Any, NamedTuple

import pytest
import torch
from torch import Tensor, nn

from resnetgen.analysis.features import Feature, features
from resnetgen.analysis.input_sizes import input_domain
from resnetgen.analysis.shape_inference import trace
from resnetgen.api import compile_text, diagnose_text, emit_source
from resnetgen.compiler import Compiled
from resnetgen.ir.network import Network
from resnetgen.ir.reserved import NETWORK_ATTRIBUTES
from resnetgen.runtime.load_source import load
from tests.nightly import networks
from tests.published.collection import spec_of
from tests.published.reference_facts import timm_networks
from tests.published.torchvision_oracle import torchvision_resnet
from tests.subjects import CASES, Subject, by_name, case, everything

Maps = dict[str, Tensor]

WRITTEN = {
    "plain_activation_first": """
        name: plain_activation_first
        description: Stages that begin with an activation, in blocks without a shortcut.
        input: {channels: 3, size: 64}
        stem: [{conv: 3, to: 8, stride: 2, act: none}]
        blocks: {row: {branch: [{conv: 3, to: out, stride: here}, {conv: 3, to: out}], join: {act: none}}}
        block: {type: row, shortcut: none, order: act-conv-norm}
        stages:
          layer1: {blocks: 2, channels: 8}
          layer2: {blocks: 1, channels: 12, stride: 2}
          layer3: {blocks: 1, channels: 12}
        head: {layers: [{act: relu}], pool: avg, classes: 5}
    """,
    "stride_by_axis": """
        name: stride_by_axis
        description: Stages that halve one axis alone, as readers of text have it.
        input: {channels: 1, size: [32, 128]}
        stem: [{conv: 3, to: 8, stride: [2, 1]}]
        block: {type: basic}
        stages: {layer1: {blocks: 1, channels: 8, stride: 2}, layer2: {blocks: 1, channels: 12, stride: [2, 1]}}
        head: {pool: avg, classes: 5}
    """,
    "volumes": """
        name: volumes
        description: Three axes, of which the first is halved less.
        extends: resnet18
        input: {channels: 3, size: [16, 64, 64]}
        stem: [{conv: [3, 7, 7], to: 8, stride: [1, 2, 2]}, {max_pool: 3, stride: 2}]
        stages: {layer1: {channels: 8}, layer2: {channels: 12}, layer3: {channels: 16}, layer4: {channels: 20}}
    """,
    "dilated": """
        name: dilated
        description: Bottlenecks that dilate instead of striding.
        extends: resnet50_dilated
        stem: [{conv: 7, to: 8, stride: 2}, {max_pool: 3, stride: 2}]
        stages:
          layer1: {blocks: 1, channels: 16}
          layer2: {blocks: 2, channels: 24}
          layer3: {blocks: 2, channels: 32}
          layer4: {blocks: 2, channels: 40}
    """,
    "frozen": """
        name: frozen
        description: A backbone with frozen norms, which gives two of its maps.
        extends: resnet50_backbone
        stem: [{conv: 7, to: 8, stride: 2}, {max_pool: 3, stride: 2}]
        stages:
          layer1: {blocks: 1, channels: 16}
          layer2: {blocks: 2, channels: 24}
          layer3: {blocks: 2, channels: 32}
          layer4: {blocks: 2, channels: 40}
        head: {features: [layer2, layer4]}
    """,
    "inverted": """
        name: inverted
        description: Inverted residuals, where stages share a resolution and some blocks have no shortcut at all.
        extends: mobilenet_v2
        input: {size: 64}
        stages:
          stage2: {channels: 16}
          stage3: {channels: 16}
          stage4: {channels: 24, blocks: [{shortcut: none}]}
          stage5: {channels: 24, blocks: [{shortcut: none}, {repeat: 1}]}
          stage6: {channels: 24, blocks: [{shortcut: none}]}
          stage7: {channels: 32}
    """,
    "strange_names": """
        name: strange_names
        description: Stages that are called like what the code needs the names for.
        input: {channels: 3, size: 32}
        stem: [{conv: 3, to: 8, stride: 2}]
        block: {type: basic}
        stages:
          x: {blocks: 1, channels: 8}
          x_: {blocks: 1, channels: 8}
          self: {blocks: 1, channels: 12, stride: 2}
          torch: {blocks: 1, channels: 12}
          nn: {blocks: 1, channels: 12}
          F: {blocks: 1, channels: 16, stride: 2}
          dict: {blocks: 1, channels: 16}
          Tensor: {blocks: 1, channels: 16}
        head: {pool: avg, classes: 5}
    """,
}
"""Specs that neither the collection nor the cases have."""

SHIPPED = ("resnet18", "resnet18_1d", "resnet20", "resnetv2_18")

OTHERS = (
    "anisotropic",
    "features_by_strange_names",
    "features_early",
    "features_many",
    "layout_containers",
    "layout_stages_in_blocks",
    "orders",
    "output_stride_by_axis",
    "shortcut_none",
    "shortcut_preact",
    "stem_empty",
)


def with_maps(network: Network) -> Network:
    """A network that gives the maps of all its stages in place of what its head makes of the last one."""
    return (
        network if network.features else network._replace(features=tuple(one.name for one in network.stages), heads=())
    )


class Case:
    """A spec's network as it gives its maps, with its first weights, in eval mode, and a batch for it."""

    def __init__(self, compiled: Compiled) -> None:
        network = with_maps(compiled.network)
        compiled = compiled._replace(network=network, trace=trace(network, compiled.trace.input[1:]))
        self.compiled = compiled
        self.facts = features(compiled.network)
        torch.manual_seed(0)
        self.module: Any = load(emit_source(compiled), compiled.network)().eval()
        self.batch = torch.randn(2, compiled.network.channels, *size_of(compiled, 33))

    def maps(self) -> Maps:
        with torch.no_grad():
            return maps_of(self.module, self.batch)

    def reductions(self) -> dict[str, tuple[int, ...]]:
        """Return the `feature_reductions` of the emitted network, one number for each axis."""
        rank = self.compiled.network.rank
        declared: dict[str, int | tuple[int, ...]] = self.module.feature_reductions
        return {name: one if isinstance(one, tuple) else (one,) * rank for name, one in declared.items()}

    def ends(self, module: nn.Module) -> list[nn.Module]:
        """The modules of a copy that its maps leave."""
        return [module.get_submodule(one.module) for one in self.facts]


def maps_of(module: Any, batch: Tensor) -> Maps:
    """The maps of a network that gives them."""
    maps: Maps = module(batch)
    return maps


class Classifier(NamedTuple):
    """A network with a head, and what it is made for."""

    compiled: Compiled
    module: Any
    batch: Tensor


@pytest.fixture(params=[*SHIPPED, *(name for name in OTHERS if "features" not in name), *WRITTEN])
def classifier(request: pytest.FixtureRequest) -> Classifier:
    compiled = compiled_of(request.param)
    if not compiled.network.heads:
        pytest.skip("it gives its maps")
    torch.manual_seed(0)
    module = load(emit_source(compiled), compiled.network)().eval()
    return Classifier(compiled, module, torch.randn(2, compiled.network.channels, *size_of(compiled, 33)))


def size_of(compiled: Compiled, least: int) -> tuple[int, ...]:
    """An input size that the network takes, each axis a little larger than the one before."""
    domain = input_domain(compiled.network)
    assert domain is not None
    axes = domain.axes
    wanted = (least + 6 * axis for axis in range(len(axes)))
    return tuple(
        next(n for n in range(start, start + 9000) if n in axis) for start, axis in zip(wanted, axes, strict=True)
    )


def compiled_of(name: str) -> Compiled:
    if name in WRITTEN:
        return compile_text(WRITTEN[name], name=f"{name}.yaml")
    return (by_name(name) if name in SHIPPED else case(CASES / name)).compiled


@functools.cache
def named(name: str) -> Case:
    return Case(compiled_of(name))


@pytest.fixture(params=[*SHIPPED, *OTHERS, *WRITTEN])
def network(request: pytest.FixtureRequest) -> Case:
    return named(request.param)


@pytest.fixture(
    params=["resnet18_1d", "resnetv2_18", "anisotropic", "output_stride_by_axis", "frozen", "strange_names"]
)
def structure(request: pytest.FixtureRequest) -> Case:
    return named(request.param)


# The facts


def test_what_is_stated_is_what_the_compiler_knows(network: Case) -> None:
    assert [(one.name, one.channels) for one in network.facts] == list(network.module.feature_channels.items())
    assert [(one.name, one.reduction) for one in network.facts] == list(network.reductions().items())


def test_a_map_has_the_stated_channels_and_size(network: Case) -> None:
    module = copy.deepcopy(network.module).to("meta")
    for least in (33, 64, 75):
        size = size_of(network.compiled, least)
        maps = maps_of(module, torch.empty(2, network.compiled.network.channels, *size, device="meta"))

        expected = {one.name: (2, one.channels, *map(ceiling, size, one.reduction)) for one in network.facts}
        assert list(expected.items()) == [(name, tuple(one.shape)) for name, one in maps.items()]


def ceiling(extent: int, reduction: int) -> int:
    return -(-extent // reduction)


PADDED = {"padding_sides_in_three_axes"}
"""Networks with a layer that enlarges their map, whose size strides alone do not explain."""


@pytest.mark.parametrize("subject", networks((each for each in everything() if each.name not in PADDED), every=3))
def test_a_map_has_its_share_of_a_size_that_is_a_multiple(subject: Subject) -> None:
    network = subject.compiled.network
    facts = features(network)
    domain = input_domain(network)
    assert domain is not None
    axes = domain.axes
    total = [math.lcm(*strides) for strides in zip(*(one.reduction for one in facts), strict=True)]
    size = tuple(
        step * ceiling(max(axis.smallest, min(33, axis.largest or 33)), step)
        for step, axis in zip(total, axes, strict=True)
    )
    if size in domain.pixels.refused:  # a norm would see a single pixel
        size = tuple(2 * extent for extent in size)

    traced = trace(network, size).maps()
    expected = {one.name: (one.channels, *map(floordiv, size, one.reduction)) for one in facts}
    assert expected == {name: traced[name] for name in expected}


def test_the_facts_are_those_of_the_published_networks(subtests: pytest.Subtests) -> None:
    for reference in timm_networks().values():
        _, *stages = reference.features  # the first is a map of the stem
        expected = [(one.channels, (one.reduction,) * 2, one.module) for one in stages]
        with subtests.test(str(reference)):
            assert expected == [one[1:] for one in features(spec_of(reference).compiled.network)]


# The maps


def test_forward_gives_the_maps(network: Case) -> None:
    with torch.no_grad():
        torch.testing.assert_close(network.module.feature_maps(network.batch), network.maps(), rtol=0, atol=0)


def test_forward_is_the_head_on_the_last_map(classifier: Classifier, monkeypatch: pytest.MonkeyPatch) -> None:
    module, batch = classifier.module, classifier.batch
    with torch.no_grad():
        answer, last = module(batch), module.forward_features(batch)
        assert classifier.module.num_features == last.shape[1] == features(classifier.compiled.network)[-1].channels
        monkeypatch.setattr(module, "forward_features", lambda x: last)
        assert torch.equal(answer, module(torch.zeros_like(batch)))
        if hasattr(module, "forward_head"):
            assert torch.equal(answer, module.forward_head(last))


def test_the_last_map_is_that_of_the_network_that_gives_maps(classifier: Classifier) -> None:
    backbone = Case(classifier.compiled)
    backbone.module.load_state_dict(classifier.module.state_dict(), strict=False)
    with torch.no_grad():
        *_, last = backbone.module(classifier.batch).values()
        assert torch.equal(last, classifier.module.forward_features(classifier.batch))


def test_a_longer_head_is_a_method() -> None:
    text = "extends: resnet18\nname: mine\nhead: {dropout: 0.1}\n"
    module = load(emit_source(compile_text(text)), compile_text(text).network)
    assert hasattr(module, "forward_head")
    assert not hasattr(load(by_name("resnet18").source, by_name("resnet18").compiled.network), "forward_head")


@pytest.mark.parametrize("training", [False, True])
def test_no_map_is_written_over(network: Case, training: bool) -> None:
    """By the stages after it or by the head: what left the stage's module is what it was then."""
    module = copy.deepcopy(network.module).train(training)
    left: list[tuple[Tensor, Tensor]] = []
    for end in network.ends(module):
        end.register_forward_hook(lambda *call: left.append((call[2], call[2].detach().clone())))

    answer = module(network.batch)

    assert len(network.facts) == len(left)
    assert all(torch.equal(then, now) for now, then in left)
    if isinstance(answer, dict):
        assert all(any(one is now for now, _ in left) for one in answer.values())


def test_gradients_of_all_maps_are_the_sum_of_those_of_each(network: Case) -> None:
    batch = network.batch.double().requires_grad_()
    maps = list(maps_of(copy.deepcopy(network.module).double(), batch).values())
    weights = [torch.randn_like(one) / one.detach().norm() for one in maps]

    (together,) = torch.autograd.grad(maps, batch, weights, retain_graph=True)
    single = [torch.autograd.grad(one, batch, by, retain_graph=True)[0] for one, by in zip(maps, weights, strict=True)]
    torch.testing.assert_close(together, torch.stack(single).sum(0))
    assert all(gradient.any() for gradient in single)


def test_every_parameter_before_the_head_has_a_part_in_the_maps(network: Case) -> None:
    module = copy.deepcopy(network.module)
    torch.autograd.backward([one.square().mean() for one in maps_of(module, network.batch).values()])

    head = {node.name for node in network.compiled.network.head_nodes}
    without = [name for name, parameter in module.named_parameters() if parameter.grad is None]
    assert [] == [name for name in without if name.rpartition(".")[0] not in head]


BESIDE = {
    "a max pool": ("resnet18", "{}"),
    "a pool and a blur": ("resnetaa50", "{}"),
    "a module for the stem": ("resnetv2_18", "{}"),
    "a stem of several convolutions": ("resnet50d", "{}"),
    "a list of modules": ("resnet18", "{stem: [conv1.0, conv1.1, conv1.2, conv1.3]}"),
}


@pytest.mark.parametrize(("base", "layout"), BESIDE.values(), ids=BESIDE)
@pytest.mark.parametrize("names", [("stem", "layer2"), ("layer1", "stem"), ("stem",)], ids=str)
def test_a_classifier_gives_the_maps_that_leave_its_modules(base: str, layout: str, names: tuple[str, ...]) -> None:
    stages = list(by_name(base).compiled.network.stages)
    called = [{"layer1": stages[0].name, "layer2": stages[1].name}.get(name, name) for name in names]
    text = f"extends: {base}\nname: mine\nhead: {{features: [{', '.join(called)}]}}\n"
    compiled = compile_text(text + (f"layout: {layout}\n" if layout != "{}" else ""))
    module: Any = load(emit_source(compiled), compiled.network)().eval()
    facts = features(compiled.network)
    left: dict[str, Tensor] = {}
    for one in facts:
        keep = functools.partial(lambda name, *call: left.update({name: call[2].detach().clone()}), one.name)
        module.get_submodule(one.module).register_forward_hook(keep)

    x = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        logits = module(x)
        expected = {one.name: left[one.name] for one in facts}
        maps = module.feature_maps(x)

    assert (2, 1000) == tuple(logits.shape)
    assert list(maps) == called == list(module.feature_channels)
    assert list(module.feature_channels.values()) == [one.shape[1] for one in maps.values()]
    assert list(module.feature_reductions.values()) == [64 // one.shape[2] for one in maps.values()]
    torch.testing.assert_close(maps, expected, rtol=0, atol=0)
    if "stem" in names:
        assert 2 == module.feature_reductions["stem"]


def test_the_maps_of_resnet50_are_those_of_timm() -> None:
    names = ("stem", "layer1", "layer2", "layer3", "layer4")
    network = by_name("resnet50").compiled.network._replace(features=names)
    reference = timm_networks()["resnet50"]
    expected = [(one.channels, (one.reduction,) * 2, one.module) for one in reference.features]
    assert expected == [one[1:] for one in features(network)]
    assert [2, 4, 8, 16, 32] == [one.reduction[0] for one in features(network)]


# Other forms of the network


def assert_same(expected: Maps, actual: Maps) -> None:
    assert list(expected) == list(actual)
    torch.testing.assert_close(actual, expected, rtol=1e-3, atol=1e-4)


@pytest.mark.filterwarnings("ignore:`torch.jit.:DeprecationWarning")  # of torch itself, which says it is done with it
def test_torchscript_keeps_maps_and_facts(structure: Case) -> None:
    saved = io.BytesIO()
    scripted = torch.jit.script(copy.deepcopy(structure.module))
    torch.jit.save(scripted, saved)
    saved.seek(0)

    for network in (scripted, torch.jit.load(saved)):  # type: ignore[no-untyped-call]
        assert structure.module.feature_channels == network.feature_channels
        assert structure.module.feature_reductions == network.feature_reductions
        with torch.no_grad():
            assert_same(structure.maps(), maps_of(network, structure.batch))


class Encoder(nn.Module):
    """A decoder on the feature maps of another network."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Maps:
        return maps_of(self.network, x)


def test_fx_traces_what_stands_on_the_maps(structure: Case) -> None:
    with torch.no_grad():
        assert_same(structure.maps(), torch.fx.symbolic_trace(Encoder(structure.module))(structure.batch))


@pytest.mark.parametrize("name", ["resnet18_1d"])
def test_fx_and_export_keep_forward_alone(name: str) -> None:
    network = named(name)
    forms = [torch.fx.symbolic_trace(network.module), torch.export.export(network.module, (network.batch,)).module()]
    assert [set(), set()] == [NETWORK_ATTRIBUTES & set(dir(form)) for form in forms]


def test_export_takes_what_stands_on_the_maps(structure: Case) -> None:
    with torch.no_grad():
        exported = torch.export.export(Encoder(structure.module), (structure.batch,)).module()
        assert_same(structure.maps(), exported(structure.batch))


@pytest.mark.oracle
def test_torchvision_extracts_the_same_maps(structure: Case) -> None:
    torchvision_resnet()
    extraction = importlib.import_module("torchvision.models.feature_extraction")
    nodes = {one.module: one.name for one in structure.facts}
    extractor = extraction.create_feature_extractor(structure.module, return_nodes=nodes).eval()
    with torch.no_grad():
        assert_same(structure.maps(), extractor(structure.batch))


# Names


def test_what_a_network_has_beside_modules_is_reserved() -> None:
    text = "extends: resnet18\nname: mine\nhead: {dropout: 0.1}\n"
    classifier = load(emit_source(compile_text(text)), compile_text(text).network)()
    assert NETWORK_ATTRIBUTES == own_attributes(classifier) | own_attributes(named("resnet18").module)


def own_attributes(network: nn.Module) -> set[str]:
    """Return the attributes that a network has beyond its submodules and those of every module."""
    known = {*dir(nn.Module()), *(name for name, _ in network.named_children())}
    return {name for name in dir(network) if not name.startswith("__")} - known


@pytest.mark.parametrize("layout", ["{stem: {conv: NAME}}", "{stage: NAME.*.units}", "{head: {linear: NAME}}"])
@pytest.mark.parametrize("name", sorted(NETWORK_ATTRIBUTES))
def test_a_layout_cannot_take_the_place_of_a_fact(layout: str, name: str) -> None:
    text = f"extends: resnet18\nname: mine\nlayout: {layout.replace('NAME', name)}\n"
    message = f"the layout's names for the network do not form modules: `{name}` is reserved by the emitted network"
    assert [("RG210", message)] == [(found.code, found.message) for found in diagnose_text(text)]


def test_such_a_name_is_free_inside_a_block() -> None:
    text = "extends: resnet18\nname: mine\nlayout: {block: {conv: 'forward_features*'}}\n"
    assert () == diagnose_text(text)


def test_strange_names_give_the_network_that_others_give() -> None:
    strange = named("strange_names")
    names = [one.name for one in strange.facts]
    text = WRITTEN["strange_names"]
    for number, name in enumerate(names):
        text = text.replace(f"  {name}: {{blocks", f"  stage{number}: {{blocks")
    plain = Case(compile_text(text))

    assert_same(dict(zip(names, plain.maps().values(), strict=True)), strange.maps())


def test_the_features_of_a_backbone_are_those_that_it_names() -> None:
    expected = [Feature("layer2", 128, (8, 8), "trunk.1"), Feature("layer4", 512, (32, 32), "trunk.3")]
    assert expected == list(named("layout_stages_in_blocks").facts)
