"""What a format is: how a network is written in it, and how the file is run."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn

from resnetgen.frozen import Frozen
from resnetgen.running.refusal import Refused

Output = Tensor | dict[str, Tensor]
"""What a network gives: its classes, or its maps by their names."""

Run = Callable[[Tensor], Output]
"""A file that was opened: a batch in, the answer to it out."""

INPUT = "input"
OUTPUT = "output"
"""The names of the input, and of the only output, in the formats that have names."""


class Format(Frozen):
    """A format of files. `packages` are the names under which it imports what it needs beside torch.

    `extra` is what installs them: `pip install 'resnetgen[EXTRA]'`.

    `write(network, example, path)` writes a network in eval mode, on the CPU, traced with `example`, a batch
    (N, C, ...). The number of samples and the size along each axis are free in the file. It raises `Refused` where
    there is no way to the format, and OSError where the file cannot be written.

    `opened(path)` gives a function that runs the file on the CPU, in the format's own runtime.
    """

    name: str
    suffix: str
    packages: tuple[str, ...]
    extra: str
    write: Callable[[nn.Module, Tensor, str], None]
    opened: Callable[[str], Run]


def unexportable(name: str, error: Exception) -> Refused:
    """The refusal that torch does not bring a network into a format, in the first line of what it says."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    why = f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
    help = "export it to another format, or with another release of torch; RESNETGEN_DEBUG=1 shows all that torch says"
    return Refused("RG804", f"torch cannot bring this network into the format {name}: {why}", help)
