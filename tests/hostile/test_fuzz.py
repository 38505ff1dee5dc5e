"""Random texts, and those that a fuzzer found worth keeping: each is told what is wrong with it, or becomes Python.

`python -m tests.hostile.fuzz COUNT` and `python -m tests.hostile.fuzz.guided COUNT` try as many as one likes.
"""

from __future__ import annotations

import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hostile.fuzz.mutation import Corpus, corpus, mutant, of
from tests.hostile.fuzz.tally import Tally
from tests.hostile.fuzz.verdict import OUTCOMES, Fault, verdict
from tests.subjects import ROOT

SEED = 20
MUTANTS = 2000
"""About four seconds."""

KEPT: list[str] = json.loads((ROOT / "tests/hostile/fuzz/corpus/kept.json").read_text(encoding="utf-8"))
"""For each message of the compiler a short text that has it; the guided fuzzer came upon them."""


def test_what_was_kept_is_dealt_with() -> None:
    found = [verdict(text) for text in KEPT]
    assert set(OUTCOMES) == set(found)
    assert len(found) > 200


def test_mutants_are_dealt_with(tmp_path_factory: pytest.TempPathFactory) -> None:
    tally = Tally(MUTANTS, tmp_path_factory.mktemp("faults"))
    for number in range(MUTANTS):
        tally.judge(mutant(corpus(), Random(f"{SEED}:{number}")))
    assert (MUTANTS, 0) == (tally.counts.total(), tally.counts["faults"])
    assert min(tally.counts["refused"], tally.counts["emitted"]) > MUTANTS // 10  # deep enough to be worth the while


@pytest.mark.slow
def test_many_mutants_are_dealt_with(tmp_path_factory: pytest.TempPathFactory) -> None:
    tally = Tally(100_000, tmp_path_factory.mktemp("faults"))
    for number in range(100_000):
        tally.judge(mutant(corpus(), Random(f"{SEED + 1}:{number}")))
    assert 0 == tally.counts["faults"]


@settings(max_examples=500)
@given(st.text(max_size=60))
def test_any_text_is_dealt_with(text: str) -> None:
    assert verdict(text) in OUTCOMES


@settings(max_examples=500)
@given(st.text("[]{}:,-?&*!|>%@`'\"# \n\ta1.~<=\\", max_size=40))
def test_any_signs_of_yaml_are_dealt_with(text: str) -> None:
    assert verdict(text) in OUTCOMES


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=500)
@given(st.sampled_from(sorted(corpus().values)), TREES)
def test_any_value_of_a_key_is_dealt_with(key: str, value: object) -> None:
    data = {**json.loads(json.dumps(corpus().data[0])), key: value}
    assert verdict(json.dumps(data)) in OUTCOMES


@settings(max_examples=300)
@given(st.sampled_from(corpus().texts), st.integers(0, 2**32))
def test_mutants_of_any_spec_are_dealt_with(text: str, seed: int) -> None:
    assert verdict(of(text, corpus(), Random(seed))) in OUTCOMES


# The fuzzer itself


def test_a_mutant_is_decided_by_its_seed() -> None:
    first, again, other = ([mutant(corpus(), Random(f"{seed}:{n}")) for n in range(50)] for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_mutants_change_the_spec_and_stay_readable_often_enough() -> None:
    one = Corpus([corpus().texts[0]])
    texts = [mutant(corpus(), Random(number)) for number in range(300)]
    assert len({*texts}) > 290
    assert one.texts[0] not in texts


def test_a_fault_is_seen_and_kept(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    from tests.hostile.fuzz import verdict as module

    def failing(text: str, name: str) -> None:
        raise RecursionError("deep")

    folder = tmp_path_factory.mktemp("faults")
    monkeypatch.setattr(module, "parse", failing)
    with pytest.raises(Fault, match="RecursionError: deep"):
        verdict("name: x")
    tally = Tally(1, folder)
    tally.judge("name: \ud800")
    assert ({"faults": 1}, 2) == (dict(tally.counts), len(list(folder.iterdir())))
