"""Standardization of the input by constants: the mean and the standard deviation of each channel."""

from collections.abc import Sequence
from typing import ClassVar

from resnetgen.ops.folding import ChannelMap
from resnetgen.ops.operator import Construction, Operator

_WIDTH = 88
"""The characters of a line of emitted code."""


class Standardize(Operator):
    """torchvision.transforms.Normalize as a part of the network: (channels, *size) to the same.

    The constants are buffers that no state dict holds.
    """

    template: ClassVar[str] = "standardize.py.j2"
    class_name: ClassVar[str] = "Standardize"
    imports: ClassVar[tuple[str, ...]] = ("import torch",)
    role: ClassVar[str] = "standardize"
    label: ClassVar[str] = "standardize"

    mean: tuple[float, ...]
    std: tuple[float, ...]
    rank: int

    def construction(self) -> Construction:
        return Construction(self.class_name)

    def template_values(self) -> dict[str, str]:
        before = " " * 8
        return {
            "mean": _numbers(self.mean, before, "mean = torch.tensor("),
            "std": _numbers(self.std, before, "std = torch.tensor("),
            "shape": f"-1{', 1' * self.rank}",
        }

    def unsaved(self) -> int:
        return len(self.mean) + len(self.std)

    def channel_map(self) -> ChannelMap:
        return ChannelMap(
            "standardization",
            "Return the scale and the shift of each input channel.",
            (),
            "1 / std",
            "-mean / std",
            channels=len(self.mean),
            lines=(
                "like = pop_double(dict(weights), next(iter(weights)))  # its device",
                f"mean = like.new_tensor({_numbers(self.mean, ' ' * 4, 'mean = like.new_tensor(', indent=0)})",
                f"std = like.new_tensor({_numbers(self.std, ' ' * 4, 'std = like.new_tensor(', indent=0)})",
            ),
        )


def _numbers(values: Sequence[float], before: str, start: str, indent: int | None = None) -> str:
    """Write a list in a call, on one line if it fits.

    Args:
        values: the numbers.
        before: the indentation of the statement.
        start: the statement up to the list.
        indent: the spaces to write before a line; those of `before` if None.
    """
    texts = [repr(value).replace("e-0", "e-") for value in values]
    line = f"[{', '.join(texts)}]"
    if len(before) + len(start) + len(line) + 1 <= _WIDTH:
        return line
    margin = before if indent is None else " " * indent
    inner = "".join(f"{margin}        {text},\n" for text in texts)
    return f"\n{margin}    [\n{inner}{margin}    ]\n{margin}"
