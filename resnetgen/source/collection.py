"""Where specs are found: by path, or by name in the collection that ships with resnetgen."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

from resnetgen.diagnostics.model import Diagnostic, Label, Severity, Span, Text
from resnetgen.diagnostics.suggestions import closest
from resnetgen.errors import BaseNotFound, SpecError
from resnetgen.resources import specs_folder
from resnetgen.source.extends import FindBase, extends_error
from resnetgen.source.source import Source, parse, read
from resnetgen.source.unambiguous import unambiguous_match
from resnetgen.source.yaml_scalars import clip

SUFFIXES = (".yaml", ".yml")

ReadUnsaved = Callable[[Path], str | None]
"""The text that an editor holds of a file, where it does."""


@cache
def names() -> dict[str, Path]:
    """Every spec of the collection: its name and its file, the top folder's first, numbers in names by their size."""
    folder = specs_folder()
    return {path.stem: path for path in sorted(folder.rglob("*.yaml"), key=lambda path: _sort_key(path, folder))}


def _sort_key(path: Path, folder: Path) -> tuple[bool, Path, list[tuple[int, str]]]:
    pieces = re.split(r"(\d+)", path.stem)
    return path.parent != folder, path.parent, [(int(piece) if piece.isdigit() else 0, piece) for piece in pieces]


def find(target: str) -> Source:
    """The spec that a path or a name of the collection means; a path wins.

    Raises:
        SpecError: there is neither, or it cannot be read.
    """
    path = Path(target)
    if path.suffix in SUFFIXES or os.sep in target or os.path.isfile(path):
        return _read(path)
    if target in names():
        return shipped(target)
    raise _unknown_spec(target)


def find_base(name: str, source: Source) -> Source:
    """What `extends: NAME` in a spec means: a path relative to that spec, or a name of the collection.

    Raises:
        BaseNotFound: there is no such spec; `help` tells where there may be one.
        SpecError: the path leads out of the spec's own tree, or to what cannot be read.
    """
    return base_finder(source)(name, source)


def base_finder(spec: Source, allow_outside: bool = False, unsaved: ReadUnsaved = lambda path: None) -> FindBase:
    """How the bases of a spec are found, and those of its bases: all in that spec's own tree, unless told otherwise.

    What an editor holds of a base comes before what its file has.
    """

    def find(name: str, source: Source) -> Source:
        if name in names():
            edited = unsaved(names()[name])
            return shipped(name) if edited is None else parse(edited, shipped_display_name(names()[name]))
        path = Path(os.path.normpath(folder_of(source) / name))  # one name for each file, by which circles are found
        outside = "" if allow_outside else _outside_help(path, spec)
        if path.suffix in SUFFIXES:
            if outside:
                raise extends_error(source, "RG113", "`extends` leads out of the project", outside)
            edited = None if "\0" in name else unsaved(path)  # no file, and no document, is called so
            if edited is not None:
                return parse(edited, display_name(path))
            if os.path.isfile(path):
                return _read(path)
            beside = _sibling_specs(path, name, source)
            question = _did_you_mean(closest(path.stem, beside), beside)
            help = f"there is no file `{clip(path.as_posix())}`{question}"
            raise BaseNotFound(clip(name), help, _unambiguous_name(path.stem, beside))
        beside = {} if outside else _sibling_specs(path, name, source)
        known = {name: name for name in names()} | beside
        meant = _unambiguous_name(path.name, known)
        close = f"; did you mean `{meant}`?" if meant else _did_you_mean(closest(path.name, known), known)
        raise BaseNotFound(
            clip(name), f"`resnetgen list` lists the shipped specs, and a path ends in .yaml{close}", meant
        )

    return find


def _outside_help(path: Path, spec: Source) -> str:
    """Where a base of a spec may be, in words, if its path is outside of that; nothing is said of what is there."""
    from resnetgen.source.project_root import ProjectTree, project_tree  # what extends nothing by path does without

    folder = folder_of(spec)
    tree = project_tree(folder)
    with suppress(ValueError):  # a name that no file can have leads nowhere
        if not (tree.holds(path) or ProjectTree(os.path.realpath(specs_folder()), "").holds(path)):
            top = Path(os.path.relpath(tree.root, os.path.realpath(folder))).as_posix()
            where = f"the project's root is `{clip(top, 100)}`, {tree.why}"
            return f"{where}; `--allow-outside` (in Python, `allow_outside=True`) allows bases outside it"
    return ""


