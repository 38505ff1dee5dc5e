"""Files that resnetgen writes: their endings."""

from pathlib import Path

import pytest

from resnetgen.cli import marked_file
from tests.cli.command_line import resnetgen


@pytest.mark.parametrize(
    ("path", "suffix"),
    [("a.svg", ".svg"), ("a.b.SVG", ".svg"), (".svg", ".svg"), ("a/.html", ".html"), ("a.b/c", ""), ("", "")],
)
def test_the_ending_of_a_file_is_what_follows_its_last_dot(path: str, suffix: str) -> None:
    assert suffix == marked_file.suffix_of(path)


def test_a_file_that_is_all_ending_is_drawn(folder: Path) -> None:
    assert 0 == resnetgen("draw", "resnet18", "-o", ".svg").code
    assert 0 == resnetgen("report", "resnet18", "-o", ".html").code
    assert {".svg", ".html"} == {path.name for path in folder.iterdir()}
