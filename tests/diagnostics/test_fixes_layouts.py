"""A fix changes what it is about, and no other byte, however a spec is laid out; a reader of comments agrees."""

import io
import random
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import yaml

from resnetgen.diagnostics.model import Text
from tests.diagnostics.fix_layouts import LAYOUTS
from tests.diagnostics.fixing import HEAD, fixed, fixed_once, found
from tests.subjects import CASES, shipped

SEED = 20
PLACES = 6
"""In so many places at most, each shipped spec is misspelt."""


def keys(text: str) -> Iterator[tuple[int, int, str]]:
    """Every key in a text: where it starts and ends, quotes and all, and its name."""
    content = Text("", text)
    open_: list[int | None] = []  # how many nodes of a mapping were read, None for a list
    for event in yaml.parse(text.removeprefix("\ufeff"), yaml.CSafeLoader):
        begins = isinstance(event, yaml.CollectionStartEvent)
        if isinstance(event, yaml.ScalarEvent) and open_ and open_[-1] is not None and open_[-1] % 2 == 0:
            start: Any = event.start_mark
            end: Any = event.end_mark
            shift = len(text) - len(text.removeprefix("\ufeff"))
            yield (
                content.index(start.line + 1, start.column + 1) + (shift if start.line == 0 else 0),
                content.index(end.line + 1, end.column + 1) + (shift if end.line == 0 else 0),
                event.value,
            )
        if isinstance(event, yaml.CollectionEndEvent):
            open_.pop()
        elif open_ and open_[-1] is not None and isinstance(event, yaml.NodeEvent):
            open_[-1] += 1
        if begins:
            open_.append(0 if isinstance(event, yaml.MappingStartEvent) else None)


def misspelt(text: str, start: int, end: int, key: str) -> str:
    """A text with two letters of a key swapped."""
    at = start + text[start:end].index(key) + 1
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def is_swappable(key: str) -> bool:
    return len(key) >= 3 and key[1] != key[2] and key.isidentifier()


def restored(text: str, limit: int | None = None) -> tuple[int, int]:
    """In how many places a text was misspelt, and after how many of those it was offered a fix: each is undone."""
    places = [place for place in keys(text) if is_swappable(place[2])]
    count = offered = 0
    for place in islice(random.Random(SEED).sample(places, len(places)), limit):
        wrong = misspelt(text, *place)
        now = fixed_once(wrong)
        if now not in (wrong.removeprefix("\ufeff"), text.removeprefix("\ufeff")):
            # A name of the spec's own: what refers to it was renamed alike, which means the same.
            swapped = misspelt(place[2], 0, len(place[2]), place[2])
            assert now.replace(swapped, place[2]) == text.removeprefix("\ufeff"), place
            continue
        count += 1
        offered += now != wrong.removeprefix("\ufeff")
    return count, offered


@pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS)
def test_these_are_well(text: str) -> None:
    assert [] == [each.message for each in found(text) if each.severity.value == "error"]


@pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS)
def test_a_misspelt_key_is_put_right_and_nothing_else_is_touched(text: str) -> None:
    count, offered = restored(text)
    assert (True, True) == (count > 0, offered > 0)


def test_so_it_is_in_what_is_shipped(capsys: pytest.CaptureFixture[str]) -> None:
    counts = [restored(subject.spec.read_bytes().decode(), PLACES) for subject in shipped()]
    count, offered = (sum(each) for each in zip(*counts, strict=True))
    with capsys.disabled():
        print(f"\n{count:,} keys of shipped specs misspelt: {offered:,} put right to the byte, the others left alone")
    assert offered > count * 3 // 4


REMOVED = {
    "line": (
        "extends: resnet18\nname: mine\n# before\noutput_stride: null\n# after\nact: relu\n",
        "extends: resnet18\nname: mine\n# before\n# after\nact: relu\n",
    ),
    "line_with_a_comment": (
        "extends: resnet18\nname: mine\nblock:\n  dropout: null  # why\n  act: relu\n",
        "extends: resnet18\nname: mine\nblock:\n  # why\n  act: relu\n",
    ),
    "last_line": ("extends: resnet18\r\nname: mine\r\noutput_stride: ~", "extends: resnet18\r\nname: mine"),
    "last_line_with_an_end": (
        "extends: resnet18\r\nname: mine\r\noutput_stride: ~  \r\n",
        "extends: resnet18\r\nname: mine\r\n",
    ),
    "lines": (
        "extends: resnet18\nname: mine\nact: relu\nnorm:\n  type: none\nact: relu\n",
        "extends: resnet18\nname: mine\nact: relu\nnorm:\n  type: none\n",
    ),
    "mapping_of_lines": (
        "extends: resnet18\nname: mine\nnorm:\n  type: none\nact: relu\nnorm:\n\n  type: none\n\nhead: {}\n",
        "extends: resnet18\nname: mine\nnorm:\n  type: none\nact: relu\n\nhead: {}\n",
    ),
    "first_in_braces": (
        "extends: resnet18\nname: mine\nblock: { dropout: null , act: relu }\n",
        "extends: resnet18\nname: mine\nblock: { act: relu }\n",
    ),
    "last_in_braces": (
        "extends: resnet18\nname: mine\nblock: {act: relu , dropout: null }\n",
        "extends: resnet18\nname: mine\nblock: {act: relu }\n",
    ),
    "last_before_a_comma": (
        "extends: resnet18\nname: mine\nblock: {act: relu, dropout: ~,}\n",
        "extends: resnet18\nname: mine\nblock: {act: relu,}\n",
    ),
    "in_braces_over_lines": (
        "extends: resnet18\nname: mine\nblock: {\n  dropout: null,\n  act: relu,  # act\n}\n",
        "extends: resnet18\nname: mine\nblock: {\n  act: relu,  # act\n}\n",
    ),
    "first_behind_a_dash": (
        "extends: resnet18\nname: mine\nstem:\n- conv: 7\n  to: 64\n  stride: 4\n  to: 64\n",
        "extends: resnet18\nname: mine\nstem:\n- conv: 7\n  to: 64\n  stride: 4\n",
    ),
    "element": (
        HEAD + "head:\n  pool: null\n  classes: null\n  features:\n  - layer4\n  - layer4  # x\n",
        HEAD + "head:\n  pool: null\n  classes: null\n  features:\n  - layer4\n  # x\n",
    ),
    "element_in_brackets": (
        "extends: resnet18\nname: mine\nhead: {pool: null, classes: null, features: [layer4,layer4 , layer3]}\n",
        "extends: resnet18\nname: mine\nhead: {pool: null, classes: null, features: [layer4,layer3]}\n",
    ),
}


