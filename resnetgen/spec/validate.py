"""Validation: from a document's data to a spec, or to faults at their places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic_core import ValidationError

from resnetgen.diagnostics.model import EditKind, Fault, Part, Path, Place, Suggestion
from resnetgen.diagnostics.suggestions import any_of, closest, did_you_mean
from resnetgen.layers import KINDS, POOLED_KINDS, layer_kind, pooled_layer_kind
from resnetgen.schema.fields import KEY, kind
from resnetgen.schema.known_keys import absent_key_help, known_keys, union_tags
from resnetgen.schema.record import Record
from resnetgen.source.unambiguous import replacement, unambiguous_match
from resnetgen.source.yaml_faults import fault_limit
from resnetgen.spec.foreign_words import FOREIGN_KINDS, UNMATCHED_KINDS
from resnetgen.spec.replacement_hint import replacement_hint
from resnetgen.spec.spec import LACKING, Spec
from resnetgen.spec.unknown_keys import (
    foreign,
    further_in,
    is_another,
    is_kind,
    kind_meant,
    named_head_help,
    unknown_key,
)

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


_FORMS = {"<table>": "a mapping", "<list>": "a list", "<name>": "a name"}
"""The forms that members of a union have, by their tags."""


def validate(data: dict[str, object], record: type[_R]) -> tuple[_R | None, list[Fault]]:
    """Validate data as a record.

    Returns:
        The record and no faults, or None and the faults.
    """
    nulls = dict(_nulls(data)) if _has_null(data) else {}
    try:
        validated = record.model_validate(_without_nulls(data) if nulls else data)
        return (None, list(nulls.values())) if nulls else (validated, [])
    except ValidationError as error:
        return None, _faults(error.errors(include_url=False)[: fault_limit()], data, record, nulls)


def validate_part(data: dict[str, object], record: type[_R]) -> tuple[_R | None, list[Fault]]:
    """Validate data to which others add: keys may be missing, except in the elements of lists, which nobody adds to.

    Returns:
        The record, or None if it lacks keys, and the faults.
    """
    validated, faults = validate(data, record)
    return validated, [fault for fault in faults if not _may_be_added(fault)]


def _may_be_added(fault: Fault) -> bool:
    return fault.code == "RG202" and not any(isinstance(step, int) for step in fault.at.path)


def _faults(
    details: list[ErrorDetails], data: dict[str, object], record: type[Record], nulls: dict[Path, Fault]
) -> list[Fault]:
    """Turn errors into faults: one for all missing keys of a mapping, none for the value of a misspelt key.

    A misspelt or missing `extends` also explains every null, and every missing key.
    """
    found: list[Fault] = []
    missing: dict[Path, list[str]] = {}
    suggested: set[Path] = set(nulls)
    recast: set[Path] = set()  # layers taken for another kind, because the key of their kind is misspelt
    unrecognized: set[Path] = set()  # unknown keys without a similar one
    for detail in details:
        path, part, parent = _place(detail["loc"], data, detail["type"] == "missing")
        if detail["type"] == "missing":
            missing.setdefault(path[:-1], []).append(str(path[-1]))
        elif detail["type"] == "extra_forbidden":
            assert isinstance(parent, dict)
            tag = str(detail["loc"][-2]) if len(detail["loc"]) > 1 else ""
            known = known_keys(detail["loc"], record, parent)
            known = known if len(path) > 1 else ("extends", *known)
            if is_kind(tag) and kind_meant(path, known):
                recast.add(path[:-1])
            candidates = (*known, *KINDS) if path[:-1] in recast else known
            meaning = None if is_another(path, tag) else foreign(path, candidates)
            word = closest(path[-1], candidates) if meaning is None else ""
            suggested.update(((*path[:-1], word),) if meaning is None else meaning.paths)
            if not (word or (meaning and meaning.here)) or is_another(path, tag):
                unrecognized.add(path)
            instead = absent_key_help(detail["loc"], record) or named_head_help(path, parent[path[-1]])
            fault = unknown_key(path, word, known, tag, candidates, instead, meaning)
            if len(path) == 1 and not word and meaning is None:
                fault = fault._replace(message=fault.message + further_in(str(path[-1]), record))
            found.append(fault)
        else:
            found.append(_fault(detail, path, part, parent, record))
    found = _causes(found, nulls, {path for path in unrecognized if path[:-1] in recast})
    if () in missing and issubclass(record, Spec) and not any(key in data for key in record.one_of):
        missing[()].append(record.one_of[0])
    for owner, keys in missing.items():
        missing[owner] = [key for key in keys if not {(*owner, key), (*owner, "extends")} & suggested]
    if ("extends",) not in suggested and not set(missing.get((), ())) - {"name"}:
        unknown = {fault.at.path for fault in found if fault.code == "RG201"}
        found += [fault for path, fault in nulls.items() if not any(path[:n] in unknown for n in range(len(path)))]
    return found + [_missing(owner, keys) for owner, keys in missing.items() if keys]


def _causes(faults: list[Fault], nulls: dict[Path, Fault], recast: set[Path]) -> list[Fault]:
    """Drop the faults that follow from another: a null at their place or mapping, or a misspelt kind of layer.

    `recast` are the keys that are unknown only because their layer is taken for another kind.
    """
    lacking = {*nulls, *(path[:-1] for path in nulls)}
    return [
        fault
        for fault in faults
        if (fault.code == "RG201" or fault.at.path not in lacking) and fault.at.path not in recast
    ]


def _fault(detail: ErrorDetails, path: Path, part: Part, parent: object, record: type[Record]) -> Fault:
    context = detail.get("ctx", {})
    this = _called(path, part)
    match detail["type"]:
        case "union_tag_not_found" | "union_tag_invalid":
            return _unknown_kind(detail, path, parent)
        case "too_short":
            return Fault("RG204", f"{this} is empty; it needs at least one entry", Place(path, part))
        case "too_long":
            return Fault("RG204", f"{this} may have at most {context['max_length']:,} entries", Place(path, part))
    if detail["type"] in _WORDS:
        message = f"{this} must be {_wanted(detail, record)}, not {kind(detail['input'])}"
        return Fault("RG203", message, Place(path, part), help=replacement_hint(detail, record))
    code = detail["type"] if detail["type"].startswith("RG") else "RG204"
    place = Place((*path, context["key"]), Part.KEY) if "key" in context else Place(path, part)
    message = context.get("message", detail["msg"]).replace(KEY, _called(place.path, place.part))
    return Fault(code, message, place, help=context.get("help", ""), fix=_suggested_fix(place, context))


def _wanted(detail: ErrorDetails, record: type[Record]) -> str:
    """Return the form that a value must have; for a union of forms, all of them."""
    forms = [_FORMS[tag] for tag in union_tags(detail["loc"], record) if tag in _FORMS]
    *others, last = forms or [_WORDS[detail["type"]]]
    return f"{', '.join(others)} or {last}" if others else last


def _called(path: Path, part: Part) -> str:
    """Name the value at fault for a message: `groups`, `act.type`, item 2 of `features`; for a wrong key, its owner."""
    if not path:
        return "the spec"
    *owner, last = path
    if isinstance(last, int):
        return f"item {last + 1} of {_called(tuple(owner), Part.VALUE)}"
    if part is Part.KEY:
        return _called(tuple(owner), Part.VALUE)
    prefix = f"{owner[-1]}." if last == "type" and owner and isinstance(owner[-1], str) else ""
    return f"`{prefix}{last[:60]}`"


def _suggested_fix(place: Place, context: dict[str, Any]) -> Suggestion | None:
    """Return the replacement that `validation_error` suggested."""
    if context.get("quote"):
        return Suggestion("put it in quotes", place, kind=EditKind.QUOTE)
    return replacement(place, context.get("instead", ""))


def _place(loc: tuple[int | str, ...], data: Any, missing: bool) -> tuple[Path, Part, object]:
    """Translate Pydantic's location to a path in the data, without the tags of unions, which are no keys.

    For a missing key, the data has all but the last step.
    """
    path: list[int | str] = []
    part, parent = Part.VALUE, None
    value = data
    for index, step in enumerate(loc):
        if step == "[key]" and index == len(loc) - 1:
            part = Part.KEY
        elif _holds(value, step):
            parent, value = value, value[step]
            path.append(step)
        elif missing and index == len(loc) - 1:
            path.append(step)
    return tuple(path), part, parent


def _holds(value: object, step: int | str) -> bool:
    if isinstance(value, dict):
        return step in value
    return isinstance(value, list) and isinstance(step, int) and step < len(value)


def _missing(owner: Path, keys: list[str]) -> Fault:
    """Return the fault for a mapping's missing keys, at the first; if a spec set it to null, at the null."""
    who = "the spec" if not owner else f"`{owner[-1]}`" if isinstance(owner[-1], str) else "this entry"
    listed = [f"`{key}`" for key in keys]
    what = f"the keys {', '.join(listed[:-1])} and {listed[-1]}" if len(keys) > 1 else f"the key {listed[0]}"
    if keys == ["type"]:
        help = "add the name as `type`; if a base spec has the name alone here, this mapping replaces it"
        return Fault("RG202", f"{who} needs {what}", Place((*owner, keys[0]), Part.KEY), help=help)
    help = "" if owner or keys == ["name"] else LACKING
    return Fault("RG202", f"{who} needs {what}", Place((*owner, keys[0]), Part.KEY), help=help)


