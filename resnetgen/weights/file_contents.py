"""The tensors of a file of weights, without their values."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

Shapes = dict[str, tuple[int, ...] | None]
"""The shape of each tensor by name; None for what is not a tensor."""

COUNTER = ".num_batches_tracked"
"""The end of the name of a batch norm's counter, which PyTorch supplies where a file lacks it."""

_NOTHING: Mapping[str, str] = MappingProxyType({})


class StoredStateDict(NamedTuple):
    """One state dict in a file: `keys` are the keys of the file that lead to it, none if the file is one.

    `versions` are the versions of the modules by name, which PyTorch keeps beside a state dict; None if the file has
    none. `dtypes` are those of the tensors by name, in PyTorch's words; empty where they were not asked for. `remarks`
    are sentences about how it was read.
    """

    shapes: Shapes
    versions: Mapping[str, int] | None = None
    keys: tuple[str, ...] = ()
    dtypes: Mapping[str, str] = _NOTHING
    remarks: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The keys with dots between them; empty if the file is the state dict."""
        return ".".join(self.keys)


class FileContents(NamedTuple):
    """The state dicts in a file, the most likely one first, and the texts that the format keeps beside the tensors."""

    state_dicts: tuple[StoredStateDict, ...]
    metadata: Mapping[str, str] = _NOTHING

    @property
    def shapes(self) -> Shapes:
        """The shapes of the most likely state dict."""
        return self.state_dicts[0].shapes


class Structure(NamedTuple):
    """The contents of a file, and the names of the classes of what is not read in it.

    `programs` are the names that run a program when the file is loaded by others.
    """

    contents: FileContents
    unread: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
