"""What a format is: how a network is written in it, and how the file is run."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn

from resnetgen.frozen import Frozen
from resnetgen.source.yaml_scalars import clip

Output = Tensor | dict[str, Tensor]
"""What a network gives: its classes, or its maps by their names."""

Run = Callable[[Tensor], Output]
"""A file that was opened: a batch in, the answer to it out."""

INPUT = "input"
OUTPUT = "output"
"""The names of the input, and of the only output, in the formats that have names."""


LONGEST = 300
"""Characters of a line of somebody else's."""


class Format(Frozen):
    """A format of files. `packages` are the names under which it imports what it needs beside torch.

    `extra` is what installs them: `pip install 'resnetgen[EXTRA]'`.

    `write(network, example, path)` writes a network in eval mode, on the CPU, traced with `example`, a batch
    (N, C, ...). The number of samples and the size along each axis are free in the file. It raises `ExportError`
    where there is no way to the format, and OSError where the file cannot be written.

    `opened(path)` gives a function that runs the file on the CPU, in the format's own runtime.
    """

    name: str
    suffix: str
    packages: tuple[str, ...]
    extra: str
    write: Callable[[nn.Module, Tensor, str], None]
    opened: Callable[[str], Run]


def in_a_line(error: Exception) -> str:
    """The type of an error and the first line of what it says, which may be many pages; of a chain, the one behind all.

    What was raised from it says at most where that was: in which step of an export, say.
    """
    while isinstance(error.__cause__, Exception):
        error = error.__cause__
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {clip(lines[0], LONGEST)}" if lines else type(error).__name__
