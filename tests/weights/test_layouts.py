"""Weights under the names of other libraries: found, converted and written back, tensor for tensor."""

from __future__ import annotations

from pathlib import Path

import pytest

from resnetgen.api import compile_spec
from resnetgen.weights.comparison import compare_file
from resnetgen.weights.file_contents import COUNTER
from resnetgen.weights.fit import FileChoice
from resnetgen.weights.layouts import LAYOUTS
from resnetgen.weights.layouts.renaming import ForeignNames, foreign_names
from resnetgen.weights.likely_layout import common_prefix, likely_layout
from tests.cli.command_line import ROOT
from tests.published.reference_facts import Network, networks_of
from tests.weights.weight_files import safetensors, shapes

SPECS = ("resnet18", "resnet50", "resnet50d", "resnetv2_50", "regnet_x_400mf", "regnet_y_400mf", "resnet50_detectron2")


def names_in(name: str, layout: str) -> ForeignNames:
    found = foreign_names(compile_spec(name), LAYOUTS[layout])
    assert found is not None, f"{layout} has no names for {name}"
    return found


WITHOUT_COUNTERS = {"keras", "caffe2"}
"""The libraries whose batch norms have no counters."""


def own_shapes(name: str, layout: str) -> dict[str, tuple[int, ...]]:
    """The tensors of a network that a library has too."""
    own = shapes(compile_spec(name))
    kept = [key for key in own if layout not in WITHOUT_COUNTERS or not key.endswith(COUNTER)]
    return {key: own[key] for key in kept}


def layouts_of(name: str) -> list[str]:
    """The layouts that have names for a network."""
    compiled = compile_spec(name)
    return [layout for layout in LAYOUTS if foreign_names(compiled, LAYOUTS[layout]) is not None]


@pytest.fixture(autouse=True)
def folder(folder: Path) -> Path:
    return folder


def test_every_layout_has_names_for_some_of_these() -> None:
    assert set(LAYOUTS) == {layout for name in SPECS for layout in layouts_of(name)}


@pytest.mark.parametrize("name", ["regnet_x_400mf", "regnet_y_400mf"])
def test_a_regnet_has_no_names_of_a_resnet(name: str) -> None:
    assert foreign_names(compile_spec(name), LAYOUTS["torchvision"]) is None


@pytest.mark.parametrize("name", SPECS)
def test_each_tensor_has_a_name_of_its_own_and_its_shape(name: str, subtests: pytest.Subtests) -> None:
    for layout in layouts_of(name):
        own = own_shapes(name, layout)
        found = names_in(name, layout)
        with subtests.test(layout):
            assert list(own) == sorted(found.own.values(), key=list(own).index)
            assert len(found.own) == len(own)
            for there, here in found.own.items():
                spec = found.spec(there)
                assert spec is not None
                assert sorted(_without_ones(own[here])) == sorted(_without_ones(spec.shape))


def _without_ones(shape: tuple[int, ...]) -> list[int]:
    """Return the extents that a matrix in place of a kernel of extent one has too."""
    return [extent for extent in shape if extent != 1]


@pytest.mark.parametrize("name", SPECS)
def test_a_file_with_the_names_of_a_library_fits(name: str, subtests: pytest.Subtests) -> None:
    for layout in layouts_of(name):
        with subtests.test(layout):
            assert_fits(name, layout)


def assert_fits(name: str, layout: str) -> None:
    """Assert that a file with the names of a library is found to be of the network, with and without being told."""
    compiled = compile_spec(name)
    found = names_in(name, layout)
    stored = {f"net.{there}": tensor.spec.shape for there, tensor in found.tensors.items()}
    path = str(safetensors(Path("w.safetensors"), stored))
    for choice in (FileChoice(), FileChoice(layout=layout)):
        compared = compare_file(compiled, path, choice)
        assert () == compared.diagnostics
        assert compared.fit is not None
        renamed = {here: f"net.{there}" for there, here in found.own.items()}
        assert renamed == dict(compared.fit.sources)
        assert own_shapes(name, layout) == compared.fit.shapes


