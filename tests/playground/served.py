"""The built playground as tests see it: served from a free port, and opened in Debian's or any other chromium."""

from __future__ import annotations

import http.server
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from resnetgen.playground.address import of_tabs

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "build" / "site" / "playground"

PATIENCE = 300_000
"""Milliseconds that a page may take: any load may be on the machine."""


def browser_path() -> str:
    """Return the path of chromium, or skip the test."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("chromium is not installed")
    return found


def require_page() -> None:
    """Skip the test unless `make playground` has built the page."""
    if not (BUILT / "python.zip").is_file():
        pytest.skip("`make playground`, which needs node, has not built the page")


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder as any static server does; give its address."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(folder))  # type: ignore[arg-type]  # as http.server calls it

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def wait_until(page: Page, condition: str) -> None:
    """Wait until an expression of JavaScript holds.

    Playwright's own `wait_for_function` evaluates its text inside the page, which the page's policy forbids.

    Raises:
        TimeoutError: it does not within the tests' patience.
    """
    end = time.monotonic() + PATIENCE / 1000
    while not page.evaluate(f"Boolean({condition})"):
        if time.monotonic() > end:
            raise TimeoutError(condition)
        page.wait_for_timeout(10)


def wait_until_checked(page: Page, *, after: int = 0) -> None:
    """Wait until the page has shown more checks than `after`."""
    wait_until(page, f"Number(document.body.dataset.checked ?? 0) > {after}")


def checks(page: Page) -> int:
    """Return how many checks the page has shown."""
    return int(page.evaluate("Number(document.body.dataset.checked ?? 0)"))


NUMBERS = count()


def go_to(page: Page, fragment: str) -> None:
    """Change the fragment of the page's address, which does not load the page anew; the number makes it another one."""
    before = checks(page)
    page.evaluate("(fragment) => { location.hash = fragment }", f"{fragment}&number={next(NUMBERS)}")
    wait_until_checked(page, after=before)


def open_tabs(page: Page, **tabs: str) -> None:
    go_to(page, of_tabs({f"{name}.yaml": text for name, text in tabs.items()}))


def spec_text(page: Page) -> str:
    return "\n".join(page.locator("#editor .cm-line").all_text_contents())


def status(page: Page) -> str:
    return page.locator("#status").inner_text()


def network_name(page: Page) -> str:
    return page.locator("#network-name").inner_text()
