"""Read a configuration in JSON or YAML: its data, and the place of everything in it."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import NoReturn

from resnetgen.diagnostics.model import Diagnostic, Label, Part, Path, Severity, Span, Text
from resnetgen.errors import SpecError
from resnetgen.frozen import FrozenIdentity
from resnetgen.source.source import MAX_SIZE, parse
from resnetgen.source.yaml_events import compose_partially
from resnetgen.source.yaml_tree import Node, data_of, find, span

_START = 64
"""The letters of a file that tell a web page."""

_WEB_PAGE = ("<!doctype", "<html", "<?xml")

_NO_MAPPING, _GIVE = "this file is not a mapping of keys to values", "give a configuration in JSON or YAML"

_DOWNLOAD = "download the file itself: on Hugging Face, from /resolve/ in place of /blob/; on GitHub, as `raw`"


class ConfigFile(FrozenIdentity):
    """A configuration as written: its text and its data."""

    text: Text
    data: dict[str, object]
    _root: Node | None

    def locate(self, path: Path, part: Part = Part.VALUE) -> Span:
        """Return the span of a path; for a missing key, that of the key of the mapping that it belongs to."""
        found = None if self._root is None or not path else find(self._root, path)
        if found is not None:
            key, value = found
            return span(self.text, key if part is Part.KEY else value)
        return self.locate(path[:-1], Part.KEY) if path else Span(self.text, 1, 1, 1, 1)

    def fault(self, path: Path, message: str, help: str = "", code: str = "RG115") -> Diagnostic:
        """Return an error at a path."""
        return Diagnostic(code, Severity.ERROR, message, Label(self.locate(path)), (), help)


def fail(name: str, message: str, help: str = "", code: str = "RG115") -> NoReturn:
    """Reject a source as a whole.

    Raises:
        SpecError: always.
    """
    place = Label(Span(Text(name, ""), 1, 1, 1, 1))
    raise SpecError((Diagnostic(code, Severity.ERROR, message, place, (), help),))


def read_config(path: str) -> ConfigFile:
    """Read a file of JSON or YAML that holds a mapping.

    Raises:
        SpecError: it cannot be read, or is neither.
    """
    text = _read_text(path)
    start = text.content.lstrip()[:_START].lower()
    if not start:
        fail(path, "this file is empty", "copy or download it again")
    if start.startswith(_WEB_PAGE):
        fail(path, "this is a web page, not a configuration", _DOWNLOAD)
    if text.content.lstrip().startswith(("{", "[") if path.endswith(".json") else "{"):
        return _json(text)
    root = compose_partially(text)
    data = None if root is None else data_of(root)
    if root is None:
        parse(text.content, text.name)  # raises the error that ended the reading
    if not isinstance(data, dict):
        fail(path, _NO_MAPPING, _GIVE)
    return ConfigFile(text, data, root)


def _read_text(path: str) -> Text:
    try:
        if not FilePath(path).is_file():
            fail(path, "this is not a file" if FilePath(path).exists() else "there is no such file")
        with open(path, "rb") as file:
            content = file.read(MAX_SIZE + 1)
        if len(content) > MAX_SIZE:
            fail(path, "this file is larger than the 1 MiB that a configuration may have")
        return Text(path, content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        fail(path, "this file is not UTF-8", "give a configuration in JSON or YAML, or a .pth or .safetensors file")
    except (OSError, ValueError) as error:
        fail(path, f"this file cannot be read: {getattr(error, 'strerror', None) or error}")


def _json(text: Text) -> ConfigFile:
    import json

    def reject(constant: str) -> NoReturn:
        raise ValueError(constant)

    try:
        data = json.loads(text.content, parse_constant=reject)
    except json.JSONDecodeError as error:
        where = Span(text, error.lineno, error.colno, error.lineno, error.colno + 1)
        message = f"not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        raise SpecError((Diagnostic("RG115", Severity.ERROR, message, Label(where)),)) from None
    except (ValueError, RecursionError):  # NaN or Infinity, a number of too many digits, or too many brackets
        fail(text.name, "this JSON has NaN, Infinity, too many digits, or too many brackets")
    if not isinstance(data, dict):
        fail(text.name, _NO_MAPPING, _GIVE)
    return ConfigFile(text, data, compose_partially(text))  # YAML has JSON in it, and knows places
