"""The detectors of docs/how-to/backbones.md learn, and its decoder fits other networks."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from resnetgen.analysis.shape_inference import trace
from resnetgen.api import compile_spec, compile_text, emit_source
from resnetgen.compiler import Compiled
from resnetgen.runtime.load_source import load
from tests.codegen.test_backbones import with_maps
from tests.docs.markdown import fences
from tests.docs.player import with_output
from tests.published.torchvision_oracle import torchvision_resnet
from tests.subjects import by_name

PAGE = "docs/how-to/backbones.md"

Program = dict[str, Any]
"""The names that a program leaves behind."""

PROGRAMS = [fence.text for fence in fences(PAGE) if fence.kind == "python"]


def program(word: str) -> str:
    """The first program of the page that speaks of something."""
    return next(text for text in PROGRAMS if word in text)


@pytest.fixture(autouse=True)
def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The files that the page builds, where Python finds them."""
    folder = tmp_path / "generated"
    folder.mkdir()
    for name in ("resnet18", "resnet50", "resnet50_backbone"):
        (folder / f"{name}.py").write_text(emit_source(compile_spec(name)), encoding="utf-8")
    for fence in fences(PAGE):
        if fence.kind == "yaml":
            source = emit_source(compile_text(fence.text, name=fence.file))
            (folder / fence.file).with_suffix(".py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    forget()
    yield
    forget()


def forget() -> None:
    """Have what a program imports be read anew."""
    for name in [name for name in sys.modules if name.split(".")[0] == "generated"]:
        del sys.modules[name]


def run(code: str, names: Program) -> Program:
    exec(compile(code, PAGE, "exec"), names)
    return names


# With torchvision


@pytest.fixture
def torchvision(monkeypatch: pytest.MonkeyPatch) -> None:
    """torchvision, with plain torch in place of the two compiled operators of its detectors where these do not load."""
    torchvision_resnet()
    extension, boxes, pooling = map(
        importlib.import_module, ("torchvision.extension", "torchvision.ops.boxes", "torchvision.ops.roi_align")
    )
    if not extension._has_ops():
        overlap = boxes.box_iou
        monkeypatch.setattr(boxes, "nms", lambda found, scores, limit: suppressed(overlap, found, scores, limit))
        # Its own stand-in, without the compiler that it would be sent through: that takes longer than all else here.
        monkeypatch.setattr(pooling, "_roi_align", pooling._roi_align.__wrapped__)


def suppressed(overlap: Callable[[Tensor, Tensor], Tensor], boxes: Tensor, scores: Tensor, limit: float) -> Tensor:
    """The boxes, best first, that overlap no better one by more than `limit`."""
    order = scores.argsort(descending=True)
    above = overlap(boxes[order], boxes[order]) > limit
    kept: list[int] = []
    for place in range(len(order)):
        if not above[place, kept].any():
            kept.append(place)
    return order[kept]


@pytest.mark.oracle
def test_a_pyramid_stands_on_the_maps(torchvision: None, capsys: pytest.CaptureFixture[str]) -> None:
    code = program("pyramid = FeaturePyramidNetwork")
    run(code, {})
    assert code == with_output(code, capsys.readouterr().out)


def reduced(detector: Any) -> Any:
    """The detector with smaller images and fewer boxes, since the tests are in a hurry."""
    detector.transform.min_size, detector.transform.max_size = (64,), 96
    if hasattr(detector, "rpn"):
        detector.rpn._pre_nms_top_n = detector.rpn._post_nms_top_n = {"training": 16, "testing": 4}
        detector.roi_heads.fg_bg_sampler.batch_size_per_image = 4
        detector.roi_heads.score_thresh = 0.0
    else:
        detector.topk_candidates = 16
        detector.score_thresh = 0.0
    return detector


@pytest.mark.oracle
@pytest.mark.parametrize(("title", "losses"), [("FasterRCNN(", 4), ("RetinaNet(", 2)])
def test_a_detector_learns_and_finds(torchvision: None, title: str, losses: int) -> None:
    torch.manual_seed(0)
    names = run(program(title), {})
    detector, body = reduced(names["detector"]), names["body"]

    run(program("losses = detector("), names)

    assert (losses, True) == (len(names["losses"]), all(loss.isfinite() for loss in names["losses"].values()))
    gradients = {name: parameter.grad for name, parameter in body.named_parameters()}
    assert [] == [name for name, gradient in gradients.items() if gradient is None or not gradient.isfinite().all()]
    assert gradients["conv1.weight"].any()
    assert [] == [name for name, parameter in detector.named_parameters() if parameter.grad is None]
    assert [{"boxes", "labels", "scores"}] * 2 == [set(found) for found in names["found"]]
    for image, found in zip(names["images"], names["found"], strict=True):
        assert len(found["boxes"])
        assert (found["boxes"] <= torch.tensor(image.shape[1:]).flip(0).repeat(2) + 1e-3).all()


# The decoder


def maps_alone(compiled: Compiled) -> Compiled:
    """The network that gives the maps of all its stages."""
    network = with_maps(compiled.network)
    return compiled._replace(network=network, trace=trace(network, compiled.trace.input[1:]))


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("resnet18", (33, 70)),
        ("resnet18_rgbd", (40, 31)),
        ("mobilenet_v2", (37, 64)),  # two resolutions have two stages
        ("resnet20", (17, 32)),  # the first map is as large as the input
        ("resnet50_dilated", (33, 41)),  # three maps of one resolution
        ("resnetaa34d", (33, 65)),  # its stem rounds down
        ("resnetv2_18", (33, 70)),
    ],
)
def test_the_decoder_fits_other_networks(name: str, size: tuple[int, int]) -> None:
    code = program("class UNet")
    names = run(code, {})
    compiled = maps_alone(by_name(name).compiled)
    with torch.device("meta"):
        encoder: Any = load(emit_source(compiled), compiled.network)().eval()
        network = names["UNet"](encoder, 5)
    channels = by_name(name).compiled.network.channels

    assert (2, 5, *size) == network(torch.empty(2, channels, *size, device="meta")).shape
    assert len(set(encoder.feature_reductions.values())) == len(network.names)


def test_the_decoder_learns() -> None:
    names = run(program("class UNet"), {})
    network = names["model"]

    network(torch.randn(2, 3, 33, 50)).square().mean().backward()

    without = [name for name, parameter in network.named_parameters() if parameter.grad is None]
    assert [] == without
