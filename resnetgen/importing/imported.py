"""Import a spec: from a source to a text that compiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from resnetgen.compiler import Compiled, compile_source, with_scalar_fixes
from resnetgen.diagnostics.model import Path
from resnetgen.errors import SpecError
from resnetgen.importing.config_file import fail
from resnetgen.importing.draft import Draft
from resnetgen.importing.reading import read_draft
from resnetgen.importing.shorten import shorten
from resnetgen.importing.spec_text import spec_text
from resnetgen.source import overrides
from resnetgen.source.extends import resolve
from resnetgen.source.source import parse
from resnetgen.source.write_yaml import flow

if TYPE_CHECKING:
    from resnetgen.source.source import Source


class Imported(NamedTuple):
    """An imported spec: its name, its text, what it compiles to, and the values that the source did not tell."""

    name: str
    text: str
    compiled: Compiled
    choices: Mapping[Path, str]


def import_spec(source: str, name: str | None = None, settings: Sequence[str] = ()) -> Imported:
    """Return the spec of a network that is described elsewhere.

    Args:
        source: as in `read_draft`.
        name: the name of the spec; None makes one from the source.
        settings: values that replace those of the source, as in `--set`.

    Raises:
        SpecError: the source describes no network, or one that no spec has.
    """
    draft = read_draft(source)
    if settings:
        draft = _with_settings(draft, settings)
    if name is not None:
        draft = draft._replace(name=name)
    text = spec_text(draft, shorten(draft))
    return Imported(draft.name, text, _compiled(text, source, settings), draft.choices)


def _with_settings(draft: Draft, settings: Sequence[str]) -> Draft:
    """Return a draft with values of the user's, which leave nothing to choose there.

    Raises:
        SpecError: a setting has no place in the spec.
    """
    given = overrides.parse_all(settings)
    whole = parse(flow({"name": draft.name, **draft.data}))
    data = dict(overrides.with_overrides(resolve(whole, _no_base), given).data)
    del data["name"]
    paths = [each.steps for each in given]
    choices = {
        at: words
        for at, words in draft.choices.items()
        if not any(steps == tuple(map(str, at[: len(steps)])) for steps in map(tuple, paths))
    }
    return draft._replace(data=data, choices=choices)


def _no_base(name: str, source: Source) -> Source:
    raise AssertionError("a whole spec extends nothing")


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
