"""On what a network is run, and how torch is set up there so that two ways to run it can be compared."""

from __future__ import annotations

import os

import torch

from resnetgen.figures import counted
from resnetgen.running.refusal import Refused, without_cuda

NAMES = ("auto", "cpu", "cuda")


def device(name: str) -> torch.device:
    """The device of that name; `auto` is CUDA where torch finds any, and otherwise the CPU.

    Raises:
        Refused: it is not there.
    """
    if name == "cpu" or (name == "auto" and not torch.cuda.is_available()):
        return torch.device("cpu")
    if not torch.cuda.is_available():
        raise without_cuda(_absence())
    return torch.device("cuda", torch.cuda.current_device())


def _absence() -> str:
    if torch.version.cuda is None and torch.version.hip is None:
        return f"torch {torch.__version__} is built for the CPU alone"
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES")
    if hidden is not None and not hidden.strip("- 1"):
        return f"CUDA_VISIBLE_DEVICES={hidden} hides what there is"
    return f"torch {torch.__version__}, built for CUDA {torch.version.cuda}, finds no device or no driver for it"


def full_precision() -> None:
    """Have float32 mean float32, and the same algorithm chosen for the same shapes.

    On CUDA, torch lets cuDNN round the factors of a convolution to TF32's ten bits of mantissa unless it is told not
    to; that would hide an error of a thousandth. cuDNN's `benchmark` times algorithms and takes the fastest of the
    moment, and of its algorithms some add in an order that changes from run to run.
    """
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.deterministic = True


def describe(place: torch.device) -> str:
    """What a device is, for whoever reads the results: `cpu, 8 threads`, `cuda:0, NVIDIA H100`."""
    if place.type == "cuda":
        return f"{place}, {torch.cuda.get_device_name(place)}"
    return f"cpu, {counted(torch.get_num_threads(), 'thread')}"


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an exception says that memory ran out; on the CPU, torch has no class of its own for that."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and "can't allocate memory" in str(error)


__all__ = ["NAMES", "Refused", "describe", "device", "full_precision", "is_out_of_memory"]
