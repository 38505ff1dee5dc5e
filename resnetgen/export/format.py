"""The interface of a format: how a network is written to a file, and how the file is run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol

from torch import Tensor, nn

from resnetgen.source.yaml_scalars import clip

Output = Tensor | dict[str, Tensor]
"""The output of a network: class scores, or feature maps by name."""

Run = Callable[[Tensor], Output]
"""An opened file, as a function from a batch to its output."""

INPUT = "input"
OUTPUT = "output"
"""The names of the input and of a single output, in formats that have names."""

METADATA = "resnetgen.json"
"""The name of the metadata in archives of torch."""

MAX_LINE = 300
"""The number of characters that are shown of an error of another package."""

NOTHING: Mapping[str, str] = MappingProxyType({})
"""No metadata."""


class Write(Protocol):
    """The type of `Format.write`."""

    def __call__(self, network: nn.Module, example: Tensor, path: str, origin: Mapping[str, str] = NOTHING) -> None:
        """Write a network to a file."""


class Format(NamedTuple):
    """A file format that networks are exported to.

    Attributes:
        name: The name of the format on the command line.
        suffix: The suffix of its files, with the dot.
        packages: Names of the imported packages that it needs beside torch.
        extra: The extra of pyproject.toml that installs them.
        write: `write(network, example, path, origin)` writes a network in eval mode, on the CPU, traced with `example`,
            a batch (N, C, ...), with the texts of `origin` as metadata. The file takes any number of samples and any
            size along each axis. It raises ExportError where the network cannot be exported, and OSError where the file
            cannot be written.
        open: `open(path)` returns a function that runs the file on the CPU, in the format's own runtime.
    """

    name: str
    suffix: str
    packages: tuple[str, ...]
    extra: str
    write: Write
    open: Callable[[str], Run]


def metadata_file(origin: Mapping[str, str]) -> dict[str, str]:
    """Return the extra file of an archive of torch, by its name."""
    import json

    return {METADATA: json.dumps(dict(origin))}


def first_line(error: Exception) -> str:
    """Return the type and the first line of the message of an error, or of its root cause.

    The message may be many pages long. Exceptions raised from a root cause only add where it arose, such as the step of
    an export.
    """
    while isinstance(error.__cause__, Exception):
        error = error.__cause__
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {clip(lines[0], MAX_LINE)}" if lines else type(error).__name__
