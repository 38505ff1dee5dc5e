"""Additions of branch and shortcut in emitted code of every form."""

import pytest
import torch
from torch import Tensor

from resnetgen.api import compile_spec
from resnetgen.probe.residual_sums import ResidualSums
from resnetgen.probe.subject import load_subject
from resnetgen.runtime.hooks import output_maps

NETWORKS = {
    "resnet20": 32,
    "resnet20_a": 32,
    "preact_resnet110": 8,
    "res2net50_26w_4s": 32,
    "resnest14d": 32,
    "mobilenet_v2": 32,
    "convnext_atto": 32,
    "resnet18_1d": 32,
}
"""Networks whose blocks add in different ways, with an input size."""


@pytest.mark.parametrize("name", NETWORKS)
def test_the_sum_is_that_of_branch_and_shortcut(name: str) -> None:
    rank = compile_spec(name).network.rank
    subject = load_subject(compile_spec(name, size=(NETWORKS[name],) * rank), batch=2)
    heard: list[str] = []

    def add(block: str, branch: Tensor, shortcut: Tensor) -> Tensor:
        heard.append(block)
        return branch + shortcut

    def drop(block: str, branch: Tensor, shortcut: Tensor) -> Tensor:
        return shortcut.clone()

    x = subject.noise()
    with torch.no_grad():
        expected = output_maps(subject.network(x))
        with ResidualSums(subject, add):
            found = output_maps(subject.network(x))
        with ResidualSums(subject, drop):
            shortcuts = output_maps(subject.network(x))
    assert [block.name for block in subject.blocks if block.adds] == heard
    for key, value in expected.items():
        assert torch.equal(value, found[key])
        assert not torch.equal(value, shortcuts[key])


def test_a_network_without_shortcuts_adds_nothing() -> None:
    subject = load_subject(compile_spec("plain20", size=(8, 8)), batch=2)

    def fail(block: str, branch: Tensor, shortcut: Tensor) -> None:
        raise AssertionError(block)

    with torch.no_grad(), ResidualSums(subject, fail):
        subject.network(subject.noise())
