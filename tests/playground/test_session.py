"""The playground's Python side: requests about tabs, and their answers."""

from __future__ import annotations

import json
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest

from resnetgen.playground.answers import ANSWERS
from resnetgen.playground.session import MOST_TABS, Session
from tests.cli.command_line import program, resnetgen
from tests.subjects import ROOT

GOOD = "name: mine\nextends: resnet18\nhead: {classes: 10}\n"
MISSPELT = "name: mine\nextends: resnet18\nhed: {classes: 10}\n"
BASE = "name: base\nextends: resnet18\nhead: {classes: 7}\n"
ON_BASE = "name: mine\nextends: base.yaml\n"


class Page:
    """A page with tabs, in a session of its own."""

    def __init__(self) -> None:
        self.session = Session()

    def ask(self, kind: str, tabs: dict[str, str], **asked: object) -> dict[str, Any]:
        """Ask about the first tab, unless `tab` names another."""
        request = {"kind": kind, "tabs": tabs, "tab": next(iter(tabs)), **asked}
        answer: dict[str, Any] = json.loads(self.session.answer(json.dumps(request)))
        return answer


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    monkeypatch.chdir(tmp_path)
    return Page()


def test_a_sound_spec_has_a_name_and_figures(page: Page) -> None:
    found = page.ask("check", {"mine.yaml": GOOD})
    assert (True, False, "mine", []) == (found["compiles"], found["abstract"], found["name"], found["problems"])
    assert "11.2 M parameters, 1.81 G MACs" == found["summary"]


def test_a_misspelt_key_has_a_place_and_a_fix(page: Page) -> None:
    (problem,) = page.ask("check", {"mine.yaml": MISSPELT})["problems"]
    assert ("error", "RG201", 3, 1) == tuple(problem[key] for key in ("severity", "code", "line", "column"))
    assert "hed" == MISSPELT[problem["start"] : problem["end"]]
    (fix,) = problem["fixes"]
    (edit,) = fix["edits"]
    assert ("mine.yaml", True, "head") == (fix["tab"], fix["preferred"], edit["text"])
    mended = MISSPELT[: edit["start"]] + edit["text"] + MISSPELT[edit["end"] :]
    assert page.ask("check", {"mine.yaml": mended})["compiles"]


def test_places_count_in_code_units(page: Page) -> None:
    text = 'name: mine\nextends: resnet18\ndescription: "😀 deep"\nhed: {}\n'
    (problem,) = page.ask("check", {"mine.yaml": text})["problems"]
    in_units = text.encode("utf-16-le")
    assert "hed" == in_units[2 * problem["start"] : 2 * problem["end"]].decode("utf-16-le")


def test_a_spec_can_extend_another_tab(page: Page) -> None:
    tabs = {"mine.yaml": ON_BASE, "base.yaml": BASE}
    assert page.ask("check", tabs)["compiles"]
    assert "output" in dict(page.ask("table", tabs, level="stages")["facts"])
    broken = page.ask("check", {**tabs, "base.yaml": BASE.replace("head", "hed")})
    (problem,) = broken["problems"]
    assert not broken["compiles"]
    assert "base.yaml" == ON_BASE[problem["start"] : problem["end"]]
    assert "base.yaml" == problem["related"][0]["tab"]
    assert "base.yaml" == problem["fixes"][0]["tab"]


def test_a_closed_tab_is_no_base_any_more(page: Page) -> None:
    assert page.ask("check", {"mine.yaml": ON_BASE, "base.yaml": BASE})["compiles"]
    (problem,) = page.ask("check", {"mine.yaml": ON_BASE})["problems"]
    assert "RG111" == problem["code"] or "base" in problem["message"]
    assert not Path("base.yaml").exists()


def test_an_abstract_spec_is_right_and_has_no_network(page: Page) -> None:
    found = page.ask("check", {"mine.yaml": "name: mine\nabstract: true\nextends: resnet18\n"})
    assert (False, True, []) == (found["compiles"], found["abstract"], found["problems"])


@pytest.mark.parametrize("text", ["", "foo: bar\n", "- a\n", "name: [\n", "\ud800", "a: b: c"])
def test_whatever_is_typed_is_taken_for_a_spec(page: Page, text: str) -> None:
    found = page.ask("check", {"mine.yaml": text})
    assert not found["compiles"]
    assert found["problems"]


FAULTY: dict[str, dict[str, object]] = {
    "picture": {"level": "network"},
    "table": {"level": "stages"},
    "code": {"form": "trained"},
    "difference": {"against": None},
    "sizes": {"size": None},
}


