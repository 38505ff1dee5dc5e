"""Read the weights of Keras: `.h5` files of any version, `.weights.h5`, and the `.keras` archives that hold one.

h5py reads the format, HDF5; a file has its arrays in groups. In the older form, a group is named after its layer and
holds `conv1_conv/kernel:0`. In that of Keras 3, a group is named after the class and the number of its layer,
`layers/conv2d_1`, its arrays are numbered, `vars/0`, and the layer's name stands beside them. Both become
`conv1_conv.kernel`. Only arrays in the file itself are read: no links to other files, no filters from elsewhere.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from resnetgen.errors import WeightsError
from resnetgen.installation import install_command
from resnetgen.source.yaml_scalars import clip
from resnetgen.weights.dtypes import BITS
from resnetgen.weights.file_contents import FileContents, StoredStateDict
from resnetgen.weights.file_formats import KERAS_SUFFIX
from resnetgen.weights.keras_names import keras_3_name, names_of_config, older_name
from resnetgen.weights.npz_file import DTYPES, MAX_RATIO
from resnetgen.weights.regular_file import require_regular

if TYPE_CHECKING:
    from torch import Tensor

MAX_OBJECTS = 100_000
"""The most groups and arrays of a file; a ResNet-152 of Keras has some 3,000."""

MAX_CONFIG = 1 << 24
"""The most bytes of the configuration of a model."""

_WEIGHTS = "model.weights.h5"
_CONFIG = "config.json"
_FILTERS = {1: "gzip", 2: "shuffle", 3: "fletcher32", 32000: "lzf"}
"""The filters of arrays that h5py itself has, by their numbers in HDF5; any other may be a program from elsewhere."""


class _Array(NamedTuple):
    path: str
    shape: tuple[int, ...]
    dtype: str


def read(path: str) -> FileContents:
    """Return the names and shapes in a file, without values.

    Args:
        path: the file of weights.

    Raises:
        WeightsError: h5py is not installed, it is no such file, it is damaged, or its layers have no names.
        OSError: it cannot be opened.
    """
    with _opened(path) as (file, layers):
        arrays = _arrays(file, layers, os.path.getsize(path))
    shapes: dict[str, tuple[int, ...] | None] = {name: each.shape for name, each in arrays.items()}
    return FileContents((StoredStateDict(shapes, dtypes={name: each.dtype for name, each in arrays.items()}),))


def load_tensors(path: str, _: tuple[str, ...] = ()) -> dict[str, Tensor]:
    """Return the arrays of a file as tensors by name.

    Args:
        path: the file of weights. No keys lead to arrays in it.

    Raises:
        WeightsError: as in `read`.
        OSError: it cannot be read.
    """
    import torch

    with _opened(path) as (file, layers):
        arrays = _arrays(file, layers, os.path.getsize(path))
        return {name: torch.from_numpy(file[each.path][()]) for name, each in arrays.items()}


def _import_h5py() -> Any:
    try:
        import h5py
    except ModuleNotFoundError as error:
        if error.name != "h5py":
            raise
        message = "reading this file needs h5py, which is not installed"
        raise WeightsError(message, install_command("keras")) from None
    return h5py


@contextmanager
def _opened(path: str) -> Iterator[tuple[Any, dict[str, str]]]:
    """Open the HDF5 file that a file is, or that an archive holds; with the names of layers that the archive has."""
    h5py = _import_h5py()
    require_regular(path)
    with open(path, "rb") as raw:
        content, layers = _member(raw, path) if path.endswith(KERAS_SUFFIX) else (raw, {})
        try:
            with h5py.File(content, "r") as file:
                yield file, layers
        except WeightsError:
            raise
        except Exception as error:  # HDF5 has no exception of its own for damage
            _fail(clip(str(error).partition("\n")[0], 120))


def _member(raw: Any, path: str) -> tuple[Any, dict[str, str]]:
    """Return the weights in an archive, and the names of its layers.

    The weights are a part of the file if they are stored as they are, else their content.
    """
    try:
        with zipfile.ZipFile(raw) as archive:
            if _WEIGHTS not in archive.namelist():
                raise WeightsError(f"this archive has no `{_WEIGHTS}`", "save it with `model.save` of Keras 3")
            record = archive.getinfo(_WEIGHTS)
            if record.file_size > MAX_RATIO * os.path.getsize(path):
                _refuse_size()
            layers = _layers(archive)
            if record.compress_type != zipfile.ZIP_STORED:
                return io.BytesIO(archive.read(record)), layers
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError) as error:
        _fail(clip(str(error), 120))
    raw.seek(record.header_offset)
    header = raw.read(30)
    lengths = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    return _Part(raw, record.header_offset + 30 + lengths, record.file_size), layers


def _layers(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the names of layers by their groups, from the configuration of the model; none if that is not there."""
    import json

    if _CONFIG not in archive.namelist() or archive.getinfo(_CONFIG).file_size > MAX_CONFIG:
        return {}
    try:
        return names_of_config(json.loads(archive.read(_CONFIG)))
    except (ValueError, RecursionError):
        _fail(f"`{_CONFIG}` is not JSON")


