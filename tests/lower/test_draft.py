"""Drafts of networks: their figures are those of the whole compiler, whatever was drafted before."""

import pytest

from resnetgen.analysis.cost import cost
from resnetgen.analysis.shape_inference import Trace
from resnetgen.compiler import compile_document, read_document
from resnetgen.errors import AbstractSpecError
from resnetgen.source.collection import find, names
from resnetgen.source.source import parse
from resnetgen.spaces.figures import FIGURES, Figures, figures_of
from resnetgen.spaces.space import read_space
from resnetgen.sweep.drafting import Drafting

OWN = """
name: own
input: {channels: 3, size: 64}
stem: [{conv: 3, to: 16, stride: 2}]
blocks: {mine: {mid: MID, branch: [{conv: 1, to: mid}, {conv: 3, to: out, stride: here, act: none}]}}
block: {type: mine}
stages: {one: {blocks: 2, channels: 24}, two: {blocks: 1, channels: 48, stride: 2}}
head: {pool: avg, classes: CLASSES}
"""


SPACES = [
    "extends: resnet18\nstages: {layer1: {blocks: {range: [1, 9]}}, layer3: {channels: {range: [64, 256], step: 64}}}",
    # Rates of dropped paths depend on the number of all blocks.
    """extends: resnet50
block: {drop_path: 0.1, type: {choice: [basic, bottleneck]}}
stages: {layer2: {blocks: {range: [1, 5]}}}""",
    # Widths depend on the number of the block.
    """extends: resnet20
block: {shortcut: auto}
stages: {layer1: {blocks: {range: [1, 5]}}, layer2: {channels: 16 + block}}""",
    # Factors depend on the variance after the blocks before.
    "extends: nf_resnet26\nstages: {layer2: {blocks: {range: [2, 5]}}, layer3: {blocks: {range: [1, 3]}}}",
    "extends: resnet18\nscale: {width: {choice: [0.5, 1.5]}, depth: {choice: [1.5, 2]}}\nact: {choice: [relu, silu]}",
    "extends: resnet50\noutput_stride: {choice: [8, 16]}\nstages: {layer4: {blocks: {range: [1, 4]}}}",
    # Each block of the type strides by itself, so the number of blocks changes the map.
    """extends: resnet18
input: {size: 256}
blocks: {shrinking: {branch: [{conv: 3, to: out, stride: 2}, {conv: 3, to: out, act: none}]}}
stages: {layer1: {blocks: {range: [1, 4]}}, layer4: {blocks: {range: [1, 4]}, type: shrinking, stride: 1}}""",
    "extends: resnet18\nhead: {choice: [{pool: flatten, classes: 10}, {features: [layer2]}, {pool: avg, classes: 5}]}",
    """extends: resnet18
heads: {choice: [{a: {pool: avg, classes: 3}, b: {pool: max}}]}
stages: {layer1: {blocks: {choice: [[{repeat: 2}, {channels: 64}], 2, 3]}}}""",
    """extends: regnet_x_400mf
block: {group_width: null}
stages:
  regnet_line:
    depth: {range: [12, 28]}
    w_0: {range: [24, 96], step: 8}
    w_a: {range: [16.0, 64.0], scale: log}
    w_m: {range: [2.0, 3.0]}
    group_width: {choice: [8, 16, 24]}
    stages: [block1, block2, block3, block4]""",
]


def figures(trace: Trace) -> Figures:
    return figures_of(trace, cost(trace), FIGURES)


def test_figures_of_candidates_are_those_of_the_compiled_networks() -> None:
    compared = 0
    for text in SPACES:
        space, drafting = read_space(parse(f"name: space\n{text}\n")), Drafting()
        for number in range(8):
            patch = space.draw(0, number)
            if patch is None:
                continue
            document = space.document(patch)
            found = drafting.figures(document, FIGURES)
            assert found is not None, text
            assert figures(compile_document(document).trace) == found, text
            compared += 1
    assert compared > 60


def test_figures_of_a_draft_are_those_of_the_compiled_network() -> None:
    compared = 0
    for name in sorted(names())[::4]:
        document = read_document(find(name))
        try:
            whole = compile_document(document)
        except AbstractSpecError:
            continue
        assert figures(whole.trace) == Drafting().figures(document, FIGURES), name
        compared += 1
    assert compared > 30


def test_drafts_that_share_parts_differ_where_their_specs_do() -> None:
    drafting = Drafting()
    for middle in ("8", "in", "out / 2", "8"):
        for classes in ("10", "11"):
            document = read_document(parse(OWN.replace("MID", middle).replace("CLASSES", classes)))
            assert figures(compile_document(document).trace) == drafting.figures(document, FIGURES)


@pytest.mark.parametrize("spec", [OWN.replace("MID", "out / 5"), OWN.replace("size: 64", "size: 1, extent: 3")])
def test_a_wrong_spec_has_no_draft(spec: str) -> None:
    assert Drafting().figures(read_document(parse(spec.replace("CLASSES", "10").replace("MID", "8"))), FIGURES) is None


def test_a_network_whose_shapes_do_not_fit_has_no_draft() -> None:
    spec = OWN.replace("MID", "8").replace("CLASSES", "10").replace("{conv: 3, to: 16", "{conv: 9, padding: 0, to: 16")
    assert Drafting().figures(read_document(parse(spec)), FIGURES) is not None
    assert Drafting().figures(read_document(parse(spec.replace("size: 64", "size: 4"))), FIGURES) is None