def _read(path: Path) -> Source:
    return read(path, display_name(path))


def display_name(path: Path) -> str:
    """How messages name a spec's file; one that is called as those of the collection are shown is told apart."""
    name = path.as_posix()
    return f"./{name}" if is_shipped(name) else name


def _sibling_specs(path: Path, name: str, source: Source) -> dict[str, str]:
    """The other specs in the folder that a name leads to: their names without the ending, and how to extend them."""
    files: list[str] = []
    with suppress(OSError, ValueError):  # whatever keeps the folder from being read, there is a better message for it
        files = [file for file in sorted(os.listdir(path.parent)) if file.endswith(SUFFIXES)]
    stems = {Path(file).stem: file for file in files if path.with_name(file) != Path(source.text.name)}
    return {stem: f"{name.removesuffix(path.name)}{file}" for stem, file in stems.items()}


def _did_you_mean(word: str, specs: dict[str, str]) -> str:
    return f"; did you mean `{specs[word]}`?" if word else ""


def _unambiguous_name(word: str, specs: dict[str, str]) -> str:
    """How to extend the one spec that a word can only mean."""
    found = unambiguous_match(word, specs)
    return specs[found] if found else ""


@cache
def shipped(name: str) -> Source:
    """A spec of the collection, which is read once: many specs extend the same few."""
    return read(names()[name], shipped_display_name(names()[name]))


def folder_of(source: Source) -> Path:
    """The folder that a spec's relative paths start from."""
    return path_of(source.text.name).parent


def path_of(name: str) -> Path:
    """The file that messages call so, wherever the collection is installed."""
    return specs_folder() / name.removeprefix(_COLLECTION) if is_shipped(name) else Path(name)


_COLLECTION = "resnetgen:"


def is_shipped(name: str) -> bool:
    """Whether a file that messages call so is one of the collection, and none of the user's."""
    return name.startswith(_COLLECTION)


def shipped_display_name(path: Path) -> str:
    """How messages name a file of the collection: by its path there, wherever that is installed."""
    return _COLLECTION + path.relative_to(specs_folder()).as_posix()


def specs_in(folder: Path) -> list[Path]:
    """Every spec in a folder and the folders in it, in order; hidden ones, such as `.github`, hold other YAML.

    Raises:
        SpecError: there is none.
    """
    every = (path for ending in SUFFIXES for path in folder.rglob(f"*{ending}") if os.path.isfile(path))
    found = sorted(path for path in every if not any(part.startswith(".") for part in path.relative_to(folder).parts))
    if not found:
        raise _read_error(folder.as_posix(), "there is no spec in this folder", "specs end in .yaml")
    return found


def reject_external_link(path: Path, folder: Path) -> None:
    """Refuse a spec that was found in a folder, and is a link: nobody asked for the file that it leads to.

    Raises:
        SpecError: that file is outside of the tree which the folder belongs to.
    """
    if not os.path.islink(path):
        return
    from resnetgen.source.project_root import project_tree

    if not project_tree(folder).holds(path):
        help = "name the link itself, or follow it with `--allow-outside`"
        raise _read_error(display_name(path), "this link leads out of the project of its folder", help)


def _unknown_spec(target: str) -> SpecError:
    if os.path.isdir(target):
        return _read_error(target, "this is a folder, not a file", "name a spec in it; its path ends in .yaml")
    from difflib import get_close_matches

    close = get_close_matches(target, names(), n=3, cutoff=0.6)
    hint = f"did you mean {' or '.join(f'`{name}`' for name in close)}? " if close else ""
    help = f"{hint}`resnetgen list` lists the shipped specs; a path ends in .yaml"
    return _read_error(target, f"no spec `{target}`: neither a file nor a shipped spec has this name", help)


def _read_error(name: str, message: str, help: str) -> SpecError:
    span = Span(Text(name, ""), 1, 1, 1, 1)
    return SpecError((Diagnostic("RG101", Severity.ERROR, message, Label(span), (), help),))
