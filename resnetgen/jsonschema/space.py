"""Design spaces as a JSON Schema: a patch over a spec, in which a range may stand in place of any value."""

from __future__ import annotations

from typing import Any

from resnetgen import __version__
from resnetgen.jsonschema.forms import Forms
from resnetgen.schema.json_forms import Json
from resnetgen.source.extends import NOT_INHERITED
from resnetgen.spaces.constraints import INCREASING, MEANING, figure_meaning
from resnetgen.spaces.figures import FIGURES
from resnetgen.spaces.ranges import KINDS
from resnetgen.spaces.ranges.key import NAME, Keys
from resnetgen.spec.spec import Spec

_WHOLE = "regnet_line"
"""The kind that stands beside the names of stages, not in place of a value."""


def space_schema(identifier: str, extends: Json) -> Json:
    """Return the JSON Schema of a design space, given its name and the form of `extends`."""
    forms = Forms(beside={"$ref": "#/$defs/range"})
    whole = forms.object(Spec, patch=True, own=frozenset(str(key) for (key,) in NOT_INHERITED))
    _add_line(whole["properties"]["stages"])
    whole["properties"] = {"extends": extends, **whole["properties"], "constraints": _constraints()}
    kinds = [_range(key, kind.keys) for key, kind in KINDS.items() if key != _WHOLE]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": identifier,
        "$comment": f"Made by `resnetgen schema --space`, version {__version__}.",
        "title": "A design space of resnetgen",
        "description": "A spec with ranges in place of values, from which `resnetgen sweep` draws specs.",
        **whole,
        "required": ["name"],
        "$defs": {"range": {"anyOf": kinds}, **forms.definitions},
    }


def _range(kind: str, keys: Keys) -> Json:
    return {"type": "object", "properties": _properties(keys), "required": [kind], "additionalProperties": False}


def _properties(keys: Keys) -> dict[str, Json]:
    return {key: {**each.form, "description": each.meaning} for key, each in keys.items()}


def _add_line(stages: dict[str, Any]) -> None:
    """Let the line of RegNets stand among the names of stages."""
    for form in stages.get("anyOf", [stages]):
        if "additionalProperties" in form:
            form["properties"] = _properties(KINDS[_WHOLE].keys)


def _constraints() -> Json:
    names = {"type": "array", "items": NAME, "minItems": 1}
    lists = {"anyOf": [names, {"type": "array", "items": names}], "description": MEANING}
    bounds = {"type": ["string", "integer"], "minimum": 0}
    figures: dict[str, Json] = {key: {**bounds, "description": figure_meaning(key)} for key in FIGURES}
    return {
        "type": "object",
        "properties": {**figures, INCREASING: lists},
        "additionalProperties": False,
        "description": "Bounds on the figures of the networks.",
    }
