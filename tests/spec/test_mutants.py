"""Mutants of every key and value of every shipped spec (deleted, misspelt, retyped, resized): refused or compiled."""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Iterable, Iterator
from random import Random
from typing import Any, NamedTuple

import pytest
import torch
import yaml

from resnetgen.compiler import Compiled, compile_source, source_code
from resnetgen.diagnostics.model import Diagnostic, Label, Path
from resnetgen.diagnostics.text import render
from resnetgen.errors import SpecError
from resnetgen.ir.network import Budget
from resnetgen.runtime.comparison import differences
from resnetgen.runtime.hooks import record_forward
from resnetgen.runtime.load_source import load
from resnetgen.source.source import parse, read
from tests.subjects import shipped

SEED = 1512
MOST_BLOCKS = 60
"""Networks of more take torch seconds each: they are run where `-m slow` asks for it."""

PARTS = 8
"""So many specs apart are those whose mutants are compiled by default; `-m slow` has the others."""

EIGHTHS = 8
"""Of the networks that come of them, the first eighth is run by default, the others where `-m slow` asks for it."""


def first_and_slow(count: int) -> list[Any]:
    """Return the numbers below a count as parameters of a test; all but the first are slow."""
    return [0, *(pytest.param(number, marks=pytest.mark.slow) for number in range(1, count))]


class Mutant(NamedTuple):
    """A spec with one change: what was done, to which path, and which lines of the text hold what came of it."""

    spec: str
    change: str
    path: Path
    text: str
    lines: range

    def __str__(self) -> str:
        return f"{self.spec}: {self.change} at {'.'.join(map(str, self.path))}\n{self.text}"


def mutants(name: str, data: dict[str, Any], random: Random) -> Iterator[Mutant]:
    """Yield a mutant of each kind for each place in a spec's data."""
    data = json.loads(json.dumps(data))  # what an alias repeats is changed at one place alone
    for path in paths(data):
        for change in (delete, misspell, retype, rescale):
            changed = copy.deepcopy(data)
            at = change(inside(changed, path[:-1]), path[-1], random)
            if at is None:
                continue
            text = yaml.dump(changed, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=1000)
            yield Mutant(name, change.__name__, path, text, lines(text, (*path[:-1], at)))


def paths(value: Any, at: Path = ()) -> Iterator[Path]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*at, key)
        yield from paths(item, (*at, key))


