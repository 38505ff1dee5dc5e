"""Find specs: by path, or by name in the collection that ships with resnetgen."""

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

STANDARD_INPUT = "<stdin>"
"""The name in messages of a spec that was read from standard input."""

SET_OPTION = "--set"
"""The name in messages of a key that is set on the command line."""

ReadUnsaved = Callable[[Path], str | None]
"""Return the text that an editor holds of a file, or None if it holds none."""


@cache
def names() -> dict[str, Path]:
    """Return every spec of the collection by name: the top folder first, and numbers in names by value."""
    folder = specs_folder()
    return {path.stem: path for path in sorted(folder.rglob("*.yaml"), key=lambda path: _sort_key(path, folder))}


def _sort_key(path: Path, folder: Path) -> tuple[bool, Path, list[tuple[int, str]]]:
    parts = re.split(r"(\d+)", path.stem)
    return path.parent != folder, path.parent, [(int(part) if part.isdigit() else 0, part) for part in parts]


def find(target: str) -> Source:
    """Find and read a spec by its path or its name in the collection; a path wins.

    Args:
        target: a path if it ends in .yaml or .yml, has a path separator or is a file; else a name.

    Raises:
        SpecError: there is no such spec, or it cannot be read.
    """
    path = Path(target)
    if path.suffix in SUFFIXES or os.sep in target or os.path.isfile(path):
        return _read(path)
    if target in names():
        return shipped(target)
    if not target:
        raise _read_error("''", "the name of a spec is empty", "name a file that ends in .yaml, or a shipped spec")
    raise _unknown_spec(target)


def find_base(name: str, source: Source) -> Source:
    """Find the base that `extends: NAME` means in a spec: a path relative to that spec, or a name of the collection.

    Raises:
        BaseNotFound: there is no such spec; `help` says where there may be one.
        SpecError: the path leads out of the spec's project, or its file cannot be read.
    """
    return base_finder(source)(name, source)


def base_finder(spec: Source, allow_outside: bool = False, unsaved: ReadUnsaved = lambda path: None) -> FindBase:
    """Return a function that finds the bases of a spec, and their bases.

    Args:
        spec: the spec whose project the bases have to be in.
        allow_outside: let the bases be anywhere.
        unsaved: the texts of an editor, which come before those of files.
    """

    def find(name: str, source: Source) -> Source:
        if name in names():
            unsaved_text = unsaved(names()[name])
            return shipped(name) if unsaved_text is None else parse(unsaved_text, shipped_display_name(names()[name]))
        path = Path(os.path.normpath(folder_of(source) / name))  # one name for each file, by which circles are found
        outside_help = "" if allow_outside else _outside_help(path, spec)
        if path.suffix in SUFFIXES:
            if outside_help:
                raise extends_error(source, "RG113", "`extends` leads out of the project", outside_help)
            unsaved_text = None if "\0" in name else unsaved(path)  # no file, and no document, is called so
            if unsaved_text is not None:
                return parse(unsaved_text, display_name(path))
            if os.path.isfile(path):
                return _read(path)
            siblings = _sibling_specs(path, name, source)
            question = _did_you_mean(closest(path.stem, siblings), siblings)
            found = path.as_posix()
            what = f", so this is `{clip(found)}`" if found != name else ""
            help = f"a path is relative to the spec that names it{what}{question}"
            raise BaseNotFound(clip(name), help, _unambiguous_name(path.stem, siblings), is_path=True)
        siblings = {} if outside_help else _sibling_specs(path, name, source)
        candidates = {name: name for name in names()} | siblings
        match = _unambiguous_name(path.name, candidates)
        question = f"; did you mean `{match}`?" if match else _did_you_mean(closest(path.name, candidates), candidates)
        raise BaseNotFound(
            clip(name), f"`resnetgen list` lists the shipped specs, and a path ends in .yaml{question}", match
        )

    return find


def _outside_help(path: Path, spec: Source) -> str:
    """Return help if the path of a base is outside the spec's project, else nothing.

    The help tells nothing about what is at the path.
    """
    from resnetgen.source.project_root import ProjectTree, project_tree  # what extends nothing by path does without

    folder = folder_of(spec)
    project = project_tree(folder)
    with suppress(ValueError):  # an impossible file name leads nowhere
        if not (project.contains(path) or ProjectTree(os.path.realpath(specs_folder()), "").contains(path)):
            root = Path(os.path.relpath(project.root, os.path.realpath(folder))).as_posix()
            where = f"the project's root is `{clip(root, 100)}`, {project.reason}"
            return f"{where}; `--allow-outside` (in Python, `allow_outside=True`) allows bases outside it"
    return ""


def _read(path: Path) -> Source:
    """Read the spec in a file."""
    return read(path, display_name(path))


