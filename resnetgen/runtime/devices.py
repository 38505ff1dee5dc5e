"""Devices, and settings of torch under which two runs of a network are comparable."""

from __future__ import annotations

import os

import torch

from resnetgen.number_format import pluralize
from resnetgen.runtime.errors import without_cuda

_OUT_OF_MEMORY = ("can't allocate memory", "CUDA error: out of memory", "_STATUS_ALLOC_FAILED")
"""Messages of torch's CPU allocator, of CUDA itself, and of cuBLAS and cuDNN."""

DEVICES = ("auto", "cpu", "cuda")


def select_device(name: str) -> torch.device:
    """Return the device of that name; `auto` is CUDA where torch finds any, else the CPU.

    Args:
        name: `cpu`, `cuda` or `auto`.

    Raises:
        RunError: it is not there.
    """
    if name == "cpu" or (name == "auto" and not torch.cuda.is_available()):
        return torch.device("cpu")
    if not torch.cuda.is_available():
        raise without_cuda(_why_no_cuda())
    return torch.device("cuda", torch.cuda.current_device())


def _why_no_cuda() -> str:
    if torch.version.cuda is None and torch.version.hip is None:
        return f"torch {torch.__version__} is built for the CPU only"
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES")
    if hidden is not None and not hidden.strip("- 1"):
        return f"CUDA_VISIBLE_DEVICES={hidden} hides all devices"
    return f"torch {torch.__version__}, built for CUDA {torch.version.cuda}, finds no device or no driver for it"


def full_precision() -> None:
    """Make float32 operations exact to float32, and the choice of algorithms deterministic.

    On CUDA, torch lets cuDNN round the factors of a convolution to TF32's ten bits of mantissa unless it is told not
    to; that would hide an error of a thousandth. cuDNN's `benchmark` times algorithms and takes the fastest of the
    moment, and of its algorithms some add in an order that changes from run to run. So does cuBLAS, unless it has a
    workspace of a fixed size. What is set in the environment is read by libraries that have not been called yet.
    """
    os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"  # one of two that torch.use_deterministic_algorithms accepts
    os.environ["NVIDIA_TF32_OVERRIDE"] = "0"  # a 1 that someone has set would go before what torch asks for
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.deterministic = True


def describe(place: torch.device) -> str:
    """Describe a device for the results: `cpu, 8 threads`, `cuda:0, NVIDIA H100`.

    Args:
        place: the device.
    """
    if place.type == "cuda":
        return f"{place}, {torch.cuda.get_device_name(place)}"
    return f"cpu, {pluralize(torch.get_num_threads(), 'thread')}"


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether an exception says that memory ran out.

    Torch has a class for its own allocator's on CUDA alone. On the CPU, and where a library of CUDA cannot have what it
    asks for, there are only the words.
    """
    if isinstance(error, MemoryError | torch.cuda.OutOfMemoryError):  # `torch.OutOfMemoryError` is younger than 2.4
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in _OUT_OF_MEMORY)


def is_unrecoverable(error: BaseException) -> bool:
    """Return whether a process cannot go on after an exception: some errors leave a CUDA context unusable."""
    return isinstance(error, RuntimeError) and any(words in str(error) for words in ("CUDA error", "cuDNN error"))


__all__ = ["DEVICES", "describe", "full_precision", "is_out_of_memory", "is_unrecoverable", "select_device"]
