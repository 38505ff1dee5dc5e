"""Write a `.h5` file that `Model.load_weights` of Keras reads, by position or by the names of layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

_VERSION = "3.0.0"
"""Keras converts the kernels in files of its first version, and the backends of that time."""


def write(path: str, state: Mapping[str, Tensor]) -> None:
    """Write arrays in the older form of Keras, whose groups have the names of layers.

    Args:
        path: the file, with any name.
        state: the arrays by name, such as `conv1_conv.kernel`, in the order of the model's layers.

    Raises:
        OSError: it cannot be written.
    """
    import h5py

    layers: dict[str, dict[str, Tensor]] = {}
    for name, value in state.items():
        layer, _, variable = name.rpartition(".")
        layers.setdefault(layer, {})[f"{layer}/{variable}"] = value
    with open(path, "w+b") as raw, h5py.File(raw, "w") as file:  # HDF5 would want a lock of its own on the file
        file.attrs["layer_names"] = [layer.encode() for layer in layers]
        file.attrs["backend"] = b"tensorflow"  # whose order of axes it is
        file.attrs["keras_version"] = _VERSION.encode()
        for layer, arrays in layers.items():
            group = file.create_group(layer)
            group.attrs["weight_names"] = [name.encode() for name in arrays]
            for name, value in arrays.items():
                group.create_dataset(name, data=value.detach().contiguous().numpy())