def _unknown_kind(detail: ErrorDetails, path: Path, parent: object) -> Fault:
    """Return the fault for a layer without a key of any kind, or for an unknown `type`."""
    by = str(detail["ctx"].get("discriminator"))  # a function by its name
    if detail["type"] == "union_tag_not_found" and layer_kind.__name__ in by:
        return _no_layer(detail["input"], path, pooled=pooled_layer_kind.__name__ in by)
    if detail["type"] == "union_tag_not_found":
        given = detail["input"]
        misspelt = next((key for key in given if closest(key, ("type",))), None) if isinstance(given, dict) else None
        return _missing(path, ["type"]) if misspelt is None else unknown_key((*path, misspelt), "type", ("type",), "")
    tag = str(detail["ctx"]["tag"])  # pydantic-core documents this context: the tag, and the expected ones as text
    known = tuple(word.strip().strip("'") for word in str(detail["ctx"]["expected_tags"]).split(","))
    place = Place((*path, "type")) if isinstance(detail["input"], dict) and _written_out(path, parent) else Place(path)
    key = next((step for step in reversed(path) if isinstance(step, str)), "")  # of a list, the key that has it
    aka = {word: kind for word, kind in FOREIGN_KINDS.get(key, {}).items() if kind in known}
    aka |= dict.fromkeys(UNMATCHED_KINDS.get(key, ()), "")
    message = f"unknown `{key}` {tag[:60]!r}{did_you_mean(tag, known, aka)}"
    fix = replacement(place, unambiguous_match(tag, known, aka))
    return Fault("RG206", message, place, help=f"use {any_of(known)}", fix=fix)