@pytest.mark.parametrize("network", networks_of("transformers").values(), ids=str)
def test_the_networks_of_transformers_fit_those_of_the_collection(network: Network) -> None:
    """As recorded from that library itself: names and shapes."""
    path = str(safetensors(Path("w.safetensors"), network.state_dict))
    compared = compare_file(compile_spec("resnet50"), path)
    assert () == compared.diagnostics
    assert compared.fit is not None
    assert ("huggingface", True) == (compared.fit.layout, compared.fit.is_whole)
    assert set(network.state_dict) == set(names_in("resnet50", "huggingface").own)


@pytest.mark.parametrize("name", ["regnet_y_400mf", "regnet_x_400mf"])
def test_the_names_of_torchvisions_regnets(name: str) -> None:
    """The spec has torchvision's own names (tests/published), so the table must give these."""
    assert all(there == here for there, here in names_in(name, "torchvision_regnet").own.items())


KEYS = {
    # https://huggingface.co/facebook/regnet-y-040: `RegNetYLayer` of transformers, models/regnet/modeling_regnet.py
    ("regnet_y_400mf", "huggingface"): {
        "regnet.embedder.embedder.convolution.weight": "stem.0.weight",
        "regnet.encoder.stages.0.layers.0.shortcut.convolution.weight": "trunk_output.block1.block1-0.proj.0.weight",
        "regnet.encoder.stages.0.layers.0.layer.2.attention.0.bias": "trunk_output.block1.block1-0.f.se.fc1.bias",
        "regnet.encoder.stages.0.layers.0.layer.3.convolution.weight": "trunk_output.block1.block1-0.f.c.0.weight",
        "classifier.1.weight": "fc.weight",
    },
    # timm/models/regnet.py: `Bottleneck` of `ConvNormAct`s
    ("regnet_y_400mf", "timm_regnet"): {
        "stem.conv.weight": "stem.0.weight",
        "s1.b1.conv1.conv.weight": "trunk_output.block1.block1-0.f.a.0.weight",
        "s1.b1.se.fc1.weight": "trunk_output.block1.block1-0.f.se.fc1.weight",
        "s1.b1.downsample.bn.weight": "trunk_output.block1.block1-0.proj.1.weight",
        "head.fc.bias": "fc.bias",
    },
    # pycls/models/blocks.py and anynet.py: `ResBottleneckBlock` with `BottleneckTransform`
    ("regnet_y_400mf", "pycls"): {
        "stem.bn.weight": "stem.1.weight",
        "s1.b1.proj.weight": "trunk_output.block1.block1-0.proj.0.weight",
        "s1.b1.bn.running_var": "trunk_output.block1.block1-0.proj.1.running_var",
        "s1.b1.f.a_bn.bias": "trunk_output.block1.block1-0.f.a.1.bias",
        "s1.b1.f.se.f_ex.2.weight": "trunk_output.block1.block1-0.f.se.fc2.weight",
        "head.fc.weight": "fc.weight",
    },
    # `ResBlock` of fastai/layers.py, in which a pool is before the shortcut's convolution from the second stage on
    ("resnet50d", "fastai"): {
        "0.0.weight": "conv1.0.weight",
        "2.1.running_mean": "bn1.running_mean",
        "4.0.convpath.1.0.weight": "layer1.0.conv2.weight",
        "4.0.idpath.0.1.bias": "layer1.0.downsample.2.bias",
        "5.0.idpath.1.0.weight": "layer2.0.downsample.1.weight",
        "11.bias": "fc.bias",
    },
    # detectron2/checkpoint/c2_model_loading.py: `convert_basic_c2_names`
    ("resnet50", "caffe2"): {
        "conv1_w": "conv1.weight",
        "res_conv1_bn_s": "bn1.weight",
        "res2_0_branch2a_w": "layer1.0.conv1.weight",
        "res2_0_branch2c_bn_b": "layer1.0.bn3.bias",
        "res5_0_branch1_w": "layer4.0.downsample.0.weight",
        "res5_0_branch1_bn_riv": "layer4.0.downsample.1.running_var",
        "pred_b": "fc.bias",
    },
    # mmpretrain/models/backbones/resnet.py: `_make_stem_layer` with `deep_stem`, `ResLayer` with `avg_down`
    ("resnet50d", "mmpretrain"): {
        "backbone.stem.0.conv.weight": "conv1.0.weight",
        "backbone.stem.2.bn.running_mean": "bn1.running_mean",
        "backbone.layer1.0.downsample.0.weight": "layer1.0.downsample.1.weight",
        "backbone.layer2.0.downsample.1.weight": "layer2.0.downsample.1.weight",
        "head.fc.weight": "fc.weight",
    },
    # https://github.com/facebookresearch/detectron2, detectron2/modeling/backbone/resnet.py: `BasicStem`,
    # `BottleneckBlock`; the names are those of its model zoo under `backbone.bottom_up`
    ("resnet50_detectron2", "detectron2"): {
        "stem.conv1.weight": "stem.conv1.weight",
        "stem.conv1.norm.running_mean": "stem.conv1.norm.running_mean",
        "res2.0.shortcut.weight": "res2.0.shortcut.weight",
        "res2.0.shortcut.norm.bias": "res2.0.shortcut.norm.bias",
        "res5.2.conv3.norm.running_var": "res5.2.conv3.norm.running_var",
        "linear.weight": "linear.weight",
    },
    # detectron2/modeling/roi_heads/roi_heads.py: `Res5ROIHeads`
    ("resnet50", "detectron2_c4"): {
        "backbone.stem.conv1.norm.weight": "bn1.weight",
        "backbone.res4.5.conv3.weight": "layer3.5.conv3.weight",
        "roi_heads.res5.0.shortcut.norm.bias": "layer4.0.downsample.1.bias",
        "roi_heads.res5.2.conv1.weight": "layer4.2.conv1.weight",
    },
    # https://github.com/facebookresearch/SlowFast, slowfast/models: `ResNetBasicStem` of stem_helper.py,
    # `BottleneckTransform` and `ResBlock` of resnet_helper.py, `ResNetBasicHead` of head_helper.py
    ("resnet50", "slowfast"): {
        "s1.pathway0_stem.conv.weight": "conv1.weight",
        "s1.pathway0_stem.bn.running_var": "bn1.running_var",
        "s2.pathway0_res0.branch1.weight": "layer1.0.downsample.0.weight",
        "s2.pathway0_res0.branch1_bn.bias": "layer1.0.downsample.1.bias",
        "s2.pathway0_res0.branch2.a.weight": "layer1.0.conv1.weight",
        "s5.pathway0_res2.branch2.c_bn.weight": "layer4.2.bn3.weight",
        "head.projection.weight": "fc.weight",
    },
    # https://github.com/facebookresearch/pytorchvideo, pytorchvideo/models/resnet.py: `create_resnet`
    ("resnet50", "pytorchvideo"): {
        "blocks.0.conv.weight": "conv1.weight",
        "blocks.1.res_blocks.0.branch1_conv.weight": "layer1.0.downsample.0.weight",
        "blocks.4.res_blocks.2.branch2.norm_b.bias": "layer4.2.bn2.bias",
        "blocks.5.proj.weight": "fc.weight",
    },
    # https://github.com/openai/CLIP, clip/model.py: `ModifiedResNet` and `AttentionPool2d` in `visual`
    ("resnet50_clip", "clip"): {
        "visual.conv1.weight": "stem.conv1.conv.weight",
        "visual.bn3.weight": "stem.conv3.bn.weight",
        "visual.layer1.0.downsample.0.weight": "stages.0.0.shortcut.conv.conv.weight",
        "visual.layer1.0.downsample.1.weight": "stages.0.0.shortcut.conv.bn.weight",
        "visual.attnpool.positional_embedding": "head.pos_embed",
        "visual.attnpool.q_proj.weight": "head.q.weight",
    },
}
"""Some names of libraries, from their published files and code, and the names of the same tensors here."""


