"""The JSON Schema of the language judges specs as the checker does.

Of a spec without `extends`, the two agree where the schema accepts it if and only if `validate` does.
A spec with `extends` is a patch, of which the checker judges what it makes of the base. There they agree where that is
so of the merged data, and where the patch itself is accepted whenever the merged data is: an editor, which does not
see the base, marks nothing that is right.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
import yaml
from jsonschema import Draft7Validator, Draft202012Validator

from resnetgen.errors import SpecError
from resnetgen.jsonschema import json_schema
from resnetgen.source import collection
from resnetgen.source.extends import merge_patch, resolve
from resnetgen.source.source import parse
from resnetgen.spec.spec import Spec
from resnetgen.spec.validate import validate, validate_part
from tests.docs.test_language import examples
from tests.hostile.test_bad_input import BOMBS, TEXTS, misnamed
from tests.spec.test_mutants import mutants
from tests.subjects import ROOT, case_folders, shipped

SCHEMA = json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
OLDER = Draft7Validator(SCHEMA)

PAGE = ROOT / "docs" / "reference" / "json-schema.md"

SEED = 8927
MUTANTS_OF_EACH = 1
MUTANTS_OF_AN_EXAMPLE = 1
PATCHES = 1500
LONGEST = 30_000
"""Characters of a text that is judged: some are meant to take long, and take longer in this validator."""


# Where they differ


class Difference(NamedTuple):
    """A limit of JSON Schema: its heading in docs/reference/json-schema.md, and a spec that shows it."""

    title: str
    spec: str


def example(line: str) -> str:
    return f"{WHOLE}{line}\n"


WHOLE = """\
name: example
input: {channels: 3, size: 32}
stem: []
block: {type: basic}
stages: {layer1: {blocks: 1, channels: 16}}
head: {pool: avg}
"""

DIFFERENCES = (
    Difference("A whole number with a decimal point", example("output_stride: 2.0")),
    Difference("Two bounds of an activation", example("act: {type: hardtanh, min_val: 2.0, max_val: 1.5}")),
    Difference("An amount that is out of range", example("budget: {params: '0.1'}")),
)
"""All that is known; in each, the schema accepts what the checker refuses."""


def has_whole_float(data: Any) -> bool:
    """Return whether a number like 1.0 occurs: JSON has one kind of number, so the schema takes it for whole."""
    if isinstance(data, dict | list):
        return any(map(has_whole_float, data.values() if isinstance(data, dict) else data))
    return isinstance(data, float) and data.is_integer()


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda difference: difference.title)
def test_a_known_difference_is_one(difference: Difference) -> None:
    data = parse(difference.spec, "example.yaml").data
    assert (False, True) == (is_valid(data), accepts(data))


def test_the_page_lists_the_differences() -> None:
    titles = re.findall(r"^- \*\*(.+?)\.\*\*", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert [difference.title for difference in DIFFERENCES] == titles


# Whether they agree


def is_valid(data: dict[str, Any]) -> bool:
    judge = validate_part if data.get("abstract") is True else validate  # an abstract spec may lack keys
    return judge(data, Spec)[1] == []


def accepts(data: Any) -> bool:
    verdict: bool = VALIDATOR.is_valid(data)
    assert verdict == OLDER.is_valid(data), "a reader of draft-07 takes it for something else"
    return verdict


def disagreement(content: str, path: Path) -> str | None:
    """In which way the two disagree on a spec, if they do; None for what neither judges: no YAML, or no base."""
    try:
        source = parse(content, path.name)
        with contextlib.chdir(path.parent):
            merged = resolve(source, collection.find_base).data
    except SpecError:
        return None
    valid = is_valid(merged)
    if valid != accepts(merged) and not (has_whole_float(merged) and not valid):
        return f"the checker {'accepts' if valid else 'refuses'} it, the schema does not agree\n{content}"
    if valid and not accepts(source.data):
        return f"the checker accepts what it makes of its base, and the schema refuses it\n{content}"
    return ""


def found(specs: Iterable[tuple[str, Path]]) -> tuple[int, list[str]]:
    """The number of specs judged, and the disagreements."""
    judged = [disagreement(content, path) for content, path in specs if len(content) < LONGEST]
    return sum(each is not None for each in judged), [each for each in judged if each]


def test_they_agree_on_every_case() -> None:
    paths = [folder / "spec.yaml" for folder in case_folders()]
    count, disagreements = found((path.read_text(encoding="utf-8"), path) for path in paths)
    assert [] == disagreements
    assert count > 300


def test_they_agree_on_every_shipped_spec() -> None:
    paths = [subject.spec for subject in shipped()]
    assert (len(paths), []) == found((path.read_text(encoding="utf-8"), path) for path in paths)


def test_shipped_specs_are_accepted_as_they_are() -> None:
    assert [] == [subject.name for subject in shipped() if not accepts(yaml.safe_load(subject.spec.read_text()))]


EXAMPLES = [fence.text for fence in (*examples(), *examples(wrong=True))]


def test_they_agree_on_the_examples_of_the_documentation(tmp_path: Path) -> None:
    count, disagreements = found((content, tmp_path / "mine.yaml") for content in EXAMPLES)
    assert [] == disagreements
    assert count > len(EXAMPLES) - 10


def test_they_agree_on_bad_input(tmp_path: Path) -> None:
    named = [yaml.safe_dump(data) for words in TEXTS for data in misnamed(words)]
    count, disagreements = found((content, tmp_path / "spec.yaml") for content in (*BOMBS.values(), *named))
    assert [] == disagreements
    assert count > 250


def merged_examples() -> Iterator[tuple[str, dict[str, Any]]]:
    """The good examples as whole specs: between them they have every key.

    Abstract ones are left out: the schema judges them as it does specs with a base, which may hold nulls.
    """
    for fence in examples():
        data = resolve(parse(fence.text, "mine.yaml"), collection.find_base).data
        if not data.get("abstract"):
            yield str(fence), data


def test_they_agree_on_mutants(tmp_path: Path) -> None:
    random = Random(SEED)
    texts: list[tuple[str, Path]] = []
    for name, data in islice(merged_examples(), 0, None, 5):
        every = list(mutants(name, data, random))
        texts += [(each.text, tmp_path / "mine.yaml") for each in random.sample(every, MUTANTS_OF_AN_EXAMPLE)]
    for subject in shipped()[::12]:
        every = list(mutants(subject.name, yaml.safe_load(subject.spec.read_text()), random))
        chosen = random.sample(every, min(MUTANTS_OF_EACH, len(every)))
        texts += [(each.text, subject.spec) for each in chosen]

    count, disagreements = found(texts)
    assert [] == disagreements
    assert count > 40


def patch_between(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The patch that makes one mapping of another."""
    patch: dict[str, Any] = {key: None for key in before if key not in after}
    for key, value in after.items():
        if isinstance(value, dict) and isinstance(before.get(key), dict):
            patch[key] = patch_between(before[key], value)
        elif value != before.get(key):
            patch[key] = value
    return patch


