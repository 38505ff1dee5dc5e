"""Translation of the errors that torch raises during an export."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from resnetgen.errors import ExportError
from resnetgen.export.format import first_line
from resnetgen.runtime.devices import is_out_of_memory


@contextmanager
def translate_errors(name: str) -> Iterator[None]:
    """Raise an ExportError for what torch raises inside, during an export to the format of that name.

    Args:
        name: the name of the format.

    Raises:
        ExportError: torch cannot export the network.
        OSError: the file cannot be written.
        MemoryError, RuntimeError: out of memory.
    """
    try:
        yield
    except OSError:
        raise
    except Exception as error:  # torch and onnxscript raise exceptions of any type
        if is_out_of_memory(error):
            raise
        help = (
            "export to another format, or with another release of torch; RESNETGEN_DEBUG=1 shows torch's full message"
        )
        raise ExportError(f"torch cannot export this network to {name}: {first_line(error)}", help) from error
