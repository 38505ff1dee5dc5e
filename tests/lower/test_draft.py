"""Drafts of networks: their figures are those of the whole compiler, whatever was drafted before."""

import pytest

from resnetgen.compiler import compile_document, drafted, read_document
from resnetgen.errors import AbstractSpecError
from resnetgen.source.collection import find, names
from resnetgen.source.source import parse
from resnetgen.sweep.figures import FIGURES, figures_of

OWN = """
name: own
input: {channels: 3, size: 64}
stem: [{conv: 3, to: 16, stride: 2}]
blocks: {mine: {mid: MID, branch: [{conv: 1, to: mid}, {conv: 3, to: out, stride: here, act: none}]}}
block: {type: mine}
stages: {one: {blocks: 2, channels: 24}, two: {blocks: 1, channels: 48, stride: 2}}
head: {pool: avg, classes: CLASSES}
"""


def test_figures_of_a_draft_are_those_of_the_compiled_network() -> None:
    compared = 0
    for name in sorted(names())[::4]:
        document = read_document(find(name))
        try:
            whole = compile_document(document)
        except AbstractSpecError:
            continue
        draft = drafted(document)
        assert draft is not None, name
        assert figures_of(whole, FIGURES) == figures_of(draft, FIGURES), name
        compared += 1
    assert compared > 30


def test_drafts_that_share_parts_differ_where_their_specs_do() -> None:
    for middle in ("8", "in", "out / 2", "8"):
        for classes in ("10", "11"):
            document = read_document(parse(OWN.replace("MID", middle).replace("CLASSES", classes)))
            draft = drafted(document)
            assert draft is not None
            assert figures_of(compile_document(document), FIGURES) == figures_of(draft, FIGURES)


@pytest.mark.parametrize("spec", [OWN.replace("MID", "out / 5"), OWN.replace("size: 64", "size: 1, extent: 3")])
def test_a_wrong_spec_has_no_draft(spec: str) -> None:
    assert drafted(read_document(parse(spec.replace("CLASSES", "10").replace("MID", "8")))) is None


def test_a_network_whose_shapes_do_not_fit_has_no_draft() -> None:
    spec = OWN.replace("MID", "8").replace("CLASSES", "10").replace("{conv: 3, to: 16", "{conv: 9, padding: 0, to: 16")
    assert drafted(read_document(parse(spec))) is not None
    assert drafted(read_document(parse(spec.replace("size: 64", "size: 4")))) is None
