"""The files that are made of the code: the generators, and what they make."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.docs import code_sources, collection_page, command_line_page, diagnostics_pages
from tests.importing import round_trips_page

COMMAND = "python -m tests.docs.refresh"

GENERATORS = (
    code_sources.files,
    collection_page.files,
    command_line_page.files,
    diagnostics_pages.files,
    round_trips_page.files,
)


def files() -> Iterator[tuple[Path, str]]:
    """Every generated page, and every recorded message, with what it has to hold.

    The messages come first, as the pages of the diagnostics quote them.
    """
    yield from diagnostics_pages.messages().items()
    for generator in GENERATORS:
        yield from generator(COMMAND).items()
