"""Branch scales: learned factors that keep the residual branch small at initialization."""

from typing import ClassVar, Literal, Self

from resnetgen.ops.branch_end import BranchEndSlot
from resnetgen.ops.folding import ChannelMap
from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator, TensorSpec
from resnetgen.schema.fields import validation_error
from resnetgen.schema.json_forms import Rule
from resnetgen.schema.numbers import Real


class BranchScale(Operator):
    """A map times a learned factor that is initialized to `init`."""

    role: ClassVar[str] = "branch_scale"
    keeps_zero: ClassVar[bool] = True

    init: float

    def starts_at_zero(self) -> bool:
        return self.init == 0


class LayerScale(BranchScale):
    """LayerScale: one factor for each channel (CaiT, arXiv:2103.17239)."""

    template: ClassVar[str] = "layer_scale.py.j2"
    class_name: ClassVar[str] = "LayerScale"
    imports: ClassVar[tuple[str, ...]] = ("import torch",)
    label: ClassVar[str] = "layer scale"

    channels: int

    def construction(self) -> Construction:
        channels = Argument("channels", self.channels, ArgumentKind.WIDTH, positional=True)
        return Construction(self.class_name, (channels, Argument("init", self.init, default=1e-5)))

    def entries(self) -> tuple[TensorSpec, ...]:
        return (TensorSpec("gamma", (self.channels,)),)

    def channel_map(self) -> ChannelMap:
        words = "Remove a layer scale; return the scale of each channel."
        return ChannelMap("layer_scale", words, ("gamma",), "gamma", channels=self.channels)

    def as_parameter(self, rank: int) -> Operator | None:
        return LayerScaleParameter(self.init, self.channels, rank)


class LayerScaleParameter(LayerScale):
    """LayerScale whose factors are a parameter of the block, as ConvNeXt's `gamma` (arXiv:2201.03545)."""

    template: ClassVar[str] = ""
    class_name: ClassVar[str] = ""
    is_module: ClassVar[bool] = False
    is_parameter: ClassVar[bool] = True

    rank: int

    def construction(self) -> Construction:
        return _parameter(self.init, Argument("size", self.channels, ArgumentKind.WIDTH, positional=True))

    def factor(self, attribute: str) -> str:
        return f"{attribute}.reshape(1, -1{', 1' * self.rank})"


class BranchGain(BranchScale):
    """A single learned factor, a vector of one element, since FSDP takes no parameter without axes."""

    template: ClassVar[str] = "branch_gain.py.j2"
    class_name: ClassVar[str] = "BranchGain"
    imports: ClassVar[tuple[str, ...]] = ("import torch",)
    label: ClassVar[str] = "branch gain"

    def construction(self) -> Construction:
        return Construction(self.class_name, (Argument("init", self.init, default=0.0),))

    def entries(self) -> tuple[TensorSpec, ...]:
        return (TensorSpec("gain", (1,)),)

    def channel_map(self) -> ChannelMap:
        return ChannelMap("branch_gain", "Remove the gain of a branch and return it.", ("gain",), "gain")

    def as_parameter(self, rank: int) -> Operator | None:
        return BranchGainParameter(self.init)


class BranchGainParameter(BranchGain):
    """A single learned factor that is a parameter of the block."""

    template: ClassVar[str] = ""
    class_name: ClassVar[str] = ""
    is_module: ClassVar[bool] = False
    is_parameter: ClassVar[bool] = True

    def construction(self) -> Construction:
        return _parameter(self.init, Argument("size", 1, positional=True))

    def factor(self, attribute: str) -> str:
        return attribute


class ConstantScale(BranchScale):
    """A branch times a number that training does not change, as in Inception-ResNet (arXiv:1602.07261)."""

    template: ClassVar[str] = "constant_scale.py.j2"
    class_name: ClassVar[str] = "ConstantScale"
    label: ClassVar[str] = "constant scale"

    def construction(self) -> Construction:
        return Construction(self.class_name, (Argument("value", self.init, positional=True),))

    def describe(self) -> str:
        return f"times {self.init:g}"


def _parameter(init: float, size: Argument) -> Construction:
    """Return the construction of a parameter of this size, filled with a number."""
    filled = {0.0: "torch.zeros", 1.0: "torch.ones"}.get(init, f"{init!r} * torch.ones".replace("e-0", "e-"))
    return Construction("nn.Parameter", inner=(Construction(filled, (size,)),))


class BranchScaleSlot(BranchEndSlot):
    """`branch_scale: ...`: a learned factor for the branch, before the addition."""

    needs_shortcut: ClassVar[str] = "`branch_scale` scales the branch beside a shortcut, but this block has no shortcut"
    shortcut_help: ClassVar[str] = "use a shortcut"

    def at_end(self, channels: int, blocks: int) -> BranchScale:
        """Return the scale of a branch with `channels` channels."""
        raise NotImplementedError


class LayerScaleSlot(BranchScaleSlot):
    """`branch_scale: layer_scale`: a factor for each channel (CaiT, arXiv:2103.17239)."""

    type: Literal["layer_scale"]
    """`layer_scale`: a learned factor for each channel (arXiv:2103.17239)."""
    init: Real = 1e-5
    """The initial value of the factors."""

    def at_end(self, channels: int, blocks: int) -> BranchScale:
        return LayerScale(self.init, channels)


class ReZeroSlot(BranchScaleSlot):
    """`branch_scale: rezero`: one factor, initially zero (ReZero, arXiv:2003.04887)."""

    type: Literal["rezero"]
    """`rezero`: one learned factor, initially zero (arXiv:2003.04887)."""

    def at_end(self, channels: int, blocks: int) -> BranchScale:
        return BranchGain(0.0)


class SkipInitSlot(BranchScaleSlot):
    """`branch_scale: skipinit`: one factor, initially `init` (SkipInit, arXiv:2002.10444)."""

    type: Literal["skipinit"]
    """`skipinit`: one learned factor (arXiv:2002.10444)."""
    init: Real = 0.0
    """The initial value of the factor."""

    def at_end(self, channels: int, blocks: int) -> BranchScale:
        return BranchGain(self.init)


class ConstantScaleSlot(BranchScaleSlot):
    """`branch_scale: {type: constant, value: 0.2}`: a number that is not learned."""

    type: Literal["constant"]
    """`constant`: a number that is not learned (arXiv:1602.07261)."""
    value: Real
    """The number, not 0 or 1."""

    def validate_record(self) -> Self:
        """Reject numbers without an effect."""
        if self.value == 0:
            raise validation_error("RG204", "`value: 0` removes the branch", "use a number such as 0.2", key="value")
        if self.value == 1:
            message = "`value: 1` has no effect"
            raise validation_error("RG209", message, "remove `branch_scale`, or use another number", key="value")
        return self

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        """Return the conditions of `validate_record` for JSON Schema."""
        return (Rule({"value": {"not": {"enum": [0, 1]}}}),)

    def at_end(self, channels: int, blocks: int) -> BranchScale:
        return ConstantScale(self.value)
