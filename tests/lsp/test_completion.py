"""Completions of the language server at the cursor."""

from pathlib import Path

import pytest

from resnetgen.jsonschema.shapes import shapes
from resnetgen.lower.block_types import BUILT_IN
from resnetgen.lsp.completion import Completion, complete
from resnetgen.lsp.workspace import Workspace
from resnetgen.schema.known_keys import known_keys
from resnetgen.schema.layout_tables import TABLES
from resnetgen.source.collection import names
from resnetgen.spec.spec import SHORTCUTS, Spec, Stage

_ON_SHORTCUTS = ["conv", "spatial", "norm", "act", "max_pool", "avg_pool", "pad", "dropout", "drop_block", "antialias"]
_ON_SHORTCUTS += ["attention", "multiply"]

TOP = "extends: resnet50\nname: mine\n"
KINDS = ["conv", "max_pool", "avg_pool", "pad", "pad_channels", "norm", "act", "dropout", "attention", "multiply"]


def offered(marked: str, path: Path = Path("/nowhere/specs/mine.yaml")) -> list[Completion]:
    """Return the completions at the cursor, marked by `|`."""
    place = marked.index("|")
    workspace = Workspace()
    workspace.put("mine", path, marked[:place] + marked[place + 1 :])
    document = workspace.spec("mine")
    assert document is not None
    return complete(workspace, document, place)


def labels(marked: str) -> list[str]:
    return [item.label for item in offered(marked)]


def test_at_the_top_stand_the_keys_of_a_spec() -> None:
    assert ["extends", *Spec.model_fields] == labels("|")
    assert [key for key in Spec.model_fields if key != "name"] == labels(f"{TOP}|")


OFFERED: list[tuple[str, list[str]]] = [
    ("stages:\n  |", ["layer1", "layer2", "layer3", "layer4"]),
    ("stages:\n  layer3: {blocks: 2}\n  |", ["layer1", "layer2", "layer4"]),
    ("stages:\n  layer3: {|}", list(Stage.model_fields)),
    ("stages:\n  layer3: {blocks: 3, |\n  layer4: {blocks: 2}", list(Stage.model_fields)[1:]),
    ("stem: [|", KINDS),
    ("stem:\n  - |", KINDS),
    ("stem:\n  - {|", KINDS),
    ("stem: [{max_pool: 3, |", ["stride", "padding", "ceil_mode", "antialias"]),
    ("stem: [{conv: 3, stride: |", []),
    ("blocks: {mine: {branch: [{conv: 3, stride: |", ["here"]),
    (
        "head: {pool: |}",
        ["avg", "max", "avg_plus_max", "avg_concat_max", "sum", "flatten", "none", "gem", "stats", "attention"],
    ),
    ("head: {features: [|]}", ["stem", "layer1", "layer2", "layer3", "layer4"]),
    ("head: {features: [layer2, |", ["stem", "layer1", "layer3", "layer4"]),
    ("stem: []\nhead: {features: [|", ["layer1", "layer2", "layer3", "layer4"]),
    ("stem: [{conv: 3, to: 8}]\nhead: {features: [|", ["stem", "layer1", "layer2", "layer3", "layer4"]),
    (
        "stages: {extra: {blocks: 1}, layer2: null}\nhead: {features: [|",
        ["stem", "layer1", "layer3", "layer4", "extra"],
    ),
    ("block: {type: |}", list(BUILT_IN)),
    ("blocks: {mine: {branch: []}}\nblock: {type: |}", ["mine", *BUILT_IN]),
    ("blocks: {mine: {mid: |", ["in", "out"]),
    ("blocks: {mine: {widths: {a: 1, b: |", ["in", "out", "mid", "a"]),
    ("blocks: {mine: {widths: {a: 1}, branch: [{conv: 1, to: |", ["in", "out", "mid", "a"]),
    ("stages: {layer1: {channels: |", ["in", "block"]),
    ("block: {widths: {a: 1}, attention: {type: se, width: |", ["in", "out", "mid", "a"]),
    ("stem: [{conv: 3, to: |", []),
    ("block: {attention: |}", ["se", "eca", "cbam", "global_context", "gather_excite", "none"]),
    ("block: {attention: {|}}", ["type"]),
    ("block: {attention: {type: eca, |}}", ["kernel", "gate", "place"]),
    ("block: {attention: {type: eca, place: |}}", ["end", "start", "sum", "shortcut"]),
    ("act: {type: leaky_relu, |}", ["negative_slope"]),
    ("block: {shortcut: |}", list(SHORTCUTS)),
    ("block: {shortcut: {type: pad, zeros: |}}", ["behind", "both"]),
    ("block: {shortcut: {reads: |}}", ["input", "preact"]),
    ("block: {shortcut: [{conv: 1, to: |", ["in", "out", "mid"]),
    ("block: {shortcut: [{pad_channels: out, |}]}", ["stride", "zeros"]),
    ("block: {shortcut: {layers: [{pad_channels: out, zeros: |}]}}", ["behind", "both"]),
    ("layout: |", [*TABLES]),
    ("layout: {projection: {|", _ON_SHORTCUTS),
    ("init: {zero_init_residual: |", ["true", "false"]),
    ("description: |", []),
    ("# |", []),
    ("nonsense: {a: {|", []),
]


