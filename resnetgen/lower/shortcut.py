"""Which shortcut a block gets, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.ir.network import Node, Shortcut, inplace_safe
from resnetgen.layers.builder import LoweringError, other_axes
from resnetgen.ops.identity import Identity
from resnetgen.ops.operator import Operator, OperatorError, Window, by_axis
from resnetgen.ops.pad_channels import PadChannels, pad_channels
from resnetgen.ops.pool import AvgPool
from resnetgen.ops.registry import AttentionKind, ConvolutionKind, NormKind
from resnetgen.ops.same_avg_pool import SameAvgPool
from resnetgen.schema.layouts import Layout, Naming
from resnetgen.schema.record import Record
from resnetgen.spec.spec import ShortcutOptions


class ShortcutContext(NamedTuple):
    """The branch that a shortcut leads around: channels on either side, its stride, and how it normalizes.

    `dilation` is that of the map that comes in; `replaced` the stride that dilation stands in for, 1 along each axis
    where it does not. `attention` is what weighs the shortcut, None for nothing. `at` is the path of what uses the
    block; `origins` the path of each key that holds there.
    """

    in_channels: int
    out_channels: int
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    replaced: tuple[int, ...]
    branch: tuple[Node, ...]
    convolution: ConvolutionKind
    norm: NormKind
    order: tuple[str, ...]
    attention: AttentionKind | None
    layout: Layout
    at: Path
    origins: Mapping[str, Path]

    @property
    def rank(self) -> int:
        """The number of spatial axes."""
        return len(self.stride)

    def matches(self) -> bool:
        """Whether what comes out has the shape of what goes in, as far as channels and stride can tell."""
        return self.in_channels == self.out_channels and set(self.stride) == {1}

    def difference(self) -> str:
        """How the two sides differ, in words."""
        words = []
        if self.in_channels != self.out_channels:
            words.append(f"{self.in_channels} channels become {self.out_channels}")
        if set(self.stride) != {1}:
            words.append(f"stride {self.stride[0] if len(set(self.stride)) == 1 else by_axis(self.stride)}")
        return " and ".join(words) or "the shapes match"


def shortcut(asked: ShortcutOptions, around: ShortcutContext) -> Shortcut:
    """The shortcut for a block whose spec asks for `asked`.

    Raises:
        LoweringError: a pad shortcut would drop channels, a norm does not fit, or an attention has nothing to weigh.
    """
    kind, why = _kind(asked.type, around)
    if kind == "none" and around.attention is not None:
        message = "the attention's place is on the shortcut, and there is none"
        at = (*around.origins.get("attention", around.at), "place")
        raise _stop("RG209", message, at, around, "choose another")
    operators = _operators(kind, asked, around)
    if around.attention is not None:
        attention = _possible("attention", around.attention, around.attention.operator, around)
        operators += [attention] if attention is not None else []
    layout = around.layout
    nodes = _named(operators, layout.projection) if kind != "pad" or len(operators) > 1 else _unnamed(operators)
    tap = _tap(around.branch) if kind.endswith("projection") else 0
    over = kind != "none" and inplace_safe(around.branch[tap:])
    return Shortcut(kind, why, nodes, tap, layout.shortcut, layout.shortcut_first, over)


def _kind(asked: str, around: ShortcutContext) -> tuple[str, str]:
    """What the shortcut comes to, and why."""
    if asked == "none":
        return "none", "the spec asks for a plain network"
    if asked == "identity":
        return "identity", "the spec asks for it"
    if asked != "projection" and around.matches():
        return "identity", "the shapes match"
    if asked == "pad":
        return "pad", around.difference()
    why = around.difference() if asked != "projection" else f"the spec asks for it; {around.difference()}"
    return "avg_projection" if asked == "avg_projection" else "projection", why


def _operators(kind: str, asked: ShortcutOptions, around: ShortcutContext) -> list[Operator]:
    match kind:
        case "projection":
            return _projection(asked, around)
        case "avg_projection":
            return [_mean(around), *_projection(ShortcutOptions.model_construct(type=kind), around, averaged=True)]
        case "pad":
            return [_pad(around)]
    return []


def _unnamed(operators: list[Operator]) -> tuple[Node, ...]:
    return tuple(Node("", operator) for operator in operators)


def _named(operators: list[Operator], naming: Naming) -> tuple[Node, ...]:
    taken: set[str] = set()
    nodes = []
    for index, operator in enumerate(operators):
        holds_place = isinstance(operator, Identity)
        if holds_place and "*" not in naming.patterns["avg_pool"]:
            continue  # what comes after it is not numbered
        role = "avg_pool" if holds_place else "pad" if isinstance(operator, PadChannels) else operator.role
        name = naming.name(role, index, index, taken)
        taken.add(name)
        nodes.append(Node(name, operator))
    return tuple(nodes)


def _projection(asked: ShortcutOptions, around: ShortcutContext, averaged: bool = False) -> list[Operator]:
    """A convolution with the block's stride and its norm; of stride 1 where a mean came before (arXiv:1812.01187)."""
    ones = (1,) * around.rank
    stride = ones if averaged else around.stride
    kernel = _kernel(asked, around) if stride != ones or around.replaced != ones else ones
    dilation = tuple(d if k > 1 else 1 for d, k in zip(around.dilation, kernel, strict=True))
    padding = tuple(d * (k - 1) // 2 for d, k in zip(dilation, kernel, strict=True))
    window = Window(kernel, stride, padding, dilation)
    normalized = around.order.index("norm") > around.order.index("conv")
    norm = _possible("norm", around.norm, around.norm.operator, around) if normalized else None
    conv = _convolution(around, window, bias=normalized and norm is None)
    return [conv, *([norm] if norm else [])]


def _convolution(around: ShortcutContext, window: Window, *, bias: bool) -> Operator:
    slot, channels = around.convolution, around.in_channels
    conv = _possible("convolution", slot, lambda out, _: slot.operator(channels, out, window, 1, bias), around)
    assert conv is not None
    return conv


def _kernel(asked: ShortcutOptions, around: ShortcutContext) -> tuple[int, ...]:
    at = (*around.origins.get("shortcut", around.at), "kernel")
    if isinstance(asked.kernel, int):
        return (asked.kernel,) * around.rank
    if len(asked.kernel) != around.rank:
        raise LoweringError(Fault("RG204", other_axes("kernel", len(asked.kernel), around.rank), Place(at)))
    return asked.kernel


def _possible(
    key: str, slot: Record, make: Callable[[int, int], Operator | None], around: ShortcutContext
) -> Operator | None:
    """An operator over what leaves the shortcut; there may be none for its number of channels."""
    try:
        return make(around.out_channels, around.rank)
    except OperatorError as impossible:
        message = f"on the shortcut, {impossible.message}"
        at = around.origins.get(key, around.at)
        at = (*at, impossible.option) if impossible.option in slot.model_fields_set else at
        raise _stop(impossible.code, message, at, around, impossible.help) from None


def _stop(code: str, message: str, at: Path, around: ShortcutContext, help: str) -> LoweringError:
    """A fault where something was written that a block elsewhere cannot follow."""
    used = () if at[: len(around.at)] == around.at else ((Place(around.at, Part.KEY), "used here"),)
    return LoweringError(Fault(code, message, Place(at), related=used, help=help))


def _mean(around: ShortcutContext) -> Operator:
    ones, zeros = (1,) * len(around.stride), (0,) * len(around.stride)
    if around.stride != ones:
        return AvgPool(Window(around.stride, around.stride, zeros, ones, ceil=True), counts_padding=False)
    if around.replaced != ones:
        return SameAvgPool(around.replaced)
    return Identity()


def _pad(around: ShortcutContext) -> Operator:
    if around.out_channels < around.in_channels:
        message = f"a pad shortcut can only add channels, and here {around.in_channels} become {around.out_channels}"
        help = "use `shortcut: auto`, which is a projection there"
        raise _stop("RG306", message, around.origins.get("shortcut", ()), around, help)
    return pad_channels(around.in_channels, around.out_channels, around.stride)


def _tap(branch: tuple[Node, ...]) -> int:
    """Where a projection reads: after the norms and activations that the branch begins with.

    In a pre-activation block the projection shares them with the branch (arXiv:1603.05027, section 5, and its authors'
    code); in the others the branch begins with a convolution, and this is the block's input.
    """
    return next((index for index, node in enumerate(branch) if node.operator.role not in ("norm", "act")), 0)
