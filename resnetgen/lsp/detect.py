"""Detection of specs among the YAML documents that an editor opens.

A document is a spec where

- a comment before anything else names resnetgen, such as `# a spec of resnetgen`;
- or its keys at the top tell it: `extends`, with a name or a path or nothing yet, beside `name` or another telling key;
  or `stages`, which is no list, beside one. Telling are keys that specs have and few other files;
- or it lies in a folder called `specs`, at any depth, and at least half of its keys at the top are a spec's.

A file whose name begins with a dot never is. Other kinds of file have `stages` or `extends` too: pipelines, style
rules, containers. They get no answer.
"""

from __future__ import annotations

import re
from pathlib import Path

from resnetgen.lsp.tolerant_yaml.block import parse_tolerant
from resnetgen.source.collection import SUFFIXES
from resnetgen.spec.spec import Spec

_COMMENTS = re.compile(r"(?>(?:[ \t\r]*+(?:#[^\n]*+)?\n){1,1000})")
"""Blank lines and comments; possessive, since it would else try every part of a text of blank lines. They are matched a
thousand at a time: of a million, `re` would keep 100 MB of positions."""

_LAST_COMMENT = re.compile(r"[ \t]*+(?:#[^\n]*+)?")
"""A comment that begins on the line after those, or at the end of the text."""

_MENTION = re.compile(r"\bresnetgen\b", re.IGNORECASE)

_KEYS = frozenset({"extends", "constraints", *Spec.model_fields})

_DISTINCTIVE_KEYS = frozenset(
    {"stem", "head", "heads", "block", "blocks", "input", "stages", "layout", "output_stride", "init"}
)
"""Keys that a spec has and that tell it, beside another of its own."""


def is_spec(path: Path | None, text: str) -> bool:
    """Return whether a document is a spec, judged by its path and its text; an unsaved document has no path."""
    if path is not None and (path.name.startswith(".") or path.suffix not in SUFFIXES):
        return False
    if _MENTION.search(text, 0, _comments_end(text)):
        return True
    top = parse_tolerant(text).root.data()
    found: dict[str, object] = top if isinstance(top, dict) else {}
    if path is not None and "specs" in path.parent.parts and 2 * len(_KEYS & found.keys()) >= len(found):
        return True
    distinctive = _DISTINCTIVE_KEYS & found.keys()
    extends = not isinstance(found.get("extends", []), list | dict) and bool(distinctive or "name" in found)
    stages = not isinstance(found.get("stages", []), list) and len(distinctive) > 1
    return extends or stages


def _comments_end(text: str) -> int:
    """Return the end of the blank lines and comments that a text begins with."""
    end = 0
    while found := _COMMENTS.match(text, end):
        end = found.end()
    last = _LAST_COMMENT.match(text, end)
    return end if last is None else last.end()
