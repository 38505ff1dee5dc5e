"""What holds for a block: its type's defaults, then what `block`, the stage and the block's own entry say over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from resnetgen.diagnostics.model import Path
from resnetgen.expression import Expression
from resnetgen.fields import Model

_OWN = {"blocks", "channels", "stride", "dilation", "first_dilation", "repeat", "branch", "description", "widths", "mid"}


@dataclass(frozen=True, slots=True)
class Settings:
    """The merged options by name, the widths by name, and the path in the spec that each was written at.

    What a built-in block type says has no path.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    widths: Mapping[str, Expression] = field(default_factory=dict)
    origins: Mapping[str, Path] = field(default_factory=dict)

    def over(self, options: Model, at: Path | None) -> Settings:
        """These settings with what `options` says on top; `at` is its path, None for a built-in block type."""
        written = options.model_fields_set
        values = {**self.values, **{name: getattr(options, name) for name in written - _OWN}}
        widths = dict(self.widths)
        origins = dict(self.origins)
        for name in written - _OWN:
            _mark(origins, name, at, name)
        if "mid" in written:
            widths["mid"] = options.mid  # type: ignore[attr-defined]  # every model that is passed here has it
            _mark(origins, "mid", at, "mid")
        if "widths" in written:
            for name, width in options.widths.items():  # type: ignore[attr-defined]  # likewise
                widths[name] = width
                _mark(origins, name, at, "widths", name)
        return Settings(values, widths, origins)

    def get(self, name: str, default: Any = None) -> Any:
        """An option, or the default where nobody set it."""
        return self.values.get(name, default)


def _mark(origins: dict[str, Path], name: str, at: Path | None, *steps: str) -> None:
    if at is None:
        origins.pop(name, None)
    else:
        origins[name] = (*at, *steps)
