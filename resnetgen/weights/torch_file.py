"""Read files written by `torch.save`, such as `.pth`, with torch: without running their code, mostly without values."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Mapping
from typing import Any, NoReturn

from resnetgen.errors import WeightsError
from resnetgen.installation import install_command
from resnetgen.source.yaml_scalars import clip
from resnetgen.weights.file_contents import FileContents, StoredStateDict
from resnetgen.weights.number_types import QUANTIZED_HELP
from resnetgen.weights.pickle_audit import MAX_PICKLE, audit_legacy
from resnetgen.weights.regular_file import require_regular
from resnetgen.weights.state_dicts import SAVE_STATE_DICT, StateDict, state_dicts, versions
from resnetgen.weights.torch_archive import check_archive

_LONGEST_REASON = 300
"""The most characters of torch's message that are quoted."""


def read(path: str) -> FileContents:
    """Return the names and shapes in a file.

    Args:
        path: the file of weights.

    Returns:
        The state dicts: the shapes of their tensors, the versions of their modules, and the keys that lead to them.

    Raises:
        WeightsError: torch is not installed or cannot read the file, or there is no state dict in it.
        OSError: it cannot be opened.
    """
    tensor = _import_torch().Tensor
    try:
        content = _load(path, "meta")
    except _OtherObjects as error:
        return _read_as_data(path, error)
    found = state_dicts(content, lambda value: isinstance(value, tensor))
    _reject_sparse(found[0].content, tensor)
    return FileContents(tuple(_stored(each, tensor) for each in found))


class _OtherObjects(WeightsError):
    """torch refuses a file, since it holds objects of other classes than its own."""


def _read_as_data(path: str, refusal: _OtherObjects) -> FileContents:
    """Return the names and shapes in a file that torch refuses, read without importing or running anything of it.

    Raises:
        WeightsError: the file calls what runs programs, or there is no state dict in it: that is the refusal.
    """
    from resnetgen.weights import torch_structure
    from resnetgen.weights.pickled_objects import refuse_programs

    try:
        refuse_programs(torch_structure.unpickled(path).programs)
        found = torch_structure.read(path)
    except WeightsError as error:
        raise (error if error.code else refusal) from None
    if not found.unread:
        return found.contents
    more = f" and {len(found.unread) - 1:,} more" if len(found.unread) > 1 else ""
    remark = f"left out objects of other classes than tensors: `{found.unread[0]}`{more}"
    stored = (each._replace(remarks=(*each.remarks, remark)) for each in found.contents.state_dicts)
    return found.contents._replace(state_dicts=tuple(stored))


def _stored(found: StateDict, tensor: Any) -> StoredStateDict:
    state = found.content
    shapes = {str(name): _shape(value, tensor) for name, value in state.items()}
    dtypes = {
        str(name): str(value.dtype).removeprefix("torch.") for name, value in state.items() if isinstance(value, tensor)
    }
    return StoredStateDict(shapes, versions(state), found.keys, dtypes)


def load_tensors(path: str, keys: tuple[str, ...] = (), *, mapped: bool = True) -> Mapping[str, Any]:
    """Return a state dict of a file, on the CPU, with the metadata of `state_dict()`.

    Args:
        path: the file.
        keys: the keys that lead to the state dict.
        mapped: read values when they are used, where the format allows that; else all at once.

    Returns:
        The tensors by name, in the order of the file.

    Raises:
        WeightsError: as in `read`, or a tensor has no values.
        OSError: it cannot be opened.
    """
    tensor = _import_torch().Tensor
    try:
        state = _load(path, "cpu", mapped=mapped)
    except _OtherObjects:
        from resnetgen.weights import torch_values

        return torch_values.load_tensors(path, keys)
    for key in keys:
        state = state.get(key) if isinstance(state, Mapping) else None
    if not isinstance(state, Mapping):
        raise WeightsError("there is no state dict in this file", SAVE_STATE_DICT)
    _reject_sparse(state, tensor)
    empty = next((name for name, value in state.items() if isinstance(value, tensor) and value.is_meta), None)
    if empty is not None:
        raise WeightsError(
            f"the tensor `{empty}` was saved without its values, from the device `meta`", SAVE_STATE_DICT
        )
    return state


def _reject_sparse(state: Mapping[Any, Any], tensor: Any) -> None:
    """Reject sparse tensors, which cannot be copied into parameters.

    Raises:
        WeightsError: there is one.
    """
    strided = _import_torch().strided
    sparse = next(
        (name for name, value in state.items() if isinstance(value, tensor) and value.layout != strided), None
    )
    if sparse is not None:
        raise WeightsError(
            f"the tensor `{sparse}` is sparse", "save it as a dense tensor, which its `to_dense()` returns"
        )


def _load(path: str, device: str, *, mapped: bool = True) -> Any:
    torch = _import_torch()
    require_regular(path)
    zipped = _check(path)
    try:
        with warnings.catch_warnings():  # about torch itself, or the reason for which the file is refused
            warnings.simplefilter("ignore")
            return torch.load(path, map_location=device, weights_only=True, mmap=(zipped and mapped) or None)
    except Exception as error:  # an untrusted file may raise any exception
        _fail(error)


def _check(path: str) -> bool:
    """Check a file before torch reads it; return whether it is a zip archive, which torch can map.

    Raises:
        WeightsError: torch did not save it, or it asks for more memory than it has bytes.
    """
    with open(path, "rb") as file:
        start = file.read(4)
        if start.startswith(b"PK\x03\x04"):  # what torch has written since 1.6
            check_archive(path)
            return True
        if start.startswith(b"\x80"):  # a pickle, as before
            audit_legacy(start + file.read(MAX_PICKLE), os.fstat(file.fileno()).st_size)
            return False
    raise WeightsError("this is not a file that torch saved", "download or save the file again")


def _import_torch() -> Any:
    try:
        import torch
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        help = f"{install_command('torch')}, or save the weights as .safetensors, which needs no torch"
        raise WeightsError("reading this file needs torch, which is not installed", help) from None
    return torch


def _fail(error: Exception) -> NoReturn:
    # torch has no exception type of its own for content that `weights_only` forbids, so its text has to tell. If that
    # text changes, the file is still refused, with torch's own reason.
    if "weights_only" in str(error) or "Unsupported" in str(error):
        message = "this file holds more than tensors: reading the rest would run code from the file"
        raise _OtherObjects(message, SAVE_STATE_DICT) from None
    if "Quantized" in str(error):  # torch makes none without values
        raise WeightsError("this file holds quantized tensors", QUANTIZED_HELP) from None
    message = f"torch cannot read this file: {_first_sentence(str(error)) or type(error).__name__}"
    raise WeightsError(message, "download or save the file again") from None


def _first_sentence(text: str) -> str:
    """Return the first sentence of torch's message, whole unless it is very long."""
    line = text.strip().partition("\n")[0]
    return clip(re.split(r"(?<=[.!?;])\s", line, maxsplit=1)[0].rstrip(".;"), _LONGEST_REASON)


def _shape(value: Any, tensor: Any) -> tuple[int, ...] | None:
    return tuple(map(int, value.shape)) if isinstance(value, tensor) else None
