"""What goes wrong while torch brings a network into a format, told apart by whose matter it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from resnetgen.errors import ExportError
from resnetgen.export.format import in_a_line
from resnetgen.runtime.devices import is_out_of_memory


@contextmanager
def failing(name: str) -> Iterator[None]:
    """Around all that torch does on the way to the format of that name.

    Raises:
        ExportError: torch has no such form of the network, which it says in the first line of what may be pages.
        OSError: the file cannot be written.
        MemoryError, RuntimeError: out of memory.
    """
    try:
        yield
    except OSError:
        raise
    except Exception as error:  # torch and onnxscript raise what they like from anywhere in there
        if is_out_of_memory(error):
            raise
        help = (
            "export to another format, or with another release of torch; RESNETGEN_DEBUG=1 shows torch's full message"
        )
        raise ExportError(f"torch cannot export this network to {name}: {in_a_line(error)}", help) from error
