"""The whole site, as `make site` builds it: run by `pytest -m site`, with the extra `site`."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from docsite.check import Page, problems
from docsite.paths import ROOT, SITE
from resnetgen.codes import pages
from resnetgen.documentation import VARIABLE, published_url
from resnetgen.source.collection import names
from tests.cli.command_line import resnetgen

pytestmark = pytest.mark.site


@pytest.fixture(scope="module")
def built() -> Path:
    pytest.importorskip("mkdocs", reason="the extra `site` is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "docsite"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert 0 == done.returncode, done.stdout + done.stderr
    return SITE


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_links_and_anchors_lead_somewhere_and_nothing_comes_from_elsewhere(built: Path) -> None:
    assert len(pages()) + len(names()) < len(list(built.rglob("*.html")))
    assert [] == problems(built)


def test_no_file_names_a_host_to_load_scripts_from(built: Path) -> None:
    hosts = re.compile(r"unpkg\.com|jsdelivr|cdnjs|googleapis|gstatic|googletagmanager|google-analytics")
    loaded = {url for path in built.rglob("*.html") for url in Page(read(path)).loads}
    assert set() == {url for url in loaded if hosts.search(url)}


def test_each_code_has_its_address(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "https://host.invalid/")
    for code in pages():
        page = built / published_url(code).removeprefix("https://host.invalid/")
        assert re.search(rf"<h1[^>]*>{code}: ", read(page))


@pytest.mark.parametrize("name", sorted(names()))
def test_each_network_has_its_page_with_the_figures_of_show(name: str, built: Path) -> None:
    text = re.sub(r"<[^>]+>", "", read(built / "networks" / f"{name}.html"))
    expected: dict[str, Any] = json.loads(resnetgen("show", name, "--format", "json").out)
    facts = dict(re.findall(r"^(parameters|multiply-adds|weighted layers|state dict): (.*)$", text, re.MULTILINE))
    assert {
        "parameters": f"{expected['params']:,}",
        "multiply-adds": f"{expected['macs']:,}",
        "weighted layers": f"{expected['weighted_layers']:,}",
        "state dict": f"{expected['state_dict']['keys']:,} tensors",
    } == facts
    for picture in (f"{name}.svg", f"{name}_block.svg"):
        assert (built / "networks" / picture).stat().st_size < 300_000


def test_the_table_has_every_network(built: Path) -> None:
    table = read(built / "reference" / "collection.html").partition('class="sortable"')[2].partition("</table>")[0]
    found = re.findall(r'<td><a href="\.\./networks/(\w+)\.html">', table)
    assert sorted(names()) == sorted(found)


def test_the_reference_shows_each_public_function(built: Path) -> None:
    import resnetgen as package

    anchors = Page(read(built / "reference" / "api.html")).anchors
    assert set() == {f"resnetgen.{name}" for name in package.__all__} - anchors
