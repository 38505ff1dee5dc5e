"""What torch says where it cannot write one of its archives, told apart from what it says of the network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from resnetgen.formats.format import unexportable

_WRITER = ("PytorchStreamWriter", "open file failed", "failed writing", "unexpected pos")
"""Words of the C++ that writes; it raises RuntimeError of everything, without the system's reason."""


@contextmanager
def writing(name: str) -> Iterator[None]:
    """Around the writing of an archive of the format of that name.

    Raises:
        Refused: torch has no such form of the network.
        OSError: the file cannot be written.
    """
    try:
        yield
    except OSError:
        raise
    except Exception as error:  # torch raises what it likes from anywhere in there
        if any(words in str(error) for words in _WRITER):
            raise OSError("torch cannot write the whole file: the disk may be full") from error
        raise unexportable(name, error) from error
