"""Documentation of keys and words of the language as Markdown, for hovers and completions."""

from __future__ import annotations

import inspect
from typing import Any

from resnetgen.jsonschema.defaults import default
from resnetgen.lsp.expected_types import ExpectedType, Word, words
from resnetgen.lsp.markdown import code
from resnetgen.schema.field_docs import meaning
from resnetgen.schema.record import Record


def about_key(record: type[Record], key: str) -> str:
    """Return the meaning of a record's key, the words that it accepts, and its default."""
    field = record.model_fields[key]
    listed = [word.text for word in words(ExpectedType(field.annotation, record, key))]
    known = f"\n\nOne of {', '.join(map(code, listed))}." if len(listed) > 1 else ""
    written = default(field)
    ends = (
        "Required." if field.required else f"Default: {code(_format_default(written['default']))}." if written else ""
    )
    return f"{meaning(record, key)}{known}" + (f"\n\n{ends}" if ends else "")


def about_word(word: Word) -> str:
    """Return the meaning of a word; empty if it abbreviates no record."""
    return "" if word.record is None else about_record(word.record)


def about_record(record: type[Record]) -> str:
    """Return the docstring of a record, one line a paragraph."""
    paragraphs = (inspect.getdoc(record) or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _format_default(value: Any) -> str:
    from json import dumps

    return value if isinstance(value, str) and value else dumps(value)