def _no_layer(given: object, path: Path, *, pooled: bool) -> Fault:
    if not isinstance(given, dict):
        return Fault("RG203", f"a layer must be a mapping such as {{conv: 3, to: 64}}, not {kind(given)}", Place(path))
    kinds = POOLED_KINDS if pooled else KINDS
    help = f"a layer {'after the pool ' if pooled else ''}has one of the keys {', '.join(kinds)}"
    if "linear" in given and not pooled:
        help += "; `linear` is a layer after the pool: write it under `then` in `head`"
    early = next((key for key in given if key in KINDS), None)
    if early is not None:
        message = f"no layer after the pool has the key `{early}`"
        return Fault("RG206", message, Place((*path, early), Part.KEY), help=f"{help}; write it under `layers`")
    for key in given:
        meaning = foreign((*path, key), kinds)
        if meaning is not None and meaning.here:
            place = Place((*path, key), Part.KEY)
            message = f"unknown layer `{key[:60]}`{meaning.question()}"
            return Fault("RG206", message, place, help=help, fix=replacement(place, meaning.certain))
    misspelt = next((key for key in given if closest(key, kinds)), None)
    if misspelt is None:
        return Fault("RG206", "this layer has no key that says what kind it is", Place(path), help=help)
    message = f"unknown layer `{misspelt[:60]}`{did_you_mean(misspelt, kinds)}"
    place = Place((*path, misspelt), Part.KEY)
    return Fault("RG206", message, place, help=help, fix=replacement(place, unambiguous_match(misspelt, kinds)))


def _written_out(path: Path, parent: object) -> bool:
    """Tell whether the user wrote the mapping, and not a word that is short for it."""
    if isinstance(parent, dict | list):
        return isinstance(parent[path[-1]], dict)  # type: ignore[index]  # the path was walked through this parent
    return False


def _has_null(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_has_null, value.values()))
    return any(map(_has_null, value)) if isinstance(value, list) else value is None


def _nulls(value: object, path: Path = ()) -> Iterator[tuple[Path, Fault]]:
    """Yield a fault for every key without a value: in a patch null removes a key, elsewhere it has no meaning."""
    if value is None and isinstance(path[-1], int):
        help = "write a value, or remove it"
        yield path, Fault("RG203", "this entry of the list is empty", Place(path), help=help)
    elif value is None:
        help = "write a value, or remove the key; `null` only removes a key of the spec that `extends` names"
        message = f"`{str(path[-1])[:60]}` has no value"
        yield path, Fault("RG203", message, Place(path, Part.KEY), help=help)
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _nulls(item, (*path, key))


def _without_nulls(value: Any) -> Any:
    """Replace each null in a list by an empty mapping, so that the other entries keep their positions."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [{} if item is None else _without_nulls(item) for item in value] if isinstance(value, list) else value
