"""`resnetgen compare`: figures side by side, and the table of He et al. from specs."""

import csv
import io
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from resnetgen.api import compile_spec, cost, emit_source
from resnetgen.views import compare
from tests.cli.command_line import resnetgen

FIVE = ("resnet18", "resnet34", "resnet50_v1", "resnet101_v1", "resnet152_v1")
"""The networks of table 1 of arXiv:1512.03385, whose bottlenecks have the stride in the first 1x1."""

PAPER_FLOPS = (1.8e9, 3.6e9, 3.8e9, 7.6e9, 11.3e9)
"""The last row of that table."""

BLOCKS = {
    "resnet18": (("3x3, {0}", "3x3, {0}"), (2, 2, 2, 2)),
    "resnet34": (("3x3, {0}", "3x3, {0}"), (3, 4, 6, 3)),
    "resnet50_v1": (("1x1, {0}", "3x3, {0}", "1x1, {1}"), (3, 4, 6, 3)),
    "resnet101_v1": (("1x1, {0}", "3x3, {0}", "1x1, {1}"), (3, 4, 23, 3)),
    "resnet152_v1": (("1x1, {0}", "3x3, {0}", "1x1, {1}"), (3, 8, 36, 3)),
}
"""The rows conv2_x to conv5_x of that table: the layers of a block by the stage's width, and the blocks."""

pytestmark = pytest.mark.usefixtures("folder")


def printed(*arguments: str) -> str:
    done = resnetgen("compare", *arguments)
    assert (0, "") == (done.code, done.err)
    return done.out


def test_the_figures_are_those_of_the_compiler() -> None:
    rows = json.loads(printed("resnet18", "resnet18_1d", "--format", "json", "--batch", "2"))
    assert ["resnet18", "resnet18_1d"] == [row["name"] for row in rows]
    for row in rows:
        compiled = compile_spec(row["name"])
        expected = cost(compiled)
        assert [expected.params, expected.macs, expected.memory(batch=2)] == [
            row["params"],
            row["macs"],
            row["memory"],
        ]
        assert row["training_memory"] == row["memory"] + 12 * expected.params
        assert row["code_lines"] == emit_source(compiled).count("\n")
        assert row["blocks"] == 8
        assert list(compiled.trace.input) == row["input"]


def test_rows_and_columns_are_turned() -> None:
    straight = list(csv.reader(io.StringIO(printed(*FIVE, "--format", "csv"))))
    turned = list(csv.reader(io.StringIO(printed(*FIVE, "--format", "csv", "--transpose"))))
    assert straight == [list(row) for row in zip(*turned, strict=True)]
    assert list(FIVE) == turned[0][1:]


