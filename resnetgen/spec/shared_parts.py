"""Validation of documents that share parts as the very same objects, as the candidates of a design space do."""

from __future__ import annotations

from typing import Any

from pydantic_core import PydanticCustomError

from resnetgen.identity_memo import IdentityMemo
from resnetgen.spec.spec import Spec, Stage
from resnetgen.spec.validate import validate

_NEEDED = frozenset(name for name, field in Spec.model_fields.items() if field.required)
_STAGE = ("stages",)

_MOST_KNOWN = 10_000
"""The most parts that are remembered."""


class SharedParts:
    """Validates documents; a part that was in a valid document before becomes the very same record again.

    Parts are the values at the top, and the stages. What is valid in one document is valid in each: only
    `Spec.validate_record` compares parts, and it is asked of each spec.
    """

    def __init__(self) -> None:
        self._parts: IdentityMemo[object, Any] = IdentityMemo(_MOST_KNOWN)
        self._names: set[tuple[str, ...]] = set()

    def spec_of(self, data: dict[str, Any]) -> Spec | None:
        """Return the spec of a document's data; None if it is wrong, which `validate` then says."""
        parts = self._known_parts(data)
        if parts is None:
            spec, _ = validate(data, Spec)
            if spec is not None:
                self._learn(data, spec)
            return spec
        try:
            return Spec.model_construct(**parts).validate_record()
        except PydanticCustomError:
            return None

    def _known_parts(self, data: dict[str, Any]) -> dict[str, Any] | None:
        """Return the value of each key of a spec; None if one is not known."""
        if not data.keys() >= _NEEDED:
            return None
        parts = {}
        for key, value in data.items():
            found = self._known_stages(value) if key == "stages" else self._parts.find(value, key)
            if found is None:
                return None
            parts[key] = found
        return parts

    def _known_stages(self, stages: Any) -> dict[str, Stage] | None:
        """Return the stages, if their names are known together; a stage that is not known is validated by itself."""
        if not isinstance(stages, dict) or tuple(stages) not in self._names:
            return None
        found = {}
        for name, data in stages.items():
            stage = self._parts.find(data, _STAGE)
            if stage is None:
                stage, _ = validate(data, Stage) if isinstance(data, dict) else (None, [])
                if stage is None:
                    return None
                self._parts.keep(data, stage, _STAGE)
            found[name] = stage
        return found

    def _learn(self, data: dict[str, Any], spec: Spec) -> None:
        """Remember the parts of a valid document."""
        for key, value in data.items():
            if key != "stages":
                self._parts.keep(value, getattr(spec, key), key)
        self._names.add(tuple(data["stages"]))
        for name, stage in data["stages"].items():
            self._parts.keep(stage, spec.stages[name], _STAGE)
