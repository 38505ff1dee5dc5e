"""DropBlock: zero contiguous regions of a map in training (arXiv:1810.12890)."""

from typing import ClassVar, Self

from resnetgen.ops.operator import Argument, Construction, Operator
from resnetgen.schema.fields import Pixels, validation_error
from resnetgen.schema.json_forms import Rule
from resnetgen.schema.numbers import Positive, Rate
from resnetgen.schema.record import Record


class DropBlock(Operator):
    """DropBlock: about `rate * scale` of the pixels are zero in training, in regions of `size` pixels along each axis.

    A piece is dropped from all channels alike, and what is left is scaled up; as timm.layers.DropBlock2d.
    """

    template: ClassVar[str] = "drop_block.py.j2"
    class_name: ClassVar[str] = "DropBlock"
    imports: ClassVar[tuple[str, ...]] = ("import torch", "import torch.nn.functional as F")
    role: ClassVar[str] = "drop_block"
    label: ClassVar[str] = "drop block"
    gives_new: ClassVar[bool] = False
    identity_in_eval: ClassVar[bool] = True

    rate: float
    size: int
    scale: float
    rank: int

    def construction(self) -> Construction:
        arguments = (
            Argument("rate", self.rate, positional=True),
            Argument("size", self.size),
            Argument("scale", self.scale, default=1.0),
        )
        return Construction(self.class_name, arguments)

    def template_values(self) -> dict[str, str]:
        return {"rank": str(self.rank)}

    def describe(self) -> str:
        return f"drop block {self.rate:g} of {self.size}"


class DropBlockSlot(Record):
    """`drop_block: {rate: 0.1, size: 7}`: zero regions of a map in training."""

    rate: Rate
    """The fraction of the map to drop, at least 0 and below 1."""
    size: Pixels = 7
    """The size of a dropped region along each axis, in pixels. A smaller map limits it."""
    scale: Positive = 1.0
    """The factor that multiplies `rate`."""

    def validate_record(self) -> Self:
        """Reject a size or a scale without a rate: nothing is dropped then."""
        unused = next((name for name in ("size", "scale") if name in self.model_fields_set), "")
        if unused and not self.rate:
            raise validation_error(
                "RG209", f"`{unused}` has no effect with a rate of 0", "write `drop_block: 0`", key=unused
            )
        return self

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        return (Rule({"size": False, "scale": False}, written={"rate": {"const": 0}}),)

    def operator(self, channels: int, rank: int) -> DropBlock | None:
        """Return the operator, None at a rate of zero."""
        return DropBlock(self.rate, self.size, self.scale, rank) if self.rate else None
