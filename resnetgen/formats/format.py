"""What a format is: how a network is written in it, and how the file is run."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn

from resnetgen.frozen import Frozen

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

    `write(network, example, path)` writes a network in eval mode, traced with `example`, a batch (N, C, ...). The
    number of samples and the size along each axis are free in the file. It raises `Unexportable` where torch has no way
    to the format, and OSError where the file cannot be written.

    `opened(path)` gives a function that runs the file on the CPU, in the format's own runtime.
    """

    name: str
    suffix: str
    packages: tuple[str, ...]
    extra: str
    write: Callable[[nn.Module, Tensor, str], None]
    opened: Callable[[str], Run]


class Unexportable(Exception):  # a network that is right may nevertheless have no form in a format
    """A network that cannot be written in a format: in words, with a way out."""

    def __init__(self, message: str, help: str = "") -> None:
        self.message = message
        self.help = help
        super().__init__(message)
