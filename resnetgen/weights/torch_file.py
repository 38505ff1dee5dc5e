"""Read files written by `torch.save`, such as `.pth`, with torch: without running their code, mostly without values."""

from __future__ import annotations

import os
import re
import stat
import warnings
from collections.abc import Mapping
from typing import Any, NoReturn

from resnetgen.errors import WeightsError, WorkLimitError
from resnetgen.installation import install_command
from resnetgen.source.yaml_scalars import clip
from resnetgen.weights.file_contents import FileContents
from resnetgen.weights.pickle_audit import MAX_PICKLE, audit_legacy
from resnetgen.weights.torch_archive import check_archive
from resnetgen.work_budget import WorkBudget

MAX_VALUES = 1_000_000
"""The most values that are looked at to find the state dict in a file."""

STATE_DICT_KEYS = (
    "state_dict",
    "model_state_dict",
    "model",
    "state_dict_ema",
    "model_ema",
    "net",
    "network",
    "weights",
)
"""Keys under which training checkpoints hold the state dict; the first that exists is taken."""

_LONGEST_REASON = 300
"""The most characters of torch's message that are quoted."""

_SAVE_STATE_DICT = "save the state dict alone: `torch.save(model.state_dict(), path)`"


def read(path: str) -> FileContents:
    """Return the names and shapes in a file.

    Args:
        path: the file of weights.

    Returns:
        The shape of each tensor by name, the versions of the modules, and the key that the state dict is under.

    Raises:
        WeightsError: torch is not installed or cannot read the file, or there is no state dict in it.
        OSError: it cannot be opened.
    """
    tensor = _import_torch().Tensor
    inside, state = _find_state_dict(_load(path, "meta"), tensor)
    _reject_sparse(state, tensor)
    shapes = {str(name): _shape(value, tensor) for name, value in state.items()}
    return FileContents(shapes, _versions(state), inside)


def load_tensors(path: str, *, mapped: bool = True) -> Mapping[str, Any]:
    """Return the state dict of a file, on the CPU, with the metadata of `state_dict()`.

    Args:
        path: the file.
        mapped: read values when they are used, where the format allows that; else all at once.

    Returns:
        The tensors by name, in the order of the file.

    Raises:
        WeightsError: as in `read`, or a tensor has no values.
        OSError: it cannot be opened.
    """
    tensor = _import_torch().Tensor
    state = _find_state_dict(_load(path, "cpu", mapped=mapped), tensor)[1]
    _reject_sparse(state, tensor)
    empty = next((name for name, value in state.items() if isinstance(value, tensor) and value.is_meta), None)
    if empty is not None:
        raise WeightsError(
            f"the tensor `{empty}` was saved without its values, from the device `meta`", _SAVE_STATE_DICT
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
            f"the tensor `{sparse}` is sparse", f"save it with its zeros: `{sparse}` as `.to_dense()` of it"
        )


def _load(path: str, device: str, *, mapped: bool = True) -> Any:
    torch = _import_torch()
    if not stat.S_ISREG(os.stat(path).st_mode):  # opening a pipe would wait for a writer
        raise WeightsError("this is a folder or a device, not a file")
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
        raise WeightsError(message, _SAVE_STATE_DICT) from None
    message = f"torch cannot read this file: {_first_sentence(str(error)) or type(error).__name__}"
    raise WeightsError(message, "download or save the file again") from None


def _first_sentence(text: str) -> str:
    """Return the first sentence of torch's message, whole unless it is very long."""
    line = text.strip().partition("\n")[0]
    return clip(re.split(r"(?<=[.!?;])\s", line, maxsplit=1)[0].rstrip(".;"), _LONGEST_REASON)


def _find_state_dict(content: Any, tensor: Any) -> tuple[str, Mapping[Any, Any]]:
    """Return the state dict of a file, and the key that holds it; the key is empty if the file is the state dict."""
    budget = WorkBudget(MAX_VALUES)
    try:
        inside, state = "", content
        if isinstance(content, Mapping) and not _holds_tensors(content, tensor, budget):
            names = (key for key in (*STATE_DICT_KEYS, *content) if isinstance(key, str))
            found = next((name for name in names if _holds_tensors(content.get(name), tensor, budget)), None)
            inside, state = ("", None) if found is None else (found, content[found])
        if _holds_tensors(state, tensor, budget):
            return inside, state
    except WorkLimitError:
        pass
    raise WeightsError("there is no state dict in this file", _SAVE_STATE_DICT)


def _holds_tensors(value: Any, tensor: Any, budget: WorkBudget) -> bool:
    """Return whether a value is a mapping with tensors.

    Raises:
        WorkLimitError: too many values were looked at.
    """
    if not isinstance(value, Mapping):
        return False
    for each in value.values():
        budget.spend()
        if isinstance(each, tensor):
            return True
    return False


def _shape(value: Any, tensor: Any) -> tuple[int, ...] | None:
    return tuple(map(int, value.shape)) if isinstance(value, tensor) else None


def _versions(state: Mapping[Any, Any]) -> dict[str, int] | None:
    """Return the versions of the modules, which `state_dict()` leaves beside its result and `torch.save` keeps."""
    metadata = getattr(state, "_metadata", None)
    if not isinstance(metadata, Mapping):
        return None
    return {
        str(name): entry["version"]
        for name, entry in metadata.items()
        if isinstance(entry, Mapping) and type(entry.get("version")) is int
    }
