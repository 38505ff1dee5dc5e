"""The list of the networks that only repeat smaller ones, which the tests of each change leave to the night."""

import pytest

from resnetgen.source.collection import names
from tests.likeness import forms, repeating
from tests.subjects import REPEATING, by_name


def test_a_deeper_network_repeats_and_another_block_does_not() -> None:
    assert forms(by_name("resnet152")) <= forms(by_name("resnet101"))
    assert not forms(by_name("seresnet18")) <= forms(by_name("resnet18"))


def test_the_list_names_networks_of_the_collection() -> None:
    listed = REPEATING.read_text(encoding="utf-8").split()
    assert sorted(set(listed)) == listed
    assert set(listed) < set(names())


@pytest.mark.slow
def test_the_list_is_current() -> None:
    assert REPEATING.read_text(encoding="utf-8").split() == repeating(), "`python -m tests.likeness` writes it anew"
