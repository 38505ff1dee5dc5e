"""Records stand where Pydantic's models do, and what they share is compiled once."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, TypeAdapter
from pydantic_core import SchemaValidator, ValidationError

from resnetgen.schema.fields import Count
from resnetgen.schema.marks import Discriminator
from resnetgen.schema.record import Record, schema_of
from resnetgen.source.collection import find, find_base
from resnetgen.source.extends import resolve
from resnetgen.spec.spec import BlockType, Spec

WRONG: dict[str, Any] = {
    "name": "wrong",
    "input": {"channels": "three", "size": 224},
    "stem": [{"conv": 3, "to": 64, "norm": {"type": "group", "groups": 0}}, {"convolution": 3}, {"conv": 3, "too": 64}],
    "blocks": {"mine": {"branch": [{"conv": 3, "to": "out", "act": {"type": "relu", "slope": 1}}]}},
    "block": {"norm": "laplace", "join": {"act": {"alpha": 1.0}}},
    "stages": {"1st": {"blocks": 1}, "layer2": {"blocks": [{"mid": -1}, {"repeat": 0}]}},
    "head": {"features": ["layer2", 3]},
}


class Member(Record):
    type: Literal["member"]


def complaints(error: ValidationError) -> list[tuple[tuple[int | str, ...], str]]:
    return [(detail["loc"], detail["type"]) for detail in error.errors()]


def schemas(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inside in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from schemas(inside)


def resnet50() -> dict[str, object]:
    return resolve(find("resnet50"), find_base).data


def test_a_type_adapter_takes_a_record() -> None:
    assert TypeAdapter(Spec).validate_python(resnet50()) == Spec.model_validate(resnet50())


def test_a_model_takes_records_that_share_others() -> None:
    class Model(BaseModel):
        spec: Spec
        types: dict[str, BlockType] = {}

    types = {"mine": {"branch": [{"conv": 3, "to": "out"}]}}
    model = Model.model_validate({"spec": resnet50(), "types": types})
    assert model.spec == Spec.model_validate(resnet50())
    assert model.types == {"mine": BlockType.model_validate(types["mine"])}


def test_an_error_is_where_the_value_is() -> None:
    with pytest.raises(ValidationError) as caught:
        Spec.model_validate(WRONG)
    assert complaints(caught.value) == [
        (("input", "channels"), "RG203"),
        (("stem", 0, "<conv>", "norm", "group", "groups"), "RG204"),
        (("stem", 1), "union_tag_not_found"),
        (("stem", 2, "<conv>", "to"), "missing"),
        (("stem", 2, "<conv>", "too"), "extra_forbidden"),
        (("block", "norm"), "union_tag_invalid"),
        (("block", "join", "act", "type"), "missing"),
        (("blocks", "mine", "branch", 0, "<conv>", "act", "slope"), "extra_forbidden"),
        (("stages", "1st", "[key]"), "RG205"),
        (("stages", "layer2", "blocks", "<list>", 0, "<entry>", "mid"), "RG204"),
        (("stages", "layer2", "blocks", "<list>", 1, "<entry>", "repeat"), "RG204"),
        (("head", "features", 1), "RG203"),
    ]


def test_pydantic_finds_the_same_errors() -> None:
    with pytest.raises(ValidationError) as ours:
        Spec.model_validate(WRONG)
    with pytest.raises(ValidationError) as theirs:
        TypeAdapter(Spec).validate_python(WRONG)
    assert complaints(ours.value) == complaints(theirs.value)


def test_a_record_is_compiled_once_wherever_it_stands() -> None:
    TypeAdapter(Spec)  # Pydantic puts in each place what stands there; the schema of our own is kept from that
    models = [schema["cls"] for schema in schemas(Spec.schema()) if schema.get("type") == "model"]
    assert len(models) == len(set(models)) > 20


def test_records_of_one_name_are_told_apart() -> None:
    class Outer:
        class Member(Record):
            type: Literal["outer"]

    inner = Outer.Member
    inner.__qualname__ = Member.__qualname__
    both = SchemaValidator(schema_of(Annotated[Member | inner, Discriminator("type")]))
    assert type(both.validate_python({"type": "member"})) is Member
    assert type(both.validate_python({"type": "outer"})) is inner


def test_a_changed_field_is_the_heir_s_own() -> None:
    class Parent(Record):
        kind: Literal["parent"]
        size: Count = 1

    class Heir(Parent):
        kind: Literal["heir"]  # type: ignore[assignment]

    assert Parent.model_validate({"kind": "parent"}).size == 1
    assert Heir.model_validate({"kind": "heir", "size": 2}).size == 2
    with pytest.raises(ValidationError, match="heir"):
        Heir.model_validate({"kind": "parent"})
