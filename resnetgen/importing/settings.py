"""Read the settings of a configuration, each with its type, and collect what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resnetgen.diagnostics.model import Diagnostic, Path
from resnetgen.diagnostics.sorting import sort
from resnetgen.diagnostics.suggestions import did_you_mean
from resnetgen.errors import SpecError
from resnetgen.importing.config_file import ConfigFile
from resnetgen.number_format import pluralize
from resnetgen.source.write_yaml import flow
from resnetgen.source.yaml_scalars import clip

MOST = 2**31 - 1
"""The largest whole number of a setting."""

REQUIRED: Any = object()
"""The default of a setting without one."""

_SIMILAR = "to import a similar network, change or remove this setting; then edit the spec"


class Settings:
    """The settings in one mapping of a file.

    A setting that is wrong is noted, and its default, or 1 for what has none, is returned in its place, so that one
    reading finds all faults; `finish` raises them.
    """

    def __init__(
        self, file: ConfigFile, data: Mapping[str, Any], path: Path = (), faults: list[Diagnostic] | None = None
    ) -> None:
        self.file = file
        self._data = data
        self._path = path
        self._faults = [] if faults is None else faults
        self._read: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return self._data.get(key) is not None

    def section(self, key: str) -> Settings:
        """Return the settings in the mapping under a key; none if there is no such key."""
        value = self.raw(key, {})
        if not isinstance(value, dict):
            self.note(key, f"`{key}` must be a mapping, not {_shown(value)}")
            value = {}
        return Settings(self.file, value, (*self._path, key), self._faults)

    def raw(self, key: str, default: object = None) -> Any:
        """Return a value as it is; the default for a missing one and for `null`."""
        self._read.add(key)
        value = self._data.get(key)
        if value is None and default is REQUIRED:
            self.note(key, f"the key `{key}` is missing" + did_you_mean(key, tuple(map(str, self._data))))
            return None
        return default if value is None else value

    def whole(self, key: str, default: Any = REQUIRED, least: int = 1) -> int:
        """Return a whole number."""
        value = self.raw(key, default)
        if value is default and default is not REQUIRED:
            return int(default)
        if _is_whole(value, least):
            return int(value)
        if value is not None:
            self.note(key, f"`{key}` must be a whole number, at least {least}, not {_shown(value)}")
        return 1 if default is REQUIRED else int(default)

    def wholes(self, key: str, default: Sequence[int] = REQUIRED, length: int | None = None) -> list[int]:
        """Return a list of whole numbers, at least one; of a given length if there is one."""
        value = self.raw(key, default)
        if isinstance(value, list | tuple) and 0 < len(value) <= 64 and all(_is_whole(each, 1) for each in value):
            if length is None or len(value) == length:
                return [int(each) for each in value]
            self.note(key, f"`{key}` has {pluralize(len(value), 'number')} for {pluralize(length, 'stage')}")
            return [1] * length
        if value is not None:
            self.note(key, f"`{key}` must be a list of whole numbers above 0, not {_shown(value)}")
        return [1] * (length or 1) if default is REQUIRED else list(default)

    def number(self, key: str, default: float, least: float = 0.0, most: float = 1e12) -> float:
        """Return a number, whole or not."""
        value = self.raw(key, default)
        if isinstance(value, str):  # YAML 1.1 reads 1e-5 as text
            try:
                value = float(value)
            except ValueError:
                value = self.raw(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.note(key, f"`{key}` must be a number from {least:g}, not {_shown(value)}")
        return default

    def flag(self, key: str, default: bool) -> bool:
        """Return a boolean."""
        value = self.raw(key, default)
        if isinstance(value, str):  # YAML 1.1 has more words, which specs do not
            value = {"yes": True, "on": True, "no": False, "off": False}.get(value.lower(), value)
        if isinstance(value, bool):
            return value
        self.note(key, f"`{key}` must be true or false, not {_shown(value)}")
        return default

    def word(self, key: str, default: str, words: Sequence[str] = ()) -> str:
        """Return a text; one of a few words if there are any."""
        value = self.raw(key, default)
        if isinstance(value, str) and (value in words or not words):
            return value
        if value is not None:
            choice = " or ".join(f"`{word}`" for word in words) or "a text"
            self.note(key, f"`{key}` must be {choice}, not {_shown(value)}")
        return words[0] if default is REQUIRED and words else "" if default is REQUIRED else default

    def note(self, key: str, message: str, help: str = "", code: str = "RG115") -> None:
        """Note a fault at a key."""
        self._faults.append(self.file.fault((*self._path, key), message, help, code))

    def refuse(self, key: str, why: str, help: str = "") -> None:
        """Note that no spec can have a setting."""
        value = _shown(self._data.get(key))
        self.note(key, f"`{key}: {value}` has no equivalent in a spec: {why}", help or _SIMILAR, "RG116")

    def refuse_others(self, known: Sequence[str] = ()) -> None:
        """Refuse every setting that was not read and is not null; `known` are those that there are."""
        for key, value in self._data.items():
            if key not in self._read and value is not None:
                hint = did_you_mean(str(key), (*known, *self._read))
                self.refuse(key, f"the import does not know this setting{hint}")

    def finish(self) -> None:
        """Raise what was noted.

        Raises:
            SpecError: a setting is wrong.
        """
        if self._faults:
            raise SpecError(tuple(sort(self._faults)))


def _is_whole(value: object, least: int) -> bool:
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return whole and not isinstance(value, bool) and least <= value <= MOST  # type: ignore[operator]


def _shown(value: object) -> str:
    return clip(flow(value) if isinstance(value, str | int | float | list | dict | None) else str(value))
