"""`extends`: merging, finding which file wrote what, and chains that lead nowhere."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest

from resnetgen.diagnostics import Diagnostic, Fault, Part, Path, Place
from resnetgen.errors import BaseNotFound, SpecError
from resnetgen.source.extends import MAX_CHAIN, Document, merge_patch, resolve
from resnetgen.source.source import Source, parse

BASE = """\
name: base
input: {channels: 3, size: 224}
stem:
  - {conv: 7, to: 64}
  - {max_pool: 3}
stages:
  layer1: {blocks: 3}
  layer2: {blocks: 4}
"""

SPEC = """\
extends: base
name: mine
stem:
  - {conv: 3}
stages:
  layer2: {blocks: 23}
  layer3: {blocks: 1}
"""


def among(**specs: str) -> Callable[[str, Source], Source]:
    """A `find_base` that knows these specs."""

    def find_base(name: str, _: Source) -> Source:
        if name not in specs:
            raise BaseNotFound(name, "there are others")
        return parse(specs[name], f"{name}.yaml")

    return find_base


def resolved(content: str, **specs: str) -> Document:
    return resolve(parse(content, "mine.yaml"), among(**specs))


def diagnostics(content: str, **specs: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(SpecError) as caught:
        resolved(content, **specs)
    return caught.value.diagnostics


def faults(content: str, **specs: str) -> list[tuple[str, str, int, int, str]]:
    spans = [(d, d.primary.span) for d in diagnostics(content, **specs)]
    return [(d.code, span.text.name, span.line, span.column, d.message) for d, span in spans]


def located(document: Document, path: Path, part: Part = Part.VALUE) -> tuple[str, int, int]:
    span = document.locate(path, part)
    return span.text.name, span.line, span.column


# The examples of RFC 7396, appendix A
@pytest.mark.parametrize(
    ("base", "patch", "expected"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_patch(base: object, patch: object, expected: object) -> None:
    assert expected == merge_patch(base, patch)


def test_merge_patch_changes_neither_argument() -> None:
    base, patch = {"a": {"b": 1, "c": [2]}}, {"a": {"b": None, "d": {"e": None}}}
    before = copy.deepcopy((base, patch))
    merge_patch(base, patch)
    assert before == (base, patch)


def test_merge_patch_keeps_the_order_of_the_base() -> None:
    merged = merge_patch({"b": 1, "a": {"x": 1}, "c": 1}, {"d": 1, "c": 2, "a": {"y": 1}})
    assert isinstance(merged, dict)
    assert ["b", "a", "c", "d"] == list(merged)


# Merging documents


def test_a_spec_without_extends_is_left_as_it_is() -> None:
    assert {"a": None} == resolved("a: null").data


def test_a_spec_is_laid_over_its_base() -> None:
    expected = {
        "name": "mine",
        "input": {"channels": 3, "size": 224},
        "stem": [{"conv": 3}],
        "stages": {"layer1": {"blocks": 3}, "layer2": {"blocks": 23}, "layer3": {"blocks": 1}},
    }
    assert expected == resolved(SPEC, base=BASE).data


def test_null_removes_a_stage() -> None:
    data = resolved("extends: base\nstages: {layer2: null}", base=BASE).data
    assert {"layer1": {"blocks": 3}} == data["stages"]


def test_a_null_of_the_base_stays() -> None:
    assert {"a": None, "b": 1} == resolved("extends: base\nb: 1", base="a: null").data


def test_a_chain_is_merged_from_its_end() -> None:
    document = resolved("extends: b\nx: 1", b="extends: c\nx: 2\ny: 2", c="x: 3\ny: 3\nz: 3")
    assert {"x": 1, "y": 2, "z": 3} == document.data


def test_sources_start_with_the_spec_that_was_asked_for() -> None:
    document = resolved("extends: b", b="extends: c", c="x: 1")
    assert ["mine.yaml", "b.yaml", "c.yaml"] == [source.text.name for source in document.sources]


def test_a_base_is_looked_for_from_the_spec_that_names_it() -> None:
    asked: list[tuple[str, str]] = []
    find = among(b="extends: c", c="x: 1")

    def find_base(name: str, source: Source) -> Source:
        asked.append((name, source.text.name))
        return find(name, source)

    resolve(parse("extends: b", "mine.yaml"), find_base)
    assert [("b", "mine.yaml"), ("c", "b.yaml")] == asked


# Positions


@pytest.mark.parametrize(
    ("path", "part", "expected"),
    [
        (("name",), Part.VALUE, ("mine.yaml", 2, 7)),
        (("input", "size"), Part.VALUE, ("base.yaml", 2, 28)),
        (("input", "size"), Part.KEY, ("base.yaml", 2, 22)),
        (("stages", "layer1"), Part.KEY, ("base.yaml", 7, 3)),
        (("stages", "layer2", "blocks"), Part.VALUE, ("mine.yaml", 6, 20)),
        (("stages",), Part.KEY, ("mine.yaml", 5, 1)),
        (("stem", 0), Part.VALUE, ("mine.yaml", 4, 5)),
        ((), Part.VALUE, ("mine.yaml", 1, 1)),
    ],
)
def test_locate(path: Path, part: Part, expected: tuple[str, int, int]) -> None:
    assert expected == located(resolved(SPEC, base=BASE), path, part)


def test_a_missing_key_is_at_the_key_of_its_parent() -> None:
    assert ("mine.yaml", 7, 3) == located(resolved(SPEC, base=BASE), ("stages", "layer3", "channels"))


def test_a_missing_key_at_the_top_is_at_the_start() -> None:
    assert ("mine.yaml", 1, 1) == located(resolved(SPEC, base=BASE), ("head",))


def test_a_list_hides_the_one_of_the_base() -> None:
    assert ("mine.yaml", 4, 5) == located(resolved(SPEC, base=BASE), ("stem", 0, "to"))


def test_a_fault_gets_its_positions() -> None:
    document = resolved("a: 1\nb: 2")
    fault = Fault("RG204", "no", Place(("b",)), "this", ((Place(("a",), Part.KEY), "that"),), "help")
    actual = document.diagnose(fault)
    labels = [(x.span.line, x.span.column, x.words) for x in (actual.primary, *actual.related)]
    assert ("RG204", "no", "help", [(2, 4, "this"), (1, 1, "that")]) == (
        actual.code,
        actual.message,
        actual.help,
        labels,
    )


def test_a_fault_in_a_base_shows_the_extends() -> None:
    actual = resolved(SPEC, base=BASE).diagnose(Fault("RG204", "no", Place(("input", "size"))))
    assert [("mine.yaml", 1, 10, "extended here")] == [
        (x.span.text.name, x.span.line, x.span.column, x.words) for x in actual.related
    ]


# Chains that lead nowhere


def test_a_base_that_is_not_there() -> None:
    assert [("RG110", "mine.yaml", 1, 10, "`extends` names an unknown spec `base`")] == faults("extends: base")


@pytest.mark.parametrize("value", ["3", "null", "[a]", "''", "{a: 1}"])
def test_extends_must_be_text(value: str) -> None:
    assert [("RG112", "mine.yaml", 1, 10, "`extends` must name a spec")] == faults(f"extends: {value}")


def test_a_spec_that_extends_itself() -> None:
    expected = ("RG111", "mine.yaml", 1, 10, "`extends` forms a cycle: mine.yaml -> mine.yaml")
    assert [expected] == faults("extends: mine", mine="extends: mine")


def test_a_circle_is_named_in_full() -> None:
    expected = ("RG111", "b.yaml", 1, 10, "`extends` forms a cycle: a.yaml -> b.yaml -> a.yaml")
    assert [expected] == faults("extends: a", a="extends: b", b="extends: a")


def test_a_circle_shows_the_extends_that_led_to_it() -> None:
    (fault,) = diagnostics("extends: a", a="extends: b", b="extends: a")
    assert ["extended here"] == [label.words for label in fault.related]


def chain(length: int) -> dict[str, str]:
    return {**{f"s{i}": f"extends: s{i + 1}" for i in range(length - 1)}, f"s{length - 1}": "x: 1"}


def test_the_longest_chain() -> None:
    assert {"x": 1} == resolved("extends: s0", **chain(MAX_CHAIN - 1)).data


def test_a_chain_that_is_too_long() -> None:
    expected = ("RG111", "s30.yaml", 1, 10, "a chain of more than 32 specs that extend one another")
    assert [expected] == faults("extends: s0", **chain(MAX_CHAIN))


def test_a_fault_in_the_text_of_a_base_shows_the_extends() -> None:
    (fault,) = diagnostics("a: 1\nextends: base", base="b: no")
    labels = [(x.span.text.name, x.span.line, x.words) for x in (fault.primary, *fault.related)]
    assert [("base.yaml", 1, ""), ("mine.yaml", 2, "extended here")] == labels
