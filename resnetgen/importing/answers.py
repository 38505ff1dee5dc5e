"""The user's answers to what a source does not tell: `--set` of an import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from resnetgen.importing.draft import GIVEN, Draft
from resnetgen.source import overrides
from resnetgen.source.extends import resolve
from resnetgen.source.source import parse
from resnetgen.source.write_yaml import flow

if TYPE_CHECKING:
    from resnetgen.source.source import Source


def with_answers(data: Mapping[str, object], answers: Sequence[str]) -> dict[str, Any]:
    """Return the data of a network with other values.

    Args:
        data: the whole data, without a name.
        answers: the values, as in `--set`.

    Raises:
        SpecError: a value has no place in the spec.
    """
    whole = parse(flow({"name": "network", **data}))
    changed = dict(overrides.with_overrides(resolve(whole, _no_base), overrides.parse_all(answers)).data)
    del changed["name"]
    return changed


def answered(draft: Draft, answers: Sequence[str]) -> Draft:
    """Return a draft with the user's values, in place of what was chosen there.

    Raises:
        SpecError: a value has no place in the spec.
    """
    paths = [each.steps for each in overrides.parse_all(answers)]
    choices = {
        at: words
        for at, words in draft.choices.items()
        if not any(steps == tuple(map(str, at[: len(steps)])) for steps in paths)
    }
    choices.update((path, GIVEN) for path in paths)
    data = draft.data if draft.is_answered else with_answers(draft.data, answers)
    return draft._replace(data=data, choices=choices, is_answered=True)


def _no_base(name: str, source: Source) -> Source:
    raise AssertionError("a whole spec extends nothing")
