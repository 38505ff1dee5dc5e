"""The tolerant parser on texts that may be invalid YAML, and the context of the cursor in them."""

import gc
import pathlib
import re
import tracemalloc
import weakref

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import resnetgen
from resnetgen.diagnostics.model import Path
from resnetgen.lsp.cursor import Cursor, locate_cursor
from resnetgen.lsp.tolerant_yaml.block import parse_tolerant
from resnetgen.source.collection import names
from resnetgen.source.yaml_events import MAX_NODES
from tests.processor_time import at_most


def as_spelled(data: object) -> object:
    """A sketch's data as YAML's base loader has it: nothing is empty text."""
    if isinstance(data, dict):
        return {key: as_spelled(value) for key, value in data.items()}
    if isinstance(data, list):
        return [as_spelled(value) for value in data]
    return "" if data is None else data


def test_of_good_yaml_a_sketch_is_exact(subtests: pytest.Subtests) -> None:
    for name, path in names().items():
        text = re.sub(r": \*(\w+)", r": '*\1'", path.read_text(encoding="utf-8"))  # an alias is its own text
        with subtests.test(name):
            assert yaml.load(text, yaml.BaseLoader) == as_spelled(parse_tolerant(text).root.data())


EXACT = [
    "a: b\nc: {d: [e, f], g: {h: i}}\n",
    "a:\n- b: c\n  d: e\n- f\nh: i\n",
    "a:\n  - - b\n    - c\n  - {d: e}\n",
    "a: {b: c,\n    d: [e,\n  f]}\ng: h\n",
    "a: 'it''s: {b'\nc: \"d # e\" # f\n",
    "'a b': c\n\"d: e\": f\n",
    "a: &x {b: c}\nd: e\n",
    "a: b # {\nc: d#e\n",
    "# a\n---\na: b\n",
    "{a: b, c: [d]}\n",
    "a:\n\n  # b\n  c: d\n\n\ne: f\n",
    "a: http://b.c/d\ne: f:g\n",
    "a: [out / 4, 2 * in]\n",
    "a:\r\n  b: c\r\n  d: [e,\r\n    f]\r\n",
    "a:\n  {b: c}\nd:\n  e\n",
]


@pytest.mark.parametrize("text", EXACT)
def test_of_what_yaml_can_say_a_sketch_is_exact(text: str) -> None:
    assert yaml.load(text, yaml.BaseLoader) == as_spelled(parse_tolerant(text).root.data())


def test_no_pattern_repeats_a_group_possessively() -> None:
    """CPython 3.11.2 mistakes where such a group ends (python/cpython#106052); an atomic group means the same."""
    package = pathlib.Path(resnetgen.__file__).parent
    lines = [line for path in package.rglob("*.py") for line in path.read_text(encoding="utf-8").splitlines()]
    patterns = [re.sub(r"\[(?:\\.|[^\]\\])*\]", "c", line) for line in lines if "re.compile(" in line]
    assert len(patterns) > 20
    assert [] == [pattern for pattern in patterns if re.search(r"\)[*+?}]\+", pattern)]


def at(marked: str) -> Cursor | None:
    """Return the context of the cursor, marked by `|`."""
    place = marked.index("|")
    return locate_cursor(marked[:place] + marked[place + 1 :], place)


KEYS: list[tuple[str, Path, str, tuple[str, ...]]] = [
    ("|", (), "", ()),
    ("ext|", (), "ext", ()),
    ("name: x\nsta|", (), "sta", ("name",)),
    ("name: x\n|\nstages:\n  a: {}\n", (), "", ("name", "stages")),
    ("stages:\n  |", ("stages",), "", ()),
    ("stages:\n  |\n  layer2: {}\n", ("stages",), "", ("layer2",)),
    ("stages:\n  layer1:\n    bl|", ("stages", "layer1"), "bl", ()),
    ("stages:\n  layer1:\n    blocks: 3\n  lay|\nhead: {}\n", ("stages",), "lay", ("layer1",)),
    ("stages: {layer1: {|}}", ("stages", "layer1"), "", ()),
    ("stages: {layer1: {blocks: 3, ch|}}", ("stages", "layer1"), "ch", ("blocks",)),
    ("stages: {layer1: {blocks: 3, ch|, stride: 2}}", ("stages", "layer1"), "ch", ("blocks", "stride")),
    ("stages:\n  layer1: {blocks: 3, |\n  layer2: {blocks: 4}\n", ("stages", "layer1"), "", ("blocks",)),
    (
        "stages:\n  layer1: {\n    blocks: 3,\n    |\n    stride: 2\n  }\n",
        ("stages", "layer1"),
        "",
        ("blocks", "stride"),
    ),
    ("stem: [{conv: 3, to: 64}, {|", ("stem", 1), "", ()),
    ("stem:\n  - {conv: 3, |\n  - {max_pool: 3}\n", ("stem", 0), "", ("conv",)),
    ("stem:\n  - conv: 3\n    st|\n", ("stem", 0), "st", ("conv",)),
    ("stem:\n- conv: 3\n  st|\nhead: {}\n", ("stem", 0), "st", ("conv",)),
    ("stem:\n  - {conv: 3, norm: {ty|", ("stem", 0, "norm"), "ty", ()),
    ("description: 'a: {b'\nblock: {|}", ("block",), "", ()),
    ("block: {act: {type: relu}, |", ("block",), "", ("act",)),
    ("head:\n  layers:\n    - norm: here\n  po|", ("head",), "po", ("layers",)),
    ('"na|', (), "na", ()),
]


