"""Changes of weights, each against another computation of what the changed network should give."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor, nn  # noqa: E402

from resnetgen.api import compile_text  # noqa: E402
from tests.cli.command_line import Completed, resnetgen  # noqa: E402
from tests.export.exported_specs import TINY  # noqa: E402
from tests.weights.loading import network  # noqa: E402

IMAGES = (2, 3, 32, 32)


@pytest.fixture(autouse=True)
def folder(folder: Path) -> Path:
    return folder


def trained(text: str = TINY) -> nn.Module:
    """A network with weights and statistics that differ from each other, saved as `w.pth`."""
    torch.manual_seed(5)
    found = network(compile_text(text), "cpu").eval()
    state = {name: torch.rand(value.shape) + 0.1 for name, value in found.state_dict().items()}
    found.load_state_dict(state)
    torch.save(found.state_dict(), "w.pth")
    return found


def convert(text: str, *options: str) -> Completed:
    Path("mine.yaml").write_text(text)
    return resnetgen("weights", "convert", "w.pth", "o.pth", "--spec", "mine.yaml", "--force", *options)


def converted(text: str, *options: str) -> nn.Module:
    """The network of a spec with the converted weights, loaded strictly."""
    done = convert(text, *options)
    assert (0, "") == (done.code, done.err)
    found = network(compile_text(text), "cpu").eval()
    found.load_state_dict(torch.load("o.pth", weights_only=True), strict=True)
    return found


def outputs(model: nn.Module, x: Tensor) -> Any:
    with torch.inference_mode():
        return model(x)


def with_channels(count: int) -> str:
    return TINY.replace("channels: 3,", f"channels: {count},")


def test_one_channel_gives_what_a_gray_image_gave() -> None:
    old, gray = trained(), torch.rand(2, 1, 32, 32)
    new = converted(with_channels(1), "--input-channels", "repeat")
    torch.testing.assert_close(outputs(new, gray), outputs(old, gray.expand(IMAGES)))


@pytest.mark.parametrize("times", [2, 3])
def test_repeated_channels_give_what_single_ones_gave(times: int) -> None:
    old, x = trained(), torch.rand(IMAGES)
    new = converted(with_channels(3 * times), "--input-channels", "repeat")
    torch.testing.assert_close(outputs(new, x.repeat(1, times, 1, 1)), outputs(old, x))


def test_four_channels_are_those_of_timm() -> None:
    """`timm.models.adapt_input_conv`: repeat, cut to the number of channels, scale by 3 / channels."""
    old = trained().state_dict()["conv1.weight"]
    new = converted(with_channels(4), "--input-channels", "repeat").state_dict()["conv1.weight"]
    torch.testing.assert_close(new, torch.cat([old, old[:, :1]], 1) * 3 / 4)


def test_channels_in_another_order() -> None:
    old, x = trained(), torch.rand(IMAGES)
    new = converted(TINY, "--input-channels", "2,1,0")
    torch.testing.assert_close(outputs(new, x.flip(1)), outputs(old, x))


def test_some_classes_are_picked() -> None:
    old, x = trained(), torch.rand(IMAGES)
    new = converted(TINY.replace("classes: 10", "classes: 3"), "--classes", "7,0,2")
    torch.testing.assert_close(outputs(new, x), outputs(old, x)[:, [7, 0, 2]])


def test_the_classifier_is_dropped() -> None:
    old = trained().state_dict()
    done = convert(TINY.replace("classes: 10", "classes: 5"), "--classes", "drop")
    assert (0, "") == (done.code, done.err)
    assert "dropped the classifier `fc`: it keeps its initial weights" in done.out
    found = torch.load("o.pth", weights_only=True)
    assert set(old) - set(found) == {"fc.weight", "fc.bias"}


BIASED = TINY.replace("block: {type: basic}", "convolution: {bias: true}\nblock: {type: basic}")


def test_biases_before_norms_are_folded() -> None:
    old, x = trained(BIASED), torch.rand(IMAGES)
    assert "conv1.bias" in old.state_dict()
    new = converted(TINY, "--fold-biases")
    torch.testing.assert_close(outputs(new, x), outputs(old, x))
    assert "RG703" in convert(TINY).err


def test_biases_under_the_names_of_a_library_are_folded() -> None:
    old, x = trained(BIASED), torch.rand(IMAGES)
    Path("biased.yaml").write_text(BIASED)
    arguments = ("w.pth", "hf.pth", "--spec", "biased.yaml", "--to", "huggingface")
    assert 0 == resnetgen("weights", "convert", *arguments).code
    Path("hf.pth").replace("w.pth")
    new = converted(TINY, "--fold-biases")
    torch.testing.assert_close(outputs(new, x), outputs(old, x))


VIDEO = TINY.replace("size: 32", "size: [4, 32, 32]")


def test_kernels_in_the_middle_give_each_frame_what_it_gave() -> None:
    old = trained().state_dict()["conv1.weight"]
    new = converted(VIDEO, "--inflate", "centre").state_dict()["conv1.weight"]
    video = torch.rand(1, 3, 4, 9, 9)
    found = nn.functional.conv3d(video, new, padding=1)
    for frame in range(4):
        torch.testing.assert_close(found[:, :, frame], nn.functional.conv2d(video[:, :, frame], old, padding=1))


def test_kernels_of_the_mean_give_equal_frames_what_one_gave() -> None:
    old = trained().state_dict()
    new = converted(VIDEO, "--inflate", "mean").state_dict()
    for name, kernel in old.items():
        if kernel.dim() == 4:
            image = torch.rand(1, kernel.shape[1], 9, 9)
            frames = new[name].shape[2]
            video = image.unsqueeze(2).expand(-1, -1, frames, -1, -1)
            found = nn.functional.conv3d(video, new[name])[:, :, 0]
            torch.testing.assert_close(found, nn.functional.conv2d(image, kernel))


def test_tensors_of_a_pretraining_are_left_out() -> None:
    old = trained().state_dict()
    head = {"projection.0.weight": torch.zeros(8, 16), "projection.2.weight": torch.zeros(8, 8), "scale": torch.ones(1)}
    torch.save({f"module.{name}": value for name, value in (old | head).items()}, "w.pth")
    assert "RG703" in convert(TINY).err
    new = converted(TINY, "--leave-out", "projection", "--leave-out", "scale").state_dict()
    assert all(torch.equal(value, new[name]) for name, value in old.items())
    assert "left out 2 tensors of `projection`" in convert(TINY, "--leave-out", "projection,scale").out


def test_a_number_format() -> None:
    old = trained().state_dict()
    assert 0 == convert(TINY, "--dtype", "bfloat16").code
    found = torch.load("o.pth", weights_only=True)
    assert torch.equal(old["fc.weight"].to(torch.bfloat16), found["fc.weight"])
    assert torch.int64 == found["bn1.num_batches_tracked"].dtype


def test_changes_are_told() -> None:
    trained()
    text = with_channels(1).replace("classes: 10", "classes: 2")
    done = convert(text, "--input-channels", "repeat", "--classes", "1,2", "--format", "json")
    assert ["summed 3 input channels of `conv1.weight` to one", "took 2 of 10 classes of `fc`"] == json.loads(done.out)[
        "changes"
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--input-channels", "0,1"), "the network has 3 input channels and the file 3: `0,1` does not choose 3"),
        (("--input-channels", "0,1,3"), "the network has 3 input channels and the file 3: `0,1,3` does not choose 3"),
        (("--input-channels", "bgr"), "the network has 3 input channels and the file 3: `bgr` does not choose 3"),
        (("--classes", "1,2"), "the network has 10 classes and the file 10: `1,2` does not choose 10"),
        (("--leave-out", "scal"), "this file has no tensors of `scal` to leave out"),
        (("--inflate", "median"), "unknown rule `median` for --inflate"),
    ],
)
def test_a_change_that_is_none(options: tuple[str, str], message: str) -> None:
    trained()
    done = convert(TINY, *options)
    assert (1, "", True) == (done.code, done.out, f"error[RG706]: {message}" in done.err)
    assert not Path("o.pth").exists()


def test_weights_of_video_are_not_for_images() -> None:
    trained(VIDEO)
    done = convert(TINY, "--inflate", "mean")
    assert (1, True) == (done.code, "error[RG704]" in done.err)
