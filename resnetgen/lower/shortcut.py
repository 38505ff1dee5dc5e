"""The shortcut of a block: its kind, the reason, and its operators."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.errors import LoweringError, OperatorError
from resnetgen.ir.network import Node, Shortcut, inplace_safe
from resnetgen.layers.context import BlockContext, Position
from resnetgen.layers.layer_values import axis_count_message
from resnetgen.ops.identity import Identity
from resnetgen.ops.operator import Operator, Window, by_axis
from resnetgen.ops.pad_channels import pad_channels
from resnetgen.ops.pool import AvgPool
from resnetgen.ops.registry import AttentionKind
from resnetgen.ops.same_avg_pool import SameAvgPool
from resnetgen.schema.layouts import Naming
from resnetgen.schema.record import Record
from resnetgen.spec.spec import ShortcutOptions


class ShortcutContext(NamedTuple):
    """The block and branch that a shortcut bypasses, with the branch's output channels and stride.

    `attention` is what weighs the shortcut, None for nothing.
    """

    block: BlockContext
    branch: tuple[Node, ...]
    out_channels: int
    stride: tuple[int, ...]
    attention: AttentionKind | None

    @property
    def rank(self) -> int:
        """The number of spatial axes."""
        return self.block.rank

    @property
    def position(self) -> Position:
        """The position of the block."""
        assert self.block.position is not None, "only a block has a shortcut"
        return self.block.position

    @property
    def in_channels(self) -> int:
        """The input channels of the block."""
        return self.position.in_channels

    def matches(self) -> bool:
        """Return True if channels and stride leave the output shape equal to the input shape."""
        return self.in_channels == self.out_channels and set(self.stride) == {1}

    def difference(self) -> str:
        """Return the difference between input and output in words."""
        words = []
        if self.in_channels != self.out_channels:
            words.append(f"{self.in_channels} channels become {self.out_channels}")
        if set(self.stride) != {1}:
            words.append(f"stride {self.stride[0] if len(set(self.stride)) == 1 else by_axis(self.stride)}")
        return " and ".join(words) or "the shapes match"


def shortcut(requested: ShortcutOptions, around: ShortcutContext) -> Shortcut:
    """Return the shortcut of a block whose spec asks for `requested`.

    Raises:
        LoweringError: a pad shortcut would drop channels, a norm does not fit, or an attention has nothing to weigh.
    """
    kind, why = _kind(requested.type, around)
    if kind == "none" and around.attention is not None:
        message = "`place: shortcut` needs a shortcut, but this block has none"
        at = (*around.block.origin("attention"), "place")
        raise _error("RG209", message, at, around, "choose another `place`")
    operators = _operators(kind, requested, around)
    if around.attention is not None:
        attention = _make_operator("attention", around.attention, around.attention.operator, around)
        operators += [attention] if attention is not None else []
    layout = around.block.network.layout
    nodes = _named(operators, layout.projection) if kind != "pad" or len(operators) > 1 else _unnamed(operators)
    found = Shortcut(kind, why, nodes, name=layout.shortcut, first=layout.shortcut_first)
    tap = _tap(around.branch) if found.projects else 0
    return found._replace(tap=tap, over=kind != "none" and inplace_safe(around.branch[tap:]))


def _kind(requested: str, around: ShortcutContext) -> tuple[str, str]:
    """Return the kind of the shortcut and the reason."""
    if requested == "none":
        return "none", "the spec asks for a plain network"
    if requested == "identity":
        return "identity", "the spec asks for it"
    if requested != "projection" and around.matches():
        return "identity", "the shapes match"
    if requested == "pad":
        return "pad", around.difference()
    why = around.difference() if requested != "projection" else f"the spec asks for it; {around.difference()}"
    return "avg_projection" if requested == "avg_projection" else "projection", why


def _operators(kind: str, requested: ShortcutOptions, around: ShortcutContext) -> list[Operator]:
    match kind:
        case "projection":
            return _projection(requested, around)
        case "avg_projection":
            return [_avg_pool(around), *_projection(ShortcutOptions.model_construct(type=kind), around, averaged=True)]
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
        role = "avg_pool" if holds_place else operator.role
        name = naming.name(role, index, index, taken)
        taken.add(name)
        nodes.append(Node(name, operator))
    return tuple(nodes)


def _projection(requested: ShortcutOptions, around: ShortcutContext, averaged: bool = False) -> list[Operator]:
    """Return a convolution with the block's stride and its norm; stride 1 after a pool (arXiv:1812.01187)."""
    ones = (1,) * around.rank
    stride = ones if averaged else around.stride
    kernel = _kernel(requested, around) if stride != ones or around.position.replaced != ones else ones
    dilation = tuple(d if k > 1 else 1 for d, k in zip(around.position.first_dilation, kernel, strict=True))
    padding = tuple(d * (k - 1) // 2 for d, k in zip(dilation, kernel, strict=True))
    window = Window(kernel, stride, padding, dilation)
    order = around.block.order
    normalized = order.index("norm") > order.index("conv")
    norm = _make_operator("norm", around.block.norm, around.block.norm.operator, around) if normalized else None
    conv = _convolution(around, window, bias=normalized and norm is None)
    return [conv, *([norm] if norm else [])]


def _convolution(around: ShortcutContext, window: Window, *, bias: bool) -> Operator:
    slot, channels = around.block.convolution, around.in_channels
    conv = _make_operator("convolution", slot, lambda out, _: slot.operator(channels, out, window, 1, bias), around)
    assert conv is not None
    return conv


def _kernel(requested: ShortcutOptions, around: ShortcutContext) -> tuple[int, ...]:
    at = (*around.block.origin("shortcut"), "kernel")
    if isinstance(requested.kernel, int):
        return (requested.kernel,) * around.rank
    if len(requested.kernel) != around.rank:
        raise LoweringError(Fault("RG204", axis_count_message("kernel", len(requested.kernel), around.rank), Place(at)))
    return requested.kernel


def _make_operator(
    key: str, slot: Record, make: Callable[[int, int], Operator | None], around: ShortcutContext
) -> Operator | None:
    """Return an operator over the shortcut's output channels.

    Raises:
        LoweringError: there is none for this number of channels.
    """
    try:
        return make(around.out_channels, around.rank)
    except OperatorError as error:
        message = f"on the shortcut, {error.message}"
        at = around.block.origin(key)
        at = (*at, error.option) if error.option in slot.model_fields_set else at
        raise _error(error.code, message, at, around, error.help) from None


def _error(code: str, message: str, at: Path, around: ShortcutContext, help: str) -> LoweringError:
    """Return an error at a setting, related to the block that cannot follow it."""
    user = around.block.at
    used = () if at[: len(user)] == user else ((Place(user, Part.KEY), "used here"),)
    return LoweringError(Fault(code, message, Place(at), related=used, help=help))


def _avg_pool(around: ShortcutContext) -> Operator:
    ones, zeros = (1,) * len(around.stride), (0,) * len(around.stride)
    if around.stride != ones:
        return AvgPool(Window(around.stride, around.stride, zeros, ones, ceil=True), counts_padding=False)
    if around.position.replaced != ones:
        return SameAvgPool(around.position.replaced)
    return Identity()


def _pad(around: ShortcutContext) -> Operator:
    if around.out_channels < around.in_channels:
        message = f"a pad shortcut can only add channels, but here {around.in_channels} become {around.out_channels}"
        help = "use `shortcut: auto`, which becomes a projection"
        raise _error("RG306", message, around.block.written_at("shortcut") or (), around, help)
    return pad_channels(around.in_channels, around.out_channels, around.stride)


def _tap(branch: tuple[Node, ...]) -> int:
    """Return the index of the node whose input a projection reads: after leading norms and activations.

    In a pre-activation block the projection shares them with the branch (arXiv:1603.05027, section 5, and its authors'
    code); in the others the branch begins with a convolution, and this is the block's input.
    """
    return next(
        (index for index, node in enumerate(branch) if not (node.operator.is_norm or node.operator.is_activation)), 0
    )
