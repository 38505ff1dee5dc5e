"""Texts like specs, and a little wrong: what the fuzzer and its tests feed to the compiler."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable
from functools import cache, cached_property
from random import Random
from typing import Any

import yaml

from resnetgen.resources import specs_folder
from tests.subjects import CASES

NUMBERS = (
    *(-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 31, 32, 33, 63, 64, 65, 100, 101, 127, 256, 1000, 1001, 10_000, 10_001),
    *(99_999, 100_000, 100_001, 10**6, 10**6 + 1, 10**7, 10**7 + 1, 10**9, 10**9 + 1, 2**31, 2**63 - 1, 2**63, 10**30),
    *(0.0, -0.0, 0.1, 0.25, 0.5, 1 / 3, 0.999999999, 1.0, 1.5, 1e-5, 1e-300, 5e-324, 1e9, 1e16, 1e300, 1.8e308),
)

WORDS = (
    *(
        "in",
        "out",
        "mid",
        "here",
        "null",
        "true",
        "auto",
        "none",
        "",
        " ",
        "x",
        "_",
        "__init__",
        "self",
        "None",
        "class",
    ),
    *("out / 4", "6 * in", "out // 3", "in + out", "mid % 2", "out * 0", "in - out", "((in))", "1", "-1", "out /", "é"),
    *("out * out * out", "in / 0", "widths", "extends", "resnet18", "../base.yaml", "spec.yaml", "resnet50.yaml", "."),
    *("Tensor", "nn", "torch", "F", "forward", "x.y", "a/b", "layer1", "stem", "downsample", "training", "x" * 101),
    *(
        '"',
        "'",
        "\\",
        '"""',
        "'''",
        "{{ x }}",
        "{% x %}",
        "{x}",
        "${x}",
        "#",
        "\n",
        "\r",
        "\t",
        "\0",
        "\x1b[31m",
        "\x0c",
    ),
    *("\u2028", "\u2029", "\x85", "\u202e", "\u2066", "\u200b", "\ufeff", "\ud800", "\U0001f600", "\u0301", "漢字"),
)

PLAIN = (
    *(
        "1e400",
        "1.0e+400",
        "-1.0e+400",
        ".inf",
        ".nan",
        "0x10",
        "0b1",
        "0o7",
        "010",
        "1_000",
        "1:30",
        "1e5",
        "+1",
        "-.5",
    ),
    *(
        "2020-01-01",
        "yes",
        "no",
        "on",
        "~",
        "9" * 70,
        "0x" + "f" * 70,
        "&a",
        "*a",
        "!!str",
        "<<",
        "- ",
        "? ",
        ": ",
        "|",
    ),
    *(
        ">",
        "|+",
        ">-1",
        "[",
        "]",
        "{",
        "}",
        ",",
        "#",
        "%TAG",
        "%YAML 1.1",
        "---",
        "...",
        "@",
        "`",
        '"',
        "'",
        "\t",
        "\r",
    ),
)

_SURROGATE = re.compile("[\ud800-\udfff]")
_TOKEN = re.compile(r"\n *|\w+|[^\w\n ]| +")