@pytest.mark.parametrize(("marked", "expected"), OFFERED)
def test_what_may_stand_there_is_offered(marked: str, expected: list[str]) -> None:
    assert expected == labels(TOP + marked)


def test_every_key_has_a_meaning() -> None:
    (shape,) = shapes(Stage)
    about = {item.label: item.about for item in offered(f"{TOP}stages: {{layer1: {{|}}}}")}
    assert set(shape.keys) == set(about)
    assert "" not in about.values()
    assert about["blocks"] == "The number of blocks, or a list that describes them one by one.\n\nRequired."


def test_the_map_of_the_stem_is_offered_with_what_it_is() -> None:
    found = {item.label: item.about for item in offered(f"{TOP}head: {{pool: avg, features: [st|")}
    assert "The stem's last map before the pools and padding that end it." == found["stem"]


def test_warnings_are_offered_to_be_ignored() -> None:
    found = {item.label: item.about for item in offered(f"{TOP}ignore: {{|")}
    assert "Plain network deep enough to degrade" == found["RG503"]
    assert "RG510" not in found  # a budget that is exceeded cannot be ignored


def test_the_collection_is_offered_with_descriptions() -> None:
    found = offered("extends: res|\nname: mine\n")
    assert list(names()) == [item.label for item in found if item.kind == "spec"]
    described = {item.label: item.about for item in found}
    assert described["resnet50"].startswith("ResNet\\-50, stride in the 3x3 convolution")


def test_files_of_the_tree_are_offered(tmp_path: Path) -> None:
    specs = tmp_path / "specs"
    (specs / "bases").mkdir(parents=True)
    (tmp_path / "pyproject.toml").touch()
    for name in ("mine.yaml", "other.yml", "notes.txt", ".hidden.yaml", "bases/deep.yaml"):
        (specs / name).touch()
    (tmp_path / "above.yaml").touch()

    def files(word: str) -> list[str]:
        found = offered(f"extends: {word}|\nname: mine\n", specs / "mine.yaml")
        return [item.insert for item in found if item.kind in ("file", "folder")]

    assert ["bases/", "other.yml"] == files("")
    assert ["bases/deep.yaml"] == files("bases/de")
    assert ["../above.yaml", "../specs/"] == files("../")
    assert [] == files("../../")
    assert [] == files("nowhere/")
    assert [] == files("\0/")


def test_what_is_inserted_takes_the_place_of_the_word() -> None:
    marked = f"{TOP}stages: {{layer1: {{ch|}}}}"
    item = next(item for item in offered(marked) if item.label == "channels")
    assert ("channels: ", "ch") == (item.insert, marked[item.start : marked.index("|")])
    before_colon = next(item for item in offered(f"{TOP}stages: {{layer1: {{ch|: 3}}}}") if item.label == "channels")
    assert "channels" == before_colon.insert
    width = next(item for item in offered(f"{TOP}block: {{mid: out / ou|}}") if item.label == "out")
    assert len(f"{TOP}block: {{mid: out / ") == width.start
    in_brackets = next(item for item in offered(f"{TOP}stem: [co|]") if item.label == "conv")
    in_lines = next(item for item in offered(f"{TOP}stem:\n  - co|") if item.label == "conv")
    assert ("{conv: ", "conv: ") == (in_brackets.insert, in_lines.insert)


def test_an_open_base_gives_its_stages() -> None:
    workspace = Workspace()
    workspace.put("base", Path("/nowhere/specs/base.yaml"), "extends: resnet50\nname: b\nstages: {extra: {}}\n")
    text = "extends: base.yaml\nname: mine\nstages: {e"
    workspace.put("mine", Path("/nowhere/specs/mine.yaml"), text)
    document = workspace.spec("mine")
    assert document is not None
    assert "extra" in [item.label for item in complete(workspace, document, len(text))]


LOCATIONS = [
    ("head: {|", ("head",)),
    ("stem: [{pad: 3, |", ("stem", 0, "<pad>")),
    ("block: {norm: {type: batch, |", ("block", "norm", "batch")),
    ("blocks: {mine: {|", ("blocks", "mine")),
]


@pytest.mark.parametrize(("marked", "loc"), LOCATIONS)
def test_the_keys_that_are_offered_are_those_that_an_error_lists(marked: str, loc: tuple[str | int, ...]) -> None:
    written = {"pad", "type"} & set(marked.replace(":", " ").replace("{", " ").split())
    assert set(known_keys((*loc, "x"), Spec, {})) == set(labels(TOP + marked)) | written
