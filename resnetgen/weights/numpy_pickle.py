"""Load the arrays of a pickle of NumPy as tensors; what is read of the file is in `numpy_structure.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from resnetgen.errors import WeightsError
from resnetgen.weights import numpy_structure
from resnetgen.weights.file_contents import FileContents
from resnetgen.weights.numpy_structure import Array, is_array, unpickled
from resnetgen.weights.pickled_objects import Opener, refuse_programs
from resnetgen.weights.state_dicts import MAX_VALUES
from resnetgen.work_budget import WorkBudget

if TYPE_CHECKING:
    from torch import Tensor


def read(path: str) -> FileContents:
    """Return the names and shapes in a file.

    Args:
        path: the file of weights.

    Raises:
        WeightsError: it is no pickle of arrays, it is damaged, or it runs a program when it is loaded.
        OSError: it cannot be opened.
    """
    if numpy_structure.is_of_torch(path):
        from resnetgen.weights import torch_file

        return torch_file.read(path)
    refuse_programs(unpickled(path).programs)
    return numpy_structure.read(path).contents


def load_tensors(path: str, keys: tuple[str, ...] = ()) -> Mapping[str, Tensor]:
    """Return the arrays of a file as tensors by name.

    Args:
        path: the file of weights.
        keys: the keys that lead to the arrays.

    Raises:
        WeightsError: as in `read`.
        OSError: it cannot be read.
    """
    if numpy_structure.is_of_torch(path):
        from resnetgen.weights import torch_file

        return torch_file.load_tensors(path, keys)
    found = unpickled(path)
    refuse_programs(found.programs)
    state = Opener(WorkBudget(MAX_VALUES)).at(found.content, keys)
    if state is None:
        raise WeightsError("there are no arrays in this file", "save a dictionary of arrays")
    return {str(name): _tensor(value) for name, value in state.items() if is_array(value)}


def _tensor(array: Array) -> Tensor:
    import torch

    dtype = getattr(torch, array.dtype)
    values = torch.frombuffer(bytearray(array.content), dtype=dtype) if array.content else torch.empty(0, dtype=dtype)
    if array.columns_first:
        return values.reshape(array.shape[::-1]).permute(tuple(reversed(range(len(array.shape)))))
    return values.reshape(array.shape)
