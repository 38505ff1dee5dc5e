"""Specs as text, complete and without `extends`, so that the cost of each is its own."""

from collections.abc import Sequence


def imagenet(name: str, block: str, blocks: Sequence[int], channels: Sequence[int], strides: Sequence[int]) -> str:
    """Write a network of the ResNet-50 shape: a stem that reduces by 4, then stages."""
    return _spec(
        name,
        input_="{channels: 3, size: 224}",
        stem=["{conv: 7, to: 64, stride: 2}", "{max_pool: 3, stride: 2}"],
        block=block,
        stages=zip(blocks, channels, strides, strict=True),
        classes=1000,
    )


def cifar(name: str, blocks: int) -> str:
    """Write a network of the paper's CIFAR shape: three stages of `blocks` basic blocks each."""
    return _spec(
        name,
        input_="{channels: 3, size: 32}",
        stem=["{conv: 3, to: 16}"],
        block="{type: basic, shortcut: pad}",
        stages=zip([blocks] * 3, [16, 32, 64], [1, 2, 2], strict=True),
        classes=10,
    )


def _spec(
    name: str, input_: str, stem: Sequence[str], block: str, stages: "zip[tuple[int, int, int]]", classes: int
) -> str:
    lines = [f"name: {name}", f"input: {input_}", "stem:"]
    lines += [f"  - {layer}" for layer in stem]
    lines += [f"block: {block}", "stages:"]
    for number, (blocks, channels, stride) in enumerate(stages, start=1):
        stride_ = f", stride: {stride}" if stride != 1 else ""
        lines.append(f"  layer{number}: {{blocks: {blocks}, channels: {channels}{stride_}}}")
    lines += [f"head: {{pool: avg, classes: {classes}}}"]
    return "\n".join(lines) + "\n"
