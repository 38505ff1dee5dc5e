"""The language as a JSON Schema, for editors: what may stand where, and what it means.

It says what `resnetgen.spec.validate.validate` says, as far as JSON Schema can; docs/reference/json-schema.md lists
where it cannot. It is of the draft 2020-12, and uses nothing that a reader of draft-07 takes for something else: beside
a `$ref` there are only annotations.

A spec that extends another is a patch, of which little can be asked: what its base has, it need not say.
"""

from __future__ import annotations

from resnetgen import __version__
from resnetgen.jsonschema.forms import Forms
from resnetgen.jsonschema.layout import text
from resnetgen.schema.json_forms import Json
from resnetgen.source.collection import names
from resnetgen.source.extends import NOT_INHERITED
from resnetgen.spec.spec import Spec

__all__ = ["EXTENDS", "IDENTIFIERS", "json_schema", "space_schema", "text"]

IDENTIFIER = "urn:resnetgen:spec:1"
"""Names the schema, by the version of the language; it leads nowhere."""

IDENTIFIERS = (IDENTIFIER, "urn:resnetgen:space:1")
"""The names of this schema and of that of design spaces."""

EXTENDS = "The spec to start from: the name of a spec of the collection, or a path that ends in `.yaml` or `.yml`."
"""The meaning of `extends`, which is a key of the text and no field of `Spec`."""


def json_schema() -> Json:
    """Return the JSON Schema of a spec."""
    forms = Forms()
    whole = forms.object(Spec, patch=False)
    patch = forms.object(Spec, patch=True, own=frozenset(str(key) for (key,) in NOT_INHERITED))
    extends = _extends()
    for form in (whole, patch):
        form["properties"] = {"extends": {"$ref": "#/$defs/extends", "description": EXTENDS}, **form["properties"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": IDENTIFIER,
        "$comment": f"Made by `resnetgen schema`, version {__version__}.",
        "title": "A spec of resnetgen",
        "description": "A network of the ResNet family, which resnetgen compiles to PyTorch code.",
        "type": "object",
        "if": {"properties": {"abstract": {"const": True}}, "required": ["abstract"]},
        "then": {"$ref": "#/$defs/patch"},
        "else": {
            "if": {"required": ["extends"]},
            "then": {"allOf": [{"$ref": "#/$defs/patch"}, {"required": ["name", "extends"]}]},
            "else": {"$ref": "#/$defs/whole"},
        },
        "$defs": {"whole": whole, "patch": patch, "extends": extends, **forms.definitions},
    }


def space_schema() -> Json:
    """Return the JSON Schema of a design space."""
    from resnetgen.jsonschema import space  # the language server needs it of no spec

    return space.space_schema(IDENTIFIERS[1], _extends())


def _extends() -> Json:
    return {"type": "string", "minLength": 1, "description": EXTENDS, "examples": list(names())}
