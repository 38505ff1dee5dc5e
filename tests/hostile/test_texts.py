"""Texts that would be code, or hide it: in every place of a spec, in the paths of specs, and in old files."""

from __future__ import annotations

import ast
import copy
import functools
import json
import os
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

import pytest

from resnetgen.compiler import compile_source, source_code
from resnetgen.diagnostics.text import render
from resnetgen.errors import SpecError
from resnetgen.reports import Format
from resnetgen.schema.fields import Identifier, Text, Word
from resnetgen.schema.record import Record
from resnetgen.source.source import parse, read
from resnetgen.spec.spec import Spec
from resnetgen.unicode import escape_invisible, is_visible
from tests.cli.command_line import Completed, program, resnetgen
from tests.hostile.fuzz.verdict import NAME
from tests.nightly import one_in
from tests.subjects import Subject, everything

HOSTILE = (
    '"""\nimport os\nos.abort()\n"""',
    "'''\nimport os\nos.abort()\n'''",
    '\\"\\"\\"; import os; os.abort() #',
    'ends in "',
    "ends in \\",
    'ends in \\"',
    '""""""""""',
    "a\rimport os\r\nimport os\x0bimport os\x0cimport os\x1cimport os\x1dimport os\x1eimport os",
    "a\x85import os\u2028import os\u2029import os",
    "\x00 \x07 \x08 \x1b[2J \x1b]0;title\x07 \x7f \x9b31m",
    "{x} {0} {x!r} {__import__('os').abort()} %s %(x)s $x ${x}",
    "{{ 7 * 7 }} {% raw %} {# #} {{ self.__init__.__globals__ }} {% include 'header.py.j2' %} {%- endfor %}",
    "#} %} }} -#}",
    "\\N{BULLET} \\x22\\x22\\x22 \\u0022 \\",
    "# -*- coding: utf-7 -*- +ACIAIgAi-",
    "# type: ignore # noqa # fmt: off",
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c\u200e\u200f bidirectional",
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e zero width \U000e0041\U000e007f",
    "\u034f\u115f\u1160\u17b4\u180b\u2800\u3164\ufe0f\uffa0\U000e0100 fillers",
    "\ud800 \udfff \ud83d alone",
    "\U0001f600 \u0301\u0301 e\u0301 漢字",
    "')); import os; os.abort(); print(('",
    "x: nn.Module = __import__('os').abort()",
    "import os; os.abort()",
    " ",
    "x y " * 1000,
)

FREE = (("description",), ("reference",), ("aka", "*"), ("blocks", "*", "description"))
"""The places for any text at all."""

HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp", "Cn", "Co"}
"""The categories of Unicode whose characters have no sign, or tell how others are shown."""


# The places


class Place(NamedTuple):
    """A text in a spec: where it is in the data, and whether it is a key. `schema` is the same for all like it."""

    spec: Subject
    path: tuple[Any, ...]
    is_key: bool
    schema: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.schema)

    def filled(self, text: str) -> dict[str, Any]:
        """The spec with another text there."""
        data: dict[str, Any] = copy.deepcopy(data_of(self.spec))
        owner = functools.reduce(lambda inside, step: inside[step], self.path[:-1], data)
        key = self.path[-1]
        if not self.is_key:
            owner[key] = text
            return data
        items = [(text if other == key else other, value) for other, value in owner.items()]
        owner.clear()
        owner.update(items)
        return data


@functools.cache
def data_of(subject: Subject) -> Any:
    return read(subject.spec).data


@functools.cache
def places() -> list[Place]:
    """Return one place of each kind, since stage names are free and lists of layers can be long."""
    found: dict[tuple[str, ...], Place] = {}
    for subject in (each for each in everything() if each.compiled.network.blocks() < 40):
        for place in _places(subject, data_of(subject), (), ()):
            found.setdefault(place.schema, place)
    return list(found.values())


def _places(subject: Subject, value: Any, path: tuple[Any, ...], schema: tuple[str, ...]) -> Iterator[Place]:
    if isinstance(value, str):
        yield Place(subject, path, False, schema)
    elif isinstance(value, dict):
        free = schema in ((), ("blocks",), ("stages",), ("aka",)) or schema[-1] == "widths"
        for key, item in value.items():
            inner = (*schema, "*" if free and schema else key)
            yield Place(subject, (*path, key), True, (*inner, "(key)"))
            yield from _places(subject, item, (*path, key), inner)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places(subject, item, (*path, index), (*schema, "[]"))