def display_name(path: Path) -> str:
    """Return the name of a user's spec for messages; one that looks like a name of the collection gets a `./`."""
    name = path.as_posix()
    return f"./{name}" if is_shipped(name) else name


def _sibling_specs(path: Path, name: str, source: Source) -> dict[str, str]:
    """Return the other specs in the folder that a name leads to: their stems, and the path that extends each."""
    names: list[str] = []
    with suppress(OSError, ValueError):  # reading the spec reports an unreadable folder with a better message
        names = [file for file in sorted(os.listdir(path.parent)) if file.endswith(SUFFIXES)]
    stems = {Path(file).stem: file for file in names if path.with_name(file) != Path(source.text.name)}
    return {stem: f"{name.removesuffix(path.name)}{file}" for stem, file in stems.items()}


def _did_you_mean(stem: str, specs: dict[str, str]) -> str:
    """Return a question after the closest spec, or nothing."""
    return f"; did you mean `{specs[stem]}`?" if stem else ""


def _unambiguous_name(word: str, specs: dict[str, str]) -> str:
    """Return the value of `extends` for the only spec that a word can mean, or nothing."""
    match = unambiguous_match(word, specs)
    return specs[match] if match else ""


@cache
def shipped(name: str) -> Source:
    """Return a spec of the collection. It is read once, since many specs extend the same few."""
    return read(names()[name], shipped_display_name(names()[name]))


def folder_of(source: Source) -> Path:
    """Return the folder that the relative paths of a spec start from."""
    return path_of(source.text.name).parent


def path_of(name: str) -> Path:
    """Return the path of a file by its name in messages, wherever the collection is installed."""
    return specs_folder() / name.removeprefix(_COLLECTION) if is_shipped(name) else Path(name)


_COLLECTION = "resnetgen:"


def is_shipped(name: str) -> bool:
    """Return whether a name in messages is that of a file of the collection, not of the user's."""
    return name.startswith(_COLLECTION)


def is_users_file(name: str) -> bool:
    """Return whether a name in messages is that of a file of the user: no other program can open the other texts."""
    return not is_shipped(name) and name not in (STANDARD_INPUT, SET_OPTION)


def shipped_display_name(path: Path) -> str:
    """Return the name of a file of the collection for messages: its path there, wherever that is installed."""
    return _COLLECTION + path.relative_to(specs_folder()).as_posix()


def specs_in(folder: Path) -> tuple[list[Path], tuple[SpecError, ...]]:
    """Return every spec in a folder and its subfolders, in order. Hidden folders such as `.github` hold other YAML.

    Returns:
        The specs, and an error for each subfolder that cannot be read.

    Raises:
        SpecError: there is no spec, or the folder itself cannot be read.
    """
    unreadable: list[OSError] = []
    found = []
    for root, folders, files in os.walk(folder, onerror=unreadable.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = (Path(root, name) for name in files if name.endswith(SUFFIXES) and not name.startswith("."))
        found += [path for path in paths if os.path.isfile(path)]
    errors = tuple(
        _read_error(Path(error.filename).as_posix(), f"this folder cannot be read: {error.strerror or error}", _PERMIT)
        for error in unreadable
    )
    if not found:
        raise errors[0] if errors else _read_error(folder.as_posix(), "there is no spec in this folder", _ENDING)
    return sorted(found), errors


_ENDING = "specs end in .yaml"
_PERMIT = "permit reading it, or name the specs one by one"


def reject_external_link(path: Path, folder: Path) -> None:
    """Reject a link, found while searching a folder, that leads out of the folder's project.

    Nobody named the file that it leads to.

    Raises:
        SpecError: the file is outside the project.
    """
    if not os.path.islink(path):
        return
    from resnetgen.source.project_root import project_tree

    if not project_tree(folder).contains(path):
        help = "name the link itself, or follow it with `--allow-outside`"
        raise _read_error(display_name(path), "this link leads out of the project of its folder", help)


def _unknown_spec(target: str) -> SpecError:
    if os.path.isdir(target):
        return _read_error(target, "this is a folder, not a file", "name a spec in it; its path ends in .yaml")
    from difflib import get_close_matches

    matches = get_close_matches(target, names(), n=3, cutoff=0.6)
    hint = f"did you mean {' or '.join(f'`{name}`' for name in matches)}? " if matches else ""
    help = f"{hint}`resnetgen list` lists the shipped specs; a path ends in .yaml"
    return _read_error(target, f"no spec `{target}`: neither a file nor a shipped spec has this name", help)


def _read_error(name: str, message: str, help: str) -> SpecError:
    span = Span(Text(name, ""), 1, 1, 1, 1)
    return SpecError((Diagnostic("RG101", Severity.ERROR, message, Label(span), (), help),))
