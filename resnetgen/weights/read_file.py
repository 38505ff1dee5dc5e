"""Read a file of weights, and say why one cannot be read."""

from __future__ import annotations

import os

from resnetgen.diagnostics.model import Diagnostic, Label, Severity, Span, Text
from resnetgen.errors import WeightsError
from resnetgen.weights.file_contents import FileContents, Structure

TORCH_SUFFIXES = (".pth", ".pt", ".bin", ".ckpt", ".tar")
SAFETENSORS_SUFFIX = ".safetensors"
NPZ_SUFFIX = ".npz"
SUFFIXES = (SAFETENSORS_SUFFIX, *TORCH_SUFFIXES, NPZ_SUFFIX)


def read(path: str) -> FileContents:
    """Return the names and shapes in a file of weights, by the format that its suffix says.

    Raises:
        WeightsError: the suffix says none, the file is not of its format, or torch cannot load it safely.
        OSError: the file cannot be read.
    """
    kind = suffix(path)
    if kind == SAFETENSORS_SUFFIX:
        from resnetgen.weights import safetensors

        return safetensors.read(path)
    if kind == NPZ_SUFFIX:
        from resnetgen.weights import npz_file

        return npz_file.read(path)
    from resnetgen.weights import torch_file

    return torch_file.read(path)


def read_structure(path: str) -> Structure:
    """Return the names, shapes and dtypes in a file of weights without torch, also of one that torch refuses.

    Raises:
        WeightsError: the suffix says no format, or the file is not of its format.
        OSError: the file cannot be read.
    """
    if suffix(path) in TORCH_SUFFIXES:
        from resnetgen.weights import torch_structure

        return torch_structure.read(path)
    return Structure(read(path))


def suffix(path: str) -> str:
    """Return the suffix of a file, which says its format.

    Raises:
        WeightsError: it says none.
        OSError: it is a folder.
    """
    if os.path.isdir(path):
        raise IsADirectoryError(path)
    found = next((each for each in SUFFIXES if path.endswith(each)), None)
    if found is None:
        raise WeightsError(
            "the file name does not say which format this is", f"the name must end in {', '.join(SUFFIXES)}"
        )
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
    return Diagnostic(code, Severity.ERROR, message, Label(Span(Text(path, ""), 1, 1, 1, 1)), (), help)