def written(data: Any) -> str:
    """Data as YAML in ASCII: what is not a sign that everybody sees is escaped."""
    if isinstance(data, dict):
        return f"{{{', '.join(f'{written(key)}: {written(value)}' for key, value in data.items())}}}"
    if isinstance(data, list):
        return f"[{', '.join(map(written, data))}]"
    if isinstance(data, str):
        return '"' + "".join(_escaped(character) for character in data) + '"'
    return re.sub(r"^(-?[0-9]+)e", r"\1.0e", json.dumps(data))  # YAML 1.1 takes `1e-06` for a text


def _escaped(character: str) -> str:
    plain = character.isascii() and character.isprintable() and character not in '"\\'
    return character if plain else f"\\U{ord(character):08x}"


def kinds(annotation: Any, seen: set[type[Record]]) -> Iterator[tuple[str, Any]]:
    """The fields of the records that a type is made of, each with its own type."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        if annotation not in seen:
            seen.add(annotation)
            for name, field in annotation.model_fields.items():
                yield name, field.annotation
                yield from kinds(field.annotation, seen)
        return
    for inner in get_args(annotation):
        yield from kinds(inner, seen)


def contains_type(annotation: Any, wanted: Any) -> bool:
    """Return whether a type contains another one; records are not entered."""
    if annotation == wanted:
        return True
    made = get_origin(annotation) in (Annotated, Union, UnionType, list, dict)
    return made and any(contains_type(inner, wanted) for inner in get_args(annotation))


def test_every_text_of_the_language_is_among_the_places() -> None:
    """A field of the type Text, Word or Identifier that is new is covered as soon as a case uses it, as each has to."""
    texts = (Text, Word, Identifier)
    fields = {name for name, kind in kinds(Spec, set()) if any(contains_type(kind, text) for text in texts)}
    reached = {step for place in places() for step in place.schema}
    assert set() == fields - reached
    assert {"name", "description", "reference", "aka", "blocks", "stages", "type", "stride_on", "widths"} <= fields


# What becomes of them


def shape(source: bytes) -> str:
    """Return the structure of a file: its syntax tree with all strings blanked, parsed from bytes as an import does."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


@functools.cache
def harmless(subject: Subject) -> str:
    return shape(source_code(compiled(written(data_of(subject))), NAME).encode())


def compiled(text: str) -> Any:
    return compile_source(parse(text, NAME))


def hidden(text: str) -> list[str]:
    """The characters of some lines that do not show."""
    return [each for each in text if each != "\n" and (unicodedata.category(each) in HIDDEN or not is_visible(each))]


PARTS = 16
"""Places are told apart by compiling the collection, which is not worth it before a test runs."""


@pytest.mark.parametrize("part", one_in(2, {str(part): part for part in range(PARTS)}))
def test_a_text_anywhere_is_refused_or_changes_nothing_but_strings(part: int, subtests: pytest.Subtests) -> None:
    for place in places()[part::PARTS]:
        for text in HOSTILE:
            with subtests.test(f"{place}: {text!r}"):
                refused_or_harmless(place, text)


def refused_or_harmless(place: Place, text: str) -> None:
    try:
        found = compiled(written(place.filled(text)))
    except SpecError as error:
        assert [] == hidden(render(error.diagnostics))
        return
    source = source_code(found, NAME)
    assert harmless(place.spec) == shape(source.encode())
    assert [] == hidden(source)


def test_a_free_text_takes_all_that_yaml_can_write() -> None:
    free = [place for place in places() if place.schema in FREE]
    assert set(FREE) == {place.schema for place in free}
    taken = [text for text in HOSTILE if not any(unicodedata.category(each) == "Cs" for each in text)]
    assert [] == [(place, text) for place in free for text in taken if not compiled(written(place.filled(text)))]


def test_what_does_not_show_is_spelled_out() -> None:
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    shown = [each for each in everything if escape_invisible(each) == each]
    assert [] == [each for each in shown if unicodedata.category(each) in HIDDEN]
    assert [] == [
        each for each in everything if escape_invisible(each) != each and not escape_invisible(each).isascii()
    ]
    assert set() == set(_IGNORABLE) & set(shown)


# The characters of DerivedCoreProperties.txt, Default_Ignorable_Code_Point, that are assigned
_IGNORABLE = "".join(
    chr(code)
    for first, last in (
        *((0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F)),
        *((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF)),
        *((0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)),
    )
    for code in range(first, last + 1)
)


# Names of files


SPEC = "name: mine\ndescription: {}\nextends: resnet18\n"

