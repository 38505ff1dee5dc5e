"""Every page does from an empty folder what it says, and every link leads somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.generated import COMMAND
from tests.docs.markdown import DOCS, ROOT, Fence, all_pages, anchors, fences, links, read
from tests.docs.player import is_playable, is_played, play

README = "README.md"

WRITTEN = sorted({*all_pages(), *(path.name for path in ROOT.glob("*.md")), "benchmarks/README.md"})
"""Every page that people read."""

PAGES = [page for page in all_pages() if is_playable(page) and any(is_played(each, slow=True) for each in fences(page))]
SLOW = [page for page in PAGES if any("slow" in fence.words for fence in fences(page))]
EVERY = [fence for page in all_pages() if is_playable(page) for fence in fences(page)]

UNPLAYED = {"yaml", "python", "sh", "lua", "toml", "json", "elisp", "text"}
"""The languages of blocks that may be for another program than those that the tests have."""


def check(page: str, folder: Path, *, slow: bool) -> None:
    for fence, text, error in play(page, folder, slow=slow):
        assert not error, f"{fence}: {error}"
        assert fence.text == text, f"{fence} is out of date; `{COMMAND} {page}` writes it anew"


BY_NIGHT = {
    f"docs/how-to/{page}.md"
    for page in (
        *("backbones", "compare", "convert-weights", "deploy", "export", "import", "lab", "probe", "published-weights"),
        *("score-candidates", "training", "variants", "verify"),
    )
}
"""Pages that take more than five seconds: most of them train, export or write files of weights."""


@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=pytest.mark.slow if page in BY_NIGHT else (), id=page) for page in PAGES]
)
def test_a_page_does_what_it_says(page: str, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    check(page, tmp_path, slow=False)


@pytest.mark.slow
@pytest.mark.parametrize("page", SLOW)
def test_a_page_does_what_it_says_in_its_slow_blocks_too(page: str, tmp_path: Path) -> None:
    check(page, tmp_path, slow=True)


@pytest.mark.parametrize("fence", [each for each in EVERY if {"unplayed", "slow"} & set(each.words)], ids=str)
def test_a_block_that_is_not_always_played_says_why(fence: Fence) -> None:
    assert fence.reason
    assert "unplayed" not in fence.words or fence.kind in UNPLAYED


def test_a_session_shows_what_its_commands_print() -> None:
    """Dots alone would match anything."""
    sessions = [fence for fence in EVERY if fence.kind == "console"]
    shown = {str(fence): [line for line in fence.text.splitlines() if line.strip() != "..."] for fence in sessions}
    assert [] == [name for name, lines in shown.items() if all(line.startswith(("$ ", "> ")) for line in lines)]


# Links


@pytest.mark.parametrize("page", WRITTEN)
def test_links_lead_somewhere(page: str) -> None:
    broken = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        found = target.exists() and (not anchor or (target.suffix == ".md" and anchor in anchors(target)))
        if not link.startswith("http") and not found:
            broken.append(link)
    assert [] == broken


def leads_to(page: Path) -> set[Path]:
    """The pages that a page links to."""
    targets = [(page.parent / link.partition("#")[0]).resolve() for link in links(page) if "://" not in link]
    return {target for target in targets if target.suffix == ".md" and target.is_relative_to(DOCS)}


def test_every_page_can_be_reached_from_the_index() -> None:
    reached, new = set[Path](), {DOCS / "index.md"}
    while new:
        reached |= new
        new = {target for page in new for target in leads_to(page)} - reached
    assert set(DOCS.rglob("*.md")) == reached


# The README


def test_the_readme_is_short() -> None:
    assert len(read(README).splitlines()) <= 150
