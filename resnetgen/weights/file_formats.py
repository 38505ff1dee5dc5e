"""The formats of files of weights, by the ends of their names, and the modules that read them: a row for each."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import NamedTuple


class FileFormat(NamedTuple):
    """A format of files.

    `reader` is the module with `read`, which gives the names and shapes, and `load_tensors`, which gives the tensors of
    a state dict by the keys that lead to it (for safetensors, its own library does). `inspector` is the module whose
    `read` gives the structure of a file for people to look at; empty where the reader does.
    """

    suffixes: tuple[str, ...]
    reader: str
    inspector: str = ""

    def module(self, *, inspect: bool = False) -> ModuleType:
        """Return the module that reads the format, or that for people to look at a file."""
        name = self.inspector if inspect and self.inspector else self.reader
        return import_module(f"resnetgen.weights.{name}")


SAFETENSORS_SUFFIX = ".safetensors"
H5_SUFFIX = ".h5"
KERAS_SUFFIX = ".keras"

SAFETENSORS = FileFormat((SAFETENSORS_SUFFIX,), "safetensors")
TORCH = FileFormat((".pth", ".pt", ".bin", ".ckpt", ".tar", ".pyth"), "torch_file", "torch_structure")
NPZ = FileFormat((".npz",), "npz_file")
PICKLE = FileFormat((".pkl", ".pickle"), "numpy_pickle", "numpy_structure")
KERAS = FileFormat((H5_SUFFIX, ".hdf5", KERAS_SUFFIX), "keras_file")

FORMATS = (SAFETENSORS, TORCH, NPZ, PICKLE, KERAS)

SUFFIXES = tuple(suffix for each in FORMATS for suffix in each.suffixes)


def format_of(path: str) -> FileFormat | None:
    """Return the format that the end of a file's name says; None if it says none."""
    return next((each for each in FORMATS if path.endswith(each.suffixes)), None)
