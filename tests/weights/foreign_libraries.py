"""Networks of libraries whose names are layouts, each beside the spec of the same network.

A library that is not installed skips its tests. Those that want others are installed with `pip install --no-deps`:

    mmpretrain (with mmengine, mmcv-lite, opencv-python-headless, importlib-metadata<7, model-index, ...), pycls, monai,
    pytorchvideo (with fvcore, iopath, tabulate), open_clip_torch (with ftfy, wcwidth), segmentation-models-pytorch,
    lightly (with lightly-utils, pytorch-lightning)
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from torch import Tensor, nn

from tests.published.torchvision_oracle import torchvision_network, torchvision_resnet

Answer = Callable[[nn.Module, Tensor], Tensor]


def library(name: str) -> Any:
    """Import and return a module of a library; skip the test, and say why, where that cannot be."""
    torchvision_resnet()  # makes torchvision importable beside a CPU build of torch, and several import it
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about what a library deprecates within itself
        return pytest.importorskip(name, exc_type=ImportError)


def call(network: nn.Module, x: Tensor) -> Tensor:
    answer: Tensor = network(x)
    return answer


class Case(NamedTuple):
    """A library's network, and the spec of the same: a mapping.

    `layout` is what is told of its names, `spec` where they are the spec's own. `part` is the module of the library
    that is the network; what it answers is compared. `options` are those of `weights convert`.
    """

    theirs: Callable[[], nn.Module]
    spec: str
    layout: str
    shape: tuple[int, ...]
    answer: Answer = call
    options: tuple[str, ...] = ()
    part: str = ""
    prefix: str = ""


# mmpretrain


def mmpretrain(kind: str, depth: int, channels: int) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        models = library("mmpretrain.models")
        made: nn.Module = models.ImageClassifier(
            backbone={"type": kind, "depth": depth},
            neck={"type": "GlobalAveragePooling"},
            head={"type": "LinearClsHead", "num_classes": 10, "in_channels": channels},
        )
        return made

    return make


def scores(network: Any, x: Tensor) -> Tensor:
    answer: Tensor = network.head(network.extract_feat(x))
    return answer


# pycls


def pycls_resnet() -> nn.Module:
    library("pycls.models.resnet")
    cfg = library("pycls.core.config").cfg

    cfg.merge_from_list(["TRAIN.DATASET", "imagenet", "TEST.DATASET", "imagenet"])
    cfg.merge_from_list(["MODEL.DEPTH", 50, "MODEL.NUM_CLASSES", 10, "RESNET.TRANS_FUN", "bottleneck_transform"])
    cfg.merge_from_list(["RESNET.STRIDE_1X1", False])
    made: nn.Module = library("pycls.models.resnet").ResNet()
    return made


def pycls_regnet(squeeze: bool) -> Callable[[], nn.Module]:
    """Return what makes RegNetX-400MF or RegNetY-400MF by the parameters of their paper (arXiv:2003.13678)."""

    def make() -> nn.Module:
        library("pycls.models.regnet")
        cfg = library("pycls.core.config").cfg

        wide = (16, 48, 27.89, 2.09, 8) if squeeze else (22, 24, 24.48, 2.54, 16)
        keys = ("DEPTH", "W0", "WA", "WM", "GROUP_W")
        cfg.merge_from_list([part for key, value in zip(keys, wide, strict=True) for part in (f"REGNET.{key}", value)])
        cfg.merge_from_list(["REGNET.SE_ON", squeeze, "MODEL.NUM_CLASSES", 10])
        made: nn.Module = library("pycls.models.regnet").RegNet()
        return made

    return make


# transformers


def transformers(kind: str, config: str, **settings: Any) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        here = library("transformers")
        made: nn.Module = getattr(here, kind)(getattr(here, config)(**settings))
        return made

    return make


def logits(network: Any, x: Tensor) -> Tensor:
    answer: Tensor = network(x).logits
    return answer


def pooled(network: Any, x: Tensor) -> Tensor:
    answer: Tensor = network(x).pooler_output.flatten(1)
    return answer


SMALL = {"embedding_size": 64, "hidden_sizes": [256, 512, 1024, 2048], "depths": [1, 1, 1, 1], "num_labels": 10}
REGNET = {"embedding_size": 32, "num_labels": 10}
ONE_EACH = "stages: {layer1: {blocks: 1}, layer2: {blocks: 1}, layer3: {blocks: 1}, layer4: {blocks: 1}}"
TEN = "head: {classes: 10}"
POOLED = "head: {classes: null}"

# torchvision


def torchvision_part(module: str, name: str, **arguments: Any) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        torchvision_resnet()
        found = importlib.import_module(f"torchvision.models.{module}")
        made: nn.Module = getattr(found, name)(**arguments)
        return made

    return make


def torchvision_backbone() -> nn.Module:
    """Return the backbone of torchvision's detectors, whose norms are frozen, where they have it."""
    make = torchvision_part("detection.backbone_utils", "resnet_fpn_backbone", backbone_name="resnet50", weights=None)
    return nn.ModuleDict({"backbone": make()})