@pytest.mark.parametrize(("text", "expected"), REMOVED.values(), ids=REMOVED)
def test_what_is_taken_out_takes_its_line_or_its_comma_along(text: str, expected: str) -> None:
    assert expected == fixed(text)


KEPT = {
    "a_comment_inside": "extends: resnet18\nname: mine\nblock:\n  # why\n  dropout: null\n",
    "a_comment_between": "extends: resnet18\nname: mine\nblock: {dropout: null, # why\n  act: relu}\n",
    "an_anchor": "extends: resnet18\nname: mine\nhead: {classes: 10}\nact: &act relu\nact: &other relu\n",
    "an_anchor_at_a_word": "extends: resnet18\nname: mine\nact: &act rleu\n",
    "an_alias_for_a_word": "extends: resnet18\nname: &rleu rleu\nact: *rleu\n",
    "a_word_over_lines": 'extends: resnet18\nname: mine\nact: "re\\\n  leu"\n',
    "a_word_in_a_block": "extends: resnet18\nname: mine\nact: |-\n  rleu\n",
    "a_key_written_out": "? extends\n: resnet18\n? name\n: mine\n? act\n: relu\n? act\n: relu\n",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_there_is_no_fix_where_something_of_the_writer_would_go(text: str) -> None:
    assert found(text), "it is at fault"
    assert text == fixed(text)


def comments(value: Any) -> list[str]:
    """Return all comments that ruamel.yaml finds in what it read."""
    return re.findall(r"CommentToken\('(.*?)', line", repr(list(_tokens(value))))


def _tokens(value: Any) -> Iterator[Any]:
    if hasattr(value, "ca"):
        yield value.ca.comment
        yield value.ca.end
        yield from (value.ca.items[key] for key in value.ca.items)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from _tokens(each)


def reader() -> Any:
    ruamel = pytest.importorskip("ruamel.yaml", reason="the extra `test` brings the reader that keeps comments")
    read = ruamel.YAML()
    read.preserve_quotes = True
    read.width = 1 << 20
    return read


@pytest.mark.parametrize("name", [name for name in LAYOUTS if "tab" not in name])  # it refuses tabs behind values
def test_another_reader_finds_the_same_comments_keys_and_values(name: str) -> None:
    """In the text that is fixed as in the one at fault, but for what was at fault."""
    wrong = LAYOUTS[name].replace("resnet18", "resent18", 1)
    now = fixed_once(wrong)
    before, after = reader().load(wrong), reader().load(now)

    assert ("resent18", "resnet18") == (before["extends"], after["extends"])
    assert (comments(before), list(before)) == (comments(after), list(after))
    assert {**before, "extends": "resnet18"} == dict(after)


def round_trips(raw: bytes) -> bool:
    """Return whether ruamel.yaml writes a file back unchanged."""
    out = io.BytesIO()
    try:
        read = reader()
        read.dump(read.load(raw), out)
    except Exception:  # every way in which it refuses a file is one more file that it does not give back
        return False
    return out.getvalue() == raw


def test_a_library_that_writes_the_text_anew_gives_fewer_files_back(capsys: pytest.CaptureFixture[str]) -> None:
    """The figures of ARCHITECTURE.md, `Fixes are edits`."""
    groups: dict[str, list[bytes]] = {
        "shipped specs": [subject.spec.read_bytes() for subject in shipped()],
        "cases": [path.read_bytes() for path in sorted(Path(CASES).rglob("*.yaml"))],
        "odd layouts": [text.encode() for text in LAYOUTS.values()],
    }
    counts = {name: (sum(map(round_trips, files)), len(files)) for name, files in groups.items()}
    with capsys.disabled():
        print(
            "\ngiven back byte for byte:",
            ", ".join(f"{same} of {all_} {name}" for name, (same, all_) in counts.items()),
        )
    assert all(same < all_ for same, all_ in counts.values())
