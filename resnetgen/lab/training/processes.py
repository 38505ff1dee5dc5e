"""The processes of a training, as `torchrun` starts them; without it there is one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import torch
from torch import Tensor, distributed, nn

_T = TypeVar("_T")


def is_launched() -> bool:
    """Tell whether `torchrun` has started this process."""
    return "RANK" in os.environ and "WORLD_SIZE" in os.environ


@contextmanager
def joined(device: torch.device) -> Iterator[None]:
    """Join the other processes of `torchrun` for the time of a block; without it, do nothing."""
    if not is_launched():
        yield
        return
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield
    finally:
        distributed.destroy_process_group()


def rank() -> int:
    """Return the number of this process among all, from 0."""
    return distributed.get_rank() if distributed.is_available() and distributed.is_initialized() else 0


def count() -> int:
    """Return the number of processes."""
    return distributed.get_world_size() if distributed.is_available() and distributed.is_initialized() else 1


def local_device(device: torch.device) -> torch.device:
    """Return the device of this process: of several on a machine with CUDA, each has its own."""
    if device.type != "cuda" or not is_launched():
        return device
    own = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
    torch.cuda.set_device(own)
    return own


def parallel(network: nn.Module) -> nn.Module:
    """Return a network whose gradients are the means over all processes."""
    return nn.parallel.DistributedDataParallel(network) if count() > 1 else network


def summed(value: Tensor) -> Tensor:
    """Return the sum of a tensor over all processes."""
    if count() > 1:
        distributed.all_reduce(value)
    return value


def by_first(work: Callable[[], _T]) -> _T:
    """Return what a function returns in the first process; the others wait for it and get it too.

    An exception in the first process is raised in all.
    """
    if count() == 1:
        return work()
    box: list[Any] = [None, None]
    if rank() == 0:
        try:
            box[0] = work()
        except Exception as error:
            box[1] = error
    distributed.broadcast_object_list(box)
    if box[1] is not None:
        raise box[1]
    found: _T = box[0]
    return found
