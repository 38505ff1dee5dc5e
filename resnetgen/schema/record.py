"""Records: the classes of a spec, with typed fields that Pydantic's engine validates.

A record is declared like a Pydantic model, has the methods of one by their names, and is validated and dumped by the
same engine, pydantic-core; `pydantic.TypeAdapter(Spec)` takes one as it takes a model. `pydantic.BaseModel` itself is
left out because with it a check takes half as long again (docs/explanation/benchmarks.md).
"""

from collections.abc import Mapping
from functools import cache, cached_property
from inspect import get_annotations
from types import UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    NoReturn,
    Self,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
)

from pydantic_core import SchemaSerializer, SchemaValidator

from resnetgen.diagnostics.suggestions import did_you_mean
from resnetgen.schema.json_forms import Rule
from resnetgen.schema.marks import Schema, Validator

Definitions = dict[str, Schema]
"""The schemas that others refer to, by reference: pydantic-core compiles one once, however often it is referred to."""

_MISSING: Any = object()


class Field:
    """A field of a record: its declared type, and its default if it has one."""

    def __init__(self, annotation: Any, default: Any = _MISSING) -> None:
        self.annotation = annotation
        self.default = default

    @property
    def required(self) -> bool:
        """True if the field has no default."""
        return self.default is _MISSING

    @cached_property  # a class that inherits it has the same
    def schemas(self) -> tuple[Schema, Definitions]:
        """The schema of the field's value, and those of the records inside it."""
        definitions: Definitions = {}
        inner = _schema(self.annotation, definitions)
        if not self.required:
            inner = {"type": "default", "schema": inner, "default": self.default}
        return {"type": "model-field", "schema": inner}, definitions


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Record:
    """A base class for immutable records, equal by value. Unknown keys are errors, and types are never converted.

    Methods that a Pydantic model has are called as they are there, and do the same:

        >>> stage = Stage(blocks=3, channels=64)
        >>> stage.model_copy(update={"blocks": 4}).model_dump(exclude_unset=True)
        {'blocks': 4, 'channels': 64}
    """

    __slots__ = ("__dict__", "__pydantic_extra__", "__pydantic_fields_set__", "__pydantic_private__")

    __pydantic_fields_set__: set[str]

    model_fields: ClassVar[Mapping[str, Field]] = {}
    absent: ClassVar[Mapping[str, str]] = {}
    """Keys that a user may expect here but that do not exist, each with the key or value to write instead."""
    own_last: ClassVar[bool] = False
    """True if a message lists the fields of the class after those of its base, not before them."""
    _known_definitions: ClassVar[Definitions | None] = None

    def __init_subclass__(cls) -> None:
        own = {
            name: Field(annotation, cls.__dict__.get(name, _MISSING))
            for name, annotation in get_annotations(cls).items()
            if not _is_class_variable(annotation)
        }
        first = cls.model_fields if cls.own_last else own
        cls.model_fields = {**first, **cls.model_fields, **own}
        cls._known_definitions = None

    def __init__(self, /, **data: Any) -> None:
        """Validate the values of the fields.

        Raises:
            pydantic_core.ValidationError: a value is wrong or missing, or a key is unknown.
        """
        type(self)._validator().validate_python(data, self_instance=self)

    @classmethod
    def model_construct(cls, **values: Any) -> Self:
        """Return a record with these values, without validation: for values of the program, not of a user."""
        record = cls.__new__(cls)
        held = {name: values.get(name, field.default) for name, field in cls.model_fields.items()}
        object.__setattr__(record, "__dict__", {name: value for name, value in held.items() if value is not _MISSING})
        object.__setattr__(record, "__pydantic_fields_set__", set(values))
        return record

    @classmethod
    def model_validate(cls, data: object) -> Self:
        """Validate data, and return its record.

        Raises:
            pydantic_core.ValidationError: a value is wrong or missing, or a key is unknown.
        """
        record: Self = cls._validator().validate_python(data)
        return record

    @property
    def model_fields_set(self) -> set[str]:
        """The names of the fields that were given, not left to their default."""
        return self.__pydantic_fields_set__

    def model_copy(self, *, update: Mapping[str, Any] | None = None) -> Self:
        """Return a copy with other values for some fields, which are not validated.

        Raises:
            TypeError: the record has no such field.
        """
        update = update or {}
        unknown = next((name for name in update if name not in self.model_fields), None)
        if unknown is not None:
            raise TypeError(
                f"{type(self).__name__} has no field `{unknown}`{did_you_mean(unknown, tuple(self.model_fields))}"
            )
        given = {name: getattr(self, name) for name in self.model_fields if name in self.model_fields_set}
        return self.model_construct(**{**given, **update})

    def model_dump(self, *, mode: Literal["python", "json"] = "python", **options: Any) -> dict[str, Any]:
        """Return the record as data, in the form of a spec.

        Args:
            mode: `json` turns tuples into lists.
            options: those of `pydantic_core.SchemaSerializer.to_python`; `exclude_unset=True` leaves out what was left
                to its default.
        """
        # A warning would be given of each None, which is a default and never what a spec says.
        data: dict[str, Any] = type(self)._serializer().to_python(self, mode=mode, warnings=False, **options)
        return data

    @classmethod
    def keys(cls, data: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the keys that this invalid mapping may have: for most records the names of all fields."""
        return tuple(cls.model_fields)

    def validate_record(self) -> Self:
        """Check that fields agree with each other. Called on each validated record; subclasses override it."""
        return self

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        """Return the conditions of `validate_record` for JSON Schema."""
        return ()

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a record never changes, so its `{name}` cannot be set; `model_copy` makes another")

    def _values(self) -> tuple[Any, ...]:
        return tuple(self.__dict__[name] for name in type(self).model_fields)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), *(tuple(each) if isinstance(each, list) else each for each in self._values())))

    def __repr__(self) -> str:
        given = (f"{name}={getattr(self, name)!r}" for name in sorted(self.model_fields_set))
        return f"{type(self).__name__}({', '.join(given)})"

    @classmethod
    @cache
    def _validator(cls) -> SchemaValidator:
        return SchemaValidator(cls.schema(), {"title": cls.__name__})

    @classmethod
    @cache
    def _serializer(cls) -> SchemaSerializer:
        return SchemaSerializer(cls.schema())

    @classmethod
    def schema(cls) -> Schema:
        """Return the schema of the class for pydantic-core, with those of all records inside it."""
        return schema_of(cls)

    @classmethod
    def definitions(cls) -> Definitions:
        """Return the schemas of the class and of all records inside it."""
        if cls._known_definitions is None:
            found: Definitions = {}
            fields = {}
            for name, field in cls.model_fields.items():
                fields[name], inside = field.schemas
                found.update(inside)
            found[_reference(cls)] = {**_model(cls, {"type": "model-fields", "fields": fields}), "ref": _reference(cls)}
            cls._known_definitions = found
        return cls._known_definitions

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> Schema:
        """Return the schema for Pydantic, so that a record can be a field of a model or go into a TypeAdapter.

        Pydantic modifies the schema that it gets, and ours is kept for other validators: it gets a copy.
        """
        schema: Schema = _copied(cls.schema())
        return schema


def _model(cls: type[Record], fields: Schema) -> Schema:
    config = {"strict": True, "extra_fields_behavior": "forbid"}
    model = {"type": "model", "cls": cls, "schema": fields, "config": config}
    if cls.validate_record is Record.validate_record:
        return model
    function = {"type": "no-info", "function": cls.validate_record}
    return {"type": "function-after", "function": function, "schema": model}


def _reference(cls: type[Record]) -> str:
    """Return a name for the schema of a class, unique even among classes of one name."""
    return f"{cls.__qualname__}:{id(cls)}"


def _copied(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {key: _copied(value) for key, value in schema.items()}
    return [_copied(value) for value in schema] if isinstance(schema, list) else schema


def _is_class_variable(annotation: object) -> bool:
    return get_origin(annotation) is ClassVar


def schema_of(annotation: Any) -> Schema:
    """Return the schema of a field's type: a record, a marked type, a word, a list, a mapping or a union of these."""
    definitions: Definitions = {}
    schema = _schema(annotation, definitions)
    return {"type": "definitions", "schema": schema, "definitions": list(definitions.values())}


def _schema(annotation: Any, definitions: Definitions) -> Schema:
    """Return the schema of a type, with references to records; their schemas are added to the definitions."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        definitions.update(annotation.definitions())
        return {"type": "definition-ref", "schema_ref": _reference(annotation)}
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _marked(inside[0], inside[1:], definitions)
    if origin in (UnionType, Union):
        members = [_schema(member, definitions) for member in inside if member is not type(None)]
        return members[0] if len(members) == 1 else {"type": "union", "choices": members}
    if origin is list:
        return {"type": "list", "items_schema": _schema(inside[0], definitions)}
    if origin is dict:
        keys, values = (_schema(each, definitions) for each in inside)
        return {"type": "dict", "keys_schema": keys, "values_schema": values}
    if origin is Literal:
        return {"type": "literal", "expected": list(inside)}
    raise TypeError(f"no schema for a field of the type {annotation!r}")


def _marked(inner: Any, marks: tuple[Any, ...], definitions: Definitions) -> Schema:
    schema = None if isinstance(marks[0], Validator) else _schema(inner, definitions)
    for mark in marks:
        schema = mark.schema(inner, schema)
    assert schema is not None
    return schema