@pytest.mark.parametrize(("name", "layout"), KEYS)
def test_published_names_mean_the_same_tensors(name: str, layout: str) -> None:
    own = names_in(name, layout).own
    assert KEYS[name, layout] == {there: own.get(there) for there in KEYS[name, layout]}


def test_a_layout_that_has_no_such_network_is_told() -> None:
    path = str(safetensors(Path("w.safetensors"), shapes(compile_spec("resnetv2_50"))))
    (found,) = compare_file(compile_spec("resnetv2_50"), path, FileChoice(layout="torchvision_regnet")).diagnostics
    assert ("RG701", "the layout `torchvision_regnet` has no names for a network such as `resnetv2_50`") == (
        found.code,
        found.message,
    )


def test_the_own_names_alone_are_asked_for() -> None:
    own = shapes(compile_spec("resnet18"))
    found = names_in("resnet18", "detectron2")
    path = str(safetensors(Path("w.safetensors"), {there: own[here] for there, here in found.own.items()}))
    assert () == compare_file(compile_spec("resnet18"), path).diagnostics
    assert compare_file(compile_spec("resnet18"), path, FileChoice(layout="spec")).diagnostics


@pytest.mark.parametrize(
    ("name", "layout"),
    [
        ("resnet18", "torchvision"),
        ("resnet50d", "torchvision"),
        ("resnetv2_50", "timm_resnetv2"),
        ("resnet18", "huggingface"),
        ("regnet_y_400mf", "huggingface"),
        ("resnet18", "detectron2"),
        ("resnet18", "detectron2_c4"),
        ("resnet18", "mmpretrain"),
        ("resnet50d", "mmpretrain"),
        ("regnet_x_400mf", "torchvision_regnet"),
        ("regnet_y_400mf", "timm_regnet"),
        ("regnet_y_400mf", "pycls"),
        ("resnet18", "pycls"),
        ("resnet50", "keras"),
        ("resnet50", "caffe2"),
        ("resnet50d", "fastai"),
        ("resnet50_clip", "clip"),
        ("resnet50", "pytorchvideo"),
        ("resnet50", "slowfast"),
        ("resnet18", "sequential"),
        ("resnet50", "pytorch_cifar"),
        ("resnetv2_50x1_bit", "bit"),
    ],
)
def test_names_alone_tell_the_library(name: str, layout: str) -> None:
    found = likely_layout([f"module.{there}" for there in names_in(name, layout).own])
    assert found is not None
    assert layout == found.name


def test_names_of_no_library_tell_nothing() -> None:
    assert likely_layout(["a.weight", "b.weight"]) is None


@pytest.mark.parametrize(
    ("names", "prefix"),
    [
        ([], ""),
        (["a"], ""),
        (["a.b.c"], "a.b."),
        (["a.b.c", "a.b.d"], "a.b."),
        (["a.b", "ab.c"], ""),
        (["x.a", "b"], ""),
    ],
)
def test_the_prefix_of_all_names(names: list[str], prefix: str) -> None:
    assert prefix == common_prefix(names)


def test_the_page_has_every_layout() -> None:
    page = (ROOT / "docs" / "how-to" / "convert-weights.md").read_text(encoding="utf-8")
    table = page.partition("<!-- weights layouts -->\n\n")[2].partition("\n\n")[0]
    rows = [
        "| layout | names of |",
        "| --- | --- |",
        *(f"| `{each.name}` | {each.meaning} |" for each in LAYOUTS.values()),
    ]
    assert rows == table.splitlines()
