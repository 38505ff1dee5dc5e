"""Marks for field types: validators, shorthands, lengths and discriminators.

Pydantic has validators and discriminators of these names. Each mark here makes its part of a schema of pydantic-core,
and `resnetgen.jsonschema` asks it for its part of the JSON Schema.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, get_args

from resnetgen.schema.json_forms import Json

Schema = dict[str, Any]
"""A schema of pydantic-core."""


class Validator(NamedTuple):
    """A mark for a type: a function that validates a value and returns the field's value.

    `json` is the JSON Schema of the value, as far as that can express it. `dump` converts the field's value back to the
    one of a spec; without it, they are equal.
    """

    validate: Callable[[Any], Any]
    json: Json
    dump: Callable[[Any], Any] | None = None

    def __hash__(self) -> int:
        return hash(self.validate)

    def schema(self, annotation: Any, inner: Schema | None = None) -> Schema:
        """Return the schema that calls the function, in place of the inner one."""
        schema: Schema = {"type": "function-plain", "function": {"type": "no-info", "function": self.validate}}
        if self.dump is not None:
            schema["serialization"] = {"type": "function-plain", "function": self.dump, "when_used": "unless-none"}
        return schema


class Shorthand(NamedTuple):
    """A mark for a type: a function that expands a value to the form that the type validates.

    A value that is no mapping is short for one with a single key: the first of `keys` that the record has.
    """

    prepare: Callable[[Any], Any]
    keys: tuple[str, ...]

    def schema(self, annotation: Any, inner: Schema) -> Schema:
        """Return the schema that calls the function before the inner one."""
        return {"type": "function-before", "function": {"type": "no-info", "function": self.prepare}, "schema": inner}


class Length(NamedTuple):
    """A mark for a list or a mapping: the bounds for its number of entries."""

    least: int
    most: int

    def schema(self, annotation: Any, inner: Schema) -> Schema:
        """Return the inner schema with these bounds."""
        return {**inner, "min_length": self.least, "max_length": self.most}


class Discriminator(NamedTuple):
    """A mark for a union: the key that tells its members apart.

    `key` is a field that holds a member's own word, or a function from a value to a tag; `tags` are then the members'
    tags, in order.
    """

    key: str | Callable[[Any], str | None]
    tags: tuple[str, ...] = ()

    def schema(self, annotation: Any, inner: Schema) -> Schema:
        """Return the schema that reads the tag and validates the value as that member alone."""
        own = [_words(member) for member in get_args(annotation)] if not self.tags else []
        tags: list[tuple[str, ...]] = [*own, *((tag,) for tag in self.tags)]
        members = zip(tags, inner["choices"], strict=True)
        choices = {word: choice for words, choice in members for word in words}
        return {"type": "tagged-union", "choices": choices, "discriminator": self.key}


def _words(member: Any) -> tuple[str, ...]:
    return get_args(member.model_fields["type"].annotation)
