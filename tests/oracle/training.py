"""Training options of the naive network: frozen parts, and batch norms kept in eval mode."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from torch import nn

from tests.oracle.names import Pairs
from tests.oracle.types import Data

BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)


def freeze(parts: Mapping[str, nn.Module], settings: Data) -> None:
    """Turn off the gradients of the parameters of some parts."""
    for name in settings.get("frozen", []):
        for parameter in parts[name].parameters():
            parameter.requires_grad = False


def kept(parts: Mapping[str, nn.Module], settings: Data) -> list[nn.Module]:
    """Return the batch norms that stay in eval mode."""
    wanted = settings.get("norm_eval", False)
    names = list(parts) if wanted is True else wanted or []
    return [module for name in names for module in parts[name].modules() if isinstance(module, BATCH_NORMS)]


def learning(pairs: Pairs) -> Iterator[tuple[str, bool]]:
    """Every parameter by its name and whether it takes a gradient, and every batch norm with its mode."""
    for name, module in pairs:
        for key, parameter in module.named_parameters():
            yield f"{name}.{key}".removeprefix("."), parameter.requires_grad
        for key, inner in module.named_modules():
            if isinstance(inner, BATCH_NORMS):
                yield f"{name}.{key}".strip("."), inner.training