NAMES = (
    "coding=utf-7",
    "coding:utf-7 ",
    "# -*- coding: utf-7 -*-",
    "vim: set fileencoding=utf-7 :",
    "encoding=rot13",
    "a\nimport os",
    "a\rimport os",
    "a\x0cimport os",
    "quotes \"\"\" '''",
    "{{ x }} {% x %} {x} ${x}",
    "\u2028import os",
    "\u202eesrever",
    "\u200b\u3164",
    "\x1b[31m",
    "\udcff no UTF-8",
    "back\\slash",
    "# #",
    "{# x #}",
)


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
@pytest.mark.parametrize("where", ["file", "folder"])
def test_a_path_changes_no_more_than_a_comment(name: str, where: str, folder: Path) -> None:
    """In the header it stands on the second line, which is one of the two where Python looks for an encoding."""
    path = Path(f"{name}.yaml" if where == "file" else f"{name}/mine.yaml")
    path.parent.mkdir(exist_ok=True)
    path.write_text(SPEC.format("'+ACIAIgAi-'"))
    Path("mine.yaml").write_text(SPEC.format("'+ACIAIgAi-'"))

    assert 0 == resnetgen("build", path, "-o", "built").code
    source = Path("built/mine.py").read_bytes()
    assert 0 == resnetgen("build", "mine.yaml", "-o", "plain").code
    assert ast.dump(ast.parse(Path("plain/mine.py").read_bytes())) == ast.dump(ast.parse(source))
    assert [] == hidden(source.decode())


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_path_in_a_message_shows_as_it_is(name: str, folder: Path) -> None:
    Path(name).mkdir()
    Path(name, "spec.yaml").write_text(f"name: x\nextends: {written(name + '.yaml')}\n")
    for command in ("check", "build", "show"):
        done = resnetgen(command, f"{name}/spec.yaml")
        assert (1, "", []) == (done.code, done.out, hidden(done.err))


# What a terminal is sent


def test_no_command_sends_a_terminal_what_a_spec_says_raw(folder: Path) -> None:
    Path("mine.yaml").write_text(SPEC.format(written("".join(HOSTILE[:-7]).replace("\ud800", ""))))
    Path("wrong.yaml").write_text(f"name: {written(HOSTILE[9])}\nextends: resnet18\n{written(HOSTILE[16])}: 1\n")
    for words in (
        ("check", "mine.yaml", "wrong.yaml"),
        *(("check", "mine.yaml", "wrong.yaml", "--format", form.value) for form in Format),
        ("show", "mine.yaml"),
        ("show", "mine.yaml", "--format", "json"),
        ("show", "mine.yaml", "--format", "markdown"),
        ("build", "mine.yaml", "--stdout"),
        ("build", "mine.yaml", "--check"),
        ("new", "ours", "--extends", "wrong.yaml"),
    ):
        done = resnetgen(*words)
        assert [] == hidden(done.out + done.err), words


def test_what_an_old_file_holds_is_shown_and_not_sent(folder: Path) -> None:
    Path("generated").mkdir()
    Path("generated/mine.py").write_bytes(b"# DO NOT EDIT: `resnetgen build`\n\x1b[2J\r\xe2\x80\xae\n")
    Path("mine.yaml").write_text(SPEC.format("x"))
    done = resnetgen("build", "mine.yaml", "--check")
    assert (1, []) == (done.code, hidden(done.out + done.err))
    assert "-\\x1b[2J\\r\\u202e\n" in done.out


# Import

WATCHED = """
import sys, importlib.util
sys.dont_write_bytecode = True  # Python's own cache of the file is no doing of the file
import torch
from torch import nn
import torch.nn.functional
seen = []
sys.addaudithook(lambda event, arguments: seen.append((event, str(arguments[0]) if arguments else "")))
path = sys.argv[1]
spec = importlib.util.spec_from_file_location("built", path)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
allowed = ("open", "compile", "exec", "marshal.loads", "object.__getattr__", "object.__setattr__")
for event, about in seen:
    if event not in allowed or (event == "open" and not about.startswith(path.rpartition("/")[0])):
        print(event, ascii(about))
"""


def test_an_import_does_nothing_but_define_classes(folder: Path) -> None:
    """Under Python's audit hooks (PEP 578): no file but its own, no process, no socket, no other import."""
    Path("mine.yaml").write_text(SPEC.format(written("".join(HOSTILE).replace("\ud800 \udfff \ud83d", ""))))
    assert 0 == resnetgen("build", "mine.yaml").code
    assert Completed(0, "", "") == program(WATCHED, os.path.abspath("generated/mine.py"))