class _Part(io.RawIOBase):
    """A part of an open file, as a file."""

    def __init__(self, raw: Any, start: int, size: int) -> None:
        self._raw, self._start, self._size, self._position = raw, start, size, 0

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it has positions."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a position."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        self._position = max(base + offset, 0)
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Read from the position into a buffer; return how many bytes."""
        self._raw.seek(self._start + self._position)
        room = memoryview(buffer)[: max(self._size - self._position, 0)]
        count: int = self._raw.readinto(room)
        self._position += count
        return count


def _arrays(file: Any, named: dict[str, str], size: int) -> dict[str, _Array]:
    """Return the arrays of numbers in a file of a size, by the names that Keras has for them.

    `named` are the names of layers that stand beside the file.
    """
    h5py = _import_h5py()
    paths: list[tuple[str, Any]] = []

    def visit(path: str, found: Any) -> bool | None:
        paths.append((path, found))
        return True if len(paths) > MAX_OBJECTS else None  # which ends the visit

    file.visititems(visit)  # follows no links to other files
    if len(paths) > MAX_OBJECTS:
        raise WeightsError(f"this file has more than {MAX_OBJECTS:,} groups and arrays", "save the weights alone")
    stored = {path.removesuffix("/vars"): _text(found.attrs.get("name")) for path, found in paths if _is_vars(path)}
    layers = named | {path: name for path, name in stored.items() if name}
    counts = {path: len(found) for path, found in paths if _is_vars(path)}
    arrays: dict[str, _Array] = {}
    total = 0
    for path, found in paths:
        if not isinstance(found, h5py.Dataset) or path.startswith(("optimizer", "top_level_model_weights")):
            continue
        dtype = _checked(path, found)
        total += prod(found.shape) * BITS[dtype] // 8
        if total > MAX_RATIO * size:
            _refuse_size()
        layer, _, number = path.rpartition("/vars/")
        name = keras_3_name(layer, int(number), layers, counts[f"{layer}/vars"]) if layer else older_name(path)
        if name in arrays:
            _fail(f"the array `{clip(name, 60)}` is there twice")
        arrays[name] = _Array(path, tuple(found.shape), dtype)
    if not arrays:
        raise WeightsError("there are no arrays in this file", "save it with `model.save_weights` of Keras")
    return arrays


def _is_vars(path: str) -> bool:
    return path.endswith("/vars")


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value or "")


def _checked(path: str, found: Any) -> str:
    """Return the dtype of an array, by PyTorch's name, after a check that its values are in the file."""
    shown = clip(path, 60)
    dtype = DTYPES.get(found.dtype.str) if found.dtype.names is None else None
    if dtype is None or found.shape is None:
        raise WeightsError(
            f"`{shown}` in this file has values of the dtype {clip(str(found.dtype), 40)}",
            "save arrays of numbers, such as float32",
        )
    if found.is_virtual or found.external:
        raise WeightsError(f"the values of `{shown}` are in another file, which is not read", "save them in one file")
    created = found.id.get_create_plist()
    if any(created.get_filter(index)[0] not in _FILTERS for index in range(created.get_nfilters())):
        raise WeightsError(f"`{shown}` in this file is compressed by a filter other than gzip or lzf", "use gzip")
    if re.search(r"/vars/(?!\d{1,6}$)", path):
        _fail(f"`{shown}` is not the number of an array")
    return dtype


def _refuse_size() -> NoReturn:
    raise WeightsError("this file asks for more memory than the arrays in it take", "save the weights again")


def _fail(reason: str) -> NoReturn:
    raise WeightsError(f"this file of Keras is damaged: {reason}", "download or save the file again") from None