def inside(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def lines(text: str, path: Path) -> range:
    """The lines of a key with its value, or of what it was taken from."""
    node: Any = yaml.compose(text, yaml.CSafeLoader)
    start, end = 1, len(text.splitlines())
    for step in path:
        if isinstance(node, yaml.MappingNode):
            found = [(key.start_mark, value) for key, value in node.value if key.value == step]
        else:
            found = [(item.start_mark, item) for index, item in enumerate(node.value) if index == step]
        if not found:
            break
        ((mark, node),) = found
        start, end = mark.line + 1, node.end_mark.line + 1
    return range(start, end + 1)


# The changes: each gives the key that its result stands at, or None where it has nothing to change


def delete(owner: Any, key: Any, random: Random) -> Any:
    del owner[key]
    return key


def misspell(owner: Any, key: Any, random: Random) -> Any:
    if isinstance(owner, list):
        return None
    wrong = random.choice([f"{key}x", f"x{key}", key[:-1], key.upper(), key.replace("e", "3")])
    items = [(wrong if other == key else other, value) for other, value in owner.items()]
    if wrong == key or len(dict(items)) < len(owner):
        return None
    owner.clear()
    owner.update(items)
    return wrong


def retype(owner: Any, key: Any, random: Random) -> Any:
    value = owner[key]
    others = ["text", 3, 3.5, True, None, [], {}, [value], {"x": value}, str(value), "{out}"]
    owner[key] = random.choice([other for other in others if type(other) is not type(value)])
    return key


def rescale(owner: Any, key: Any, random: Random) -> Any:
    value = owner[key]
    if isinstance(value, str):
        owner[key] = random.choice(["", value.upper(), f"{value}x", f"{value} / 3", f"{value} * 7", value * 100])
    elif isinstance(value, int | float) and not isinstance(value, bool):
        owner[key] = random.choice([0, -value, value + 1, 7 * value, value / 3, 10**9, 2**64])
    elif isinstance(value, list):
        owner[key] = value * random.choice([2, 3, 20_000])
    else:
        return None
    return key


# What becomes of them


def outcome(mutant: Mutant) -> Compiled | tuple[Diagnostic, ...]:
    try:
        return compile_source(parse(mutant.text, "mutant.yaml"))
    except SpecError as error:
        return error.diagnostics


def is_inside(label: Label) -> bool:
    """Return whether a label is on a line of its text, at a character or right after the last."""
    span = label.span
    length = len(span.text.line(span.line))
    return 1 <= span.line <= span.text.content.count("\n") + 1 and 1 <= span.column <= span.end_column <= length + 2


def is_at(mutant: Mutant, diagnostic: Diagnostic) -> bool:
    """Return whether a message shows the changed line."""
    labels = (diagnostic.primary, *diagnostic.related)
    return any(label.span.text.name == "mutant.yaml" and label.span.line in mutant.lines for label in labels)


def is_elsewhere(mutant: Mutant, diagnostic: Diagnostic) -> bool:
    """Return whether a message about several places together is at one of them.

    A block type is named at one and described at another; a kernel contradicts a kind of convolution; groups and
    channels go together, a width and the channels in its expression or its `scale`, a stage and what names it; the size
    of a map comes of every stride before it, and the channels of a sum of the layers before it and of its stage; names
    form modules together; a file is too large as a whole.
    """
    together = (
        *("block type", "blocks of the type", "the branch gives", "a linear layer at each pixel"),
        *("do not divide", "is not whole", "with `scale`", "unknown stage", "to remove anything from"),
    )
    if diagnostic.code in ("RG107", "RG210", "RG304") or any(words in diagnostic.message for words in together):
        return True
    if diagnostic.code == "RG301" and {"transition", "stem", "stages"} & set(mutant.path):
        return True
    # A misspelt name of a stage is a new stage, and that of the base then has the base's own channels.
    is_renamed = mutant.change == "misspell" and mutant.path[:-1] == ("stages",) and "extends:" in mutant.text
    return is_renamed and diagnostic.code == "RG303"


Outcome = Compiled | tuple[Diagnostic, ...]


@pytest.fixture(scope="module", params=first_and_slow(PARTS))
def outcomes(request: pytest.FixtureRequest) -> list[tuple[Mutant, Outcome]]:
    found = []
    for subject in shipped()[request.param :: PARTS]:
        random = Random(f"{SEED}:{subject.name}")
        found += [(mutant, outcome(mutant)) for mutant in mutants(subject.name, read(subject.spec).data, random)]
    return found


@pytest.fixture(scope="module")
def refused(outcomes: list[tuple[Mutant, Outcome]]) -> list[tuple[Mutant, tuple[Diagnostic, ...]]]:
    """The mutants that are refused, with the messages."""
    return [(mutant, found) for mutant, found in outcomes if not isinstance(found, Compiled)]


@pytest.fixture(scope="module")
def compiled(outcomes: list[tuple[Mutant, Outcome]]) -> list[tuple[Mutant, Compiled]]:
    """The mutants that are networks, too."""
    return [(mutant, found) for mutant, found in outcomes if isinstance(found, Compiled)]


Refused = list[tuple[Mutant, tuple[Diagnostic, ...]]]


def test_each_message_is_at_a_place_in_a_text(refused: Refused) -> None:
    for mutant, found in refused:
        labels = [label for diagnostic in found for label in (diagnostic.primary, *diagnostic.related)]
        assert [] == [label for label in labels if not is_inside(label)], f"{mutant}\n{render(found)}"


def test_what_is_wrong_is_told_where_it_was_changed(refused: Refused) -> None:
    for mutant, found in refused:
        if mutant.change != "delete":
            places = [is_at(mutant, diagnostic) or is_elsewhere(mutant, diagnostic) for diagnostic in found]
            assert any(places), f"{mutant}\n{render(found)}"


def test_one_change_seldom_has_more_than_one_message(refused: Refused) -> None:
    many = [f"{mutant}\n{render(found)}" for mutant, found in refused if len(found) > 1]
    # One in fifty of the whole collection; an eighth of it may have a spec of more, whose keys depend on one another.
    assert len(many) < len(refused) // 30, "\n".join(many)


def test_what_compiles_is_python(compiled: list[tuple[Mutant, Compiled]]) -> None:
    for mutant, found in compiled:
        try:
            ast.parse(source_code(found, "mutant.yaml"))
        except SyntaxError as error:
            raise AssertionError(str(mutant)) from error


def network_of(compiled: Compiled) -> str:
    """Return a network without metadata: equal for mutants that change no operator."""
    plain = compiled.network._replace(
        name="", class_name="", description="", reference="", aka=(), ignored=(), budget=Budget()
    )
    return repr(tuple(plain))  # that of a network is short


@pytest.fixture(scope="module")
def distinct_networks(compiled: list[tuple[Mutant, Compiled]]) -> list[tuple[Mutant, Compiled]]:
    """One mutant for each distinct network."""
    first: dict[str, tuple[Mutant, Compiled]] = {}
    for mutant, found in compiled:
        first.setdefault(network_of(found), (mutant, found))
    return list(first.values())


def disagreements(mutants: Iterable[tuple[Mutant, Compiled]]) -> list[str]:
    """In what torch, running them on the meta device, sees other networks than the compiler said they are."""
    wrong = []
    for mutant, found in mutants:
        with torch.device("meta"):
            module = load(source_code(found, "mutant.yaml"), found.network)()
            seen = record_forward(module, torch.empty(1, *found.trace.input))
        wrong += [f"{mutant}\n{words}" for words in differences(found.trace, module, seen)]
    return wrong


def is_large(compiled: Compiled) -> bool:
    return compiled.network.blocks() > MOST_BLOCKS


@pytest.mark.parametrize("eighth", first_and_slow(EIGHTHS))
def test_what_compiles_is_what_torch_runs(eighth: int, distinct_networks: list[tuple[Mutant, Compiled]]) -> None:
    small = [one for one in distinct_networks if not is_large(one[1])]
    assert [] == disagreements(small[eighth::EIGHTHS])


@pytest.mark.slow
def test_what_compiles_to_many_blocks_is_what_torch_runs(distinct_networks: list[tuple[Mutant, Compiled]]) -> None:
    assert [] == disagreements(one for one in distinct_networks if is_large(one[1]))


def test_the_count(
    outcomes: list[tuple[Mutant, Outcome]],
    refused: Refused,
    compiled: list[tuple[Mutant, Compiled]],
    distinct_networks: list[tuple[Mutant, Compiled]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Every mutant is refused or runs; docs/explanation/benchmarks.md has the sums over all parts."""
    large = sum(is_large(found) for _, found in distinct_networks)
    counts = (
        f"{len(outcomes):,} mutants: {len(refused):,} are refused, {len(compiled):,} are "
        f"{len(distinct_networks):,} networks, {large:,} of them of more than {MOST_BLOCKS} blocks"
    )
    with capsys.disabled():
        print(f"\n{counts}")
    assert len(outcomes) == len(refused) + len(compiled)
    assert (True, True, True) == (len(refused) > 500, len(compiled) > 200, len(distinct_networks) > 100)
