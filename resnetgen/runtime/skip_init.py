"""A network made without drawing its weights, for where others are put in their place at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from torch import Tensor
from torch.nn import init
from torch.overrides import TorchFunctionMode

_RANDOM_INITS = (Tensor.normal_, Tensor.uniform_, init.normal_, init.uniform_, init.kaiming_uniform_)
"""What the functions of torch.nn.init come down to, and those of them that such a mode sees as a whole.

They take most of the time in which a network is made.
"""


class SkipInit(TorchFunctionMode):
    """While it is open, tensors that would be filled with random values stay as they came."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Leave a call out that fills, and do any other."""
        given = dict(kwargs or {})
        if func in _RANDOM_INITS:
            return args[0] if args else given["tensor"]
        return func(*args, **given)
