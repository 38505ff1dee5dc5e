"""Memory accounting: the bytes that each operator allocates, and the peak of the bytes alive at a time.

A TorchDispatchMode sees every call below autograd, in the forward pass and in the backward pass. A result whose storage
belongs to no argument is a new allocation; a view or a result in place is not.
"""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import accumulate
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class _AllocationMode(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch's own class has no types
    """A dispatch mode that calls `note` with the first tensor of every new storage."""

    def __init__(self, note: Callable[[Tensor], None]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.note = note

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None) -> Any:
        """Run the call and report the new storages among its results."""
        out = func(*args, **(kwargs or {}))
        known = {_storage_id(given) for given in _tensors_in((args, kwargs))}
        for tensor in _tensors_in(out):
            if _storage_id(tensor) not in known:
                known.add(_storage_id(tensor))
                self.note(tensor)
        return out


def on_allocation(note: Callable[[Tensor], None]) -> AbstractContextManager[object]:
    """Return a context manager that calls `note` with the first tensor of every storage allocated inside."""
    return _AllocationMode(note)


def _tensors_in(values: object) -> Iterator[Tensor]:
    yield from (leaf for leaf in tree_leaves(values) if isinstance(leaf, Tensor))


def _storage_id(tensor: Tensor) -> int:
    found: int = tensor.untyped_storage()._cdata
    return found


class WrittenBytes:
    """Bytes of floating-point values written, by the operator or the block that wrote them.

    A module without submodules counts with its output, unless it works in place: temporaries of a torch function, such
    as a padded map, are freed when it ends. In other modules every result of a function counts. `total` includes the
    temporaries.
    """

    def __init__(self) -> None:
        self.by_owner: Counter[str] = Counter()
        self.total = 0
        self._stack: list[tuple[str, bool]] = [("", False)]
        self._kept: dict[int, Tensor] = {}  # kept alive, so that no new storage reuses the address of a freed one

    def note(self, tensor: Tensor) -> None:
        """Count a new storage."""
        if tensor.is_floating_point():
            owner, is_leaf = self._stack[-1]
            self.total += tensor.untyped_storage().nbytes()
            if not is_leaf:
                self._count(owner, tensor)

    def _count(self, owner: str, tensor: Tensor) -> None:
        if _storage_id(tensor) not in self._kept:
            self._kept[_storage_id(tensor)] = tensor
            self.by_owner[owner] += tensor.untyped_storage().nbytes()

    def enter(self, owner: str, is_leaf: bool) -> Callable[..., None]:
        """Return a forward pre-hook that makes a module the current owner; of what makes a weight, nothing counts."""

        def hook(_module: nn.Module, given: tuple[Tensor, ...]) -> None:
            self._stack.append((owner, is_leaf or not given))

        return hook

    def leave(self, owner: str, is_leaf: bool) -> Callable[..., None]:
        """Return a forward hook that ends the ownership and, for a leaf, counts its output.

        What a module makes of no input is a weight, and no activation.
        """

        def hook(_module: nn.Module, given: tuple[Tensor, ...], result: Tensor) -> None:
            self._stack.pop()
            if is_leaf and given and _storage_id(result) not in {_storage_id(one) for one in given}:
                self._count(owner, result)

        return hook


def written_bytes(network: nn.Module, x: Tensor, owners: Sequence[Container[str]]) -> WrittenBytes:
    """Count the bytes that a network writes in a forward pass, in its current mode.

    Args:
        network: The network.
        x: The batch, (N, C, ...).
        owners: Containers of module names, by precedence. Bytes are counted for the innermost named module around.

    Returns:
        The bytes by owner, and in total, which includes temporaries.
    """
    seen = WrittenBytes()
    handles = []
    for name, module in network.named_modules():
        owner = _owner_of(name, owners)
        is_leaf = {child for child, _ in module.named_children()} <= {"parametrizations"} and bool(name)
        handles.append(module.register_forward_pre_hook(seen.enter(owner, is_leaf)))
        handles.append(module.register_forward_hook(seen.leave(owner, is_leaf)))
    try:
        with torch.no_grad(), on_allocation(seen.note):
            network(x)
    finally:
        for handle in handles:
            handle.remove()
    return seen


def _owner_of(name: str, owners: Sequence[Container[str]]) -> str:
    around = list(accumulate(name.split("."), lambda outer, inner: f"{outer}.{inner}"))
    return next((one for known in owners for one in reversed(around) if one in known), "")


class LiveBytes:
    """Bytes of tracked storages: alive `now`, and the `peak` so far."""

    def __init__(self) -> None:
        self.now = 0
        self.peak = 0

    def note(self, tensor: Tensor) -> None:
        """Count a new storage until it is freed."""
        storage = tensor.untyped_storage()
        size = storage.nbytes()
        self.now += size
        self.peak = max(self.peak, self.now)
        weakref.finalize(storage, self._freed, size)

    def _freed(self, size: int) -> None:
        self.now -= size


@contextmanager
def track_live_bytes() -> Iterator[LiveBytes]:
    """Track the storages that are allocated inside the `with` block."""
    found = LiveBytes()
    with on_allocation(found.note):
        yield found
