"""Marks for the types of fields: how a value is validated, written short, counted, or told from others.

Pydantic has validators and discriminators of these names. Each mark here makes its part of a schema of pydantic-core,
and is asked for its part of the JSON Schema by `resnetgen.jsonschema`.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, get_args

from resnetgen.schema.json_forms import Json

Schema = dict[str, Any]
"""A schema of pydantic-core."""


class Validator(NamedTuple):
    """A mark for a type: the function that validates a value and gives what stands in the record.

    `json` says the same of a value in JSON Schema, as far as that can. `dump` is the way back from what stands in the
    record to what a spec would have; where there is none, they are the same.
    """

    validate: Callable[[Any], Any]
    json: Json
    dump: Callable[[Any], Any] | None = None

    def __hash__(self) -> int:
        return hash(self.validate)

    def schema(self, annotation: Any, inner: Schema | None = None) -> Schema:
        """The schema that calls the function, in place of the inner one."""
        schema: Schema = {"type": "function-plain", "function": {"type": "no-info", "function": self.validate}}
        if self.dump is not None:
            schema["serialization"] = {"type": "function-plain", "function": self.dump, "when_used": "unless-none"}
        return schema


class Shorthand(NamedTuple):
    """A mark for a type: a function that brings a value into the form which the type validates.

    A value that is no mapping is short for one with a single key: the first of `keys` that the record has.
    """

    prepare: Callable[[Any], Any]
    keys: tuple[str, ...]

    def schema(self, annotation: Any, inner: Schema) -> Schema:
        """The schema that calls the function first."""
        return {"type": "function-before", "function": {"type": "no-info", "function": self.prepare}, "schema": inner}


class Length(NamedTuple):
    """A mark for a list or a mapping: how many entries it may have."""

    least: int
    most: int

    def schema(self, annotation: Any, inner: Schema) -> Schema:
        """The schema with these bounds."""
        return {**inner, "min_length": self.least, "max_length": self.most}


class Discriminator(NamedTuple):
    """A mark for a union: how to tell its members apart.

    `key` is a field that holds a member's own word, or a function from a value to a tag; `tags` are then the members'
    tags, in order.
    """

    key: str | Callable[[Any], str | None]
    tags: tuple[str, ...] = ()

    def schema(self, annotation: Any, inner: Schema) -> Schema:
        """The schema that looks at the tag and validates as that member alone."""
        tags = self.tags or tuple(word for member in get_args(annotation) for word in _words(member))
        choices = dict(zip(tags, inner["choices"], strict=True))
        return {"type": "tagged-union", "choices": choices, "discriminator": self.key}


def _words(member: Any) -> tuple[str, ...]:
    return get_args(member.model_fields["type"].annotation)
