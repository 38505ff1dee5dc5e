"""TikZ: the words and places of the SVG, in a document that LaTeX takes."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from resnetgen.api import compile_spec
from resnetgen.pictures import draw, tikz
from resnetgen.pictures.geometry import Box, Line, Picture, Words
from tests.subjects import UNLIKE

NODE = re.compile(r"\\node\[anchor=base( \w+)?, .*\] at \((.*),(.*)\) \{(.*)\};")
SIGNS = {
    r"\ensuremath{\times}": "×",
    r"\ensuremath{\to}": "→",
    r"\ensuremath{\neq}": "≠",
    r"\textperiodcentered{}": "·",
    r"\dots{}": "…",
    r"\_": "_",
}


def words(text: str) -> list[tuple[float, float, str]]:
    """The words of a document with their places."""
    found = []
    for _, x, y, written in NODE.findall(text):
        shown = written
        for sign, character in SIGNS.items():
            shown = shown.replace(sign, character)
        found.append((float(x), float(y), shown))
    return found


@pytest.mark.parametrize("name", UNLIKE)
def test_words_and_places_are_those_of_the_geometry(name: str) -> None:
    picture = draw(compile_spec(name).trace, "all")
    text = tikz.print_picture(picture)
    expected = [(shape.x, shape.y, shape.text) for shape in picture.shapes if isinstance(shape, Words)]
    found = words(text)
    assert [each[2] for each in expected] == [each[2] for each in found]
    assert [each[:2] for each in found] == [pytest.approx(each[:2], abs=0.06) for each in expected]
    assert sum(isinstance(shape, Box) for shape in picture.shapes) == text.count(" rectangle ") - 1
    assert sum(isinstance(shape, Line) and shape.arrow for shape in picture.shapes) == text.count(", ->")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no LaTeX here")
@pytest.mark.usefixtures("folder")
def test_latex_takes_the_document() -> None:
    hostile = Picture(300, 40, "a\n\\bad{", (Words(10, 20, "\\input{x} & 100% #1 $x_i$ ~^ <é中> |\u202e"),))
    pictures = (draw(compile_spec("resnet50").trace, "all", compile_spec("resnest50d").trace), hostile)
    for picture in pictures:
        Path("a.tex").write_text(tikz.print_picture(picture), encoding="utf-8")
        done = subprocess.run(
            ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "a.tex"],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        assert 0 == done.returncode, done.stdout[-2000:]
        assert "Overfull" not in done.stdout
        assert "a.pdf (1 page" in done.stdout
