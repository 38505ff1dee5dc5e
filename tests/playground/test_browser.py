"""The playground in a browser. `make playground` has to have built it; `pytest -m browser` runs these."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from docsite.try_it import Specs
from resnetgen.playground.address import of_shipped, of_tabs
from resnetgen.playground.session import MOST_TABS
from tests.cli.command_line import resnetgen
from tests.playground.served import (
    checks,
    go_to,
    network_name,
    open_tabs,
    spec_text,
    status,
    wait_until,
    wait_until_checked,
)

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser

MISSPELT = "name: mine\nextends: resnet18\nhed: {classes: 10}\n"
MINE = "name: mine\nextends: base.yaml\nstages: {layer3: {blocks: 3}}\n"
BASE = "name: base\nextends: resnet18\nhead: {classes: 10}\n"

HOSTILE = (
    "<img src=x onerror='window.ran=1'><svg onload='window.ran=1'><script>window.ran=1</script>"
    "[x](javascript:window.ran=1) ]]></title></style><script>window.ran=1</script> {{7*7}} \\u202e"
)


def test_a_misspelt_key_has_a_squiggle_and_its_fix_works(page: Page) -> None:
    open_tabs(page, mine=MISSPELT)
    assert "1 error" == status(page)
    assert "hed" == page.locator("#editor .cm-lintRange-error").inner_text()
    before = checks(page)
    page.get_by_role("button", name="Fix: rename it to `head`").click()
    wait_until_checked(page, after=before)
    assert "No problems" == status(page)
    assert MISSPELT.replace("hed", "head") == spec_text(page)
    assert 0 == page.locator("#editor .cm-lintRange-error").count()


def test_the_shown_code_is_that_of_build(page: Page, folder: Path) -> None:
    open_tabs(page, mine=MINE, base=BASE)
    Path("mine.yaml").write_text(MINE, encoding="utf-8")
    Path("base.yaml").write_text(BASE, encoding="utf-8")
    built = resnetgen("build", "mine.yaml", "--stdout").out
    page.click("[data-view=code]")
    page.wait_for_selector(".code .cm-line")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert built == page.evaluate("navigator.clipboard.readText()")


def test_a_shared_address_restores_all_tabs(page: Page, fresh: Page) -> None:
    open_tabs(page, mine=MINE, base=BASE)
    before, url = checks(page), page.url
    page.locator("#editor .cm-content").press("Control+End")
    page.keyboard.type("# 😀 ünïcode\n")
    wait_until_checked(page, after=before)
    wait_until(page, f"location.href !== {json.dumps(url)}")
    other = fresh
    other.goto(page.url)
    wait_until_checked(other)
    assert ["mine.yaml", "base.yaml"] == other.locator("#files [role=tab]").all_text_contents()
    assert f"{MINE}# 😀 ünïcode\n" == spec_text(other)
    assert "No problems" == status(other)


@pytest.mark.parametrize(
    "fragment", ["#tabs=%%%", "#tabs=AAAA", "#open=../../etc/passwd", "#tabs=i1bKyy9R0lEqSUwqVooFAA"]
)
def test_an_address_of_nothing_says_so_and_changes_nothing(page: Page, fragment: str) -> None:
    open_tabs(page, mine=MISSPELT)
    wait_until(page, "document.getElementById('toast').textContent === ''")
    page.evaluate("(fragment) => { location.hash = fragment }", fragment)
    wait_until(page, "document.getElementById('toast').textContent !== ''")
    assert ["mine.yaml"] == page.locator("#files [role=tab]").all_text_contents()
    assert MISSPELT == spec_text(page)


def test_an_address_is_opened_though_the_page_saves_its_own_meanwhile(page: Page) -> None:
    open_tabs(page, mine=BASE.replace("base", "mine"))
    before = checks(page)
    page.evaluate(
        "() => { const own = location.href; location.hash = '#open=resnet34'; history.replaceState(null, '', own) }"
    )
    wait_until_checked(page, after=before)
    assert "resnet34" == network_name(page)


def test_an_address_of_nothing_opens_the_first_spec(fresh: Page, address: str) -> None:
    fresh.goto(f"{address}#tabs=%%%")
    wait_until_checked(fresh)
    assert ["resnet50.yaml"] == fresh.locator("#files [role=tab]").all_text_contents()


def test_a_hostile_description_does_nothing(page: Page) -> None:
    text = f"name: mine\nextends: resnet18\ndescription: {json.dumps(HOSTILE)}\nreference: {json.dumps(HOSTILE)}\n"
    open_tabs(page, mine=text, other="name: other\nextends: mine.yaml\n")
    for view in ("picture", "table", "code", "difference", "sizes"):
        page.click(f"[data-view={view}]")
        page.wait_for_selector("#view-content :not(.wait)")
    page.locator("#editor .cm-line").nth(2).hover()
    page.click("[data-name='other.yaml']")
    page.locator("#editor .cm-line", has_text="extends").hover(position={"x": 110, "y": 10})  # on mine.yaml
    page.locator(".about").wait_for()
    assert page.evaluate("window.ran === undefined && !document.querySelector('script:not([src])')")
    assert 0 == page.locator(".about img, .about a, .about script, #view img, #view a, #view script").count()


def test_it_works_offline_once_it_has_loaded(context: BrowserContext, page: Page) -> None:
    open_tabs(page, mine=BASE.replace("base", "mine"))
    page.wait_for_selector("#spec-names", state="attached")
    context.set_offline(True)
    page.click("#open")
    page.fill("#open-search", "mobilenet_v2")
    before = checks(page)
    page.locator("[data-spec=mobilenet_v2]").click()
    wait_until_checked(page, after=before)
    assert "mobilenet_v2" == page.locator("#network-name").inner_text()
    page.click("[data-view=sizes]")
    for view in ("table", "code", "difference", "sizes", "picture"):
        page.click(f"[data-view={view}]")
        page.wait_for_selector("#view-content > :not(.wait)")
    wait_until(page, "document.querySelector('.picture').shadowRoot.textContent.includes('mobilenet_v2')")
    context.set_offline(False)


def test_while_a_spec_has_faults_the_last_good_picture_stays(page: Page) -> None:
    open_tabs(page, mine=BASE.replace("base", "mine"))
    page.wait_for_selector("#view .picture svg")
    before = checks(page)
    page.locator("#editor .cm-content").press("Control+End")
    page.keyboard.type("nme")
    wait_until_checked(page, after=before)
    page.wait_for_selector("#view.stale .picture svg")
    assert "mine.yaml has errors. This is the last version without." == page.locator("#stale").inner_text()
    assert "0.5" == page.evaluate("getComputedStyle(document.getElementById('view-content')).opacity")
    assert "mine" == network_name(page)
    for _ in "nme":
        page.keyboard.press("Backspace")
    page.wait_for_selector("#view:not(.stale) .picture svg")
    assert page.locator("#stale").is_hidden()


def test_a_spec_with_faults_has_nothing_of_the_one_that_had_its_tab_before(page: Page) -> None:
    open_tabs(page, mine=BASE.replace("base", "mine"))
    page.wait_for_selector("#view .picture svg")
    open_tabs(page, mine=MISSPELT, base=BASE)
    assert "mine.yaml has errors, so there is nothing to show yet." == page.locator("#view").inner_text().strip()
    assert ("mine.yaml", "") == (network_name(page), page.locator("#network-summary").inner_text())
    before = checks(page)
    page.click("[data-name='base.yaml']")
    wait_until_checked(page, after=before)
    assert "base" == network_name(page)


def test_the_keyboard_alone_suffices(fresh: Page, address: str) -> None:
    page = fresh
    tabs = {"mine.yaml": "name: mine\nextends: resnet18\n"}
    page.goto(f"{address}{of_tabs(tabs)}")
    wait_until_checked(page)
    page.wait_for_selector("#spec-names", state="attached")
    page.keyboard.press("Tab")  # to Open
    page.keyboard.press("Enter")
    page.keyboard.type("wide_resnet50")
    page.keyboard.press("ArrowDown")
    before = checks(page)
    page.keyboard.press("Enter")
    wait_until_checked(page, after=before)
    assert "wide_resnet50_2" == page.locator("#network-name").inner_text()

    press_until(page, "Tab", "document.activeElement.dataset.name")  # the tabs of the specs
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("F2")
    page.keyboard.type("renamed")
    page.keyboard.press("Enter")
    assert ["renamed.yaml", "wide_resnet50_2.yaml"] == page.locator("#files [role=tab]").all_text_contents()

    press_until(page, "Tab", "document.activeElement.id === 'editor'")
    page.keyboard.press("Control+End")
    before = checks(page)
    page.keyboard.type("hed: {classes: 7}")
    wait_until_checked(page, after=before)
    page.wait_for_selector(".fix")
    press_until(page, "Tab", "document.activeElement.classList.contains('fix')")
    page.keyboard.press("Enter")
    wait_until(page, "document.getElementById('status').textContent === 'No problems'")
    assert spec_text(page).endswith("head: {classes: 7}")

    press_until(page, "Tab", "document.activeElement.dataset.view")
    page.keyboard.press("ArrowRight")
    assert "Table" == page.locator("[data-view][aria-selected=true]").inner_text()
    page.wait_for_selector("#view table")
    press_until(page, "Tab", "document.activeElement.type === 'radio'")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#view td:has-text('layer1.0')")


def press_until(page: Page, key: str, condition: str) -> None:
    """Press a key until a condition holds, which is none of the first steps of a trap."""
    for _ in range(40):
        page.keyboard.press(key)
        if page.evaluate(f"Boolean({condition})"):
            return
    raise AssertionError(f"{key} does not lead to where {condition}")


def test_completion_is_the_language_servers(page: Page) -> None:
    open_tabs(page, mine="name: mine\nextends: resnet18\n")
    page.locator("#editor .cm-content").press("Control+End")
    page.keyboard.type("hea")
    page.locator("#editor .cm-tooltip-autocomplete li", has_text="head").first.wait_for()
    page.wait_for_timeout(
        200
    )  # a key within 75 ms of the list is meant for the text, says CodeMirror's interactionDelay
    page.keyboard.press("Enter")
    wait_until(page, "document.querySelector('#editor').shadowRoot.textContent.includes('head: ')")


@pytest.mark.parametrize("width", [400, 320])
def test_a_narrow_page_has_one_pane_and_scrolls_in_one_direction(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    open_tabs(page, mine=MISSPELT, base=BASE, another="name: another\nextends: resnet50\n")
    page.locator("#switch [data-pane=spec]").click()
    assert page.locator("#result-pane").is_hidden()
    page.click("[data-name='base.yaml']")
    page.locator("#switch [data-pane=result]").click()
    assert page.locator("#spec-pane").is_hidden()
    for view in ("table", "code", "difference", "sizes", "picture"):
        page.click(f"[data-view={view}]")
        page.wait_for_selector("#view-content > :not(.wait)")
        assert width == page.evaluate("document.documentElement.scrollWidth")
        assert page.evaluate("(view) => view.scrollWidth <= view.clientWidth", page.query_selector("#view"))


def test_the_policy_forbids_everything_foreign(context: BrowserContext, address: str) -> None:
    page = context.new_page()  # one whose refusals are not taken for faults
    page.goto(address)
    policy = page.locator("meta[http-equiv]").get_attribute("content")
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy
    refused = page.evaluate("fetch('https://example.org/').then(() => 'reached', () => 'refused')")
    assert "refused" == refused
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))")
    assert page.evaluate("window.ran === undefined")


def test_every_shipped_spec_is_offered_with_a_thumbnail(page: Page) -> None:
    page.wait_for_selector("#spec-names", state="attached")
    page.click("#open")
    listed = resnetgen("list", "--format", "names").out.split()
    assert sorted(listed) == sorted(page.locator(".card strong").all_text_contents())
    assert len(listed) == page.locator(".card img[src^='data:image/svg+xml']").count()
    page.keyboard.press("Escape")


def test_a_tab_too_many_is_told(page: Page) -> None:
    open_tabs(page, **{f"tab{number}": BASE for number in range(MOST_TABS)})
    page.evaluate("(fragment) => { location.hash = fragment }", of_shipped("resnet18"))
    wait_until(page, "document.getElementById('toast').textContent !== ''")
    assert f"There are {MOST_TABS} tabs already." == page.locator("#toast").inner_text()
    assert MOST_TABS == page.locator("#files [role=tab]").count()


def test_a_spec_of_the_documentation_opens_with_its_base(page: Page) -> None:
    specs = Specs("")
    specs.link(f"```yaml\n# base.yaml\n{BASE}```\n")
    link = specs.link(f"```yaml\n{MINE}```\n")
    go_to(page, link.partition("(")[2].partition(")")[0])
    assert ["mine.yaml", "base.yaml"] == page.locator("#files [role=tab]").all_text_contents()
    assert (MINE, "No problems", "mine") == (spec_text(page), status(page), network_name(page))


def test_files_come_in_and_go_out(page: Page, folder: Path) -> None:
    open_tabs(page, mine=MISSPELT)
    Path("my spec.yaml").write_text("name: mine\nextends: resnet18\n", encoding="utf-8")
    Path("wrong.yaml").write_bytes(b"\xff\xfe")
    before = checks(page)
    page.set_input_files("#upload-files", ["my spec.yaml", "wrong.yaml"])
    wait_until_checked(page, after=before)
    assert ["mine.yaml", "my_spec.yaml"] == page.locator("#files [role=tab]").all_text_contents()
    assert "wrong.yaml is not UTF-8." == page.locator("#toast").inner_text()
    page.click("#download")
    with page.expect_download() as download:
        page.click("#download-spec")
    assert Path("my spec.yaml").read_bytes() == Path(download.value.path()).read_bytes()
