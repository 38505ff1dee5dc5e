"""Read the text of a spec: plain data, and the line and column of every path in it."""

from __future__ import annotations

import pathlib
import re
import stat
from os.path import isdir
from typing import NoReturn

from yaml import MarkedYAMLError, YAMLError

from resnetgen.diagnostics.model import Diagnostic, Fix, Label, Part, Path, Severity, Span, Suggestion, Text
from resnetgen.errors import SpecError
from resnetgen.frozen import FrozenIdentity
from resnetgen.source.yaml_events import compose
from resnetgen.source.yaml_tree import Node, data_of, find, span

MAX_SIZE = 1 << 20
"""The most bytes of a file, and the most characters of a text, that a spec may have."""

_FORBIDDEN = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"  # as YAML 1.1 has it

_TAG_DIRECTIVE = "(?:^|[\n\r\x85\u2028\u2029])(%TAG)"


class Source(FrozenIdentity):
    """A spec as written: its text, its data, and the position of everything in it."""

    text: Text
    data: dict[str, object]
    _root: Node

    def locate(self, path: Path, part: Part = Part.VALUE) -> Span | None:
        """Return the span of a path, or None where this text does not write it.

        A value of several lines is marked on its first line. The empty path is the start of the text.
        """
        if not path:
            return _start_span(self.text)
        found = find(self._root, path)
        if found is None:
            return None
        key, value = found
        if part is Part.ENTRY:
            return span(self.text, key, value)
        return span(self.text, key if part is Part.KEY else value)

    def fix(self, suggestion: Suggestion) -> Fix | None:
        """Return the fix that a suggestion means in this text, or None where it is not certain."""
        from resnetgen.source.fix_edits import fix

        return fix(self.text, self._root, suggestion)


