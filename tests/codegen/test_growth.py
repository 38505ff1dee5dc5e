"""A network of a million blocks costs what a small one costs: to compile, to emit, and in the length of its file."""

import ast

import pytest

from resnetgen.analysis.cost import cost
from resnetgen.analysis.receptive_field import receptive_field
from resnetgen.api import compile_text, emit_source

MILLION = 1_000_000


def spec(blocks: int, more: str = "") -> str:
    return f"""
name: deep
extends: resnet20
block: {{shortcut: auto{more}}}
stages:
  layer1: {{blocks: {blocks}}}
  layer2: {{blocks: {blocks}}}
  layer3: {{blocks: {blocks}}}
"""


def test_the_file_of_a_million_blocks_has_the_lines_of_a_small_one() -> None:
    small, large = (emit_source(compile_text(spec(blocks))) for blocks in (3, MILLION))
    assert len(small.splitlines()) == len(large.splitlines())


@pytest.mark.parametrize("drop_path", ["0.1", "{rate: 0.1, schedule: constant}"])
def test_a_million_blocks_with_drop_path_are_the_program_of_a_few(drop_path: str) -> None:
    """The same but for its numbers; these may be too long for a line that others fit in."""
    small, large = (emit_source(compile_text(spec(blocks, f", drop_path: {drop_path}"))) for blocks in (3, MILLION))
    assert [type(node) for node in ast.walk(ast.parse(small))] == [type(node) for node in ast.walk(ast.parse(large))]


def test_the_figures_of_a_million_blocks_are_exact() -> None:
    traces = [compile_text(spec(blocks)) for blocks in (2, 3, MILLION)]
    two, three, million = (cost(compiled.trace) for compiled in traces)

    assert two.params + (MILLION - 2) * (three.params - two.params) == million.params
    assert two.macs + (MILLION - 2) * (three.macs - two.macs) == million.macs
    # Two 3x3 convolutions a block see 4 pixels more, of 1, 2 and 4 pixels of the input.
    (before, _), (after, _) = receptive_field(traces[0].network), receptive_field(traces[2].network)
    assert before + (MILLION - 2) * 4 * (1 + 2 + 4) == after


def test_the_last_block_of_a_million_drops_its_path_at_the_whole_rate() -> None:
    source = emit_source(compile_text(spec(MILLION, ", drop_path: 0.1")))
    assert f"drop_rates = [0.1 * i / {3 * MILLION - 1} for i in range({3 * MILLION})]" in source
    assert f"drop_path=drop_rates[{2 * MILLION}:]" in source
