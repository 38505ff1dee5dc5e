"""Two-layer MLP of 1x1 convolutions with a bottleneck, as attention modules use it."""

from typing import ClassVar

from resnetgen.ops.composite import Composite, Names, Part
from resnetgen.ops.conv import pointwise
from resnetgen.ops.operator import Operator
from resnetgen.ops.window import Shape


class ConvMLP(Composite):
    """Two-layer MLP of 1x1 convolutions; the output has the shape of the input. Names as in timm.layers.ConvMlp."""

    template: ClassVar[str] = "steps.py.j2"
    class_name: ClassVar[str] = "ConvMLP"
    words: ClassVar[str] = "Two pointwise convolutions, with fewer channels in between."
    label: ClassVar[str] = "perceptron"

    channels: int
    reduced: int
    rank: int
    norm: Operator | None
    act: Operator | None
    names: Names = ()

    def parts(self) -> tuple[Part, ...]:
        return self.present(
            ("fc1", pointwise(self.channels, self.reduced, self.rank)),
            ("norm", self.norm),
            ("act", self.act),
            ("fc2", pointwise(self.reduced, self.channels, self.rank)),
        )

    def rows(self) -> tuple[tuple[str, ...], ...]:
        return (tuple(part.name for part in self.parts()),)

    def with_parts(self, parts: tuple[Part, ...]) -> Operator:
        """Return it with other parts; both layers have a bias, so a norm can go without another change."""
        name = dict(self.names).get("norm", "norm")
        return self.replace(norm=next((part.operator for part in parts if part.name == name), None))

    def outputs(self, output: Shape) -> tuple[Shape, ...]:
        inside = (self.reduced, *output[1:])
        return (*(inside for _ in self.parts()[1:]), output)

    def widths(self) -> tuple[tuple[str, int], ...]:
        return ("channels", self.channels), ("reduced", self.reduced)

    def template_values(self) -> dict[str, str]:
        return {"steps": self.in_turn(("fc1", "norm", "act", "fc2"))}
