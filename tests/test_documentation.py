"""Each code has the address of its page: on the published site, else in the checkout."""

import json
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest

from resnetgen import documentation, resources
from resnetgen.codes import pages
from resnetgen.documentation import VARIABLE, page_url, published_url, site_url
from resnetgen.lsp.convert import ProtocolConverter
from resnetgen.lsp.diagnostics import findings
from resnetgen.lsp.workspace import Workspace
from resnetgen.reports.sarif_rules import rule
from tests.cli.command_line import resnetgen

SITE = "https://host.invalid/resnetgen/latest"


@pytest.fixture(autouse=True)
def _without_a_site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


@pytest.mark.parametrize("code", sorted(pages()))
def test_in_a_checkout_each_code_has_the_address_of_its_page(code: str) -> None:
    address = urlsplit(page_url(code))
    assert "file" == address.scheme
    page = Path(url2pathname(address.path))
    assert page.read_text(encoding="utf-8").startswith(f"# {code}: ")


@pytest.mark.parametrize("code", ["RG000", "RG199", "", "no code", "../../../index"])
def test_another_word_has_no_page(code: str) -> None:
    assert "" == page_url(code)


def test_a_wheel_has_no_pages_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "is_installed", lambda: True)
    assert "" == page_url("RG301")


def test_a_checkout_without_its_docs_has_no_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "specs_folder", lambda: tmp_path / "specs")
    assert "" == page_url("RG301")


@pytest.mark.parametrize("site", [SITE, f"{SITE}/", f" {SITE}/ "])
def test_a_published_site_comes_first(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, site)
    assert f"{SITE}/reference/diagnostics/rg301.html" == page_url("RG301") == published_url("RG301")


@pytest.mark.parametrize("site", [SITE, ""])
def test_logs_editors_and_terminals_have_one_address(site: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv(VARIABLE, site)
    path, text = folder / "mine.yaml", "name: mine\nextends: resnet18\nhed: {classes: 10}\n"
    path.write_text(text, encoding="utf-8")
    workspace = Workspace()
    workspace.put("mine", path, text)
    document, checked = workspace.document("mine"), workspace.checked("mine")
    assert document is not None
    assert checked is not None
    (finding,) = findings(checked)
    shown = ProtocolConverter(workspace, "utf-16", lambda name: None).diagnostic(finding, "mine", document)
    address = f"{SITE}/reference/diagnostics/rg201.html" if site else None
    assert ("RG201", address) == (shown.code, shown.code_description and shown.code_description.href)
    log = json.loads(resnetgen("check", "mine.yaml", "--format", "sarif").out)
    (found,) = log["runs"][0]["tool"]["driver"]["rules"]
    assert ("RG201", address) == (found["id"], found.get("helpUri"))
    assert published_url("RG201") == (address or "")


def test_there_is_one_place_for_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documentation, "SITE_URL", SITE)
    assert f"{SITE}/" == site_url()
    assert f"{SITE}/reference/diagnostics/rg505.html" == rule("RG505")["helpUri"]


def test_a_log_has_no_address_of_this_machine() -> None:
    assert "helpUri" not in rule("RG301")


def test_explain_ends_with_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, SITE)
    assert resnetgen("explain", "RG301").out.endswith(f"\n{SITE}/reference/diagnostics/rg301.html\n")
    (found,) = json.loads(resnetgen("explain", "RG301", "--format", "json").out)
    assert f"{SITE}/reference/diagnostics/rg301.html" == found["url"]
