"""Exceptions for networks that cannot be run as requested."""

from __future__ import annotations

from resnetgen.errors import RunError
from resnetgen.installation import install_command


def without_package(package: str, extra: str, what: str) -> RunError:
    """The refusal that `what` needs a package that is not installed, and the command that installs it."""
    message = f"{what} needs {package}, which is not installed"
    return RunError(message, install_command(extra), "RG801")


def without_cuda(why: str) -> RunError:
    """The refusal that there is no CUDA device, and why torch finds none."""
    help = "use --device cpu, or --device auto, which uses CUDA if available"
    return RunError(f"there is no CUDA device: {why}", help, "RG802")


def out_of_memory(what: str, device: str, batch: int, size: str) -> RunError:
    """The refusal that a device has too little memory for a batch of that size."""
    message = f"{what} ran out of memory on {device} with a batch of {batch} and an input of {size}"
    other = "" if device == "cpu" else ", or --device cpu"
    return RunError(message, f"use a smaller --batch or --input-size{other}", "RG803")