@pytest.mark.parametrize("kind", FAULTY)
def test_a_view_of_a_faulty_spec_says_that_there_is_none(page: Page, kind: str) -> None:
    found = page.ask(kind, {"mine.yaml": MISSPELT}, **FAULTY[kind])
    empty = {"svg", "facts", "text", "domain"} & found.keys()
    assert found.get("why_not") == "mine.yaml has errors." or [None] == [found[key] for key in empty]


def test_each_kind_of_request_is_tested_here() -> None:
    assert {*FAULTY, "check", "complete", "explain", "hover", "shipped"} == set(ANSWERS)


def test_code_is_that_of_build_to_the_byte(page: Page) -> None:
    shipped = ["resnet18", "mobilenet_v2", "resnet18_1d"]
    tabs = {f"{name}.yaml": page.ask("shipped", {"a.yaml": ""}, name=name)["text"] for name in shipped}
    tabs |= {"mine.yaml": ON_BASE, "base.yaml": BASE, "copy.yaml": tabs["resnet18.yaml"].replace("resnet18", "copy", 1)}
    found = {form: [page.ask("code", tabs, tab=tab, form=form) for tab in tabs] for form in ("trained", "deploy")}
    for tab in ("mine.yaml", "base.yaml", "copy.yaml"):
        Path(tab).write_text(tabs[tab], encoding="utf-8")
    specs = [*shipped, "mine.yaml", "base.yaml", "copy.yaml"]
    for form, options in (("trained", []), ("deploy", ["--deploy"])):
        assert (0, "") == resnetgen("build", *specs, *options)[::2]
        for answer in found[form]:
            assert Path("generated", answer["file"]).read_bytes() == answer["text"].encode()


def test_the_picture_and_the_table_have_the_figures(page: Page) -> None:
    tabs = {"resnet50.yaml": page.ask("shipped", {"a.yaml": ""}, name="resnet50")["text"]}
    assert "<title id=" in page.ask("picture", tabs, level="block")["svg"]
    found = page.ask("table", tabs, level="stages")
    assert "25,557,032" == dict(found["facts"])["parameters"]
    assert ["input", "stem", "layer1", "layer2", "layer3", "layer4", "head", "total"] == [r[0] for r in found["rows"]]
    assert {len(found["columns"])} == {len(row) for row in found["rows"]}


def test_rows_beyond_the_limit_are_counted(page: Page) -> None:
    blocks = ", ".join(f"{{channels: {64 + 8 * (number % 9)}}}" for number in range(450))
    text = f"name: mine\nextends: resnet18\nstages: {{layer1: {{channels: null, blocks: [{blocks}]}}}}\n"
    found = page.ask("table", {"mine.yaml": text}, level="ops")
    assert found["left_out"] > 0
    assert 401 == len(found["rows"])
    assert "total" == found["rows"][-1][0]


def test_the_difference_is_from_the_base_unless_another_is_named(page: Page) -> None:
    tabs = {
        "mine.yaml": GOOD,
        "other.yaml": BASE,
        "alone.yaml": page.ask("shipped", {"a.yaml": ""}, name="resnet50")["text"],
    }
    found = page.ask("difference", tabs, against=None)
    assert ["resnetgen:resnet18.yaml", "mine.yaml"] == found["titles"]
    assert found["differ"]
    assert ["parameters", "11,689,512", "11,181,642"] == found["figures"]["rows"][1][:3]
    assert ["other.yaml", "mine.yaml"] == page.ask("difference", tabs, against={"tab": "other.yaml"})["titles"]
    assert ["resnet50", "mine.yaml"] == page.ask("difference", tabs, against={"spec": "resnet50"})["titles"]
    none = page.ask("difference", tabs, tab="alone.yaml", against=None)
    assert "extends no other" in none["why_not"]


def test_the_base_of_a_base_is_found(page: Page) -> None:
    found = page.ask("difference", {"mine.yaml": ON_BASE, "base.yaml": BASE}, against=None)
    assert (["base.yaml", "mine.yaml"], False) == (found["titles"], found["differ"])


@pytest.mark.parametrize(
    ("against", "why"),
    [
        ({"spec": "resnet51"}, "there is no shipped spec resnet51"),
        ({"tab": "gone.yaml"}, "there is no tab gone.yaml"),
        ({"tab": "wrong.yaml"}, "wrong.yaml has errors"),
    ],
)
def test_what_cannot_be_compared_with_is_told(page: Page, against: dict[str, str], why: str) -> None:
    found = page.ask("difference", {"mine.yaml": GOOD, "wrong.yaml": MISSPELT}, against=against)
    assert why.lower() in found["why_not"].lower()


