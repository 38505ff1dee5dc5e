"""Random normalizations and activations, for tests/random_specs.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

OPTIONS: dict[str, dict[str, tuple[float | str, ...]]] = {
    "relu": {},
    "relu6": {},
    "leaky_relu": {"negative_slope": (0, 0.2)},
    "prelu": {"init": (0.1, -0.3)},
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
"""Each activation with values to try for its options."""


class Chooser(Protocol):
    """Whoever makes the choices."""

    def chance(self, share: float) -> bool:
        """Whether, in this share of all cases."""

    def one_of(self, *choices: T) -> T:
        """One of these."""

    def slip(self, share: float) -> bool:
        """Whether something goes wrong."""


def activation(author: Chooser) -> Any:
    """An activation, mostly a common one."""
    if author.chance(0.05):
        return {"type": "threshold", "threshold": author.one_of(-0.5, 0.5), "value": author.one_of(-1, 0, 2)}
    kind = author.one_of("relu", "silu", *OPTIONS)
    options = {key: author.one_of(*values) for key, values in OPTIONS[kind].items() if author.chance(0.6)}
    return {"type": kind, **options} if options or author.chance(0.1) else kind


def normalization(author: Chooser) -> Any:
    """A normalization; its groups mostly divide widths that are multiples of eight."""
    kind = author.one_of("batch", "batch", "frozen_batch", "group", "group", "instance", "none")
    options: dict[str, Any] = {"eps": author.one_of(1e-3, 0.01, 1)} if kind != "none" and author.chance(0.2) else {}
    if kind == "batch" and author.chance(0.1):
        options["momentum"] = author.one_of(0.01, 1)
    if kind == "instance" and author.chance(0.3):
        options["affine"] = author.one_of(True, False)
    if kind == "group" and not author.slip(0.1):
        options["groups"] = author.one_of(1, 2, 4, 8) if not author.slip(0.1) else author.one_of(3, 5)
    return {"type": kind, **options} if options or author.chance(0.1) else kind


def trained(spec: Mapping[str, Any]) -> bool:
    """Whether every normalization that a spec writes has weights to train, and the branches end in one."""
    found = [value for value in _walk(spec)]
    plain = all("order" not in value for value in found)
    norms = [value["norm"] for value in found if "norm" in value]
    kinds = [norm if isinstance(norm, str) else norm["type"] for norm in norms]
    return plain and all(kind in ("batch", "group") for kind in kinds)


def _walk(value: Any) -> list[Mapping[str, Any]]:
    if isinstance(value, list):
        return [found for item in value for found in _walk(item)]
    return [value, *_walk(list(value.values()))] if isinstance(value, Mapping) else []
