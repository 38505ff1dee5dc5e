"""Shipped specs changed as in test_mutants.py: what a fix makes of a misspelt key is what was there before."""

from random import Random
from typing import NamedTuple

import pytest

from resnetgen.diagnostics.model import Diagnostic
from resnetgen.source.source import parse, read
from tests.diagnostics.fixing import fixed_once, found
from tests.spec.test_mutants import SEED, Mutant, mutants
from tests.subjects import shipped

MOST_WRONG = 1 / 100
"""Of the fixes, so many may make something else of a spec: a block type is misspelt where it is described, say."""

EVERY = 4
"""Of so many shipped specs, one is changed in other ways too."""


class Offered(NamedTuple):
    """A mutant that is offered fixes, what was said of it, what it is with these, and the data that it was made of."""

    mutant: Mutant
    before: tuple[Diagnostic, ...]
    text: str
    data: dict[str, object]


@pytest.fixture(scope="module", params=[8, pytest.param(1, marks=pytest.mark.slow)], ids=["an eighth", "all"])
def misspelt_and_offered(request: pytest.FixtureRequest) -> tuple[int, list[Offered]]:
    """The number of misspelt keys with a diagnostic, and all mutants with fixes; by default of every eighth spec."""
    reported, offered = 0, []
    for number, subject in enumerate(shipped()[:: request.param]):
        data, random = read(subject.spec).data, Random(f"{SEED}:{subject.name}")
        for mutant in mutants(subject.name, data, random):
            if mutant.change == "misspell" or number % EVERY == 0:
                before = found(mutant.text)
                reported += mutant.change == "misspell" and any(each.severity.value == "error" for each in before)
                if any(each.fix is not None for each in before):
                    offered.append(Offered(mutant, before, fixed_once(mutant.text, before), data))
    return reported, offered


def test_a_fix_gives_back_what_was_misspelt(
    misspelt_and_offered: tuple[int, list[Offered]], capsys: pytest.CaptureFixture[str]
) -> None:
    reported, offered = misspelt_and_offered
    misspelt = [each for each in offered if each.mutant.change == "misspell"]
    wrong = [str(each.mutant) for each in misspelt if parse(each.text).data != each.data]
    with capsys.disabled():
        print(f"\n{reported:,} misspelt keys reported, {len(misspelt):,} have a fix, {len(wrong)} to another spec")
    assert len(misspelt) > reported * 3 // 4
    assert len(wrong) <= len(misspelt) * MOST_WRONG, "\n".join(wrong)


def test_a_fix_takes_its_fault_away_and_brings_none(misspelt_and_offered: tuple[int, list[Offered]]) -> None:
    """New diagnostics come from the same or a later stage, which the fault kept the compiler from."""
    for mutant, before, text, _ in misspelt_and_offered[1]:
        fixed = {_about(each) for each in before if each.fix is not None}
        after = found(text)
        assert len(fixed & {_about(each) for each in after}) < len(fixed), str(mutant)
        assert [] == [each for each in after if each.code[2] < min(code[2] for code, _, _ in fixed)], str(mutant)


def _about(diagnostic: Diagnostic) -> tuple[str, str, int]:
    """Return what a diagnostic says and its line: the name of a misspelt block type may be in several stages."""
    return diagnostic.code, diagnostic.message, diagnostic.primary.span.line