def last_map(name: str) -> Answer:
    """Return the answer of a network that gives its maps by name: the one of this name."""

    def answer(network: nn.Module, x: Tensor) -> Tensor:
        found: Tensor = network(x)[name]
        return found

    return answer


# CLIP, segmentation_models_pytorch, MONAI, pytorchvideo, lightly


def open_clip() -> nn.Module:
    made: nn.Module = library("open_clip.modified_resnet").ModifiedResNet([1, 1, 1, 1], 1024, 32, 64, 64)
    return nn.ModuleDict({"visual": made})


def smp_unet() -> nn.Module:
    made: nn.Module = library("segmentation_models_pytorch").Unet("resnet18", encoder_weights=None)
    return made


def last_of_maps(network: nn.Module, x: Tensor) -> Tensor:
    found: Tensor = network(x)[-1]
    return found


def monai(name: str, **arguments: Any) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        made: nn.Module = getattr(library("monai.networks.nets.resnet"), name)(num_classes=10, **arguments)
        return made

    return make


def medicalnet(depth: int) -> Callable[[], nn.Module]:
    def make() -> nn.Module:
        features = library("monai.networks.nets.resnet").ResNetFeatures
        made: nn.Module = features(f"resnet{depth}", pretrained=False)
        return made

    return make


def pytorchvideo(name: str) -> Callable[[], nn.Module]:
    """Return what makes a network of pytorchvideo's hub, with a pool of the head for 4 frames of 64 x 64."""

    def make() -> nn.Module:
        hub = library("pytorchvideo.models.hub.resnet")
        if name == "slow_r50":  # which sets the pool itself
            create = library("pytorchvideo.models.resnet").create_resnet
            made: nn.Module = create(
                stem_conv_kernel_size=(1, 7, 7), head_pool_kernel_size=(4, 2, 2), model_num_class=10
            )
            return made
        made = getattr(hub, name)(head_pool_kernel_size=(2, 2, 2), model_num_class=10)
        return made

    return make


class SimCLR(nn.Module):
    """A backbone and a projection head as in lightly's examples."""

    def __init__(self, *children: nn.Module) -> None:
        super().__init__()
        self.backbone = nn.Sequential(*children)
        self.projection_head = library("lightly.models.modules.heads").SimCLRProjectionHead(512, 512, 128)


def lightly_simclr() -> nn.Module:
    library("lightly")
    return SimCLR(*list(torchvision_network("resnet18").children())[:-1])


def lightly_cifar() -> nn.Module:
    made: nn.Module = library("lightly.models").ResNetGenerator("resnet-18", num_classes=10)
    return made


def lightly_cifar_simclr() -> nn.Module:
    return SimCLR(*list(lightly_cifar().children())[:-1], nn.AdaptiveAvgPool2d(1))


def vector(network: nn.Module, x: Tensor) -> Tensor:
    return call(network, x).flatten(1)


CIFAR = "stem: [{conv: 3, to: 64}]\ninput: {size: 32}"
VIDEO = "input: {size: [4, 64, 64]}"
VOLUME = "input: {size: [16, 32, 32]}"

