"""The playground in a browser, for the tests of a file: `make playground` has to have built it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.playground.served import BUILT, PATIENCE, browser_path, require_page, serve, wait_until_checked

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    require_page()
    with serve(BUILT) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = browser_path()
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright's Python package is not installed")
    with playwright.sync_playwright() as started:
        found = started.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    found = browser.new_context(accept_downloads=True)
    found.set_default_timeout(PATIENCE)
    yield found
    found.close()


class Faults(list[str]):
    """The errors that a page reports, and the addresses beyond its own server that it reaches for."""

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.append(str(error)))
        page.on("console", lambda message: self.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: self.append(request.url) if _is_foreign(request.url) else None)


def _is_foreign(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "data:", "blob:"))


@pytest.fixture(scope="module")
def loaded(context: BrowserContext, address: str) -> tuple[Page, Faults]:
    """A page for all tests that open specs in it, as it takes seconds to start."""
    page, faults = context.new_page(), Faults()
    faults.watch(page)
    page.goto(address)
    wait_until_checked(page)
    return page, faults


@pytest.fixture
def page(loaded: tuple[Page, Faults]) -> Iterator[Page]:
    """The page that is loaded; it has no faults while a test uses it."""
    found, faults = loaded
    faults.clear()
    found.set_viewport_size({"width": 1300, "height": 800})
    found.click("[data-view=picture]")
    yield found
    assert [] == faults


@pytest.fixture
def fresh(context: BrowserContext) -> Iterator[Page]:
    """A page that has loaded nothing yet."""
    found, faults = context.new_page(), Faults()
    faults.watch(found)
    yield found
    found.close()
    assert [] == faults