def test_sizes_that_work_have_their_maps_and_others_the_reason(page: Page) -> None:
    tabs = {"mine.yaml": "name: mine\nextends: resnet18\nstem: [{conv: 7, to: 64, stride: 2, padding: 0}]\n"}
    assert page.ask("check", tabs)["compiles"]
    good = page.ask("sizes", tabs, size=[64])
    assert ("", ["input", "3x64x64"]) == (good["fault"], good["rows"][0])
    bad = page.ask("sizes", tabs, size=[3, 64])
    assert bad["fault"]
    assert [] == bad["rows"]
    assert "" == page.ask("sizes", tabs, size=bad["nearest"])["fault"]
    assert "an input size is 2 numbers" in page.ask("sizes", tabs, size=[1, 2, 3])["fault"]
    assert "an input size is 2 numbers" in page.ask("sizes", tabs, size=[0, 2])["fault"]


def test_completion_and_hover_are_the_language_servers(page: Page) -> None:
    text = "name: 😀\nextends: resnet18\nhea"
    units = len(text.encode("utf-16-le")) // 2
    items = {item["label"]: item for item in page.ask("complete", {"a.yaml": text}, offset=units)["items"]}
    assert ("head: ", "key", units - 3) == tuple(items["head"][key] for key in ("insert", "kind", "start"))
    found = page.ask("hover", {"a.yaml": GOOD}, offset=GOOD.index("head"))
    assert "The pool and the classifier" in found["text"]
    assert "head" == GOOD[found["start"] : found["end"]]
    assert {"text": "", "start": 0, "end": 0} == page.ask("hover", {"a.yaml": "# nothing\n"}, offset=3)


def test_a_code_is_explained(page: Page) -> None:
    found = page.ask("explain", {"a.yaml": ""}, code="RG201")
    assert "Unknown key" == found["title"]
    assert "key" in found["text"]


def test_a_shipped_spec_is_opened_by_its_name(page: Page) -> None:
    found = page.ask("shipped", {"a.yaml": ""}, name="resnet18")
    assert "resnet18.yaml" == found["file"]
    assert found["text"].startswith("name: resnet18")
    assert {"file": None, "text": None} == page.ask("shipped", {"a.yaml": ""}, name="../secret")


@pytest.mark.parametrize("name", ["../a.yaml", "a/b.yaml", ".a.yaml", "a.txt", "", "a" * 120 + ".yaml", "a\0.yaml"])
def test_a_tab_has_the_name_of_a_file_beside_the_others(page: Page, name: str) -> None:
    with pytest.raises(ValueError, match="is no name of a spec's file"):
        page.ask("check", {name: GOOD})
    assert [] == list(Path().iterdir())


def test_there_are_not_too_many_tabs(page: Page) -> None:
    with pytest.raises(ValueError, match="more than"):
        page.ask("check", {f"a{number}.yaml": "" for number in range(MOST_TABS + 1)})


def test_what_a_terminal_would_act_on_is_spelled_out(page: Page) -> None:
    found = page.ask("check", {"a.yaml": 'name: a\nextends: resnet18\n"h\\u202eed": {}\n'})
    assert "\u202e" not in found["problems"][0]["message"]


ALL_KINDS = """
import json, sys
from resnetgen.playground.session import Session
session = Session()
for kind, more in json.loads(sys.argv[1]).items():
    request = {"kind": kind, "tab": "a.yaml", "tabs": {"a.yaml": "name: a\\nextends: resnet18\\n"}, **more}
    session.answer(json.dumps(request))
print(" ".join(sorted({name.split(".")[1] for name in sys.modules if name.startswith("resnetgen.")} | {*sys.modules})))
"""

ABSENT = {"pygls", "rich", "torch", "typer"}
"""Packages that are not in playground/requirements.txt."""


def test_no_answer_needs_what_the_page_lacks(folder: Path) -> None:
    at_start = {"offset": 2}
    others = {"complete": at_start, "hover": at_start, "explain": {"code": "RG201"}, "shipped": {"name": "resnet18"}}
    done = program(ALL_KINDS, json.dumps({"check": {}, **FAULTY, **others}), cwd=folder)
    assert (0, "") == done[::2]
    left_out = run_path(str(ROOT / "playground" / "python_files.py"))["IDLE_ROOMS"]
    assert set() == {*ABSENT, *left_out} & set(done.out.split())
