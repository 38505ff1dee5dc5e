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


CLIP = """
name: clip
input: {channels: 3, size: 32}
stem: [{conv: 3, to: 8}]
block: {type: basic}
stages:
  first: {blocks: 1, channels: 8}
  second: {blocks: 1, channels: 16, stride: 2}
head: {pool: {type: attention, heads: 2, to: 6}}
"""


def clip_of_size(*size: int) -> str:
    return CLIP.replace("size: 32", f"size: [{', '.join(map(str, size))}]")


def cubic(distance: float) -> float:
    """The kernel of Keys (1981), equation 4, with a = -1/2."""
    x = abs(distance)
    if x < 1:
        return 1.5 * x**3 - 2.5 * x**2 + 1
    return -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2 if x < 2 else 0.0


def resized(values: Tensor, count: int) -> Tensor:
    """The first axis at another length: each point is a mean of its neighbours, weighted by the kernel.

    Where the axis gets shorter, the kernel is stretched.
    """
    length = values.shape[0]
    stretch = max(length / count, 1.0)
    rows = []
    for index in range(count):
        centre = (index + 0.5) * length / count - 0.5
        weights = torch.tensor([cubic((at - centre) / stretch) for at in range(length)])
        rows.append(torch.tensordot(weights / weights.sum(), values, 1))
    found: Tensor = torch.stack(rows)
    return found


