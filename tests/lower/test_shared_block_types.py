"""Block types of a base: what one spec does not use of them is for others, and no error."""

from __future__ import annotations

from pathlib import Path

import pytest

from resnetgen import compile_spec, diagnose, override
from tests.cli.command_line import resnetgen

TYPES = """\
blocks:
  inverted:
    mid: 6 * in
    groups: 4
    attention: se
    stride_on: conv1
    branch: [{conv: 1, to: mid}, {conv: 3, to: mid, stride: here, groups: here}, {conv: 1, to: out}]
  spare: {branch: [{conv: 3, to: out, stride: here}]}
"""
REST = """\
input: {channels: 3, size: 32}
stem: [{conv: 3, to: 16}]
block: {type: inverted, mid: 2 * in, groups: 1, attention: none}
stages: {layer1: {blocks: 1, channels: 16}}
head: {pool: avg, classes: 10}
"""
MINE = f"extends: types.yaml\nname: mine\n{REST}"


@pytest.fixture(autouse=True)
def _folder(folder: Path) -> None:
    (folder / "types.yaml").write_text(TYPES)


def faults(text: str) -> list[tuple[str, str]]:
    Path("mine.yaml").write_text(text)
    return [(each.code, each.message.partition(":")[0]) for each in diagnose("mine.yaml")]


def test_what_a_base_defines_may_be_unused() -> None:
    assert [] == faults(MINE)
    assert "inverted" == compile_spec("mine.yaml").network.stages[0].runs[0].block.type


OVERRIDDEN = """\
extends: shared.yaml
name: mine
input: {channels: 3, size: 32}
stem: [{conv: 3, to: 16}]
stages: {layer1: {blocks: 1, channels: 16}, layer2: {blocks: 1, channels: 32, stride: 2}}
head: {pool: avg}
"""
SHARED = """\
blocks:
  own:
    order: norm-act-conv
    branch: [{conv: 3, to: out, stride: here, antialias: blur}]
    shortcut: {reads: input, layers: [{avg_pool: stride, ceil_mode: true}, {conv: 1, to: out}]}
"""


@pytest.mark.parametrize(
    "block",
    ["{type: own, shortcut: auto}", "{type: own, shortcut: pad}", "{type: own, shortcut: none}", "{type: basic}"],
)
def test_a_shortcut_of_a_base_may_be_overridden(block: str) -> None:
    Path("shared.yaml").write_text(SHARED)
    assert [] == faults(f"{OVERRIDDEN}block: {block}\n")


def test_a_shortcut_key_that_the_spec_itself_adds_has_to_have_an_effect() -> None:
    Path("shared.yaml").write_text(SHARED)
    added = "blocks: {own: {shortcut: {resize: [{max_pool: 1, stride: here}]}}}\nblock: {type: own}\n"
    assert [("RG209", "`resize` has no effect")] == faults(OVERRIDDEN + added)


def test_in_one_file_it_has_no_effect() -> None:
    own = [
        ("RG209", "`mid` has no effect"),
        ("RG209", "`groups` has no effect"),
        ("RG209", "`attention` has no effect"),
        ("RG209", "`stride_on` has no effect"),
        ("RG209", "no stage uses the block type `spare`"),
    ]
    assert own == sorted(faults(f"name: mine\n{TYPES}{REST}"), key=own.index)


def test_what_the_spec_itself_adds_to_a_type_has_to_have_an_effect() -> None:
    assert [("RG209", "`dropout` has no effect")] == faults(f"{MINE}blocks: {{inverted: {{dropout: 0.1}}}}\n")
    assert [("RG209", "`mid` has no effect")] == faults(f"{MINE}blocks: {{inverted: {{mid: 4 * in}}}}\n")
    more = "blocks: {more: {branch: [{conv: 3, to: out}]}}\n"
    assert [("RG209", "no stage uses the block type `more`")] == faults(MINE + more)


def test_a_setting_without_effect_of_a_base_that_is_no_block_type_stays_an_error() -> None:
    (Path("types.yaml")).write_text(f"{TYPES}act: silu\n")
    assert [("RG209", "`act` has no effect")] == faults(
        MINE.replace("attention: none", "attention: none, act: relu, norm: none").replace(
            "{conv: 3, to: 16}", "{conv: 3, to: 16, act: relu}"
        )
    )


def test_a_value_of_the_command_line_has_to_have_an_effect() -> None:
    faults(MINE)
    assert 0 == resnetgen("check", "mine.yaml", "--set", "head.classes=3").code
    assert "`mid` has no effect" in resnetgen("check", "mine.yaml", "--set", "blocks.inverted.mid=3 * in").err


def test_a_spec_in_python_does_not_tell_what_a_base_wrote() -> None:
    faults(MINE)
    assert 3 == compile_spec(override("mine.yaml", {"head.classes": 3})).trace.output[0]
