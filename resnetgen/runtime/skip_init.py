"""Construction of a network without random initialization, for weights that are loaded right after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from torch import Tensor
from torch.nn import init
from torch.overrides import TorchFunctionMode

_RANDOM_INITS = (Tensor.normal_, Tensor.uniform_, init.normal_, init.uniform_, init.kaiming_uniform_)
"""The random fills of tensors, and the functions of torch.nn.init that a TorchFunctionMode sees as one call.

They take most of the time of constructing a network.
"""


class SkipInit(TorchFunctionMode):
    """A mode in which random initialization leaves tensors as allocated."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Skip a random fill; run any other call."""
        given = dict(kwargs or {})
        if func in _RANDOM_INITS:
            return args[0] if args else given["tensor"]
        return func(*args, **given)
