"""Completions at the cursor: keys, values and names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from resnetgen import codes
from resnetgen.ir.stem_map import STEM
from resnetgen.jsonschema import EXTENDS
from resnetgen.lsp import key_docs
from resnetgen.lsp.cursor import Cursor, locate_cursor
from resnetgen.lsp.expected_types import ExpectedType, accepts, expected_types, keys, mapping_types, records, value_at
from resnetgen.lsp.expected_types import words as words_of
from resnetgen.lsp.spaces import as_drawn, space_keys, space_words
from resnetgen.lsp.symbols import block_types, has_stem, head_names, specs, stage_names, width_names
from resnetgen.lsp.workspace import OpenDocument, Workspace
from resnetgen.schema.fields import HERE, Code
from resnetgen.schema.record import Record
from resnetgen.schema.widths import Width, WidthOrHere
from resnetgen.spec.block_options import BlockDefaults
from resnetgen.spec.spec import Head


class Completion(NamedTuple):
    """A completion: text that replaces the characters from `start` up to the cursor.

    `kind` is key, word, spec, file, folder, block, stage, width or code; `about` is Markdown.
    """

    label: str
    insert: str
    start: int
    kind: str
    about: str = ""


def complete(workspace: Workspace, document: OpenDocument, place: int) -> list[Completion]:
    """Return the completions at an offset of a document, each once, in the order of the language."""
    at = locate_cursor(document.text, place)
    if at is None:
        return []
    found = _keys(workspace, document, at) if at.in_key else _values(workspace, document, at)
    return list({item.label: item for item in reversed(list(found))}.values())[::-1]


_NAMED = {("stages",): stage_names, ("blocks",): block_types, ("heads",): head_names}
"""The mappings whose keys are names, each with the names that a spec and its bases have there."""


def _keys(workspace: Workspace, document: OpenDocument, at: Cursor) -> Iterator[Completion]:
    of_space = space_keys(at.path, at.data)
    if not of_space.replace:
        yield from _spec_keys(workspace, document, _as_drawn(at))
    for key, about in of_space.meanings.items():
        if key not in at.written:
            yield _key(at, key, about)


def _as_drawn(at: Cursor) -> Cursor:
    path, data = as_drawn(at.path, at.data)
    return at._replace(path=path, data=data)


def _spec_keys(workspace: Workspace, document: OpenDocument, at: Cursor) -> Iterator[Completion]:
    if not at.path and "extends" not in at.written:
        yield _key(at, "extends", EXTENDS)
    if at.path in _NAMED:  # the keys are names, of which the base has some
        for name, about in _NAMED[at.path](workspace, document, at.data, own=False).items():
            if name not in at.written:
                yield _key(at, name, about)
    for expected in expected_types(at.path, at.data):
        yield from _keys_of(expected, at)


def _keys_of(expected: ExpectedType, at: Cursor) -> Iterator[Completion]:
    value = value_at(at.path, at.data)
    for record, key in _record_keys(expected, value):
        if key not in at.written:
            yield _key(at, key, key_docs.about_key(record, key))
    for names, _ in mapping_types(expected):
        for word in words_of(ExpectedType(names)):
            if word.text not in at.written:
                yield _key(at, word.text, "")
        if accepts(ExpectedType(names), Code):
            for code in codes.warnings():
                if code not in at.written:
                    yield _key(at, code, codes.pages()[code].title)


def _record_keys(expected: ExpectedType, value: object) -> Iterator[tuple[type[Record], str]]:
    """Yield the keys of a mapping's record. While it may be one of several records, yield those that decide which."""
    found = records(expected, value)
    for record in found:
        for key in keys(record, value)[: 1 if len(found) > 1 else None]:
            yield record, key


def _key(at: Cursor, name: str, about: str) -> Completion:
    return Completion(name, name if at.colon else f"{name}: ", at.start, "key", about)


def _values(workspace: Workspace, document: OpenDocument, at: Cursor) -> Iterator[Completion]:
    of_space = space_words(at.path, at.data)
    if of_space is not None:
        yield from (Completion(word, word, at.start, "word") for word in of_space)
        return
    at = _as_drawn(at)
    if at.path == ("extends",):
        for name, kind, about in specs(document, at.word):
            yield Completion(name, name, at.start, kind, about)
    for expected in expected_types(at.path, at.data):
        yield from _names(workspace, document, at, expected)
        for word in words_of(expected, value_at(at.path, at.data)):
            if word.text != HERE or at.path[0] == "blocks":
                yield Completion(word.text, word.text, at.start, "word", key_docs.about_word(word))
        yield from _entries(expected, at)


_STEM_MAP = "The stem's last map before the pools and padding that end it."


def _names(workspace: Workspace, document: OpenDocument, at: Cursor, expected: ExpectedType) -> Iterator[Completion]:
    """Yield the names that the spec defines or can refer to: bases, block types, stages, widths."""
    if expected.field == "type" and expected.owner is not None and issubclass(expected.owner, BlockDefaults):
        for name, about in block_types(workspace, document, at.data).items():
            yield Completion(name, name, at.start, "block", about)
    elif expected.field == "features" and expected.owner is Head:
        taken = value_at(at.path[:-1], at.data)
        stem = {STEM: _STEM_MAP} if has_stem(workspace, document, at.data) else {}
        for name, about in {**stem, **stage_names(workspace, document, at.data)}.items():
            if not (isinstance(taken, list) and name in taken):
                yield Completion(name, name, at.start, "stage", about)
    elif accepts(expected, Width, WidthOrHere):
        start = at.start + len(at.word) - len(_trailing_name(at.word))
        for name, about in width_names(at.path, at.data).items():
            yield Completion(name, name, start, "width", about)


def _trailing_name(word: str) -> str:
    """Return the name at the end of a width expression; empty if it ends in an operator or a number."""
    name = word[len(word.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789")) :]
    return name if name.isidentifier() else ""


def _entries(expected: ExpectedType, at: Cursor) -> Iterator[Completion]:
    """Yield the keys that can begin a list entry that is a mapping, such as a layer."""
    if at.path and isinstance(at.path[-1], int):
        for record, key in _record_keys(expected, None):
            insert = f"{{{key}: " if at.in_brackets else f"{key}: "
            yield Completion(key, insert, at.start, "key", key_docs.about_key(record, key))