def read(path: pathlib.Path, name: str | None = None) -> Source:
    """Read the file of a spec.

    Args:
        path: the file.
        name: its name in messages; by default the path.

    Raises:
        SpecError: the file cannot be read, or as `parse` does.
    """
    display_name = path.as_posix() if name is None else name
    try:
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # opening a pipe would wait for a writer
            _fail(_start_span(Text(display_name, "")), "RG101", "this is a pipe or a device, not a file")
        with path.open("rb") as file:
            content = file.read(MAX_SIZE + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        _fail(_start_span(Text(display_name, "")), "RG101", _why_unreadable(path, error))
    return parse_bytes(content, display_name)


def parse_bytes(content: bytes, name: str) -> Source:
    """Read a spec from the content of a file, which messages call `name`.

    Raises:
        SpecError: the content is not UTF-8, or as `parse` does.
    """
    if len(content) > MAX_SIZE:
        _fail_too_large(name)
    return parse(_decode(content, name), name)


def parse(content: str, name: str = "<text>") -> Source:
    """Read the text of a spec.

    Raises:
        SpecError: the text is too large, is not YAML, or uses YAML that specs do not have. It holds every fault that
            does not follow from another.
    """
    if len(content) > MAX_SIZE:
        _fail_too_large(name)
    text = Text(name, content.removeprefix("\ufeff"))
    _reject_tag_directives(text)
    root = _compose(text)
    data = None if root is None else data_of(root)
    help = "the shortest spec has a `name`, and the name of another spec under `extends`"
    if root is None or data is None:
        _fail(_start_span(text), "RG106", "this file has no content", help)
    if not isinstance(data, dict):
        kind = "list" if isinstance(data, list) else "single value"
        _fail(span(text, root), "RG108", f"a spec must be a mapping of keys to values, not a {kind}", help)
    return Source(text, data, root)


def parse_value(text: Text, start: int) -> Node | None:
    """Read the YAML value that begins at an offset of a text's first line; None for no value.

    Raises:
        SpecError: as `parse` does.
    """
    if len(text.content) > MAX_SIZE:
        _fail_too_large(text.name)
    _reject_tag_directives(text)
    return _compose(text, " " * start + text.content[start:])


def _reject_tag_directives(text: Text) -> None:
    """Reject `%TAG` before libyaml sees it: it compares each directive with all before it, which can take seconds."""
    match = re.search(_TAG_DIRECTIVE, text.content) if "%TAG" in text.content else None
    if match is not None:
        where = _character_span(text, match.start(1))
        line = text.line(where.line)
        fix = None
        if "!" not in text.content.replace(line, "", 1):  # else there are tags, too
            from resnetgen.source.fix_edits import remove_line_start

            fix = remove_line_start(text, where.line, line.rstrip())
        message = "a spec cannot have tags, so `%TAG` is not allowed"
        raise SpecError((_diagnostic(where, "RG109", message, "remove the line")._replace(fix=fix),))


def _compose(text: Text, content: str | None = None) -> Node | None:
    """Read a text, or what is to be read in its place, with all characters where they stand there."""
    try:
        return compose(text, content)
    except MarkedYAMLError as error:
        raise SpecError((_syntax_fault(text, error),)) from None
    except (YAMLError, UnicodeEncodeError):  # the latter is libyaml's way with half a surrogate pair
        _fail_forbidden_character(text)


def _decode(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        prefix = content[: error.start].decode("utf-8").removeprefix("\ufeff")
        text = Text(name, prefix + content[error.start :].decode("utf-8", "replace"))
        help_ = "save the file as UTF-8"
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            help_ = "this looks like UTF-16; save the file as UTF-8"
        where = _character_span(text, len(prefix))
        _fail(where, "RG102", f"byte 0x{content[error.start]:02x} here is not UTF-8", help_)


def _why_unreadable(path: pathlib.Path, error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file" if path.suffix else "there is no such file or folder"
    if isinstance(error, IsADirectoryError) or isdir(path):  # Windows reports a folder as a lack of permission
        return "this is a folder, not a file"
    if isinstance(error, PermissionError):
        return "permission to read this file is denied"
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"this file cannot be read: {why}"


def _fail_too_large(name: str) -> NoReturn:
    _fail(_start_span(Text(name, "")), "RG107", "this file is larger than the 1 MiB that a spec may have")


def _fail_forbidden_character(text: Text) -> NoReturn:
    match = re.search(_FORBIDDEN, text.content)
    if match is None:  # the parser's own reason, if the table below has none
        _fail(_start_span(text), "RG103", "this cannot be read as YAML")
    _fail(
        _character_span(text, match.start()),
        "RG103",
        f"character U+{ord(match[0]):04X} is not allowed in YAML",
        "remove it",
    )


# What libyaml says -> what to do about it. Its own words follow the parser's work and not the writer's.
_HELP = {
    "mapping values are not allowed": "put text that holds `: ` in quotes, and check the indentation",
    "did not find expected ',' or ']'": "close the list with `]`, or put a `,` between its elements",
    "did not find expected ',' or '}'": "close the mapping with `}`, or put a `,` between its entries",
    "could not find expected ':'": "write `key: value`, with a space after the `:`",
    "did not find expected key": "check that the keys of one mapping start in one column",
    "did not find expected '-' indicator": "check that the elements of one list start in one column",
    "did not find expected node content": "a value is missing here, or a bracket before it is not closed",
    "unexpected end of stream": "close the quotes",
    "unknown escape character": "double the backslash, or use single quotes",
    "character that cannot start any token": "put text that starts with such a character in quotes",
}

_CONTEXT = {
    "while parsing a flow sequence": "the list starts here",
    "while parsing a flow mapping": "the mapping starts here",
    "while parsing a block collection": "the list starts here",
    "while parsing a block mapping": "the mapping starts here",
    "while scanning a quoted scalar": "the quotes open here",
}


def _syntax_fault(text: Text, error: MarkedYAMLError) -> Diagnostic:
    where = _mark_span(text, error.problem_mark)
    tab = _tab_before(text.line(where.line), where.column)
    if tab is not None:
        tab_span = Span(text, where.line, tab, where.line, tab + 1)
        return _diagnostic(tab_span, "RG103", "tabs cannot indent YAML", "use spaces")
    problem = error.problem or "unknown problem"
    help_ = next((words for key, words in _HELP.items() if key in problem), "")
    related: tuple[Label, ...] = ()
    if error.context is not None and error.context_mark is not None:
        context_span = _mark_span(text, error.context_mark)
        related = (Label(context_span, _CONTEXT.get(error.context, error.context)),) if context_span != where else ()
    return Diagnostic("RG103", Severity.ERROR, f"not YAML: {problem}", Label(where), related, help_)


def _tab_before(line: str, column: int) -> int | None:
    """Return the column of the tab that stopped the parser, in the indentation or at `column`; None for none."""
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent and column <= len(indent) + 1:
        return indent.index("\t") + 1
    return column if line[column - 1 : column] == "\t" else None


def _mark_span(text: Text, mark: object) -> Span:
    line, column = getattr(mark, "line", 0) + 1, getattr(mark, "column", 0) + 1
    shown_line = line
    while shown_line > 1 and not text.line(shown_line).strip():  # the end of the text: show what comes before it
        shown_line -= 1
    if shown_line != line:
        line, column = shown_line, len(text.line(shown_line).rstrip()) + 1
    return Span(text, line, column, line, column + 1)


def _character_span(text: Text, index: int) -> Span:
    line, column = text.place(index)
    return Span(text, line, column, line, column + 1)


def _start_span(text: Text) -> Span:
    return Span(text, 1, 1, 1, 1)


def _diagnostic(where: Span, code: str, message: str, help_: str = "") -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, Label(where), (), help_)


def _fail(where: Span, code: str, message: str, help_: str = "") -> NoReturn:
    raise SpecError((_diagnostic(where, code, message, help_),))
