"""Import a spec: from a source to a text that compiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from resnetgen.compiler import Compiled, compile_source, with_scalar_fixes
from resnetgen.diagnostics.model import Path
from resnetgen.errors import SpecError
from resnetgen.importing.answers import answered
from resnetgen.importing.config_file import fail
from resnetgen.importing.draft import Draft
from resnetgen.importing.reading import read_draft
from resnetgen.importing.shorten import shorten
from resnetgen.importing.spec_text import spec_text
from resnetgen.source.source import parse


class Imported(NamedTuple):
    """An imported spec: its name, its text, what it compiles to, and the values that the source did not tell.

    `notes` are sentences about what was read of the source, and what was not.
    """

    name: str
    text: str
    compiled: Compiled
    choices: Mapping[Path, str]
    notes: tuple[str, ...] = ()


def import_spec(source: str, name: str | None = None, settings: Sequence[str] = (), weights_key: str = "") -> Imported:
    """Return the spec of a network that is described elsewhere.

    Args:
        source: as in `read_draft`.
        name: the name of the spec; None makes one from the source.
        settings: values that replace those of the source, as in `--set`.
        weights_key: the part of a file of weights to take; empty for the one that is a network.

    Raises:
        SpecError: the source describes no network, or one that no spec has.
    """
    draft = read_draft(source, settings, weights_key)
    return imported(draft._replace(name=name) if name is not None else draft, source, settings)


def imported(draft: Draft, source: str, settings: Sequence[str] = ()) -> Imported:
    """Return the spec of a draft.

    Args:
        draft: the network.
        source: the source that the draft is of, for messages.
        settings: values that replace those of the draft, as in `--set`.

    Raises:
        SpecError: no network can have these settings.
    """
    if settings:
        draft = answered(draft, settings)
    choices = draft.all_choices()
    text = spec_text(draft._replace(choices=choices), shorten(draft))
    return Imported(draft.name, text, _compiled(text, source, settings), choices, draft.notes)


def _compiled(text: str, source: str, settings: Sequence[str]) -> Compiled:
    """Compile the text; what is wrong with it is wrong with the source, or with a value of the user's.

    Raises:
        SpecError: the network cannot be.
    """
    try:
        with with_scalar_fixes():
            return compile_source(parse(text, "<imported>"))
    except SpecError as error:
        if settings:
            raise
        first = error.diagnostics[0]
        fail(source, f"no network can have these settings: {first.message}", first.help, "RG116")
