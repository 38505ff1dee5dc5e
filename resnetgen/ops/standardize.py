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
        return {
            "mean": _numbers(self.mean, 8, "mean = torch.tensor()", indent=8),
            "std": _numbers(self.std, 8, "std = torch.tensor()", indent=8),
            "shape": f"-1{', 1' * self.rank}",
        }

    def _constants(self) -> tuple[tuple[str, tuple[float, ...]], ...]:
        return ("mean", self.mean), ("std", self.std)

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
                "like = pop_double(dict(weights), next(iter(weights))).float()",
                *(f"{name} = like.new_tensor({_double(name, values)}).double()" for name, values in self._constants()),
            ),
        )


def _double(name: str, values: Sequence[float]) -> str:
    return _numbers(values, 4, f"{name} = like.new_tensor().double()", indent=0)


def _numbers(values: Sequence[float], margin: int, around: str, indent: int) -> str:
    """Write a list as the argument of a call, on one line if it fits.

    Args:
        values: the numbers.
        margin: the spaces before the statement.
        around: the rest of the statement.
        indent: the spaces to write before each further line, where the statement's own are written later.
    """
    texts = [repr(value).replace("e-0", "e-") for value in values]
    line = f"[{', '.join(texts)}]"
    if margin + len(around) + len(line) <= _WIDTH:
        return line
    spaces = " " * indent
    inner = "".join(f"{spaces}        {text},\n" for text in texts)
    return f"\n{spaces}    [\n{inner}{spaces}    ]\n{spaces}"