@pytest.mark.parametrize(("marked", "path", "word", "written"), KEYS)
def test_the_cursor_is_in_a_key(marked: str, path: Path, word: str, written: tuple[str, ...]) -> None:
    found = at(marked)
    assert found is not None
    assert (True, path, word, written) == (found.in_key, found.path, found.word, found.written)


VALUES: list[tuple[str, Path, str]] = [
    ("extends: |", ("extends",), ""),
    ("extends: res|\nname: x\n", ("extends",), "res"),
    ("extends: 'res|", ("extends",), "res"),
    ("extends: 'res|'\n", ("extends",), "res"),
    ("extends:\n  - |", ("extends", 0), ""),
    ("head: {pool: |}", ("head", "pool"), ""),
    ("head: {pool: |, classes: 3}", ("head", "pool"), ""),
    ("head: {pool: |\nstages: {}\n", ("head", "pool"), ""),
    ("head: {features: [layer1, |]}", ("head", "features", 1), ""),
    ("head:\n  features:\n    - layer1\n    - l|\n", ("head", "features", 1), "l"),
    ("head:\n  features:\n  - l|\nstages: {}\n", ("head", "features", 0), "l"),
    ("stem:\n  - |\n", ("stem", 0), ""),
    ("blocks: {a: {mid: out / |}}", ("blocks", "a", "mid"), "out / "),
    ("block:\n  attention: {type: s|\n  act: relu\n", ("block", "attention", "type"), "s"),
]


@pytest.mark.parametrize(("marked", "path", "word"), VALUES)
def test_the_cursor_is_in_a_value(marked: str, path: Path, word: str) -> None:
    found = at(marked)
    assert found is not None
    assert (False, path, word) == (found.in_key, found.path, found.word)


@pytest.mark.parametrize("marked", ["# |", "name: x # |", "a: {b: c} |", "--- |", "%YA|"])
def test_the_cursor_is_in_nothing(marked: str) -> None:
    assert None is at(marked)


def test_what_the_cursor_is_in_is_no_data() -> None:
    found = at("stem:\n  - {max_pool: 3, pad|}\n")
    assert found is not None
    assert {"stem": [{"max_pool": "3"}]} == found.data
    assert not found.colon and found.in_brackets


def test_a_colon_after_the_cursor_is_seen() -> None:
    found = at("blo|: 3")
    assert found is not None
    assert found.colon and not found.in_brackets


CHARACTERS = st.text(st.sampled_from("ab:- \n{}[],#'\"&*|>\t\r\\?%!\ue000é🦊"), max_size=60)


@given(CHARACTERS, st.integers(0, 60))
def test_no_text_is_too_odd_for_a_sketch(text: str, place: int) -> None:
    place = min(place, len(text))
    found = locate_cursor(text, place)
    if found is not None:
        assert 0 <= found.start <= place
        assert text[found.start : place] == found.word
    tree = parse_tolerant(text)
    for node in tree.nodes:
        assert 0 <= node.start <= node.end <= len(text)
        assert node.path


LONG = [
    "{",
    "[",
    "- ",
    "a: ",
    '"',
    "'a\n",
    "{a: [\n",
    "x: {a,\n",
    "x: ' b\n",
    "#",
    "&a ",
    "\n",
    " ",
    ": ",
    "a",
    "? ",
    "a:",
]


@pytest.mark.parametrize("piece", LONG)
def test_the_longest_text_takes_little_longer_than_its_length(piece: str) -> None:
    text = piece * ((1 << 20) // len(piece))
    with at_most(20):  # a second or two, where a square of the length would take hours
        parse_tolerant(text, len(text))


def test_a_tree_is_freed_with_its_last_reference() -> None:
    """A server makes one for every request: what waits for the garbage collector piles up."""
    gc.disable()
    try:
        tree = parse_tolerant("a: {b: [c, d]}\ne:\n  - f: g\n")
        held = [weakref.ref(node) for node in (tree.root, *tree.nodes)]
        assert all(node() is not None for node in held)
        del tree
        assert [None] * len(held) == [node() for node in held]
    finally:
        gc.enable()


@pytest.mark.parametrize("text", ["a: [" + "{}," * 300_000, "a: [" + "b," * 300_000, "- a\n" * 300_000])
def test_a_tree_has_no_more_nodes_than_a_spec_may_have(text: str) -> None:
    assert MAX_NODES <= len(parse_tolerant(text).nodes) <= MAX_NODES + 2


@pytest.mark.parametrize("line", ["\n", "# a\n", "  \n"])
def test_blank_lines_take_no_memory_for_each(line: str) -> None:
    text = line * 250_000 + "a: b\n"
    tracemalloc.start()
    try:
        tree = parse_tolerant(text)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert {"a": "b"} == tree.root.data()
    assert peak < 8 * len(text)
