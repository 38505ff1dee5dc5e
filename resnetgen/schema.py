"""From a document's data to a validated spec, or to the faults that Pydantic found, each at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic_core import ValidationError

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.diagnostics.nearest import nearest
from resnetgen.fields import kind
from resnetgen.known_keys import known_keys
from resnetgen.layers import KINDS
from resnetgen.record import Record

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_R = TypeVar("_R", bound=Record)

_WORDS = {
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "list_type": "a list",
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
}


def validate(data: dict[str, object], record: type[_R]) -> tuple[_R | None, list[Fault]]:
    """The validated record and no faults, or None and the faults."""
    if _has_null(data):
        return None, _nulls(data)
    try:
        return record.validated(data), []
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
        return None, [_fault(detail, data, record) for detail in details]


def _fault(detail: ErrorDetails, data: dict[str, object], record: type[Record]) -> Fault:
    path, part, parent = _place(detail["loc"], data)
    match detail["type"]:
        case "extra_forbidden":
            return _unknown(path, known_keys(detail["loc"], record))
        case "missing":
            owner = f"`{path[-2]}`" if len(path) > 1 and isinstance(path[-2], str) else "this"
            where = "the spec" if len(path) == 1 else owner
            return Fault("RG202", f"{where} needs the key `{path[-1]}`", Place(path[:-1], Part.KEY))
        case "union_tag_not_found" | "union_tag_invalid":
            return _unknown_kind(detail, path, parent)
        case "too_short":
            return Fault("RG204", "this is empty; it needs at least one entry", Place(path, part))
        case "too_long":
            return Fault("RG204", f"this is too long: {detail['msg']}", Place(path, part))
    if detail["type"] in _WORDS:
        return Fault("RG203", f"this is {_WORDS[detail['type']]}, not {kind(detail['input'])}", Place(path, part))
    code = detail["type"] if detail["type"].startswith("RG") else "RG204"
    return Fault(code, detail["msg"], Place(path, part), help=detail.get("ctx", {}).get("way_out", ""))


def _place(loc: tuple[int | str, ...], data: Any) -> tuple[Path, Part, object]:
    """The path in the data that Pydantic's location means: without the tags of unions, which are no keys."""
    path: list[int | str] = []
    part, parent = Part.VALUE, None
    value = data
    for index, step in enumerate(loc):
        if step == "[key]" and index == len(loc) - 1:
            part = Part.KEY
        elif _holds(value, step):
            parent, value = value, value[step]
            path.append(step)
        elif index == len(loc) - 1 and isinstance(value, dict) and not str(step).startswith("<"):
            path.append(step)
    return tuple(path), part, parent


def _holds(value: object, step: int | str) -> bool:
    if isinstance(value, dict):
        return step in value
    return isinstance(value, list) and isinstance(step, int) and step < len(value)


def _unknown(path: Path, known: tuple[str, ...]) -> Fault:
    key = str(path[-1])
    message = f"unknown key `{key}`{nearest(key, known)}"
    return Fault("RG201", message, Place(path, Part.KEY), help=f"the keys here are {', '.join(known)}")


def _unknown_kind(detail: ErrorDetails, path: Path, parent: object) -> Fault:
    """A layer with none of the keys that make one, or a `type` that there is not."""
    if detail["type"] == "union_tag_not_found" and "layer_kind" in str(detail["ctx"].get("discriminator")):
        given = detail["input"]
        if not isinstance(given, dict):
            return Fault("RG203", f"a layer is a mapping such as {{conv: 3, to: 64}}, not {kind(given)}", Place(path))
        close = next((word for key in given if (word := nearest(key, KINDS))), "")
        help = f"a layer has one of the keys {', '.join(KINDS)}"
        return Fault("RG206", f"this layer is of no known kind{close}", Place(path), help=help)
    if detail["type"] == "union_tag_not_found":
        return Fault("RG202", "this mapping needs the key `type`", Place(path))
    tag = str(detail["ctx"]["tag"])
    known = tuple(word.strip().strip("'") for word in str(detail["ctx"]["expected_tags"]).split(","))
    place = Place((*path, "type")) if isinstance(detail["input"], dict) and _written_out(path, parent) else Place(path)
    return Fault(
        "RG206", f"there is no `{path[-1]}: {tag}`{nearest(tag, known)}", place, help=f"use {', '.join(known)}"
    )


def _written_out(path: Path, parent: object) -> bool:
    """Whether the user wrote the mapping, rather than the one word that stands for it."""
    if isinstance(parent, dict | list):
        return isinstance(parent[path[-1]], dict)  # type: ignore[index]  # the path was walked through this parent
    return False


def _has_null(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_has_null, value.values()))
    return any(map(_has_null, value)) if isinstance(value, list) else value is None


def _nulls(value: object, path: Path = ()) -> list[Fault]:
    """A fault for every key with nothing after it: in a patch that removes a key, elsewhere it means nothing."""
    if value is None:
        help = (
            "write a value, or take the key out; `null` removes a key of the spec that `extends` names, if it has one"
        )
        return [Fault("RG203", f"there is nothing after `{path[-1]}`", Place(path, Part.KEY), help=help)]
    if isinstance(value, dict):
        return [fault for key, item in value.items() for fault in _nulls(item, (*path, key))]
    if isinstance(value, list):
        return [fault for index, item in enumerate(value) for fault in _nulls(item, (*path, index))]
    return []
