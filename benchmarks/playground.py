"""The time that the playground needs to start, and to check ResNet-50 after a key, in chromium.

    make playground && .venv/bin/python -m benchmarks.playground

It serves build/site/playground itself. The start is from the request for the page to the first check, without a cache.
A check is from the key to the moment when its result is on the page, with the wait for further keys.
"""

from __future__ import annotations

import os
from statistics import median, quantiles
from typing import TYPE_CHECKING

from benchmarks.timing import report_figure
from tests.playground.served import BUILT, PATIENCE, browser_path, checks, serve, wait_until_checked

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

STARTS = 3
START_TARGET = 8.0
"""Seconds."""

KEYS = 40
CHECK_TARGET = 100.0
"""Milliseconds."""

_WATCH = """
window.times = [];
let pressed = 0;
document.addEventListener("keydown", () => (pressed = performance.now()), true);
new MutationObserver(() => window.times.push(performance.now() - pressed))
  .observe(document.body, { attributes: true, attributeFilter: ["data-checked"] });
"""


def main() -> None:
    """Measure, and print the figures."""
    from playwright.sync_api import sync_playwright

    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with serve(BUILT) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        starts = [_start(browser, address) for _ in range(STARTS)]
        print(f"starts: {', '.join(f'{each:.1f} s' for each in starts)}")
        times = _keys(browser, address)
        print(f"checks after a key: {len(times)}, nine of ten within {quantiles(times, n=10)[-1]:.0f} ms")
        browser.close()
    report_figure("start, the median", median(starts), START_TARGET, "s")
    report_figure("check of ResNet-50 after a key, the median", median(times), CHECK_TARGET, "ms")


def _start(browser: Browser, address: str) -> float:
    page = browser.new_context().new_page()
    page.goto(address, timeout=PATIENCE)
    wait_until_checked(page)
    seconds = float(page.evaluate("performance.now() / 1000"))
    page.context.close()
    return seconds


def _keys(browser: Browser, address: str) -> list[float]:
    page: Page = browser.new_page()
    page.goto(f"{address}#open=resnet50", timeout=PATIENCE)
    wait_until_checked(page)
    page.evaluate(_WATCH)
    page.locator("#editor .cm-content").press("Control+End")
    for key in ("#", *"a" * KEYS):
        before = checks(page)
        page.keyboard.press(key)
        wait_until_checked(page, after=before)
    times: list[float] = page.evaluate("window.times")
    return times[1:]  # the first one compiles the code that the others run


if __name__ == "__main__":
    main()
