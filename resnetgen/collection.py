"""Where specs are found: by path, or by name in the collection that ships with resnetgen."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from functools import cache
from pathlib import Path

from resnetgen.diagnostics.model import Diagnostic, Label, Severity, Span, SpecError, Text
from resnetgen.diagnostics.nearest import near, nearest
from resnetgen.resources import specs_folder
from resnetgen.scalars import clip
from resnetgen.source import Source, read

ENDINGS = (".yaml", ".yml")


@cache
def names() -> dict[str, Path]:
    """Every spec of the collection: its name and its file, the top folder's first, numbers in names by their size."""
    folder = specs_folder()
    return {path.stem: path for path in sorted(folder.rglob("*.yaml"), key=lambda path: _order(path, folder))}


def _order(path: Path, folder: Path) -> tuple[bool, Path, list[tuple[int, str]]]:
    pieces = re.split(r"(\d+)", path.stem)
    return path.parent != folder, path.parent, [(int(piece) if piece.isdigit() else 0, piece) for piece in pieces]


def find(target: str) -> Source:
    """The spec that a path or a name of the collection means; a path wins.

    Raises:
        SpecError: there is neither, or it cannot be read.
    """
    path = Path(target)
    if path.suffix in ENDINGS or os.sep in target or os.path.isfile(path):
        return read(path)
    if target in names():
        return shipped(target)
    raise _unknown(target)


def find_base(name: str, source: Source) -> Source | str:
    """What `extends: NAME` in a spec means: a path relative to that spec, or a name of the collection.

    Where there is no such spec, a few words on where there may be one.
    """
    if name in names():
        return shipped(name)
    path = Path(os.path.normpath(folder_of(source) / name))  # one name for each file, by which circles are found
    if path.suffix in ENDINGS:
        if os.path.isfile(path):
            return read(path)
        return f"there is no file `{clip(path.as_posix())}`{_beside(path, name, source)}"
    close = _beside(path, name, source) or nearest(name, names())
    return f"`resnetgen list` shows the collection, and a path ends in .yaml{close}"


def _beside(path: Path, name: str, source: Source) -> str:
    """A question after another spec in the same folder with a name like that."""
    files: list[str] = []
    with suppress(OSError, ValueError):  # whatever keeps the folder from being read, there is a better message for it
        files = [file for file in sorted(os.listdir(path.parent)) if file.endswith(ENDINGS)]
    stems = {Path(file).stem: file for file in files if path.with_name(file) != Path(source.text.name)}
    word = near(path.stem, stems)
    return f"; did you mean `{name.removesuffix(path.name)}{stems[word]}`?" if word else ""


@cache
def shipped(name: str) -> Source:
    """A spec of the collection, which is read once: many specs extend the same few."""
    return read(names()[name], shown(names()[name]))


def folder_of(source: Source) -> Path:
    """The folder that a spec's relative paths start from."""
    name = source.text.name
    if name.startswith(_COLLECTION):
        return (specs_folder() / name.removeprefix(_COLLECTION)).parent
    return Path(name).parent


_COLLECTION = "resnetgen:"


def shown(path: Path) -> str:
    """How messages name a file of the collection: by its path there, wherever that is installed."""
    return _COLLECTION + path.relative_to(specs_folder()).as_posix()


def specs_in(folder: Path) -> list[Path]:
    """Every spec in a folder and the folders in it, in order; hidden ones, such as `.github`, hold other YAML.

    Raises:
        SpecError: there is none.
    """
    every = (path for ending in ENDINGS for path in folder.rglob(f"*{ending}") if os.path.isfile(path))
    found = sorted(path for path in every if not any(part.startswith(".") for part in path.relative_to(folder).parts))
    if not found:
        raise _refused(folder.as_posix(), "there is no spec in this folder", "specs end in .yaml")
    return found


def _unknown(target: str) -> SpecError:
    from difflib import get_close_matches

    close = get_close_matches(target, names(), n=3, cutoff=0.6)
    hint = f"did you mean {' or '.join(f'`{name}`' for name in close)}? " if close else ""
    help = f"{hint}`resnetgen list` shows the collection; a path ends in .yaml"
    return _refused(target, f"there is no spec `{target}`, neither as a file nor in the collection", help)


def _refused(name: str, message: str, help: str) -> SpecError:
    span = Span(Text(name, ""), 1, 1, 1, 1)
    return SpecError((Diagnostic("RG101", Severity.ERROR, message, Label(span), (), help),))
