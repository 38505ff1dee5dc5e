"""What keeps a network from being run as it was asked for."""

from __future__ import annotations


class Refused(Exception):  # not an error of the program: whoever asked is told what to do
    """There is no running it so: the catalogue's code for it, why, and a way out."""

    def __init__(self, code: str, message: str, help: str) -> None:
        self.code = code
        self.message = message
        self.help = help
        super().__init__(message)

    def __reduce__(self) -> tuple[type[Refused], tuple[str, str, str]]:
        """Let it pass from one process to another."""
        return Refused, (self.code, self.message, self.help)


def without_package(package: str, extra: str, what: str) -> Refused:
    """The refusal that `what` needs a package that is not installed, and the extra that brings it."""
    message = f"{what} needs {package}, which is not installed"
    return Refused("RG801", message, f"pip install 'resnetgen[{extra}]'")


def without_cuda(why: str) -> Refused:
    """The refusal that there is no CUDA device, and why torch finds none."""
    help = "use --device cpu, or --device auto, which takes CUDA where there is any"
    return Refused("RG802", f"there is no CUDA device: {why}", help)


def out_of_memory(what: str, device: str, batch: int, size: str) -> Refused:
    """The refusal that a device has too little memory for a batch of that size."""
    message = f"{what} ran out of memory of {device}, at a batch of {batch} and an input of {size}"
    other = "" if device == "cpu" else ", or --device cpu"
    return Refused("RG803", message, f"use a smaller --batch or --input-size{other}")
