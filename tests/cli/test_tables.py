"""Tables on terminals: what becomes of them where there is little room, and what may not reach them."""

import contextlib
import io
import sys
from pathlib import Path

import pytest

from resnetgen.cli import tables
from resnetgen.tables.table import Column
from tests.cli.command_line import Completed, resnetgen

RESNET50 = """\
mine: Mine.
https://arxiv.org/abs/1512.03385

weighted layers  50
parameters       25,557,032
multiply-adds    4,089,184,256
state dict       320 tensors
input            3x224x224; height and width: 1 and up
output           1000
memory           activations, float32, batch 1

                                                                            rec.
name    what                     output      parameters    MACs    memory  field
────────────────────────────────────────────────────────────────────────────────
input                            3x224x224                                     1
stem    conv 7x7/2,              64x56x56         9,536   118 M  6.89 MiB     11
        max pool 3x3/2
layer1  bottleneck x 3           256x56x56      215,808   668 M  33.7 MiB     35
layer2  bottleneck x 4           512x28x28    1,219,584  1.03 G  23.7 MiB     91
layer3  bottleneck x 6           1024x14x14   7,098,368  1.46 G  16.5 MiB    267
layer4  bottleneck x 3           2048x7x7    14,964,736   809 M  4.79 MiB    427
head    global avg pool, linear  1000         2,049,000  2.05 M  11.9 KiB    all
────────────────────────────────────────────────────────────────────────────────
total                            1000        25,557,032  4.09 G  85.6 MiB    427

layer1  projection: 64 channels become 256; then identity
layer2  projection: 256 channels become 512, stride 2; then identity
layer3  projection: 512 channels become 1024, stride 2; then identity
layer4  projection: 1024 channels become 2048, stride 2; then identity
"""


def test_a_network_fits_a_terminal_of_80_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "terminal_width", lambda: 80)
    (tmp_path / "mine.yaml").write_text("extends: resnet50\nname: mine\ndescription: Mine.\n")
    with contextlib.chdir(tmp_path):
        assert Completed(0, RESNET50, "") == resnetgen("show", "mine.yaml")


COLUMNS = (Column("name"), Column("parts"), Column("n", number=True))
CELLS = (("a", "one of it, two of it, three", "1"), ("b", "four", "12"), ("total", "", "13"))


def test_texts_are_folded_at_commas_alone() -> None:
    expected = [["a", "one of it,\ntwo of it,\nthree", "1"], ["b", "four", "12"], ["total", "", "13"]]
    assert expected == tables.fold(CELLS, 1, 12) == tables.fold(CELLS, 1, 100)
    assert [list(row) for row in CELLS] == tables.fold(CELLS, 1, -5)


@pytest.mark.parametrize(("encoding", "rule"), [("utf-8", "─"), ("ascii", "-"), ("latin-1", "-")])
def test_rules_are_drawn_with_what_the_encoding_has(encoding: str, rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    expected = """\
name   parts                         n
RULE
a      one of it, two of it, three   1
b      four                         12
RULE
total                               13
"""
    assert expected.replace("RULE", rule * 38) == tables.as_text(COLUMNS, CELLS, total=True)


def test_characters_that_the_encoding_lacks_are_spelled_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from resnetgen.cli.output import print_result

    stream = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(stream, encoding="latin-1"))
    print_result("à 残差\n")
    assert "à \\u6b8b\\u5dee\n".encode("latin-1") == stream.getvalue()
    assert "à 残差\n" not in stream.getvalue().decode("latin-1")


def test_headers_are_bold_on_a_terminal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in tables.as_text(COLUMNS, CELLS)
    monkeypatch.setattr(tables, "colored", lambda _: True)
    assert tables.as_text(COLUMNS, CELLS).startswith("\x1b[1mname")


def test_wide_characters_and_control_characters_keep_the_columns() -> None:
    cells = (("残差", "x", "1"), ("a\x1b[2J", "y", "2"), ("b", "[red]z", "3"))
    expected = """\
name      parts   n
───────────────────
残差      x       1
a\\x1b[2J  y       2
b         [red]z  3
"""
    assert expected == tables.as_text(COLUMNS, cells)


def test_nothing_in_a_spec_reaches_the_terminal_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "odd.yaml").write_text('extends: resnet18\nname: odd\ndescription: "[bold]a\\e[31m|b\\u202e"\n')
    with contextlib.chdir(tmp_path):
        assert resnetgen("show", "odd.yaml").out.startswith("odd: [bold]a\\x1b[31m|b\\u202e\n")
        assert "\n[bold]a\\\\x1b[31m\\|b\\\\u202e\n" in resnetgen("show", "odd.yaml", "--format", "markdown").out


def test_a_word_that_is_too_long_breaks_at_hyphens() -> None:
    cells = [["SE-ResNet-50, ResNet-50 with squeeze-and-excitation", "x"]]
    (narrowed,) = tables.narrow(cells, 0, len(cells[0][0]) - 14)
    assert ["SE-ResNet-50,", "ResNet-50 with", "squeeze-and-", "excitation"] == narrowed[0].split("\n")
