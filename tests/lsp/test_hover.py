"""Hovers and definitions of the language server."""

from pathlib import Path

import pytest

from resnetgen.api import compile_text
from resnetgen.lower.block_types import built_in_file
from resnetgen.lsp.definition import definition
from resnetgen.lsp.hover import hover
from resnetgen.lsp.markdown import code, literal, strip_markup
from resnetgen.lsp.workspace import Workspace
from resnetgen.resources import specs_folder
from resnetgen.summary.rows import STAGES, rows

TEXT = """\
extends: resnet50
name: mine
description: A *bold* <b>claim</b>.
blocks:
  narrow:
    description: Half as wide.
    mid: out / 8
    branch:
      - {conv: 1, to: mid}
      - {conv: 3, to: mid, stride: here}
      - {conv: 1, to: out, act: none}
stem:
  - {conv: 7, to: 64, stride: 2, norm: group}
  - {max_pool: 3, stride: 2}
block: {attention: eca}
stages:
  layer3: {blocks: 2, type: narrow}
head: {pool: avg, classes: 10}
"""

PATH = Path("/nowhere/specs/mine.yaml")


def workspace_with(text: str = TEXT) -> Workspace:
    workspace = Workspace()
    workspace.put("mine", PATH, text)
    return workspace


def hover_text(marked: str, text: str = TEXT) -> str:
    """Return the hover at the first occurrence of these words; empty if there is none."""
    found = hover(workspace_with(text), "mine", text.index(marked))
    return "" if found is None else found.text


def test_a_stage_is_what_show_says_of_it() -> None:
    text = hover_text("layer3")
    row = next(row for row in rows(compile_text(TEXT).trace, STAGES) if row.name == "layer3")
    assert f"{row.cost.params:,} parameters, {row.cost.macs:,} multiply-adds" in text
    assert f"receptive field {row.field[0]}" in text
    assert "512x28x28 → 1024x14x14" in text
    assert "2 blocks of `narrow`" in text
    for kind, why in row.shortcuts:
        assert f"shortcut {kind}: {literal(why)}" in text


def test_the_name_is_the_whole_network() -> None:
    total = rows(compile_text(TEXT).trace, STAGES)[-1]
    assert f"{total.cost.params:,} parameters, {total.cost.macs:,} multiply-adds" in hover_text("name: mine")


SAID = [
    ("conv: 7", "- `conv 7x7/2`: 3x224x224 → 64x112x112, 9,408 parameters, 118,013,952 multiply-adds"),
    ("conv: 7", "- `group norm, 32 groups`: 64x112x112 → 64x112x112, 128 parameters"),
    ("max_pool", "The window size, in pixels."),
    ("conv: 3, to: mid", "layer3.0:\n\n- `conv 3x3/2`: 128x28x28 → 128x14x14"),
    ("conv: 3, to: mid", "layer3.1:\n\n- `conv 3x3`: 128x14x14 → 128x14x14"),
    ("stem", "The list of layers before the stages."),
    ("stem", "- `max pool 3x3/2`: 64x112x112 → 64x56x56"),
    ("head", "- `linear`: 2048 → 10, 20,490 parameters, 20,480 multiply-adds"),
    ("resnet50", "**resnet50**: ResNet\\-50"),
    ("extends", "The spec to start from"),
    ("narrow}", "Half as wide."),
    ("attention", "The attention module of the block."),
    (
        "pool: avg",
        "One of `avg`, `max`, `avg_plus_max`, `avg_concat_max`, `sum`, `flatten`, `none`, `gem`, `stats`, `attention`.",
    ),
]


@pytest.mark.parametrize(("marked", "words"), SAID)
def test_what_is_written_is_explained(marked: str, words: str) -> None:
    assert words in hover_text(marked)


@pytest.mark.parametrize("marked", ["A *bold*", "64, stride", "claim"])
def test_of_what_is_only_itself_nothing_is_said(marked: str) -> None:
    assert "" == hover_text(marked)


def test_of_a_spec_at_fault_no_figures_are_given() -> None:
    broken = TEXT.replace("to: mid}", "too: mid}")
    assert "parameters" not in hover_text("layer3", broken)
    assert "parameters" in hover_text("layer3")


def test_a_text_of_a_spec_is_only_text() -> None:
    workspace = workspace_with("extends: base.yaml\nname: mine\n")
    claim = "[click](http://x.y) ![i](z) <b>`c`</b> \\u202e"
    workspace.put("base", PATH.with_name("base.yaml"), f'extends: resnet50\nname: base\ndescription: "{claim}"\n')
    found = hover(workspace, "mine", 10)
    assert found is not None
    assert "\\[click\\]\\(http://x.y\\)" in found.text
    assert "\u202e" not in found.text
    assert "[click](http://x.y)" in strip_markup(found.text)


def test_code_ends_where_it_ends() -> None:
    assert "`a'b c`" == code("a`b\nc")


LEADS = [
    ("resnet50", specs_folder() / "resnet50.yaml", (1, 1)),
    ("layer3", specs_folder() / "resnet50.yaml", (13, 3)),
    ("narrow}", None, (5, 3)),
]


@pytest.mark.parametrize(("marked", "path", "place"), LEADS)
def test_names_lead_to_what_they_name(marked: str, path: Path | None, place: tuple[int, int]) -> None:
    workspace = workspace_with()
    document = workspace.spec("mine")
    assert document is not None
    found = definition(workspace, document, TEXT.index(marked))
    assert found is not None
    assert (path, place) == (found.path, (found.span.line, found.span.column))


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("extends: resnet50\nname: m\nhead: {features: [layer2, ", specs_folder() / "resnet50.yaml"),
        ("extends: resnet50\nname: m\nstages: {layer2: {}}\nhead: {features: [layer2, ", None),
        ("extends: resnet50\nname: m\nhead: {features: [stem, ", specs_folder() / "resnet50.yaml"),
        ("extends: resnet50\nname: m\nstem: []\nhead: {features: [stem, ", None),
        ("extends: resnet50\nname: m\nblock: {type: bottleneck", built_in_file("bottleneck")),
    ],
)
def test_names_lead_there_in_a_text_that_is_no_yaml_too(text: str, path: Path | None) -> None:
    workspace = workspace_with(text)
    document = workspace.spec("mine")
    assert document is not None
    found = definition(workspace, document, max(map(text.rfind, ("layer2", "bottleneck", "[stem"))) + 1)
    assert found is not None
    assert path == found.path


@pytest.mark.parametrize("marked", ["mine", "pool: avg", "64", "blocks: 2"])
def test_what_names_nothing_leads_nowhere(marked: str) -> None:
    workspace = workspace_with()
    document = workspace.spec("mine")
    assert document is not None
    assert None is definition(workspace, document, TEXT.index(marked))