class Corpus:
    """The specs that texts are made of, as text and as data, and every value that one of their keys has somewhere."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = tuple(texts)

    @cached_property
    def data(self) -> tuple[dict[str, Any], ...]:
        """The parsed data of the texts that are mappings."""
        return tuple(data for data in map(_read, self.texts) if isinstance(data, dict))

    @cached_property
    def values(self) -> dict[str, list[Any]]:
        """Each key with the values that stand after it anywhere."""
        found: dict[str, list[Any]] = {}
        for data in self.data:
            for owner, key in _places(data):
                if isinstance(owner, dict):
                    found.setdefault(key, []).append(owner[key])
        return found


@cache
def corpus() -> Corpus:
    """Return all cases and specs of the collection; valid ones thrice, since few mutants of the others are valid."""
    cases = sorted(CASES.glob("*/spec.yaml"))
    well = [path for path in cases if not path.with_name("stderr.txt").exists()]
    well += sorted(specs_folder().rglob("*.yaml"))
    return Corpus(path.read_text(encoding="utf-8") for path in [*cases, *well, *well])


def mutant(corpus: Corpus, random: Random) -> str:
    """A text that no spec has: one of the corpus with a few changes to its data, its tokens or its characters."""
    kind = random.random()
    if kind < 0.6:
        return written(changed(copy.deepcopy(random.choice(corpus.data)), corpus, random), random)
    text = random.choice(corpus.texts)
    return respelled(text, corpus, random) if kind < 0.9 else garbled(text, random)


def of(text: str, corpus: Corpus, random: Random) -> str:
    """A mutant of this text: for a fuzzer that chooses what to go on from."""
    data = _read(text) if random.random() < 0.6 else None
    if isinstance(data, dict):
        return written(changed(data, corpus, random), random)
    return respelled(text, corpus, random) if random.random() < 0.75 else garbled(text, random)


# Changes to data


def changed(data: dict[str, Any], corpus: Corpus, random: Random) -> dict[str, Any]:
    """The data with one to three changes; it may be changed in place."""
    for _ in range(random.choice((1, 1, 1, 1, 1, 2, 3))):
        places = list(_places(data))
        if not places:
            break
        owner, key = random.choice(places)
        random.choice(_CHANGES)(owner, key, corpus, random)
    return data


def _replace(owner: Any, key: Any, corpus: Corpus, random: Random) -> None:
    known = corpus.values.get(key) if isinstance(owner, dict) else None
    owner[key] = copy.deepcopy(random.choice(known)) if known else _scalar(random)


def _transplant(owner: Any, key: Any, corpus: Corpus, random: Random) -> None:
    owner[key] = copy.deepcopy(random.choice(random.choice(list(corpus.values.values()))))


def _add(owner: Any, key: Any, corpus: Corpus, random: Random) -> None:
    if isinstance(owner, list):
        owner.insert(random.randrange(len(owner) + 1), copy.deepcopy(random.choice(owner)))
        return
    inside = owner[key] if isinstance(owner[key], dict) else owner
    new = random.choice(list(corpus.values))
    inside[new] = copy.deepcopy(random.choice(corpus.values[new]))


def _delete(owner: Any, key: Any, corpus: Corpus, random: Random) -> None:
    del owner[key]


def _rename(owner: Any, key: Any, corpus: Corpus, random: Random) -> None:
    if isinstance(owner, dict):
        new = random.choice((random.choice(WORDS), random.choice(list(corpus.values)), f"{key}x", str(key)[:-1]))
        items = [(new if other == key else other, value) for other, value in owner.items()]
        owner.clear()
        owner.update(items)


def _edit(owner: Any, key: Any, corpus: Corpus, random: Random) -> None:
    value = owner[key]
    if isinstance(value, int | float) and not isinstance(value, bool):
        owner[key] = random.choice(
            (random.choice(NUMBERS), value + 1, value - 1, value * 2, -value, value / 3, [value])
        )
    elif isinstance(value, str):
        place = random.randrange(len(value) + 1)
        owner[key] = random.choice((value[:place] + random.choice(WORDS) + value[place:], random.choice(WORDS)))
    elif isinstance(value, list):
        owner[key] = random.choice((value * 2, value[::-1], value[:1], value[1:], [value], value * 40))
    elif isinstance(value, dict) and value:
        items = list(value.items())
        random.shuffle(items)
        owner[key] = random.choice((dict(items), dict(items[1:]), [value], items[0][1], {key: value}))
    else:
        owner[key] = _scalar(random)


def _swap(owner: Any, key: Any, corpus: Corpus, random: Random) -> None:
    other = random.choice(list(owner) if isinstance(owner, dict) else range(len(owner)))
    owner[key], owner[other] = owner[other], owner[key]


_CHANGES = (_replace, _replace, _replace, _transplant, _add, _add, _add, _delete, _rename, _edit, _edit, _edit, _swap)


def _scalar(random: Random) -> Any:
    return random.choice((random.choice(NUMBERS), random.choice(WORDS), None, True, False, [], {}))


def _places(value: Any) -> Iterable[tuple[Any, Any]]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


def written(data: Any, random: Random) -> str:
    """The data as YAML: in one of several layouts."""
    layout = random.random()
    flowing = json.dumps(data, ensure_ascii=layout < 0.1, indent=random.choice((None, 1, 2)), default=str)
    if layout < 0.4 or _SURROGATE.search(flowing):  # with half of a character in it, libyaml writes nothing
        return flowing
    flow = random.choice((None, False))
    return str(
        yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000, default_flow_style=flow)
    )


class _Dumper(yaml.CSafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _read(text: str) -> Any:
    """The data of a text, no piece of it in two places; None where there is none, or no end of it."""
    try:
        return json.loads(json.dumps(yaml.load(text, yaml.CSafeLoader), default=str))
    except (
        yaml.YAMLError,
        ValueError,
        TypeError,
        RecursionError,
    ):  # a date, half a character, a list for a key, a circle
        return None


# Changes to text


def respelled(text: str, corpus: Corpus, random: Random) -> str:
    """The text with one to five of its tokens deleted, doubled, exchanged or replaced."""
    tokens = _TOKEN.findall(text)
    for _ in range(random.choice((1, 1, 2, 3, 5))):
        if not tokens:
            break
        at = random.randrange(len(tokens))
        end = min(len(tokens), at + random.choice((1, 1, 1, 2, 4, 10)))
        _RESPELLINGS[random.randrange(len(_RESPELLINGS))](tokens, at, end, corpus, random)
    return "".join(tokens)


def _token(tokens: list[str], at: int, end: int, corpus: Corpus, random: Random) -> None:
    tokens[at:end] = [random.choice((random.choice(PLAIN), random.choice(WORDS), str(random.choice(NUMBERS))))]


def _drop(tokens: list[str], at: int, end: int, corpus: Corpus, random: Random) -> None:
    del tokens[at:end]


def _double(tokens: list[str], at: int, end: int, corpus: Corpus, random: Random) -> None:
    tokens[at:end] *= random.choice((2, 2, 3, 100))


def _splice(tokens: list[str], at: int, end: int, corpus: Corpus, random: Random) -> None:
    other = _TOKEN.findall(random.choice(corpus.texts))
    start = random.randrange(len(other) or 1)
    tokens[at:end] = other[start : start + random.choice((1, 3, 10, 30))]


def _move(tokens: list[str], at: int, end: int, corpus: Corpus, random: Random) -> None:
    part = tokens[at:end]
    del tokens[at:end]
    place = random.randrange(len(tokens) + 1)
    tokens[place:place] = part


def _indent(tokens: list[str], at: int, end: int, corpus: Corpus, random: Random) -> None:
    tokens[at:end] = ["\n" + " " * random.randrange(9)]


_RESPELLINGS = (_token, _token, _token, _drop, _double, _splice, _splice, _move, _indent)


def garbled(text: str, random: Random) -> str:
    """The text with a few characters from anywhere put in, or taken out."""
    for _ in range(random.choice((1, 2, 4))):
        at = random.randrange(len(text) + 1)
        end = at + random.choice((0, 0, 1, 5))
        text = text[:at] + random.choice((chr(random.randrange(0x110000)), random.choice(PLAIN), "")) + text[end:]
    return text
