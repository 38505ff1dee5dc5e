"""The file that `resnetgen weights convert` writes, and the reasons not to write it."""

from __future__ import annotations

import os
from contextlib import suppress

from resnetgen.cli import atomic_write
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.installation import install_command
from resnetgen.runtime.packages import missing_packages
from resnetgen.weights.file_formats import H5_SUFFIX, SAFETENSORS_SUFFIX

SUFFIXES = (SAFETENSORS_SUFFIX, ".pth", ".pt", ".bin", ".ckpt", H5_SUFFIX)
"""The ends of names of files that are written; all but the first and the last are of torch."""

_KERAS = "keras"

_ELSEWHERE = "write to another file"


def fault(path: str, source: str, layout: str, *, force: bool) -> Diagnostic | None:
    """Return the reason not to write a file; None if there is none.

    Args:
        path: the file.
        source: the file that is read.
        layout: the names that are written.
        force: replace a file that exists.
    """
    why, help = _why(path, source, force)
    if not why and path.endswith(H5_SUFFIX):
        why, help = _why_not_of_keras(path, layout)
    return atomic_write.refused(path, why, help) if why else None


def _why(path: str, source: str, force: bool) -> tuple[str, str]:
    if path.endswith((os.sep, "/")) or os.path.isdir(path):
        return "this is a folder, not a file", _ELSEWHERE
    if not path.endswith(SUFFIXES):
        return "the file name does not say which format to write", f"the name must end in {', '.join(SUFFIXES)}"
    with suppress(OSError):  # one of them is not there
        if os.path.samefile(path, source):
            return "this would overwrite the weights that are read", _ELSEWHERE
    link_fault = atomic_write.link_fault(path, os.path.dirname(path) or os.curdir)
    if link_fault:
        return link_fault, f"{_ELSEWHERE}, or remove the link"
    if os.path.exists(path) and not os.path.isfile(path):
        return "this is a device or a pipe, not a file", _ELSEWHERE
    if os.path.exists(path) and not force:
        return "this file already exists", f"{_ELSEWHERE}, or overwrite this file with --force"
    return "", ""


def _why_not_of_keras(path: str, layout: str) -> tuple[str, str]:
    if path.endswith(f".weights{H5_SUFFIX}"):
        help = "write a name without `.weights`: `load_weights` of Keras reads both"
        return "Keras 3 expects another format in a `.weights.h5` file than this command writes", help
    if layout != _KERAS:
        return "a `.h5` file needs Keras's names", f"add --to {_KERAS}, or write another format"
    if missing_packages(("h5py",)):
        return "writing this file needs h5py, which is not installed", install_command("keras")
    return "", ""
