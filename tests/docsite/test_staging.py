"""The pages of the site, before it is built: of three networks, with all pages of docs/."""

from __future__ import annotations

import json
import re
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import resnetgen
from docsite import collection_table, network_page
from docsite.api_page import page as api_page
from docsite.check import problems
from docsite.links import Resolver
from docsite.markdown import convert, links, title
from docsite.navigation import Navigation, navigation
from docsite.networks import SiteNetwork, load
from docsite.paths import DOCS, PROJECT_PAGES, ROOT
from docsite.staging import stage
from docsite.try_it import Specs
from resnetgen.codes import pages
from resnetgen.documentation import VARIABLE, published_url
from tests.cli.command_line import resnetgen as run_command

NAMES = ("resnet18", "resnet20", "mobilenet_v2")


@pytest.fixture(scope="module")
def networks() -> list[SiteNetwork]:
    return load(NAMES)


@pytest.fixture(scope="module")
def staged(networks: list[SiteNetwork], tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("nbconvert", reason="the extras `test` and `site` bring it")
    return stage(tmp_path_factory.mktemp("staged"), networks).parent / "pages"


def leaves(entries: Navigation) -> Iterator[str]:
    """The pages of a navigation."""
    for entry in entries:
        if isinstance(entry, str):
            yield entry
        else:
            for below in entry.values():
                yield from [below] if isinstance(below, str) else leaves(below)


def shown(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run_command("show", name, "--format", "json").out)
    return found


def test_the_navigation_has_every_page_of_the_docs_once() -> None:
    found = list(leaves(navigation()))
    assert sorted(found) == sorted(set(found))
    assert set() == {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")} - set(found)


def test_the_navigation_leads_to_pages_that_are_staged(staged: Path) -> None:
    assert [] == [page for page in leaves(navigation()) if not (staged / page).is_file()]


@pytest.mark.parametrize("code", sorted(pages()))
def test_the_address_of_a_code_is_that_of_its_page(code: str, staged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "https://host.invalid/")
    page = published_url(code).removeprefix("https://host.invalid/").removesuffix(".html")
    assert (staged / f"{page}.md").read_text(encoding="utf-8").startswith(f"# {code}: ")


def test_every_link_of_a_staged_page_leads_to_a_file(staged: Path) -> None:
    broken = []
    for path in staged.rglob("*.md"):
        for link in links(path.read_text(encoding="utf-8")):
            target = link.partition("#")[0]
            beside = path.parent / target
            if (
                target
                and "://" not in link
                and not beside.is_file()
                and not (path.parent / f"{target[:-5]}.md").is_file()
            ):
                broken.append(f"{path.relative_to(staged)}: {link}")
    assert [] == broken


@pytest.mark.parametrize("name", NAMES)
def test_a_network_has_the_figures_of_show(name: str, networks: list[SiteNetwork]) -> None:
    (network,) = [each for each in networks if each.name == name]
    text, expected = network_page.page(network), shown(name)
    facts = dict(re.findall(r"^- ([a-z -]+): (.*)$", text, re.MULTILINE))
    assert (f"{expected['params']:,}", f"{expected['macs']:,}") == (facts["parameters"], facts["multiply-adds"])
    assert (f"{expected['weighted_layers']}", f"{expected['state_dict']['keys']} tensors") == (
        facts["weighted layers"],
        facts["state dict"],
    )
    assert (ROOT / "specs" / network.spec_path).read_text(encoding="utf-8") in text


@pytest.mark.parametrize("name", NAMES)
def test_a_network_has_its_pictures_and_its_code(name: str, staged: Path) -> None:
    folder = staged / "networks"
    assert resnetgen.emit_source(resnetgen.compile_spec(name)).partition("\n\n")[2] in (
        folder / f"{name}.py"
    ).read_text(encoding="utf-8")
    for picture in (f"{name}.svg", f"{name}_block.svg"):
        assert (folder / picture).read_text(encoding="utf-8").startswith("<svg ")
        assert f"({picture})" in (folder / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_the_table_sorts_by_the_figures_of_show(name: str, networks: list[SiteNetwork]) -> None:
    (network,) = [each for each in networks if each.name == name]
    cells = dict(zip(collection_table.COLUMNS, collection_table.cells(network), strict=True))
    expected = shown(name)
    assert (expected["params"], expected["macs"], expected["weighted_layers"]) == (
        cells["parameters"].number,
        cells["MACs"].number,
        cells["layers"].number,
    )
    assert max(expected["receptive_field"]) == cells["field"].number


def test_the_page_of_the_collection_keeps_its_anchors(networks: list[SiteNetwork]) -> None:
    text = (DOCS / collection_table.PAGE).read_text(encoding="utf-8")
    made = collection_table.page(text, networks)
    assert re.findall(r"^## .+$", text, re.MULTILINE) == re.findall(r"^## .+$", made, re.MULTILINE)
    assert re.findall(r"\(\.\./\.\./specs/[^)]+\)", text) == re.findall(r"\(\.\./\.\./specs/[^)]+\)", made)
    assert "\n| " not in made


def test_a_notebook_is_a_page_with_its_outputs(staged: Path) -> None:
    page, notebook = (staged / "tutorial" / f"residual{suffix}" for suffix in (".md", ".ipynb"))
    text = page.read_text(encoding="utf-8")
    assert notebook.read_bytes() == (DOCS / "tutorial" / "residual.ipynb").read_bytes()
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        assert all(part in text for part in "".join(cell["source"]).split("\n\n"))
        for output in cell.get("outputs", []):
            shown = output.get("data", {"text/plain": output.get("text", "")})
            assert "".join(shown.get("text/html", shown["text/plain"])).strip() in text
    assert "tutorial/residual.md" in leaves(navigation())
    assert "(tutorial/residual.md)" in (staged / "index.md").read_text(encoding="utf-8")


def opened(markdown: str) -> list[dict[str, str]]:
    """The tabs that links to the playground open, in order."""
    found = re.findall(r"^\[Try it\]\(\S+#tabs=([\w-]+)\)\{ \.try-it \}$", markdown, re.MULTILINE)
    packed = [urlsafe_b64decode(each + "=" * (-len(each) % 4)) for each in found]
    return [json.loads(zlib.decompress(each, wbits=-zlib.MAX_WBITS)) for each in packed]


def test_a_spec_of_a_page_opens_in_the_playground(staged: Path) -> None:
    tabs = opened((staged / "project" / "readme.md").read_text(encoding="utf-8"))
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [["resnet50.yaml"], ["mine.yaml"]] == [list(each) for each in tabs]
    assert all(f"```yaml\n{each['resnet50.yaml']}```" in text for each in tabs[:1])
    assert "playground/index.html#open=resnet18)" in (staged / "networks" / "resnet18.md").read_text(encoding="utf-8")


def test_the_specs_of_a_page_open_with_their_bases() -> None:
    specs = Specs("x")
    base = "# base.yaml\nname: base\nextends: resnet18\n"
    fences = {
        f"```yaml\n{base}```\n": ["base.yaml"],
        "```yaml wrong\n# mine.yaml\nextends: base.yaml\nhed: 1\n```\n": ["mine.yaml", "base.yaml"],
        "```yaml\nextends: elsewhere.yaml\n```\n": [],  # which is not on the page
        "```yaml space\nname: space\n```\n": [],
        "```yaml of basic\nname: basic\n```\n": [],
        "```yaml\n# .gitlab-ci.yml\nstages: [a]\n```\n": [],
        "```python\nname: int\n```\n": [],
        "```yaml wrong\nname: [\n```\n": ["mine.yaml"],
    }
    for fence, expected in fences.items():
        assert expected == [name for tabs in opened(specs.link(fence)) for name in tabs]


def test_a_network_without_a_page_is_its_spec() -> None:
    resolver = Resolver({ROOT / "specs" / "resnet18.yaml": "resnet18"})
    resolved = [
        resolver.resolve(f"../../specs/{name}.yaml", "docs/reference/collection.md", "reference/collection.md")
        for name in ("resnet18", "resnet34")
    ]
    assert ["../networks/resnet18.md", "../files/specs/resnet34.yaml"] == resolved
    assert {"specs/resnet34.yaml"} == resolver.files


def test_a_link_that_leads_to_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"docs/index\.md: the link nowhere\.md leads to nothing"):
        Resolver({}).resolve("nowhere.md", "docs/index.md", "index.md")


def test_a_fence_keeps_its_language_alone_and_its_links() -> None:
    page = "# T\n\n[a](b.md)\n\n```sh unplayed: it installs [a](b.md)\nx [a](b.md)\n```\n![c [d]](e.svg)\n"
    expected = "# T\n\n[a](<b.md>)\n\n```sh\nx [a](b.md)\n```\n![c [d]](<e.svg>)\n"
    assert expected == convert(page, lambda link: f"<{link}>")
    assert ("T", ["b.md", "e.svg"]) == (title(page), links(page))


def test_every_public_name_is_in_the_reference() -> None:
    assert sorted(resnetgen.__all__) == sorted(re.findall(r"^::: resnetgen\.(\w+)$", api_page(), re.MULTILINE))


def test_the_pages_of_the_project_are_there(staged: Path) -> None:
    assert len(PROJECT_PAGES) == len(list((staged / "project").iterdir()))


def test_the_address_of_the_site_is_that_of_the_messages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "https://host.invalid/latest")
    configuration = stage(tmp_path, load(["resnet20"]))
    assert "https://host.invalid/latest/" == yaml.safe_load(configuration.read_text(encoding="utf-8"))["site_url"]


# The check of what was built


def site(folder: Path, **pages: str) -> Path:
    for name, body in pages.items():
        (folder / f"{name}.html").write_text(f"<!doctype html><body>{body}", encoding="utf-8")
    return folder


def test_an_address_with_specs_needs_no_anchor_in_the_playground(tmp_path: Path) -> None:
    (tmp_path / "playground").mkdir()
    site(tmp_path / "playground", index="")
    where = "playground/index.html"
    made = site(tmp_path, a="".join(f'<a href="{where}#{each}">' for each in ("open=resnet50", "tabs=q1b-", "x=1")))
    assert [f"a.html: the link {where}#x=1 leads to no anchor"] == problems(made)


def test_a_site_whose_links_lead_somewhere_passes(tmp_path: Path) -> None:
    made = site(
        tmp_path, a='<a href="b.html#x">1</a><a href="#y" id="y">2</a><a href="https://host/">3</a>', b='<p id="x">'
    )
    assert [] == problems(made)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<a href="b.html">', "the link b.html leads to nothing"),
        ('<a href="a.html#b">', "the link a.html#b leads to no anchor"),
        ('<a href="#b">', "the link #b leads to no anchor"),
        ('<img src="b.svg">', "b.svg is missing"),
        ('<img src="https://host/b.svg">', "loads https://host/b.svg"),
        ('<script src="//host/b.js"></script>', "loads //host/b.js"),
        ('<link rel="stylesheet" href="https://host/b.css">', "loads https://host/b.css"),
        ('<link rel="preconnect" href="https://host">', "loads https://host"),
        ("<style>@import 'https://host/b.css'</style>", "loads https://host/b.css"),
        ('<p style="background: url(https://host/b.png)">', "loads https://host/b.png"),
    ],
)
def test_a_site_that_is_broken_or_loads_from_elsewhere_fails(body: str, fault: str, tmp_path: Path) -> None:
    assert [f"a.html: {fault}"] == problems(site(tmp_path, a=body))
