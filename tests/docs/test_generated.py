"""The pages that are made of the code are as the code is now."""

from __future__ import annotations

import pytest

from resnetgen.cli.app import COMMANDS
from resnetgen.resources import specs_folder
from resnetgen.source.collection import names
from resnetgen.summary.collection_entry import MAIN
from tests.docs import code_sources, command_line_page
from tests.docs.collection_page import FAMILIES
from tests.docs.generated import COMMAND, GENERATORS
from tests.docs.markdown import ROOT


@pytest.mark.parametrize("generator", GENERATORS, ids=lambda generator: generator.__module__.rpartition(".")[2])
def test_generated_pages_are_fresh(generator: object) -> None:
    assert callable(generator)
    made = generator(COMMAND)
    stale = [path for path, content in made.items() if path.read_text(encoding="utf-8") != content]
    assert [] == [path.relative_to(ROOT).as_posix() for path in stale], f"`{COMMAND}` writes them anew"


def test_every_family_has_a_line() -> None:
    folders = {path.parent.relative_to(specs_folder()).as_posix() for path in names().values()}
    assert {MAIN, *folders} - {"."} == set(FAMILIES)


def test_every_option_of_a_command_has_a_row_of_its_own() -> None:
    page = command_line_page.PAGE.read_text(encoding="utf-8")
    for name in COMMANDS:
        _, found, section = page.partition(f"\n## {name}\n")
        assert found
        section = section.partition("\n## ")[0]
        taken = command_line_page.parameters(command_line_page.function(name))
        assert len(taken) == sum(line.startswith("| `") for line in section.splitlines())


def test_every_code_is_raised_somewhere() -> None:
    assert [] == [code for code, found in code_sources.sources().items() if not found]