CASES = {
    "mmpretrain ResNet": Case(
        mmpretrain("ResNet", 18, 512), f"extends: resnet18\n{TEN}", "mmpretrain", (3, 64, 64), scores
    ),
    "mmpretrain ResNetV1d": Case(
        mmpretrain("ResNetV1d", 50, 2048), f"extends: resnet50d\n{TEN}", "mmpretrain", (3, 64, 64), scores
    ),
    "mmpretrain SEResNet": Case(
        mmpretrain("SEResNet", 50, 2048), f"extends: seresnet50\n{TEN}", "mmpretrain", (3, 64, 64), scores
    ),
    "pycls ResNet": Case(pycls_resnet, f"extends: resnet50\n{TEN}", "pycls", (3, 64, 64)),
    "pycls RegNetX": Case(
        pycls_regnet(False),
        f"extends: regnet_x_400mf\nstages: {{block4: {{channels: 384}}}}\n{TEN}",
        "pycls",
        (3, 64, 64),
    ),
    "pycls RegNetY": Case(pycls_regnet(True), f"extends: regnet_y_400mf\n{TEN}", "pycls", (3, 64, 64)),
    "transformers ResNet": Case(
        transformers("ResNetForImageClassification", "ResNetConfig", **SMALL),
        f"extends: resnet50\n{ONE_EACH}\n{TEN}",
        "huggingface",
        (3, 64, 64),
        logits,
    ),
    "transformers ResNetModel": Case(
        transformers("ResNetModel", "ResNetConfig", **SMALL),
        f"extends: resnet50\n{ONE_EACH}\n{POOLED}",
        "huggingface",
        (3, 64, 64),
        pooled,
        prefix="resnet.",
    ),
    "transformers RegNetX": Case(
        transformers(
            "RegNetForImageClassification",
            "RegNetConfig",
            **REGNET,
            **{"hidden_sizes": [32, 64, 160, 400], "depths": [1, 2, 7, 12], "groups_width": 16, "layer_type": "x"},
        ),
        f"extends: regnet_x_400mf\n{TEN}",
        "huggingface",
        (3, 64, 64),
        logits,
    ),
    "transformers RegNetY": Case(
        transformers(
            "RegNetForImageClassification",
            "RegNetConfig",
            **REGNET,
            **{"hidden_sizes": [48, 104, 208, 440], "depths": [1, 3, 6, 6], "groups_width": 8, "layer_type": "y"},
        ),
        f"extends: regnet_y_400mf\n{TEN}",
        "huggingface",
        (3, 64, 64),
        logits,
    ),
    "transformers BiT": Case(
        transformers("BitForImageClassification", "BitConfig", **SMALL),
        f"extends: resnetv2_50x1_bit\n{ONE_EACH}\n{TEN}",
        "huggingface",
        (3, 64, 64),
        logits,
    ),
    "torchvision quantizable": Case(
        torchvision_part("quantization", "resnet18", num_classes=10),
        f"extends: resnet18\n{TEN}",
        "spec",
        (3, 64, 64),
    ),
    "torchvision segmentation": Case(
        torchvision_part("segmentation", "fcn_resnet50", weights=None, weights_backbone=None, aux_loss=True),
        "extends: resnet50\noutput_stride: 8\nhead: {features: [layer4], pool: null, classes: null}",
        "spec",
        (3, 64, 64),
        last_map("out"),
        part="backbone",
    ),
    "torchvision detection": Case(
        torchvision_backbone,
        "extends: resnet50\nnorm: frozen_batch\nhead: {features: [layer4], pool: null, classes: null}",
        "spec",
        (3, 64, 64),
        last_map("3"),
        part="backbone.body",
    ),
    "open_clip": Case(
        open_clip,
        f"extends: resnet50_clip\ninput: {{size: 64}}\n{ONE_EACH}",
        "clip",
        (3, 64, 64),
        part="visual",
    ),
    "segmentation_models_pytorch": Case(
        smp_unet,
        "extends: resnet18\nhead: {features: [layer4], pool: null, classes: null}",
        "spec",
        (3, 64, 64),
        last_of_maps,
        part="encoder",
    ),
    "MONAI": Case(monai("resnet18"), f"extends: resnet18_monai\n{VOLUME}\n{TEN}", "spec", (3, 16, 32, 32)),
    "MONAI without biases": Case(
        monai("resnet18"),
        f"extends: resnet18_monai\n{VOLUME}\n{TEN}\nblock: {{shortcut: null}}\nstages: {{layer1: {{shortcut: null}}}}",
        "spec",
        (3, 16, 32, 32),
        options=("--fold-biases",),
    ),
    **{
        f"MedicalNet {depth}": Case(
            medicalnet(depth),
            f"extends: resnet{depth}_medicalnet\n{VOLUME}\nhead: {{features: [layer4]}}",
            "spec",
            (1, 16, 32, 32),
            last_of_maps,
        )
        for depth in (10, 18, 50)
    },
    **{
        f"pytorchvideo {name}": Case(
            pytorchvideo(name), f"extends: {name}\n{VIDEO}\n{TEN}", "pytorchvideo", (3, 4, 64, 64)
        )
        for name in ("slow_r50", "c2d_r50", "i3d_r50")
    },
    "lightly SimCLR": Case(
        lightly_simclr, f"extends: resnet18\n{POOLED}", "sequential", (3, 64, 64), vector, part="backbone"
    ),
    "lightly ResNetGenerator": Case(lightly_cifar, f"extends: resnet18\n{CIFAR}\n{TEN}", "pytorch_cifar", (3, 32, 32)),
    "lightly SimCLR of ResNetGenerator": Case(
        lightly_cifar_simclr,
        f"extends: resnet18\n{CIFAR.replace('64}', '64, act: none}')}\n{POOLED}",  # the activation is no child
        "sequential",
        (3, 32, 32),
        vector,
        part="backbone",
    ),
}
