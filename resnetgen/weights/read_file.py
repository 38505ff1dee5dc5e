"""Read a file of weights, and say why one cannot be read."""

from __future__ import annotations

import os

from resnetgen.diagnostics.model import Diagnostic, Label, Severity, Span, Text
from resnetgen.errors import WeightsError
from resnetgen.weights.file_contents import FileContents, Structure
from resnetgen.weights.file_formats import SUFFIXES, FileFormat, format_of


def read(path: str) -> FileContents:
    """Return the names and shapes in a file of weights, by the format that its suffix says.

    Raises:
        WeightsError: the suffix says none, the file is not of its format, or it cannot be loaded safely.
        OSError: the file cannot be read.
    """
    found: FileContents = file_format(path).module().read(path)
    return found


def read_structure(path: str) -> Structure:
    """Return the names, shapes and dtypes in a file of weights without torch, also of one that torch refuses.

    Raises:
        WeightsError: the suffix says no format, or the file is not of its format.
        OSError: the file cannot be read.
    """
    found = file_format(path).module(inspect=True).read(path)
    return found if isinstance(found, Structure) else Structure(found)


def file_format(path: str) -> FileFormat:
    """Return the format that the end of a file's name says.

    Raises:
        WeightsError: it says none.
        OSError: it is a folder.
    """
    if not path:
        raise WeightsError("the name of the file is empty", "give the path of a file of weights")
    if os.path.isdir(path):
        raise IsADirectoryError(path)
    found = format_of(path)
    if found is None:
        raise WeightsError(
            "the file name does not say which format this is", f"the name must end in {', '.join(SUFFIXES)}"
        )
    os.stat(path)  # a file that is not there is told before a package that its format needs
    return found


def unreadable_file(path: str, error: WeightsError | OSError | ValueError) -> Diagnostic:
    """Return the diagnostic of a file that cannot be read. A ValueError comes from a NUL in its name.

    Args:
        path: the file of weights.
        error: the exception that opening or reading it raised.
    """
    if isinstance(error, WeightsError):
        return _read_error(path, error.message, error.help, error.code or "RG701")
    return _read_error(path, _reason(error))


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, IsADirectoryError):
        return "this is a folder, not a file"
    return f"this file cannot be read: {getattr(error, 'strerror', None) or error}"


def _read_error(path: str, message: str, help: str = "", code: str = "RG701") -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, Label(Span(Text(path or "''", ""), 1, 1, 1, 1)), (), help)