@pytest.mark.parametrize("size", [(48, 48), (16, 16), (40, 24)])
def test_positions_are_resized_as_an_image_would_be(size: tuple[int, int]) -> None:
    old = trained(CLIP).state_dict()
    new = converted(clip_of_size(*size), "--resize-positions", "bicubic").state_dict()
    (name,) = (name for name in old if name.endswith("positional_embedding"))
    grid = old[name][1:].reshape(16, 16, 16)
    rows = resized(grid, size[0] // 2)
    expected = resized(rows.transpose(0, 1), size[1] // 2).transpose(0, 1)
    torch.testing.assert_close(new[name], torch.cat([old[name][:1], expected.flatten(0, 1)]))
    assert all(torch.equal(value, new[key]) for key, value in old.items() if key != name)


def test_with_equal_positions_an_image_of_one_color_gives_the_same_at_every_size() -> None:
    """But for the border, which the attention sees: so without padding."""
    text = CLIP.replace("conv: 3, to: 8", "conv: 1, to: 8").replace("type: basic", "type: pointwise, shortcut: auto")
    text += "blocks: {pointwise: {branch: [{conv: 1, to: out, stride: here}]}}\n"
    old = trained(text)
    state = old.state_dict()
    (name,) = (name for name in state if name.endswith("positional_embedding"))
    state[name][:] = state[name][:1].clone()
    old.load_state_dict(state)
    torch.save(state, "w.pth")
    new = converted(text.replace("size: 32", "size: 48"), "--resize-positions", "bicubic")
    color = torch.rand(1, 3, 1, 1)
    large, small = (outputs(model, color.expand(1, 3, size, size)) for model, size in ((new, 48), (old, 32)))
    torch.testing.assert_close(large, small, rtol=1e-5, atol=0)  # sums of 577 and of 257 terms


def test_the_grid_of_positions_may_be_told() -> None:
    trained(clip_of_size(64, 16))  # 32x8 positions, as many as 16x16
    done = convert(clip_of_size(32, 48), "--resize-positions", "bicubic,32x8")
    assert (0, True) == (done.code, "from 32x8 to 16x24 (bicubic)" in done.out)
    done = convert(clip_of_size(32, 48), "--resize-positions", "bicubic,32x9")
    assert "error[RG706]: `global_pool.positional_embedding` has 256 positions in the file, not 32x9" in done.err
    trained(clip_of_size(32, 48))
    done = convert(CLIP, "--resize-positions", "bicubic")
    assert "`global_pool.positional_embedding` has 384 positions in the file, which is not a square number" in done.err


def test_positions_are_resized_on_request_only() -> None:
    trained(CLIP)
    done = convert(clip_of_size(48, 48))
    assert (1, "") == (done.code, done.out)
    assert "error[RG704]: a tensor has another shape in the file" in done.err
    assert "`resnetgen weights convert --resize-positions bicubic` resizes them" in done.err


def test_a_kernel_of_images_has_no_meaning_along_one_axis() -> None:
    trained()
    text = TINY.replace("size: 32", "size: [32]")
    assert "help: a kernel with two axes has no meaning along one" in convert(text).err
    done = convert(text, "--inflate", "mean")
    assert (1, True) == (done.code, "error[RG706]: weights of images cannot become those of" in done.err)


def test_kernels_of_images_for_video_name_the_option() -> None:
    trained()
    assert "help: `resnetgen weights convert --inflate mean` gives" in convert(VIDEO).err


def test_a_network_of_frames_gives_the_mean_of_their_outputs() -> None:
    """A kernel at the middle frame sees each frame alone; the pool then takes their mean, and the rest is linear."""
    old, video = trained(), torch.rand(2, 3, 4, 32, 32)
    text = VIDEO.replace("stride: 2", "stride: [1, 2, 2]")
    new = converted(text, "--inflate", "centre")
    frames = [outputs(old, video[:, :, frame]) for frame in range(4)]
    torch.testing.assert_close(outputs(new, video), torch.stack(frames).mean(0))


MEAN, STD = (0.5, 0.4, 0.3), (0.2, 0.25, 0.5)
UNPADDED = TINY.replace("conv: 3, to: 8", "conv: 3, to: 8, padding: 0")
CONSTANTS = ",".join(map(str, MEAN)) + "/" + ",".join(map(str, STD))


def standardized(x: Tensor, mean: tuple[float, ...] = MEAN, std: tuple[float, ...] = STD) -> Tensor:
    found: Tensor = (x - torch.tensor(mean).reshape(-1, 1, 1)) / torch.tensor(std).reshape(-1, 1, 1)
    return found


@pytest.mark.parametrize(
    "stem",
    ["conv: 3, to: 8, padding: 0", "conv: 3, to: 8, padding: 0, bias: true", "conv: 3, to: 8, norm: none, padding: 0"],
    ids=["norm", "bias", "bias without a norm"],
)
def test_a_network_takes_raw_images(stem: str) -> None:
    text = TINY.replace("conv: 3, to: 8", stem)
    old, x = trained(text), torch.rand(IMAGES)
    new = converted(text, "--fold-normalization", CONSTANTS)
    torch.testing.assert_close(outputs(new, x), outputs(old, standardized(x)), rtol=1e-4, atol=1e-4)


def test_a_network_that_standardizes_takes_weights_of_raw_images() -> None:
    text = UNPADDED.replace("size: 32", f"size: 32, mean: {[*MEAN]}, std: {[*STD]}")
    old, x = trained(UNPADDED), torch.rand(IMAGES)
    new = converted(text, "--fold-normalization", "none")
    torch.testing.assert_close(outputs(new, x), outputs(old, x), rtol=1e-4, atol=1e-4)


def test_constants_of_a_file_and_of_a_network_may_differ() -> None:
    text = UNPADDED.replace("size: 32", "size: 32, mean: 0.45, std: 0.225")
    old, x = trained(UNPADDED), torch.rand(IMAGES)
    new = converted(text, "--fold-normalization", CONSTANTS)
    torch.testing.assert_close(outputs(new, x), outputs(old, standardized(x)), rtol=1e-4, atol=1e-4)


def test_a_scale_alone_is_exact_with_padding_too() -> None:
    """Weights of pixels from 0 to 1, for a network that takes 0 to 255."""
    old, x = trained(), torch.rand(IMAGES)
    new = converted(TINY, "--fold-normalization", "0/255")
    torch.testing.assert_close(outputs(new, 255 * x), outputs(old, x))


def test_the_network_keeps_the_mean_and_the_scale_is_folded() -> None:
    text = TINY.replace("size: 32", f"size: 32, mean: {[*MEAN]}")
    old, x = trained(), torch.rand(IMAGES)
    new = converted(text, "--fold-normalization", CONSTANTS)
    torch.testing.assert_close(outputs(new, x), outputs(old, standardized(x)))


def test_a_mean_before_padding_is_refused_and_the_way_out_is_exact() -> None:
    old, x = trained(), torch.rand(IMAGES)
    done = convert(TINY, "--fold-normalization", CONSTANTS)
    assert (1, "") == (done.code, done.out)
    reason = "its padding is zeros, which stand for another colour without the means"
    assert f"error[RG706]: the means cannot be folded into `conv1`: {reason}" in done.err
    settings = ("input.mean=[0.5, 0.4, 0.3]", "input.std=[0.2, 0.25, 0.5]")
    assert all(f"--set '{each}'" in done.err for each in settings)
    text = TINY.replace("size: 32", f"size: 32, mean: {[*MEAN]}, std: {[*STD]}")
    torch.testing.assert_close(outputs(converted(text), x), outputs(old, standardized(x)))


def test_a_border_that_differs_is_told_and_the_rest_is_exact() -> None:
    old, x = trained(), torch.rand(IMAGES)
    done = convert(TINY, "--fold-normalization", f"{CONSTANTS}/inexact-border")
    assert "outputs differ near the border: its padding is zeros" in done.out
    new = torch.load("o.pth", weights_only=True)
    weight, mean = (new[name].double() for name in ("conv1.weight", "bn1.running_mean"))
    before = {name: value.double() for name, value in old.state_dict().items()}
    found = nn.functional.conv2d(x.double(), weight, padding=1) - mean.reshape(-1, 1, 1)
    expected = nn.functional.conv2d(standardized(x.double()), before["conv1.weight"], padding=1)
    expected -= before["bn1.running_mean"].reshape(-1, 1, 1)
    inside = (..., slice(1, -1), slice(1, -1))
    torch.testing.assert_close(found[inside], expected[inside], rtol=1e-4, atol=1e-4)
    assert not torch.allclose(found[..., 0, :], expected[..., 0, :], rtol=0.01, atol=0.01)


def test_constants_are_those_of_the_channels_of_the_network() -> None:
    """The order of channels changes first, so constants are in the order in which the network takes channels."""
    old, x = trained(UNPADDED), torch.rand(IMAGES)
    rgb = standardized(x)
    new = converted(
        UNPADDED,
        *("--input-channels", "2,1,0", "--fold-normalization"),
        ",".join(map(str, MEAN[::-1])) + "/" + ",".join(map(str, STD[::-1])),
    )
    torch.testing.assert_close(outputs(new, x.flip(1)), outputs(old, rgb), rtol=1e-4, atol=1e-4)


def test_half_precision_is_kept() -> None:
    old = trained().state_dict()
    torch.save({name: value.half() if value.is_floating_point() else value for name, value in old.items()}, "w.pth")
    assert 0 == convert(with_channels(1), "--input-channels", "repeat", "--fold-normalization", "0/2").code
    found = torch.load("o.pth", weights_only=True)
    assert {torch.float16, torch.int64} == {value.dtype for value in found.values()}
    expected = old["conv1.weight"].half().double().sum(1, keepdim=True) / 2
    torch.testing.assert_close(found["conv1.weight"].double(), expected, rtol=2e-3, atol=0)  # two roundings to half


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
        (("--resize-positions", "cubic"), "unknown rule `cubic` for --resize-positions"),
        (("--fold-normalization", "1"), "`1` is not a mean and a positive standard deviation for 3 input channels"),
        (("--fold-normalization", "0/1,2"), "`0/1,2` is not a mean and a positive standard deviation for 3 input"),
        (("--fold-normalization", "nan/1"), "`nan/1` is not a mean and a positive standard deviation for 3 input"),
        (("--fold-normalization", "0/0"), "`0/0` is not a mean and a positive standard deviation for 3 input channels"),
    ],
)
def test_a_change_that_is_none(options: tuple[str, str], message: str) -> None:
    trained()
    done = convert(TINY, *options)
    assert (1, "", True) == (done.code, done.out, f"error[RG706]: {message}" in done.err)
    assert not Path("o.pth").exists()


def test_a_change_of_nothing_is_refused() -> None:
    trained(TINY)
    for option, rule, message in (
        ("--inflate", "mean", "no kernel has one axis less in this file"),
        ("--resize-positions", "bicubic", "no embedding of positions has another size"),
        ("--input-channels", "repeat", "the network and the file have 3 input channels each"),
        ("--classes", "", "the value of --classes is empty"),
        ("--classes", "3,3,0,1,2,4,5,6,7,8", "`3,3,0,1,2,4,5,6,7,8` has a class more than once"),
        ("--fold-biases", None, "this file has no biases of convolutions"),
    ):
        done = convert(TINY, option, *([] if rule is None else [rule]))
        assert (1, True) == (done.code, f"error[RG706]: {message}" in done.err), done.err


def test_weights_of_video_are_not_for_images() -> None:
    trained(VIDEO)
    done = convert(TINY, "--inflate", "mean")
    assert (1, True) == (done.code, "error[RG706]: no kernel has one axis less in this file" in done.err)
    assert "error[RG704]" in convert(TINY).err
