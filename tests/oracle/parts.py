"""The parts of a naive network by what a spec says of them: widths, norms, activations, whatever has a slot."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from torch import nn
from torch.nn.modules import activation

from tests.oracle.attention import ATTENTIONS, named
from tests.oracle.modules import Axes, Divided, FrozenNorm, Impossible, Times
from tests.oracle.norms import Affine, EvoNorm, Halves, PixelNorm, PixelPower, ResponseNorm
from tests.oracle.scale import rounded
from tests.oracle.slots import Blur, BranchScale, DropBlock, PixelLinear, standardized


class Part(NamedTuple):
    """A module that is not made yet: its class and what it takes, its role, and the number or name of its layer.

    The order of making decides the first weights.
    """

    role: str
    make: partial[Any]
    number: int | str = 0


class Whole(int):
    """A whole number that `/` divides evenly or not at all."""

    def __truediv__(self, other: int) -> Whole:
        if not other or int(self) % int(other):
            raise Impossible(f"{int(self)} / {int(other)}")
        return Whole(int(self) // int(other))

    def __add__(self, other: int) -> Whole:
        return Whole(int(self) + int(other))

    def __sub__(self, other: int) -> Whole:
        return Whole(int(self) - int(other))

    def __mul__(self, other: int) -> Whole:
        return Whole(int(self) * int(other))

    def __floordiv__(self, other: int) -> Whole:
        return Whole(int(self) // int(other))

    def __mod__(self, other: int) -> Whole:
        return Whole(int(self) % int(other))


def width(written: int | str, names: Mapping[str, int]) -> int:
    """Evaluate a width expression: Python's arithmetic over whole numbers."""
    times = re.fullmatch(r"round\((.*), (\S+), (\d+)\)", str(written))
    if times:
        return rounded(width(times[1], names), float(times[2]), int(times[3]))
    text = re.sub(r"[A-Za-z_]\w*|\d+", lambda found: _operand(found[0]), str(written))
    try:
        value = int(eval(text, {"Whole": Whole}, {f"_{name}": Whole(number) for name, number in names.items()}))
    except (NameError, ZeroDivisionError) as error:
        raise Impossible(f"{written}: {error}") from None
    if not 1 <= value <= 1_000_000:
        raise Impossible(f"{written} is {value}")
    return value


def _operand(text: str) -> str:
    return f"Whole({text})" if text.isdigit() else f"_{text}"


def per_axis(value: int | Sequence[int], rank: int) -> Axes:
    """Return one number for each axis."""
    if isinstance(value, int):
        return (value,) * rank
    if len(value) != rank:
        raise Impossible(f"{value} for {rank} axes")
    return tuple(value)


ACTIVATIONS: dict[str, type[nn.Module]] = {name.lower(): getattr(nn, name) for name in activation.__all__}
TORCH_NORMS = [getattr(nn, f"{kind}Norm{rank}d") for kind in ("Batch", "Instance") for rank in (1, 2, 3)]
NORMS = (FrozenNorm, Divided, *TORCH_NORMS)


def activate(settings: Any, channels: int) -> list[Part]:
    """An activation's module; torch's class has the name without the underscores."""
    options = named(settings)
    kind = options.pop("type")
    if options.pop("per_channel", False):
        options["num_parameters"] = channels
    return [] if kind == "none" else [Part("act", partial(ACTIVATIONS[kind.replace("_", "")], **options))]


ACTIVE = ("evonorm_s0", "filter_response")
"""Norms with an activation of their own."""


def normalize(settings: Any, channels: int, rank: int, *, active: bool = False) -> list[Part]:
    """A normalization's module; `active` where an activation is wanted after it. A vector has the rank 0."""
    options = named(settings)
    kind = options.pop("type")
    eps = options.pop("eps", 1e-6 if kind == "rms" else 1e-5)
    if kind == "none":
        return []
    make: partial[Any]
    if not rank and kind not in ("batch", "group", "layer", "rms"):
        raise Impossible(f"{kind} over a vector")
    if kind == "frozen_batch":
        make = partial(FrozenNorm, channels, eps)
    elif kind == "evonorm_s0":
        evo = partial(EvoNorm, channels, options.get("groups", 32), eps)
        make = evo if active else partial(Affine, channels)
    elif kind == "filter_response":
        make = partial(ResponseNorm, channels, eps, thresholds=active)
    elif kind == "group":
        make = partial(Divided, _groups(options, channels), channels, eps)
    elif kind in ("layer", "rms"):
        make = partial(PixelNorm if kind == "layer" else PixelPower, channels, eps)
    elif kind == "ibn":
        make = partial(Halves, channels, rank, options.get("ratio", 0.5), eps, options.get("momentum", 0.1))
    elif kind == "instance":
        make = partial(getattr(nn, f"InstanceNorm{rank}d"), channels, eps, affine=options.get("affine", True))
    else:
        make = partial(getattr(nn, f"BatchNorm{rank or 1}d"), channels, eps, options.get("momentum", 0.1))
    return [Part("norm", make)]


