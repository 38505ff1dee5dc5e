"""The records of a zip archive that `torch.save` wrote, checked before torch maps them.

torch maps the bytes of a record as they stand in the file. Those of a compressed record are not the values of a tensor,
and torch does not notice.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator

from resnetgen.errors import WeightsError
from resnetgen.source.yaml_scalars import clip
from resnetgen.weights.pickle_audit import MAX_PICKLE, audit

_DAMAGED = "download or save the file again"


def check_archive(path: str) -> None:
    """Check that torch can map a file, and that it asks for no more memory than the file has bytes.

    Raises:
        WeightsError: the file is a TorchScript program; a record is compressed, too large or there twice; or the file
            is damaged.
        OSError: it cannot be opened.
    """
    room = os.path.getsize(path)
    try:
        with zipfile.ZipFile(path) as archive:
            _check_program(path, archive.namelist())
            _check_records(path, archive.infolist(), room)
            for content in _pickles(archive):
                audit(content, room)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError) as error:
        raise WeightsError(f"this file is damaged: {damage(error)}", _DAMAGED) from None


def damage(error: Exception) -> str:
    """Return what is wrong with a zip archive, by the exception that reading it raised."""
    # `zipfile` looks for the list of records at the end. The beginning was that of an archive.
    return "it is cut off" if str(error) == "File is not a zip file" else clip(str(error), 120)


def _check_program(path: str, names: list[str]) -> None:
    """Refuse what `torch.jit.save` wrote, such as the files of CLIP: `torch.load` takes it for no state dict."""
    if any(name.partition("/")[2].startswith("code/") for name in names):
        load = f"torch.jit.load({path!r}, map_location='cpu')"
        help = f"if you trust the file, write its state dict: `torch.save({load}.state_dict(), 'new.pth')`"
        raise WeightsError("this is a TorchScript program, not a state dict", help)


def _check_records(path: str, records: list[zipfile.ZipInfo], room: int) -> None:
    names: set[str] = set()
    stored = 0
    for record in records:
        shown = clip(record.filename, 60)
        if record.compress_type != zipfile.ZIP_STORED or record.compress_size != record.file_size:
            load = f"torch.load({path!r}, weights_only=True)"
            help = f"if you trust the file, write it anew: `torch.save({load}, 'new.pth')`"
            raise WeightsError(f"the record `{shown}` in this file is compressed, which `torch.save` never does", help)
        if record.filename in names:
            raise WeightsError(f"this file has the record `{shown}` twice", _DAMAGED)
        names.add(record.filename)
        stored += record.file_size
        if stored > room:
            raise WeightsError("this file is damaged: its records take more bytes than it has", _DAMAGED)
        if record.file_size > MAX_PICKLE and not _holds_values(record.filename):
            message = (
                f"the record `{shown}` takes {record.file_size:,} bytes, and is no tensor; {MAX_PICKLE:,} are allowed"
            )
            raise WeightsError(message, "save the state dict alone: `torch.save(model.state_dict(), path)`")


def _holds_values(name: str) -> bool:
    """Return whether a record holds the values of a tensor, which are mapped."""
    return name.partition("/")[2].startswith("data/")


def _pickles(archive: zipfile.ZipFile) -> Iterator[bytes]:
    for record in archive.infolist():
        if record.filename.endswith("data.pkl"):
            yield archive.read(record)


def pickle_of(path: str) -> bytes:
    """Return the pickle of an archive that `check_archive` accepted: all but the values of tensors.

    Raises:
        WeightsError: there is none.
        OSError: the file cannot be opened.
    """
    with zipfile.ZipFile(path) as archive:
        found = next(_pickles(archive), None)
    if found is None:
        raise WeightsError("this archive holds no state dict", _DAMAGED)
    return found
