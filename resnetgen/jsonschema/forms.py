"""From the type of a field to its JSON Schema."""

from __future__ import annotations

from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic_core import ValidationError

from resnetgen.jsonschema.defaults import default
from resnetgen.jsonschema.shapes import Shape, shapes, union_keys
from resnetgen.lower.block_types import BUILT_IN
from resnetgen.schema.field_docs import meaning
from resnetgen.schema.json_forms import NULL, WRITTEN, Json, Rule, either
from resnetgen.schema.marks import Discriminator, Length, Shorthand, Validator
from resnetgen.schema.record import Record
from resnetgen.spec.block_options import BlockDefaults

_LONGEST = 80
"""Characters of the form of a kind of value that is written out wherever it is used."""

_TAKEN_OUT: Json = {**NULL, "errorMessage": "This `type` has no such key; `null` removes it.", "doNotSuggest": True}
"""In a patch: a key that the base may have beside another `type`."""

_UNNAMED = ("validate", "<lambda>")


class Forms:
    """Builds the JSON Schema of types; `definitions` holds those that others refer to.

    There is one for a whole value and one for a patch, a mapping that is merged into one of the base. A patch requires
    nothing, and null deletes any key that the whole value can do without. Lists are never merged: items are whole.

    Args:
        beside: a form that may stand in place of any value, but for those of keys that a patch does not inherit.
    """

    def __init__(self, beside: Json | None = None) -> None:
        self.definitions: dict[str, Json] = {}
        self._beside = () if beside is None else (beside,)

    def object(
        self, record: type[Record], *, patch: bool, others: tuple[str, ...] = (), own: frozenset[str] = frozenset()
    ) -> Json:
        """Return the schema of a record's mapping.

        In a patch, `others` are keys of other records of the union, which it can delete when it changes the `type`. The
        fields of `own` have no counterpart in the base, so they cannot be deleted.
        """
        known = shapes(record)
        others = (*others, *record.model_fields) if len(known) > 1 else others
        found = [self._object(shape, patch, others, own) for shape in known]
        rules = [form for rule in record.rules() if (form := self._rule(rule, patch))]
        return (found[0] if len(found) == 1 else {"anyOf": found}) | ({"allOf": rules} if rules else {})

    def _object(self, shape: Shape, patch: bool, others: tuple[str, ...], own: frozenset[str]) -> Json:
        properties = {key: self._property(shape, key, patch, inherits=key not in own) for key in shape.keys}
        if patch:
            properties |= {
                key: self._shared("another", _TAKEN_OUT, patch=True) for key in others if key not in properties
            }
        required = [key for key in shape.keys if shape.record.model_fields[key].required and not patch]
        return {
            "type": "object",
            "properties": properties,
            **({"required": required} if required else {}),
            "additionalProperties": False,
        }

    def _value(self, form: Json) -> Json:
        """Return the form of a value with what may stand in its place."""
        return either(form, *self._beside)

    def _rule(self, rule: Rule, patch: bool) -> Json:
        """Return the `if` and `then` of a rule; in a patch only for what it writes, as the base may have the rest.

        A field that the rule forbids can be null: a patch may delete it, and elsewhere null is never valid.
        """
        conditions = ", ".join(_condition(key, form) for key, form in {**rule.written, **rule.holding}.items())
        none = {**NULL, "errorMessage": f"This has no effect beside {conditions}."}
        properties = {
            key: none if isinstance(form, bool) else self._value(either(form, NULL) if patch else form)
            for key, form in rule.then.items()
        }
        needs = () if patch else rule.needs
        then: Json = {
            **({"properties": properties} if properties else {}),
            **({"required": list(needs)} if needs else {}),
        }
        if rule.needs_one and not patch:
            then["anyOf"] = [{"required": [key]} for key in rule.needs_one]
        if not then or not (rule.written or rule.holding):
            return then
        required = [*rule.written, *(rule.holding if patch else ())]
        condition = {"properties": {**rule.written, **rule.holding}, **({"required": required} if required else {})}
        return {"if": condition, "then": then}

    def _property(self, shape: Shape, key: str, patch: bool, *, inherits: bool) -> Json:
        patch = patch and inherits
        field = shape.record.model_fields[key]
        form = _words(shape.words) if key == "type" and shape.words else self._form(field.annotation, key, patch)
        if patch and not field.required:
            form = either(form, NULL)
        if inherits:
            form = self._value(form)
        if key == "type" and issubclass(shape.record, BlockDefaults):
            form = {**form, "examples": list(BUILT_IN)}  # the others are the spec's own
        return {**form, "description": meaning(shape.record, key), **({} if patch else default(field))}

    def _form(self, annotation: Any, name: str, patch: bool) -> Json:
        """Return the schema of a type; `name` is that of a field with the type."""
        if isinstance(annotation, type) and issubclass(annotation, Record):
            return self._reference(annotation, patch)
        origin, inside = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return self._marked(inside[0], inside[1:], name, patch)
        if origin in (UnionType, Union):
            return either(*(self._form(member, name, patch) for member in inside if member is not type(None)))
        if origin is list:
            return {"type": "array", "items": self._value(self._form(inside[0], name, patch=False))}
        if origin is dict:
            value = self._form(inside[1], name, patch)
            names = self._form(inside[0], name, patch=False)
            return {
                "type": "object",
                "propertyNames": names,
                "additionalProperties": self._value(either(value, NULL) if patch else value),
            }
        if origin is Literal:
            return _words(inside)
        raise TypeError(f"no JSON Schema for a field of the type {annotation!r}")

    def _marked(self, inner: Any, marks: tuple[Any, ...], name: str, patch: bool) -> Json:
        tagged = next((mark for mark in marks if isinstance(mark, Discriminator)), None)
        if isinstance(marks[0], Validator):
            return self._checked(marks[0])
        if tagged is not None and tagged.key == "type":
            form = self._slot(inner, patch)
        else:
            form = self._form(inner, name, patch)
        for mark in marks:
            if isinstance(mark, Shorthand):
                form = either(self._short(inner, mark, name), form)
            elif isinstance(mark, Length):
                form = form | _bounds(form, mark, patch)
            elif not isinstance(mark, Discriminator):
                raise TypeError(f"no JSON Schema for the mark {mark!r} of a field")
        long = len(str(form)) > _LONGEST and not isinstance(marks[0], Length)
        return self._shared(name, form, patch) if long else form

    def _checked(self, check: Validator) -> Json:
        """Return the schema that a check declares; for a long one with a name, a reference to it."""
        name = check.validate.__name__.strip("_")
        long = name not in _UNNAMED and len(str(check.json)) > _LONGEST
        return self._shared(name, check.json, patch=False) if long else check.json

    def _slot(self, union: Any, patch: bool) -> Json:
        """Return the schema of a union of records tagged by `type`; a patch may change the type and delete old keys."""
        members = get_args(union)
        if not patch:
            return either(*(self._reference(member, patch) for member in members))
        keys = union_keys(members)
        return either(*(self.object(member, patch=True, others=keys) for member in members))

    def _short(self, inner: Any, mark: Shorthand, name: str) -> Json:
        """Return the schema of the short forms of a mapping: values of its first key that suffice by themselves."""
        members = (inner,) if isinstance(inner, type) else get_args(inner)
        words: list[str] = []
        others: list[Json] = []
        for member in members:
            key = next(key for key in mark.keys if key in member.model_fields)
            form = self._form(member.model_fields[key].annotation, name, patch=False)
            if "enum" in form or "const" in form:
                words += [word for word in form.get("enum", [form.get("const")]) if _enough(member, key, word)]
            else:
                others.append(form)
        return either(*others, *([_words(tuple(words))] if words else []))

    def _reference(self, record: type[Record], patch: bool) -> Json:
        name = f"{record.__name__}.patch" if patch else record.__name__
        if name not in self.definitions:
            self.definitions[name] = {}  # it may hold itself
            self.definitions[name] = self.object(record, patch=patch)
        return {"$ref": f"#/$defs/{name}"}

    def _shared(self, name: str, form: Json, patch: bool) -> Json:
        """Return a reference to a schema, stored under a name of its own."""
        known = next((each for each, other in self.definitions.items() if other == form), None)
        if known is not None:
            return {"$ref": f"#/$defs/{known}"}
        suffix = ".patch" if patch else ""
        names = (f"{name}{number}{suffix}" for number in ("", *range(2, 100)))
        free = next(each for each in names if each not in self.definitions)
        self.definitions[free] = form
        return {"$ref": f"#/$defs/{free}"}


def _words(words: tuple[str, ...]) -> Json:
    return {"const": words[0]} if len(words) == 1 else {"enum": list(words)}


def _enough(record: type[Record], key: str, value: object) -> bool:
    try:
        record.model_validate({key: value})
    except ValidationError:
        return False
    return True


def _bounds(form: Json, size: Length, patch: bool) -> Json:
    if form["type"] == "array":
        return {"minItems": size.least, "maxItems": size.most}
    return {} if patch else {"minProperties": size.least, "maxProperties": size.most}


def _condition(key: str, form: Json) -> str:
    from json import dumps

    return f"`{key}: {dumps(form['const'])}`" if "const" in form else f"`{key}`" if form == WRITTEN else f"this `{key}`"
