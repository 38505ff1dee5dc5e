"""docs/collection.md says of the collection what is so."""

from resnetgen.cli.list.entry import MAIN
from resnetgen.resources import specs_folder
from resnetgen.source.collection import names
from tests.docs.collection_page import COMMAND, FAMILIES, PAGE, page


def test_it_is_fresh() -> None:
    assert page() == PAGE.read_text(encoding="utf-8"), f"`{COMMAND}`, or `make golden`, writes it anew"


def test_every_family_has_a_line() -> None:
    folders = {path.parent.relative_to(specs_folder()).as_posix() for path in names().values()}
    assert {MAIN, *folders} - {"."} == set(FAMILIES)
