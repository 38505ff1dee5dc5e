"""The lists of networks that the tests of each change leave to the night."""

from pathlib import Path

import pytest

from resnetgen.source.collection import names
from tests.likeness import forms, large, repeating
from tests.subjects import LARGE, REPEATING, by_name


def test_a_deeper_network_repeats_and_another_block_does_not() -> None:
    assert forms(by_name("resnet152")) <= forms(by_name("resnet101"))
    assert not forms(by_name("seresnet18")) <= forms(by_name("resnet18"))


def listed(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split()


@pytest.mark.parametrize("path", [REPEATING, LARGE], ids=lambda path: path.name)
def test_a_list_names_networks_of_the_collection(path: Path) -> None:
    assert sorted(set(listed(path))) == listed(path)
    assert set(listed(path)) < set(names())


@pytest.mark.slow
def test_the_lists_are_current() -> None:
    found = repeating()
    expected = (found, large(found))
    assert expected == (listed(REPEATING), listed(LARGE)), "`python -m tests.likeness` writes them anew"
