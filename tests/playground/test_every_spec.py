"""Every shipped spec, and every wrong case, in one session of the playground, compared with the command line.

`make playground` has to have built the page; `pytest -m browser` runs these.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from resnetgen.diagnostics.terminal import escape
from resnetgen.playground.address import of_shipped, of_tabs
from resnetgen.playground.session import MOST_TABS, is_tab_name
from resnetgen.source import collection, yaml_events
from tests.cli.command_line import resnetgen
from tests.playground.served import go_to, network_name, status
from tests.subjects import CASES, case_folders

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

Told = list[tuple[str, str, str]]
"""Diagnostics: the place in the tab as `line:column`, the severity with the message, and the code."""

SHOWN = """() => [...document.querySelectorAll("#problem-list > .problem")].map((each) => [
  each.querySelector(".place").textContent,
  each.querySelector(".message").textContent,
  each.querySelector(".buttons .quiet").textContent,
])"""


def shown(page: Page) -> Told:
    """The diagnostics on the page."""
    return [(place, message, about.removeprefix("About ")) for place, message, about in page.evaluate(SHOWN)]


def told(tab: str, *arguments: str) -> Told:
    """The diagnostics of `check` for the file with a tab's name, in the words of the page."""
    report = json.loads(resnetgen("check", tab, "--format", "json", *arguments).out)
    return [_told(each, tab) for each in report["diagnostics"]]


def _told(diagnostic: dict[str, Any], tab: str) -> tuple[str, str, str]:
    labels = [diagnostic, *diagnostic["related"]]
    here: dict[str, Any] = next((label for label in labels if tab == label["file"]), {"line": 1, "column": 1})
    message = escape(diagnostic["message"])
    if here is not diagnostic:
        message = f"in {diagnostic['file']}: {message}"
    elif here["words"]:
        message += f": {escape(here['words'])}"
    return f"{here['line']}:{here['column']}", f"{diagnostic['severity']} {message}", diagnostic["code"]


def download_code(page: Page) -> tuple[str, bytes]:
    page.click("#download")
    with page.expect_download() as download:
        page.click("#download-code")
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_code_of_each_shipped_spec_is_that_of_build_to_the_byte(page: Page, folder: Path) -> None:
    listed = resnetgen("list", "--format", "names").out.split()
    assert (0, "") == resnetgen("build", *listed)[::2]
    differing = []
    for number, name in enumerate(listed):
        if not number % (MOST_TABS - 1):
            go_to(page, of_tabs({"mine.yaml": ""}))  # closes the tabs so far
        go_to(page, of_shipped(name))
        found = (network_name(page), status(page), page.locator("#stale").is_hidden(), *download_code(page))
        if (name, "No problems", True, f"{name}.py", Path(f"generated/{name}.py").read_bytes()) != found:
            differing.append((name, *found[:4]))
    assert 200 < len(listed)
    assert [] == differing


def test_a_mistake_in_each_shipped_spec_is_told_as_check_does(page: Page, folder: Path) -> None:
    differing = {}
    for name in collection.names():
        text = f"{collection.shipped(name).text.content}\nhed: {{}}\n"
        Path(f"{name}.yaml").write_text(text, encoding="utf-8")
        go_to(page, of_tabs({f"{name}.yaml": text}))
        expected, found = told(f"{name}.yaml"), shown(page)
        assert expected
        if expected != found:
            differing[name] = (expected, found)
    assert {} == differing


def wrong_cases() -> Iterator[tuple[str, Mapping[str, str]]]:
    """The wrong cases whose texts are UTF-8, with the base that many have above their folder in it."""
    for case in case_folders():
        files = {path.name: path.read_bytes() for path in sorted(case.glob("*.yaml"))}
        try:
            texts = {name: content.decode().replace("../base.yaml", "base.yaml") for name, content in files.items()}
        except UnicodeDecodeError:
            continue
        if (case / "stderr.txt").exists() and all(is_tab_name(name) and "../" not in texts[name] for name in texts):
            base = (CASES / "base.yaml").read_text(encoding="utf-8")
            yield case.name, {"spec.yaml": texts.pop("spec.yaml"), "base.yaml": base, **texts}


def test_each_wrong_case_is_told_as_check_does(page: Page, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The browser has PyYAML's own parser, whose words for what is no YAML are not those of libyaml.
    monkeypatch.setattr(yaml_events, "_Loader", yaml.SafeLoader)
    differing, count = {}, 0
    for name, tabs in wrong_cases():
        (folder / name).mkdir()
        monkeypatch.chdir(folder / name)
        for tab, text in tabs.items():
            Path(tab).write_text(text, encoding="utf-8", newline="")
        go_to(page, of_tabs(tabs))
        expected, found = told("spec.yaml"), shown(page)
        if expected != found:
            differing[name] = (expected, found)
        count += 1
    assert 400 < count
    assert {} == differing
