"""Read a file of weights, and say why one cannot be read."""

from __future__ import annotations

import os
from shlex import join
from types import ModuleType
from typing import Any

from resnetgen.diagnostics.model import Diagnostic, Label, Severity, Span, Text
from resnetgen.errors import WeightsError
from resnetgen.weights.actual_format import other_format
from resnetgen.weights.file_contents import FileContents, Structure
from resnetgen.weights.file_formats import SUFFIXES, FileFormat, format_of

_INDEX = ".index.json"
"""The end of the name of a list of the files that a checkpoint is divided into."""

_JOIN = "load each part, and save the tensors of all in one file"


def read(path: str) -> FileContents:
    """Return the names and shapes in a file of weights, by the format that its suffix says.

    Raises:
        WeightsError: the suffix says none, the file is not of its format, or it cannot be loaded safely.
        OSError: the file cannot be read.
    """
    found: FileContents = _read(file_format(path).module(), path)
    return found


def read_structure(path: str) -> Structure:
    """Return the names, shapes and dtypes in a file of weights without torch, also of one that torch refuses.

    Raises:
        WeightsError: the suffix says no format, or the file is not of its format.
        OSError: the file cannot be read.
    """
    found = _read(file_format(path).module(inspect=True), path)
    return found if isinstance(found, Structure) else Structure(found)


def _read(reader: ModuleType, path: str) -> Any:
    try:
        return reader.read(path)
    except WeightsError as error:
        raise (other_format(path) or error) from None


def file_format(path: str) -> FileFormat:
    """Return the format that the end of a file's name says.

    Raises:
        WeightsError: it says none, or it is a folder or the index of a checkpoint in parts.
        OSError: it is not there.
    """
    if not path:
        raise WeightsError("the name of the file is empty", "give the path of a file of weights")
    if os.path.isdir(path):
        raise WeightsError("this is a folder, not a file", _inside(path))
    if path.endswith(_INDEX):
        raise WeightsError("this file only lists the parts of a checkpoint; the tensors are in these parts", _JOIN)
    found = format_of(path)
    if found is None:
        raise WeightsError(
            "the file name does not say which format this is", f"the name must end in {', '.join(SUFFIXES)}"
        )
    os.stat(path)  # a file that is not there is told before a package that its format needs
    return found


def _inside(folder: str) -> str:
    """Return the help about a folder: a file of weights in it, if there is one."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        names = []
    if any(name.endswith(_INDEX) for name in names):
        return _JOIN
    found = next((name for name in names if format_of(name) is not None), None)
    return f"name the file in it: {join([os.path.join(folder, found)])}" if found else "name a file of weights"


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
