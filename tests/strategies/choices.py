"""Random choices, and the small things of a spec: sizes along axes, normalizations, activations."""

from __future__ import annotations

from random import Random
from typing import Any, TypeVar

T = TypeVar("T")
Data = dict[str, Any]

ACTIVATIONS: dict[str, dict[str, tuple[float | str, ...]]] = {
    "relu": {},
    "relu6": {},
    "leaky_relu": {"negative_slope": (0, 0.2)},
    "prelu": {"init": (0.1, -0.3), "per_channel": (True, False)},
    "rrelu": {"lower": (0, 0.2), "upper": (0.5, 1)},
    "elu": {"alpha": (0.5, 2)},
    "selu": {},
    "celu": {"alpha": (0.5, 2)},
    "gelu": {"approximate": ("none", "tanh")},
    "silu": {},
    "mish": {},
    "hardswish": {},
    "hardsigmoid": {},
    "hardtanh": {"min_val": (-2, -0.5), "max_val": (0.5, 2)},
    "hardshrink": {"lambd": (0, 0.3)},
    "softshrink": {"lambd": (0, 0.3)},
    "tanhshrink": {},
    "softplus": {"beta": (0.5, 2), "threshold": (1, 10)},
    "softsign": {},
    "sigmoid": {},
    "logsigmoid": {},
    "tanh": {},
    "none": {},
}
"""Each activation with values to try for its options; `threshold`, which needs both of its own, is tried apart."""


ACTIVE = ("evonorm_s0", "filter_response")
"""Norms that bring their own activation."""


class Chooser:
    """Makes the choices of one spec.

    A careful author keeps maps equal on both sides of an addition, and divides channels evenly; a careless one slips
    now and then.
    """

    def __init__(self, random: Random) -> None:
        self.random = random
        self.careless = random.random() < 0.9
        self.rank = self.one_of(1, 2, 2, 2, 3)
        self.fuses = self.chance(0.25)
        """True if norms may bring their own activation; then no layer may have one beside its norm."""

    def chance(self, share: float) -> bool:
        """Return True with this probability."""
        return self.random.random() < share

    def slip(self, share: float) -> bool:
        """Return whether to make a mistake, with this probability; never for a careful author."""
        return self.careless and self.chance(share)

    def one_of(self, *choices: T) -> T:
        """Return one of the choices."""
        return self.random.choice(choices)

    def maybe(self, share: float, **entries: Any) -> Data:
        """Return these entries with this probability, else none."""
        return entries if self.chance(share) else {}

    def axes(self, *choices: int) -> int | list[int]:
        """A number for all axes, or one for each."""
        if self.chance(0.75):
            return self.one_of(*choices)
        count = self.one_of(1, 2, 3) if self.slip(0.02) else self.rank
        return [self.one_of(*choices) for _ in range(count)]

    def activation(self) -> Any:
        """An activation."""
        if self.chance(0.05):
            return {"type": "threshold", "threshold": self.one_of(-0.5, 0.5), "value": self.one_of(-1, 0, 2)}
        kind = self.one_of("relu", "silu", *ACTIVATIONS)
        options = {key: self.one_of(*values) for key, values in ACTIVATIONS[kind].items() if self.chance(0.6)}
        return {"type": kind, **options} if options or self.chance(0.1) else kind

    def beside_norm(self) -> Any:
        """An activation of a layer that has a norm as well."""
        return "none" if self.fuses else self.activation()

    def normalization(self) -> Any:
        """A normalization; its groups mostly divide widths that are multiples of eight."""
        kinds = ("batch", "ibn", "batch", "frozen_batch", "group", "group", "instance", "layer", "rms", "none")
        kind = self.one_of(*kinds, *(2 * ACTIVE if self.fuses else ()))
        options = self.maybe(0.2, eps=self.one_of(1e-3, 0.01, 1)) if kind != "none" else {}
        options |= self.maybe(0.1, momentum=self.one_of(0.01, 1)) if kind in ("batch", "ibn") else {}
        options |= self.maybe(0.3, ratio=self.one_of(0.25, 0.7, 1 if self.slip(0.1) else 0.5)) if kind == "ibn" else {}
        options |= self.maybe(0.3, affine=self.one_of(True, False)) if kind == "instance" else {}
        if kind in ("group", "evonorm_s0") and not self.slip(0.1):
            key = self.one_of("groups", "groups", "size") if kind == "group" else "groups"
            options[key] = self.one_of(3, 5) if self.slip(0.1) else self.one_of(1, 2, 4, 8)
        return {"type": kind, **options} if options or self.chance(0.1) else kind
