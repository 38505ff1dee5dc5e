"""Zero padding as an operator of its own."""

from typing import ClassVar

from resnetgen.ops.operator import Argument, Construction, Operator, Shape, Window, by_axis, per_axis


class Pad(Operator):
    """torch.nn.ZeroPad1d, ZeroPad2d, ZeroPad3d: (channels, *size) to (channels, *size + 2 * padding)."""

    role: ClassVar[str] = "pad"
    label: ClassVar[str] = "pad"
    pools: ClassVar[bool] = True

    padding: tuple[int, ...]

    def construction(self) -> Construction:
        value = per_axis(self.padding)
        if isinstance(value, tuple):  # PyTorch wants both sides, the last axis first
            value = tuple(pad for pad in reversed(value) for _ in range(2))
        return Construction(f"nn.ZeroPad{len(self.padding)}d", (Argument("padding", value, positional=True),))

    def receptive_window(self) -> Window:
        ones = (1,) * len(self.padding)
        return Window(ones, ones, self.padding, ones)

    def output(self, shape: Shape) -> Shape:
        return (shape[0], *(extent + 2 * pad for extent, pad in zip(shape[1:], self.padding, strict=True)))

    def commutes(self, *, shifts: bool) -> bool:
        """Return True for scales; a shift would change the zeros."""
        return not shifts

    def describe(self) -> str:
        return f"pad {by_axis(self.padding)}"
