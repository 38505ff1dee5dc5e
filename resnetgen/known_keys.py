"""Which keys a model knows at a place that Pydantic names: what a misspelt key may have meant."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel, Tag


def known_keys(loc: tuple[int | str, ...], model: type[BaseModel]) -> tuple[str, ...]:
    """The keys beside the one that `loc` ends in.

    The location holds keys, positions in lists and the tags of unions; it is followed through the models' annotations.
    """
    at: list[tuple[str, type[BaseModel]]] = [("", model)]
    for step in loc[:-1]:
        inside = [found for _, each in at if step in each.model_fields for found in _field_models(each, str(step))]
        tagged = [(tag, each) for tag, each in at if step == tag or step in _literal_types(each)]
        at = inside or tagged or at
    return tuple(dict.fromkeys(key for _, each in at for key in each.model_fields))


def _field_models(model: type[BaseModel], field: str) -> list[tuple[str, type[BaseModel]]]:
    info = model.model_fields[field]
    return _models(info.annotation, "")


def _models(annotation: Any, tag: str) -> list[tuple[str, type[BaseModel]]]:
    """Every model inside an annotation, with the tag that its union knows it by."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [(tag, annotation)]
    marks = [mark.tag for mark in getattr(annotation, "__metadata__", ()) if isinstance(mark, Tag)]
    inner = marks[0] if marks else tag
    return [found for argument in get_args(annotation) for found in _models(argument, inner)]


def _literal_types(model: type[BaseModel]) -> tuple[object, ...]:
    field = model.model_fields.get("type")
    return get_args(field.annotation) if field else ()