@pytest.mark.parametrize(("name", "flops"), list(zip(FIVE, PAPER_FLOPS, strict=True)))
def test_the_architectures_are_those_of_the_paper(name: str, flops: float) -> None:
    (found,) = json.loads(printed(name, "--layout", "paper", "--format", "json"))
    layers, blocks = BLOCKS[name]
    expected = [
        {
            "name": f"layer{number}",
            "output": [((layers[-1] != layers[0] and 4) or 1) * 32 * 2**number, *[112 // 2**number] * 2],
            "blocks": [{"layers": [each.format(32 * 2**number, 128 * 2**number) for each in layers], "count": count}],
        }
        for number, count in enumerate(blocks, 1)
    ]
    assert expected == found["stages"]
    assert ["7x7, 64, stride 2", "max pool 3x3, stride 2"] == found["stem"]["layers"]
    assert abs(found["macs"] - flops) < 0.1e9


def test_the_table_of_the_paper_as_text() -> None:
    lines = printed("resnet18", "resnet50_v1", "--layout", "paper").splitlines()
    assert ["layer", "output", "size", "resnet18", "resnet50_v1"] == lines[0].split()
    start = next(index for index, line in enumerate(lines) if line.startswith("layer3"))
    assert ["layer3 14x14 [ 3x3, 256 ] x 2 [ 1x1, 256 ]", "[ 3x3, 256 ] [ 3x3, 256 ] x 6", "[ 1x1, 1024 ]"] == [
        " ".join(line.split()) for line in lines[start : start + 3]
    ]
    assert ["MACs", "1.81", "G", "3.86", "G"] == lines[-1].split()


def test_stages_that_one_network_lacks_are_empty_there() -> None:
    rows = list(csv.reader(io.StringIO(printed("resnet18", "mobilenet_v2", "--layout", "paper", "--format", "csv"))))
    named = {row[0]: row for row in rows}
    assert "[3x3, 64; 3x3, 64] x 2" == named["layer1 / stage1"][2]
    assert "" == named["stage7"][2]
    assert "[1x1, 960; 3x3, 960, 960 groups; 1x1, 320] x 1" == named["stage7"][3]


def test_markdown_and_html_hold_the_same_cells() -> None:
    markdown = printed("resnet18", "--layout", "paper", "--format", "markdown")
    html = printed("resnet18", "--layout", "paper", "--format", "html")
    for cell in ("[3×3, 64; 3×3, 64] × 2", "max pool 3×3, stride 2", "1.81 G"):
        assert cell in markdown
        assert cell in html


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no LaTeX here")
@pytest.mark.parametrize("layout", ["figures", "paper"])
def test_latex_takes_the_table(layout: str) -> None:
    text = printed(*FIVE, "mobilenet_v2", "--layout", layout, "--format", "latex")
    Path("table.tex").write_text(f"\\documentclass{{article}}\n\\begin{{document}}\n{text}\\end{{document}}\n")
    done = subprocess.run(
        ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "table.tex"],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    assert 0 == done.returncode, done.stdout[-2000:]
    assert Path("table.pdf").stat().st_size > 5000


def test_the_latex_of_the_paper_has_its_matrices_and_flops() -> None:
    rows = printed(*FIVE, "--layout", "paper", "--format", "latex").replace("$\\times$", "x").splitlines()
    cells = {row.partition(" & ")[0]: row.removesuffix(r" \\").split(" & ")[2:] for row in rows if " & " in row}
    for number in range(4):
        for name, cell in zip(FIVE, cells[f"layer{number + 1}"], strict=True):
            layers, blocks = BLOCKS[name]
            expected = [each.format(64 * 2**number, 256 * 2**number) for each in layers]
            matrix, _, count = cell.partition(r"\times ")
            assert expected == re.findall(r"\\mbox\{([^}]*)\}", matrix)
            assert f"{blocks[number]}$" == count
    for flops, cell in zip(PAPER_FLOPS, cells["MACs"], strict=True):
        assert abs(float(cell.removesuffix(" G")) - flops / 1e9) < 0.1


def test_what_latex_would_take_for_a_command_is_escaped() -> None:
    Path("a_b.yaml").write_text("{name: a_b, extends: resnet18}", encoding="utf-8")
    assert r"a\_b &" in printed("a_b.yaml", "--format", "latex")


def test_a_spec_with_errors_leaves_no_table() -> None:
    Path("a.yaml").write_text("{name: a, extends: resnet18, bock: {}}", encoding="utf-8")
    done = resnetgen("compare", "resnet18", "a.yaml")
    assert (1, "") == (done.code, done.out)
    assert "error[RG201]" in done.err


def test_the_paper_is_turned_too() -> None:
    straight = list(csv.reader(io.StringIO(printed(*FIVE, "--layout", "paper", "--format", "csv"))))
    turned = list(csv.reader(io.StringIO(printed(*FIVE, "--layout", "paper", "--format", "csv", "--transpose"))))
    assert straight == [list(row) for row in zip(*turned, strict=True)]


def test_a_stage_and_the_head_have_different_rows() -> None:
    Path("a.yaml").write_text(
        "{name: a, input: {channels: 3, size: 32}, stem: [{conv: 3, to: 8}], block: {type: basic}, "
        "stages: {head: {blocks: 1, channels: 8}}, "
        "head: {pool: avg, classes: 10}}",
        encoding="utf-8",
    )
    rows = list(csv.reader(io.StringIO(printed("a.yaml", "--layout", "paper", "--format", "csv"))))
    assert ["layer", "stem", "stage head", "head", "parameters", "MACs"] == [row[0] for row in rows]
    assert "linear, 10" in rows[3][2]


def test_the_signs_of_a_networks_name_are_kept() -> None:
    assert "| resnext50_32x4d | 3×224×224 |" in printed("resnext50_32x4d", "--format", "markdown")
    assert r"resnext50\_32x4d & 3$\times$224$\times$224" in printed("resnext50_32x4d", "--format", "latex")


def test_networks_of_one_name_are_told_apart_by_their_specs() -> None:
    for folder, base in (("a", "resnet18"), ("b", "resnet34")):
        Path(folder).mkdir()
        Path(folder, "n.yaml").write_text(f"{{name: n, extends: {base}}}\n", encoding="utf-8")
    networks = ["n (a/n.yaml)", "n (b/n.yaml)", "resnet50"]
    rows = list(csv.reader(io.StringIO(printed("a/n.yaml", "b/n.yaml", "resnet50", "--format", "csv"))))
    assert networks == [row[0] for row in rows[1:]]
    paper = printed("a/n.yaml", "b/n.yaml", "resnet50", "--layout", "paper", "--format", "csv")
    assert ["layer", "output size", *networks] == next(csv.reader(io.StringIO(paper)))
    assert 0 == resnetgen("report", "a", "b", "-o", "c.html").code
    assert all(f">{name}</h2>" in Path("c.html").read_text(encoding="utf-8") for name in networks[:2])


def test_networks_without_specs_of_their_own_keep_their_names() -> None:
    table = compare({"name": "n", "extends": "resnet18"}, {"name": "n", "extends": "resnet34"})
    assert [("n",), ("n",)] == [row[0] for row in table.rows]
