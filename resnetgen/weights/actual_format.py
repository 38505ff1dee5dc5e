"""The format that the content of a file shows, where the format that its name says cannot be read."""

from __future__ import annotations

import os
import zipfile
from contextlib import suppress

from resnetgen.errors import WeightsError
from resnetgen.weights.file_formats import KERAS, KERAS_SUFFIX, NPZ, PICKLE, SAFETENSORS, TORCH

_AGAIN = "download or save the file again"

_HDF5 = "HDF5 file"

_SUFFIXES = {
    "safetensors file": SAFETENSORS.suffixes,
    "file of `torch.save`": (*TORCH.suffixes, *PICKLE.suffixes),
    ".npz file": NPZ.suffixes,
    "model of Keras": (KERAS_SUFFIX,),
    _HDF5: KERAS.suffixes,
    "pickle": (*PICKLE.suffixes, *TORCH.suffixes),
}
"""The ends of names of each kind of file, that of a new name first."""

_STARTS = {
    b"\x89HDF": _HDF5,
    b"\x80\x02": "pickle",
    b"\x80\x03": "pickle",
    b"\x80\x04": "pickle",
    b"\x80\x05": "pickle",
}
"""The first bytes of files of a kind."""

_MEMBERS = {"data.pkl": "file of `torch.save`", ".npy": ".npz file", "model.weights.h5": "model of Keras"}
"""The end of a name in a zip archive of a kind."""


def other_format(path: str) -> WeightsError | None:
    """Return the error of a file that is empty, or of another kind than its name says; None for any other file.

    Args:
        path: a file that the reader for its name cannot read.
    """
    if not os.path.isfile(path):  # to open a pipe would wait for its writer
        return None
    try:
        with open(path, "rb") as file:
            start = file.read(16)
    except OSError:
        return None
    return _error(path, start)


def _error(path: str, start: bytes) -> WeightsError | None:
    if not start:
        return WeightsError("this file is empty", _AGAIN)
    if start.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        return WeightsError("this is a web page, not a file of weights", "download the file itself")
    if start.startswith(b"\x1f\x8b"):
        return WeightsError("this file is compressed by gzip", "unpack it first, with `gunzip`")
    kind = _kind(path, start)
    suffixes = _SUFFIXES.get(kind, ())
    if not kind or path.endswith(suffixes):
        return None
    article = "an" if kind == _HDF5 else "a"
    return WeightsError(
        f"this is {article} {kind}, and its name says another format", f"rename it to end in {suffixes[0]}"
    )


def _kind(path: str, start: bytes) -> str:
    if start.startswith(b"PK\x03\x04"):
        with suppress(OSError, zipfile.BadZipFile, ValueError, NotImplementedError), zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            return next((kind for end, kind in _MEMBERS.items() if any(name.endswith(end) for name in names)), "")
        return ""
    if start[8:9] == b"{" and int.from_bytes(start[:8], "little") <= os.path.getsize(path):
        return "safetensors file"
    return next((kind for bytes_, kind in _STARTS.items() if start.startswith(bytes_)), "")
