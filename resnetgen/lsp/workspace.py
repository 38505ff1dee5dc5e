"""The open documents and the compiler's results for them, computed on demand and cached until a change."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from resnetgen.compiler import Compiled, compile_source, with_scalar_fixes
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.errors import AbstractSpecError, DesignSpaceError, SpecError
from resnetgen.lsp.detect import is_spec
from resnetgen.resources import specs_folder
from resnetgen.source import collection
from resnetgen.source.extends import Document, FindBase, resolve
from resnetgen.source.source import Source, parse
from resnetgen.spaces.recognition import spaces_recognized

DiagnosticFilter = Callable[[Path | None, tuple[Diagnostic, ...]], tuple[Diagnostic, ...]]
"""A function that selects the diagnostics to show, by the settings for the spec's file, which may be None."""

Recognize = Callable[[Path | None, str], bool]
"""Return whether a document is a spec, judged by its path and its text."""

UNSAVED = "untitled"
"""The name of a document without a file, in messages."""


class OpenDocument(NamedTuple):
    """A document as the editor has it; `bom` tells whether a byte order mark was removed from its text.

    For a document without a file, `path` is None and `real`, the path with all links resolved, is empty. `name` is what
    messages call it: for a file, what they call that.
    """

    name: str
    path: Path | None
    real: str
    text: str
    bom: bool
    is_spec: bool


def open_document(path: Path | None, text: str, recognize: Recognize = is_spec) -> OpenDocument:
    """Return a document with this text."""
    bare = text.removeprefix("\ufeff")
    real = "" if path is None else os.path.realpath(path)
    return OpenDocument(_name(path, real), path, real, bare, bare != text, recognize(path, bare))


def _name(path: Path | None, real: str) -> str:
    if path is None:
        return UNSAVED
    folder = os.path.realpath(specs_folder())
    if real.startswith(os.path.join(folder, "")):
        return collection.shipped_display_name(specs_folder() / os.path.relpath(real, folder))
    return path.as_posix()


class CheckedDocument(NamedTuple):
    """The compiler's result for a document: `source` is None if it cannot be read, `compiled` if it has errors.

    `bases` are the real paths of the files of its bases, missing ones included.
    """

    document: OpenDocument
    source: Source | None
    compiled: Compiled | None
    diagnostics: tuple[Diagnostic, ...]
    bases: frozenset[str]


class Workspace:
    """The open documents by URI, including those that are no specs, since they may be bases."""

    def __init__(
        self,
        keep: DiagnosticFilter = lambda path, diagnostics: diagnostics,
        *,
        allow_outside: bool = False,
        recognize: Recognize = is_spec,
    ) -> None:
        self._keep = keep
        self._recognize = recognize
        self._allow_outside = allow_outside
        self._opened: dict[str, OpenDocument] = {}
        self._checked: dict[str, CheckedDocument] = {}

    def put(self, key: str, path: Path | None, text: str) -> list[str]:
        """Open a document, or change its text; return the other specs that have to be checked again."""
        self._opened[key] = open_document(path, text, self._recognize)
        return self._forget(key)

    def remove(self, key: str) -> list[str]:
        """Close a document, so that its file counts; return the specs that have to be checked again."""
        outdated = self._forget(key)
        self._opened.pop(key, None)
        return outdated

    def forget_files(self) -> None:
        """Drop everything read from files, the collection included, since files may have changed."""
        collection.names.cache_clear()
        collection.shipped.cache_clear()
        self._checked.clear()

    def is_shipped(self, key: str) -> bool:
        """Return whether a document is a spec of the collection."""
        return key in self._opened and collection.is_shipped(self._opened[key].name)

    def keys(self) -> tuple[str, ...]:
        """Return the URIs of the open documents."""
        return tuple(self._opened)

    def document(self, key: str | None) -> OpenDocument | None:
        """Return an open document, spec or not."""
        return None if key is None else self._opened.get(key)

    def spec(self, key: str) -> OpenDocument | None:
        """Return an open document if it is a spec."""
        found = self._opened.get(key)
        return found if found is not None and found.is_spec else None

    def checked(self, key: str) -> CheckedDocument | None:
        """Return the compiler's result for an open document; None if it is no spec."""
        found = self.spec(key)
        if found is not None and key not in self._checked:
            self._checked[key] = self._check(found)
        return self._checked.get(key)

    def check_text(self, document: OpenDocument, text: str) -> CheckedDocument:
        """Return the compiler's result for a document with another text."""
        return self._check(open_document(document.path, text, self._recognize))

    def key_of(self, path: Path) -> str | None:
        """Return the URI of the open document with this file; None if it is not open."""
        real = os.path.realpath(path)
        return next((key for key, each in self._opened.items() if each.real == real), None)

    def resolve_bases(self, document: OpenDocument, extends: object) -> Document | None:
        """Return all bases of a document merged into one, by its `extends` alone; None if one is missing."""
        from json import dumps

        if not isinstance(extends, str):
            return None
        try:  # of a document that may be no YAML, no more is known than this line
            line = parse(f"extends: {dumps(extends)}", document.name)
            return resolve(line, self._bases(line, set()))
        except SpecError:
            return None

    def _forget(self, key: str) -> list[str]:
        """Drop the results of a document and of all specs that extend it, directly or not; return those specs."""
        self._checked.pop(key, None)
        real = self._opened[key].real if key in self._opened else ""
        outdated = [other for other, checked in self._checked.items() if real in checked.bases]
        for other in outdated:
            del self._checked[other]
        return outdated

    def _check(self, document: OpenDocument) -> CheckedDocument:
        read: set[str] = set()
        source = compiled = None
        try:
            with with_scalar_fixes():
                source = parse(document.text, document.name)
            find_base = self._bases(source, read)
            with spaces_recognized(source, self._allow_outside, find_base):
                compiled = compile_source(source, find_base=find_base)
            diagnostics: Iterable[Diagnostic] = compiled.warnings
        except AbstractSpecError:
            diagnostics = ()
        except DesignSpaceError as error:
            diagnostics = error.found
        except SpecError as error:
            diagnostics = error.diagnostics
        return CheckedDocument(
            document, source, compiled, self._keep(document.path, tuple(diagnostics)), frozenset(read)
        )

    def _bases(self, source: Source, read: set[str]) -> FindBase:
        """Return the function that finds bases, open documents first; it records the paths looked up in `read`."""

        def unsaved(path: Path) -> str | None:
            read.add(os.path.realpath(path))
            key = self.key_of(path)
            return None if key is None else self._opened[key].text

        return collection.base_finder(source, self._allow_outside, unsaved)
