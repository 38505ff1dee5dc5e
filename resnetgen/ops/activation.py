"""Activations: the elementwise modules of torch.nn, which keep the shape of their input.

They share all their facts but name and options, so they are rows of a table rather than files.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, ClassVar, NamedTuple, Self

from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator, TensorSpec
from resnetgen.schema.fields import HERE, Flag, choice, spelled_out, validation_error
from resnetgen.schema.json_forms import Rule
from resnetgen.schema.marks import Shorthand
from resnetgen.schema.numbers import NotNegative, Positive, Real
from resnetgen.schema.record import Record

REQUIRED = None


class Row(NamedTuple):
    """A row of `TABLE`: the torch.nn module, its options with their defaults, and `inplace` if PyTorch has it."""

    module: str
    inplace: bool = False
    options: tuple[tuple[str, float | str | None], ...] = ()


TABLE: dict[str, Row] = {
    "relu": Row("ReLU", True),
    "relu6": Row("ReLU6", True),
    "leaky_relu": Row("LeakyReLU", True, (("negative_slope", 0.01),)),
    "prelu": Row("PReLU", False, (("init", 0.25), ("per_channel", False))),
    "rrelu": Row("RReLU", False, (("lower", 1 / 8), ("upper", 1 / 3))),
    "elu": Row("ELU", True, (("alpha", 1.0),)),
    "selu": Row("SELU", True),
    "celu": Row("CELU", True, (("alpha", 1.0),)),
    "gelu": Row("GELU", False, (("approximate", "none"),)),
    "silu": Row("SiLU", True),
    "mish": Row("Mish", True),
    "hardswish": Row("Hardswish", True),
    "hardsigmoid": Row("Hardsigmoid", True),
    "hardtanh": Row("Hardtanh", True, (("min_val", -1.0), ("max_val", 1.0))),
    "hardshrink": Row("Hardshrink", False, (("lambd", 0.5),)),
    "softshrink": Row("Softshrink", False, (("lambd", 0.5),)),
    "tanhshrink": Row("Tanhshrink"),
    "softplus": Row("Softplus", False, (("beta", 1.0), ("threshold", 20.0))),
    "softsign": Row("Softsign"),
    "sigmoid": Row("Sigmoid"),
    "logsigmoid": Row("LogSigmoid"),
    "tanh": Row("Tanh"),
    "threshold": Row("Threshold", True, (("threshold", REQUIRED), ("value", REQUIRED))),
}


class Activation(Operator):
    """An elementwise activation; `inplace` where it writes over its input.

    `channels` is the number of slopes of a PReLU with one for each channel, 0 for any other activation.
    """

    role: ClassVar[str] = "act"
    label: ClassVar[str] = "activation"
    gives_new: ClassVar[bool] = False
    is_activation: ClassVar[bool] = True
    is_summarized: ClassVar[bool] = False

    type: str
    options: tuple[tuple[str, float | str], ...] = ()
    inplace: bool = False
    channels: int = 0

    def construction(self) -> Construction:
        row = TABLE[self.type]
        defaults = dict(row.options)
        slopes = Argument("num_parameters", self.channels, ArgumentKind.WIDTH, positional=True)
        arguments: tuple[Argument, ...] = (slopes,) if self.channels else ()
        arguments += tuple(Argument(name, value, default=defaults[name]) for name, value in self.options)
        if self.inplace:
            arguments += (Argument("inplace", True, default=False),)
        return Construction(f"nn.{row.module}", arguments)

    def entries(self) -> tuple[TensorSpec, ...]:
        """Return the slopes of PReLU, one or one for each channel: the only activation here with a weight."""
        return (TensorSpec("weight", (self.channels or 1,)),) if self.type == "prelu" else ()

    def describe(self) -> str:
        return self.type

    def form(self) -> tuple[object, ...]:
        return (*super().form(), self.type)

    def over_input(self) -> Self:
        return self if self.inplace else self.replace(inplace=TABLE[self.type].inplace)

    def writes(self) -> bool:
        return not self.inplace


_ALSO = {"swish": "silu", "hard_swish": "hardswish", "hswish": "hardswish", "lrelu": "leaky_relu"}


class ActivationSlot(Record):
    """`act: relu`, or with options, `act: {type: leaky_relu, negative_slope: 0.1}`."""

    type: Annotated[str, choice(*TABLE, "none", aka=_ALSO)]
    """The activation, or `none`. An act layer also accepts `here`."""
    negative_slope: NotNegative | None = None
    """The slope for negative inputs, at least 0."""
    init: Real | None = None
    """The initial value of the learned slope."""
    per_channel: Flag | None = None
    """If true, each channel has a slope of its own. Otherwise all share one."""
    lower: NotNegative | None = None
    """The lower bound of the random slope, at least 0 and below `upper`."""
    upper: NotNegative | None = None
    """The upper bound of the random slope."""
    alpha: Positive | None = None
    """The output approaches `-alpha` for negative inputs. Above 0."""
    approximate: Annotated[str, choice("none", "tanh")] | None = None
    """`none` for the exact function, `tanh` for the tanh approximation."""
    min_val: Real | None = None
    """The lower bound of the output, below `max_val`."""
    max_val: Real | None = None
    """The upper bound of the output."""
    lambd: NotNegative | None = None
    """Inputs from `-lambd` to `lambd` become zero. At least 0."""
    beta: Positive | None = None
    """The sharpness of the curve, above 0."""
    threshold: Real | None = None
    """For `threshold`, inputs above it pass unchanged. For `softplus`, the function is linear where `beta` times the
    input exceeds it.
    """
    value: Real | None = None
    """The output for inputs that are not above `threshold`."""

    @classmethod
    def keys(cls, data: Mapping[str, Any]) -> tuple[str, ...]:
        """The options of this activation alone."""
        kind = data.get("type")
        if not isinstance(kind, str) or kind not in (*TABLE, "none", HERE):
            return super().keys(data)
        return ("type", *dict(TABLE[kind].options)) if kind in TABLE else ("type",)

    def validate_record(self) -> Self:
        """Reject options that this activation does not have, lacks or has in the wrong order."""
        known = self._known()
        given = self._given()
        for name in given:
            if name not in known:
                takes = f"it takes {', '.join(known)}" if known else "it has no options"
                raise validation_error("RG209", f"the activation {self.type} has no option `{name}`; {takes}", key=name)
        missing = [name for name, default in known.items() if default is REQUIRED and name not in given]
        if missing:
            raise validation_error(
                "RG202", f"the activation {self.type} needs {' and '.join(f'`{name}`' for name in missing)}"
            )
        for low, high in (("min_val", "max_val"), ("lower", "upper")):
            if low in known and self._option(low) >= self._option(high):
                raise validation_error("RG204", f"the activation {self.type} needs `{low}` below `{high}`")
        return self

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        """But for the options of an activation, which are its `keys`."""
        required = [
            Rule({}, written={"type": {"const": kind}}, needs=needs)
            for kind, row in TABLE.items()
            if (needs := tuple(name for name, default in row.options if default is REQUIRED))
        ]
        return (*required, *_order("hardtanh", "min_val", "max_val"), *_order("rrelu", "lower", "upper"))

    def _given(self) -> dict[str, Any]:
        options = [name for name in type(self).model_fields if name in self.model_fields_set and name != "type"]
        return {name: value for name in options if (value := getattr(self, name)) is not None}

    def _known(self) -> dict[str, float | str | None]:
        return dict(TABLE[self.type].options) if self.type in TABLE else {}

    def _option(self, name: str) -> float:
        given = self._given().get(name, self._known()[name])
        assert isinstance(given, float)
        return given

    def operator(self, channels: int, *, free: bool = True) -> Operator | None:
        """Return the operator, None for `none`.

        Args:
            channels: the channels of its input.
            free: True if its input may be overwritten.
        """
        operator = self._operators[free]
        return operator.replace(channels=channels) if operator is not None and self.per_channel else operator

    @cached_property
    def _operators(self) -> tuple[Activation | None, Activation | None]:
        """Return the operator out of place and, where PyTorch has one, in place."""
        if self.type not in TABLE:
            return None, None
        row, given = TABLE[self.type], self._given()
        options = tuple(
            (name, given[name])
            for name, default in row.options
            if name in given and name != "per_channel" and given[name] != default
        )
        return Activation(self.type, options), Activation(self.type, options, row.inplace)


def _order(kind: str, low: str, high: str) -> tuple[Rule, Rule]:
    """Return an error if a lower bound is above its upper one; either may be a default."""
    defaults = dict(TABLE[kind].options)
    alike = {"type": {"const": kind}}
    return (
        Rule({low: {"exclusiveMaximum": defaults[high]}}, written=alike, holding={high: {"const": defaults[high]}}),
        Rule({high: {"exclusiveMinimum": defaults[low]}}, written=alike, holding={low: {"const": defaults[low]}}),
    )


class ActivationOrHereSlot(ActivationSlot):
    """An activation, or `here`: the one of the block in use."""

    type: Annotated[str, choice(*TABLE, "none", HERE, aka=_ALSO)]


Act = Annotated[ActivationSlot, Shorthand(spelled_out, ("type",))]
ActOrHere = Annotated[ActivationOrHereSlot, Shorthand(spelled_out, ("type",))]
