"""`resnetgen schema`: the language for editors, with every key, word and kind of value, and each key explained."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, NamedTuple, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator, Draft202012Validator
from pydantic_core import PydanticCustomError

from resnetgen.jsonschema import json_schema, text
from resnetgen.jsonschema.forms import Forms
from resnetgen.layers import Layer, layer_kind, pooled_layer_kind
from resnetgen.schema import width_expression
from resnetgen.schema.fields import Identifier
from resnetgen.schema.json_forms import NULL, either
from resnetgen.schema.marks import Shorthand, Validator
from resnetgen.schema.record import Record
from resnetgen.schema.widths import Width
from resnetgen.spec.spec import Spec
from tests.cli.command_line import Completed, resnetgen
from tests.docs.keys import reached
from tests.spec.json_schema_file import COMMAND, FILE

SCHEMA = json_schema()
RECORDS = {record.__name__: record for record in reached(Spec, {})}


# Each kind of value


def checks(annotation: Any) -> Iterator[Validator]:
    """Every check inside a type."""
    if get_origin(annotation) is Annotated:
        yield from (mark for mark in get_args(annotation)[1:] if isinstance(mark, Validator))
    for inside in get_args(annotation):
        yield from checks(inside)


def every_check() -> dict[Validator, str]:
    """Each kind of value, with the first field that is of it."""
    found: dict[Validator, str] = {}
    for record in RECORDS.values():
        for field, declared in record.model_fields.items():
            for check in checks(declared.annotation):
                found.setdefault(check, f"{record.__name__}.{field}")
    return found


CHECKS = every_check()

WORDS = (
    *("", " ", "x", "in", "out / 4", "(in", "in)", "3", "(3)", " 7 ", "1 2", "in in", "2in", "in // 2 % 3 - 1", "-in"),
    *("9999999999 * in", "99999999999 * in", "in * \t2", "a+b", f"{'(' * 20}in{')' * 20}", f"{'(' * 21}in{')' * 21}"),
    *("a.b", "a..b", ".a", "a.", "conv*", "*", "a*b", "1.2", "stages.*", "stages.*.blocks", "stages.*.blocks.x"),
    *("*.blocks", "stages.blocks", "1a", "_a", "__a", "class", "None", "wörter", "é", "in\n", "1e3"),
    *("x" * 100, "x" * 101, "x" * 201, "here", "none", "auto", "end", "global", "relu", "torchvision", "linear"),
    *("conv1", "conv0", "conv999", "conv1000", "RG501", "RG50", "RG5010", "RG401", "RG501\n"),
    *("30M", "4.1 G", "4.1  G", "1.5kb", "2GiB", "2 gib", "5", "5b", "1.", ".5M", "30MM", "k", "30M\n"),
)
NUMBERS = (
    *(0, 1, -1, 2, 3, 4, 5, 7, 8, 16, 17, 0.5, -0.5, 0.999, 1.5, 1e-9, 2e9 + 0.5, -2e9 - 0.5),
    *(limit + more for limit in (10**5, 10**6, 10**7, 10**9, 10**18) for more in (0, 1)),
)
LISTS: tuple[list[Any], ...] = ([], [1], [0], [1, 2, 3], [1, 2, 3, 4], ["x"], [1.5], [[1]], [10**6], [None])
VALUES: tuple[Any, ...] = (*WORDS, *NUMBERS, *LISTS, True, False, {}, {"type": "x"}, {"x": 1})


def passes(check: Validator, value: object) -> bool:
    try:
        check.validate(value)
    except PydanticCustomError:
        return False
    return True


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: f"{CHECKS[check]}-{check.validate.__name__}")
def test_a_kind_of_value_is_of_the_form_that_it_states(check: Validator) -> None:
    states = Draft202012Validator(check.json)
    words = check.json.get("enum", [])
    assert [] == [value for value in (*VALUES, *words) if passes(check, value) != states.is_valid(value)]


def form(annotation: Any) -> Draft202012Validator:
    return Draft202012Validator(get_args(annotation)[1].json)


@given(st.text("in2 (/*+)-%_é\n", max_size=30))
def test_an_expression_is_known_by_its_pattern(written: str) -> None:
    assert passes(get_args(Width)[1], written) == form(Width).is_valid(written)


OPERANDS = st.sampled_from(["in", "out", "16"])
EXPRESSIONS = st.recursive(OPERANDS, lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+/%"), inner))


@given(EXPRESSIONS)
def test_a_good_expression_is_known_by_its_pattern(written: str) -> None:
    good = len(written) <= width_expression.LONGEST and not written.isdigit()
    assert (good, good) == (passes(get_args(Width)[1], written), form(Width).is_valid(written))


@given(st.text(max_size=8))
def test_a_name_is_known_by_its_pattern(written: str) -> None:
    assert passes(get_args(Identifier)[1], written) == form(Identifier).is_valid(written)


def test_a_kind_of_value_cannot_be_without_a_form() -> None:
    with pytest.raises(TypeError, match="json"):
        Validator(str)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="keys"):
        Shorthand(str)  # type: ignore[call-arg]


class Strange(NamedTuple):
    """A mark that validation knows and the schema does not."""

    def schema(self, annotation: Any, inner: dict[str, Any]) -> dict[str, Any]:
        return inner


@pytest.mark.parametrize("annotation", [complex, Annotated[list[Identifier], Strange()]], ids=["type", "mark"])
def test_a_new_kind_of_type_is_an_error_until_it_has_a_form(annotation: Any) -> None:
    class New(Record):
        field: annotation

    with pytest.raises(TypeError, match="no JSON Schema for"):
        Forms().object(New, patch=False)


def test_what_several_fields_must_agree_on_is_a_rule() -> None:
    hooked = {name for name, record in RECORDS.items() if "validate_record" in vars(record)}
    assert hooked == {name for name, record in RECORDS.items() if "rules" in vars(record)}


def test_two_forms_become_one_where_that_is_as_good() -> None:
    assert {"enum": ["a", "b", None]} == either({"enum": ["a"]}, {"enum": ["b"]}, NULL)
    assert {"type": ["integer", "null"], "minimum": 1} == either({"type": "integer", "minimum": 1}, NULL)
    for apart in (
        {"type": "integer", "not": {"multipleOf": 2}},
        {"type": "array", "items": {}},
        {"$ref": "#/$defs/width"},
    ):
        assert {"anyOf": [apart, NULL]} == either(apart, NULL)


# What an editor shows


def properties(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The properties of each mapping that the schema describes."""
    if isinstance(value, dict):
        if value.get("type") == "object" and "properties" in value:
            yield from value["properties"].items()
        for inside in value.values():
            yield from properties(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from properties(inside)


def test_it_is_a_schema_of_both_drafts() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    Draft7Validator.check_schema(SCHEMA)
    assert set() == keywords(SCHEMA) & {"dependentRequired", "unevaluatedProperties", "prefixItems", "$dynamicRef"}


def keywords(value: Any) -> set[str]:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set(value if isinstance(value, dict) else ()).union(*map(keywords, inside))


def references(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield from [value] if "$ref" in value else []
    for inside in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from references(inside)


def test_beside_a_reference_are_annotations_alone() -> None:
    beside = {key for reference in references(SCHEMA) for key in reference}
    assert beside == {"$ref", "description", "default"}


def test_references_lead_to_definitions_and_each_of_these_is_used() -> None:
    used = {reference["$ref"].removeprefix("#/$defs/") for reference in references(SCHEMA)}
    assert used == set(SCHEMA["$defs"])


def test_every_key_is_explained() -> None:
    another = {"$ref": "#/$defs/another.patch"}  # what a patch takes out is another record's, and not explained
    assert [] == [name for name, form in properties(SCHEMA) if not form.get("description") and form != another]


BASES = {"AttentionSlot", "ReducingSlot", "AntialiasSlot", "BlockOptions", "ConvolutionSlot"}
"""The definitions that only other definitions use."""


@pytest.mark.parametrize("name", sorted(RECORDS.keys() - BASES - {"Spec"}))
def test_every_key_of_a_record_is_there(name: str) -> None:
    known = {key for key, _ in properties(SCHEMA["$defs"].get(name, {}))}
    assert set(RECORDS[name].model_fields) == known


@pytest.mark.parametrize("form", ["whole", "patch"])
def test_every_key_of_a_spec_is_there(form: str) -> None:
    assert ["extends", *Spec.model_fields] == list(SCHEMA["$defs"][form]["properties"])


def words(value: Any) -> set[Any]:
    """Every word of an enumeration in a form."""
    if isinstance(value, dict):
        own_words = {*value.get("enum", ())} | ({value["const"]} if isinstance(value.get("const"), str) else set())
        return own_words.union(*map(words, value.values()))
    return set().union(*map(words, value)) if isinstance(value, list) else set()


def test_every_word_of_the_language_is_there() -> None:
    types = [
        get_args(record.model_fields["type"].annotation) for record in RECORDS.values() if "type" in record.model_fields
    ]
    tags = {word for found in types for word in found if isinstance(word, str)}
    assert set() == ({word for check in CHECKS for word in check.json.get("enum", ())} | tags) - words(SCHEMA["$defs"])


def test_a_default_is_of_its_own_form() -> None:
    wrong = []
    for name, found_form in properties(SCHEMA):
        if "default" in found_form:
            inside = {"$defs": SCHEMA["$defs"], **found_form}
            if not Draft202012Validator(inside).is_valid(found_form["default"]):
                wrong.append((name, found_form["default"]))
    assert [] == wrong


def test_a_default_is_written_as_in_a_spec() -> None:
    whole_spec = SCHEMA["$defs"]["whole"]["properties"]
    shown = {key: whole_spec[key].get("default") for key in ("layout", "norm", "act", "block", "input", "ignore")}
    assert {"layout": "torchvision", "norm": "batch", "act": "relu", "block": {}, "input": None, "ignore": {}} == shown


def test_no_mapping_is_of_two_layers() -> None:
    """So that any of several forms is the one that the tag chooses."""
    for layer in (record for name, record in RECORDS.items() if name.endswith("Layer")):
        required = [name for name, field in layer.model_fields.items() if field.required]
        kind = layer_kind if layer in get_args(get_args(Layer)[0]) else pooled_layer_kind
        assert {f"<{required[0]}>"} == {kind(dict.fromkeys(keys)) for keys in (required[:1], layer.model_fields)}


# The file and the command


def test_the_file_is_fresh() -> None:
    assert text(SCHEMA) == FILE.read_text(encoding="utf-8"), f"`{COMMAND}`, or `make golden`, writes it anew"


def test_what_is_printed_is_the_schema() -> None:
    done = resnetgen("schema")
    assert (0, "") == (done.code, done.err)
    assert SCHEMA == json.loads(done.out)
    assert text(SCHEMA) == done.out


def test_it_is_written_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "new" / "spec.schema.json"
    for _ in range(2):
        assert Completed(0, f"{file}\n", "") == resnetgen("schema", "--output", file)
        assert text(SCHEMA) == file.read_text(encoding="utf-8")


def test_a_file_of_someone_else_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text("{}")
    done = resnetgen("schema", "-o", file)
    assert (1, "", "{}") == (done.code, done.out, file.read_text())
    assert "error[RG601]: this file was not written by resnetgen" in done.err


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    done = resnetgen("schema", "-o", tmp_path)
    assert (1, "") == (done.code, done.out)
    assert "error[RG601]: this file cannot be written" in done.err


def test_a_file_called_by_a_dash_is_refused() -> None:
    assert 2 == resnetgen("schema", "-o", "-").code
