"""Write tensors to a file, in the format that the end of its name says, and in a number format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from resnetgen.weights.file_formats import H5_SUFFIX, SAFETENSORS_SUFFIX

if TYPE_CHECKING:
    from torch import Tensor


def write(path: str, state: Mapping[str, Tensor], suffix: str) -> None:
    """Write a state dict.

    Args:
        path: the file, with any name. One that exists is written, not replaced.
        state: the tensors by name.
        suffix: the end of the name that the file will have; for `.h5`, the names are those of Keras.

    Raises:
        OSError: it cannot be written.
    """
    if suffix == SAFETENSORS_SUFFIX:
        from safetensors.torch import save

        apart = {name: value.detach().contiguous().clone() for name, value in state.items()}  # it refuses shared values
        with open(path, "wb") as file:  # `save_file` would put a file of its own, for the owner alone, in its place
            file.write(save(apart, metadata={"format": "pt"}))
        return
    if suffix == H5_SUFFIX:
        from resnetgen.weights import keras_writing

        keras_writing.write(path, state)
        return
    import torch

    with open(path, "wb") as file:  # torch hides why it cannot write a path, but not an error of the file
        try:
            torch.save({name: value.detach().clone() for name, value in state.items()}, file)
        except RuntimeError as error:
            if isinstance(error.__context__, OSError):
                raise error.__context__ from error
            raise


def cast(value: Tensor, dtype: str) -> Tensor:
    """Return a tensor in a number format.

    Args:
        value: the tensor. Whole numbers, such as counters, stay as they are.
        dtype: the name that PyTorch has for the format.
    """
    import torch

    return value.to(getattr(torch, dtype)) if value.is_floating_point() else value
