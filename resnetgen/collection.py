"""Where specs are found: by path, or by name in the collection that ships with resnetgen."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from functools import cache
from pathlib import Path

from resnetgen.confines import Tree, tree_of
from resnetgen.diagnostics.model import Diagnostic, Label, Severity, Span, SpecError, Text
from resnetgen.diagnostics.nearest import near, nearest
from resnetgen.extends import FindBase, refusal
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
        return _read(path)
    if target in names():
        return shipped(target)
    raise _unknown(target)


def find_base(name: str, source: Source) -> Source | str:
    """What `extends: NAME` in a spec means: a path relative to that spec, or a name of the collection.

    Where there is no such spec, a few words on where there may be one.

    Raises:
        SpecError: the path leads out of the spec's own tree, or to what cannot be read.
    """
    return bases_of(source)(name, source)


def bases_of(spec: Source, allow_outside: bool = False) -> FindBase:
    """How the bases of a spec are found, and those of its bases: all in that spec's own tree, unless told otherwise."""

    def find(name: str, source: Source) -> Source | str:
        if name in names():
            return shipped(name)
        path = Path(os.path.normpath(folder_of(source) / name))  # one name for each file, by which circles are found
        outside = "" if allow_outside else _outside(path, spec)
        if path.suffix in ENDINGS:
            if outside:
                raise refusal(source, "RG113", "`extends` leaves the spec's own tree", outside)
            if os.path.isfile(path):
                return _read(path)
            return f"there is no file `{clip(path.as_posix())}`{_beside(path, name, source)}"
        close = ("" if outside else _beside(path, name, source)) or nearest(name, names())
        return f"`resnetgen list` shows the collection, and a path ends in .yaml{close}"

    return find


def _outside(path: Path, spec: Source) -> str:
    """Where a base of a spec may be, in words, if its path is outside of that; nothing is said of what is there."""
    folder = folder_of(spec)
    tree = tree_of(folder)
    with suppress(ValueError):  # a name that no file can have leads nowhere
        if not (tree.holds(path) or Tree(os.path.realpath(specs_folder()), "").holds(path)):
            top = Path(os.path.relpath(tree.root, os.path.realpath(folder))).as_posix()
            where = f"the tree is `{clip(top, 100)}`, {tree.why}"
            return f"{where}; `--allow-outside`, in Python `allow_outside=True`, lets bases be anywhere"
    return ""


def _read(path: Path) -> Source:
    """A spec's file; one that is called as those of the collection are shown is told apart from them."""
    shown = path.as_posix()
    return read(path, f"./{shown}" if shown.startswith(_COLLECTION) else shown)


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