def test_a_patch_is_accepted_where_it_makes_a_good_spec() -> None:
    """From any shipped spec or example to any other, with a null for each key that the other has not."""
    inherited = (resolve(collection.find(subject.name), collection.find_base) for subject in shipped())
    wholes = [*(document.data for document in inherited), *(data for _, data in merged_examples())]
    random = Random(SEED)
    for _ in range(PATCHES):
        before, after = random.sample(wholes, 2)
        before = {key: value for key, value in before.items() if key not in ("name", "description", "aka", "abstract")}
        patch = patch_between(before, after)
        assert after == merge_patch(before, patch)
        errors = [f"{list(error.absolute_path)}: {error.message}" for error in VALIDATOR.iter_errors(patch | EXTENDS)]
        assert [] == errors, patch


EXTENDS = {"extends": "resnet50"}

GOOD = EXTENDS | {"name": "mine"}


@pytest.mark.parametrize(
    "patch",
    [
        {"stages": {"layer4": None}},
        {"block": {"attention": {"ratio": 0.5}}},
        {"norm": {"type": "group", "momentum": None}},
        {"act": {"type": "elu", "negative_slope": None}},
        {"block": {"drop_path": {"schedule": "constant"}}},
        {"ignore": {"RG502": None}},
        {"layout": {"block": {"norm": None}}},
    ],
    ids=str,
)
def test_a_patch_may_be_partial(patch: dict[str, Any]) -> None:
    assert accepts(GOOD | patch)


@pytest.mark.parametrize(
    "patch",
    [
        {"name": None},
        {"description": None},
        {"input": None},
        {"stages": {"layer4": {"blocks": None}}},
        {"stem": [{"conv": 3, "to": 64, "act": None}]},
        {"norm": {"type": "group", "momentum": 0.1}},
        {"norm": {"type": None}},
        {"norm": {"momentun": 0.1}},
        {"block": {"attention": {"width": 4, "ratio": 0.5}}},
        {"block": {"mid": 8, "widths": {"mid": 8}}},
        {"act": {"type": "elu", "negative_slope": 0.1}},
        {"extends": None},
        {"extends": ""},
    ],
    ids=str,
)
def test_what_no_base_can_mend_is_refused_in_a_patch(patch: dict[str, Any]) -> None:
    assert not accepts(GOOD | patch)


def test_a_spec_without_a_base_is_whole() -> None:
    assert (True, False) == (accepts(yaml.safe_load(WHOLE)), accepts({"name": "mine"}))