def _groups(options: Mapping[str, Any], channels: int) -> int:
    """Return the groups of a norm, from their number or the channels of each."""
    size = options.get("size")
    if size is None:
        return int(options.get("groups", 32))
    if channels % size:
        raise Impossible(f"groups of {size} of {channels} channels")
    return int(channels // size)


GAMMAS = {"relu": 1.7139588594436646, "silu": 1.7881293296813965}
"""Gains of activations, from the code of arXiv:2101.08692."""


def convolve(settings: Any, rank: int, *numbers: Any) -> partial[Any]:
    """A convolution's module, of the kind that the spec names."""
    options = named(settings)
    plain = partial(getattr(nn, f"Conv{rank}d"), *numbers)
    if options["type"] == "plain":
        return plain
    if options["type"] == "linear":
        channels, out, kernel, stride, padding, _dilation, groups, bias = numbers
        if {*kernel, *stride, groups} != {1} or any(padding):
            raise Impossible("a linear layer over more than one pixel")
        return partial(PixelLinear, channels, out, bias)
    if options["type"] == "weight_norm":
        return partial(lambda: nn.utils.parametrizations.weight_norm(plain()))
    if options["type"] == "spectral_norm":
        return partial(lambda: nn.utils.parametrizations.spectral_norm(plain()))
    eps = options.get("eps", 1e-6)
    if options["type"] == "weight_standardized":
        return partial(lambda: standardized(plain(), eps))
    gamma = options.get("gamma", 1.0)
    gamma = GAMMAS[gamma] if isinstance(gamma, str) else gamma
    return partial(lambda: standardized(plain(), eps, gamma, options.get("init", 1.0)))


def attend(settings: Any, channels: int, rank: int) -> list[Part]:
    """An attention's module."""
    options = named(settings or "none")
    if options["type"] == "none":
        return []
    act = partial(activation_of, options.get("act", "relu"))
    if options["type"] == "se":
        options["norms"] = partial(norm_of, options.get("norm", "none"))
    return [Part("attention", partial(ATTENTIONS[options["type"]], channels, rank, options, act))]


def sized(settings: Any, widths: Mapping[str, int]) -> dict[str, Any]:
    """Return an attention's options with a number for its width."""
    options = named(settings or "none")
    return {**options, "width": width(options["width"], widths)} if "width" in options else options


def branch_scale(settings: Any, channels: int) -> list[Part]:
    """Return the scale of a branch."""
    options = named(settings or "none")
    if options["type"] == "none":
        return []
    if options["type"] == "constant":
        return [Part("branch_scale", partial(Times, options["value"]))]
    each = options["type"] == "layer_scale"
    first = options.get("init", 1e-5 if each else 0)
    return [Part("branch_scale", partial(BranchScale, "gamma" if each else "gain", channels if each else 1, first))]


def norm_of(settings: Any, channels: int, rank: int) -> list[nn.Module]:
    """Return a list with one norm; an empty list if there is none."""
    return made(normalize(settings, channels, rank, active=False))


def activation_of(settings: Any, channels: int) -> list[nn.Module]:
    """Return a list with one activation; an empty list if there is none."""
    return made(activate(settings, channels))


def shrink(settings: Any, stride: Axes) -> Part:
    """Return the anti-aliasing that strides in place of a layer."""
    options = named(settings)
    if options["type"] == "blur":
        mirrors = options.get("padding", "reflect") == "reflect"
        return Part("antialias", partial(Blur, options.get("size", 3), stride, mirrors))
    size = options.get("size")
    if size is not None and size < max(stride):
        raise Impossible(f"a mean over {size} pixels of {stride}")
    pool = getattr(nn, f"AvgPool{len(stride)}d")
    return Part("antialias", partial(pool, size or stride, stride, (size - 1) // 2 if size else 0))


def drop_block(settings: Any) -> list[Part]:
    """A drop block's module, unless it drops nothing."""
    options = settings if isinstance(settings, dict) else {"rate": settings}
    if not options["rate"]:
        return []
    rate = options["rate"] * options.get("scale", 1)
    return [Part("drop_block", partial(DropBlock, rate, options.get("size", 7)))]


def made(parts: Sequence[Part]) -> list[nn.Module]:
    """The modules themselves, one after another."""
    return [part.make() for part in parts]
