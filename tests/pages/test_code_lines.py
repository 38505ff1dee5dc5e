"""Lines of emitted code name the parts of the spec that they come from: compared with the code's own structure."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from resnetgen.api import compile_spec, compile_text, emit_source
from resnetgen.codegen.printer import Line
from resnetgen.compiler import Compiled
from resnetgen.pages.code_lines import code_lines
from tests.subjects import CASES, UNLIKE

LAYOUTS = [*sorted(str(path) for path in CASES.glob("layout_*/spec.yaml")), str(CASES / "blocks_list" / "spec.yaml")]


def mapped(compiled: Compiled) -> list[Line]:
    return code_lines(compiled, compiled.document.text.name)


def text(lines: list[Line]) -> str:
    return "".join(f"{line.text}\n" for line in lines)


def stages_of(at: tuple[tuple[str | int, ...], ...]) -> set[str]:
    return {str(path[1]) for path in at if path[0] == "stages"}


class Code:
    """The classes of a file, and what the attributes of its network are made of."""

    def __init__(self, source: str, network: str) -> None:
        self.definitions = {
            node.name: node for node in ast.parse(source).body if isinstance(node, ast.ClassDef | ast.FunctionDef)
        }
        self.network = self.definitions[network]

    def assignments(self) -> dict[str, ast.stmt]:
        constructor = next(
            node for node in ast.walk(self.network) if isinstance(node, ast.FunctionDef) and node.name == "__init__"
        )
        return {
            ast.unparse(node.targets[0]).removeprefix("self."): node
            for node in constructor.body
            if isinstance(node, ast.Assign)
        }

    def used(self, node: ast.AST) -> set[str]:
        """The definitions that some code uses, directly or by another definition."""
        found: set[str] = set()
        waiting = [node]
        while waiting:
            for each in ast.walk(waiting.pop()):
                if isinstance(each, ast.Name) and each.id in self.definitions and each.id not in found:
                    found.add(each.id)
                    waiting.append(self.definitions[each.id])
        return found


@pytest.mark.parametrize("name", UNLIKE)
def test_a_line_of_a_stage_is_that_of_its_construction_or_of_what_constructs_it(name: str) -> None:
    compiled = compile_spec(name)
    lines = mapped(compiled)
    code = Code(text(lines), compiled.network.class_name)
    built = code.assignments()
    for stage in compiled.network.stages:
        statement = built[stage.path]
        assert statement.end_lineno is not None
        for line in lines[statement.lineno - 1 : statement.end_lineno]:
            assert {stage.name} == stages_of(line.at), line
    uses = {stage.name: code.used(built[stage.path]) for stage in compiled.network.stages}
    for title, definition in code.definitions.items():
        users = {stage for stage, used in uses.items() if title in used}
        body = lines[definition.lineno - 1 : definition.end_lineno]
        if definition is not code.network:
            assert all(stages_of(line.at) <= users for line in body)
            assert not users or users == stages_of(body[0].at) or body[0].at[0][0] == "block", (title, users)


@pytest.mark.parametrize("name", UNLIKE)
def test_a_line_of_stem_or_head_builds_or_calls_an_operator_of_it(name: str) -> None:
    compiled = compile_spec(name)
    lines = mapped(compiled)
    nodes = (*compiled.network.stem, *compiled.network.head_nodes)
    by_path: dict[tuple[str | int, ...], set[str]] = {}
    for node in nodes:
        by_path.setdefault(node.at, set()).add(node.name.partition(".")[0] if node.operator.is_module else "flatten")
    code = Code(text(lines), compiled.network.class_name)
    for statement in ast.walk(code.network):
        if not isinstance(statement, ast.Assign):
            continue
        for path in lines[statement.lineno - 1].at:
            if path in by_path:
                written = ast.unparse(statement)
                assert any(operator in written for operator in by_path[path]), (path, written)
    told = {path for line in lines for path in line.at}
    assert {path for path in by_path if path} <= told


@pytest.mark.parametrize("spec", [*UNLIKE, *LAYOUTS], ids=lambda spec: Path(spec).parent.name or spec)
def test_the_lines_are_those_of_the_file(spec: str) -> None:
    compiled = compile_spec(spec)
    lines = mapped(compiled)
    assert emit_source(compiled) == text(lines)
    told = {path for line in lines for path in line.at}
    assert {stage.at for stage in compiled.network.stages} <= told
    assert all(compiled.document.locate(path).line for path in told)


@pytest.mark.parametrize("name", [*UNLIKE, "alphago_zero20"])
def test_a_row_of_the_table_of_stages_is_that_of_its_part(name: str) -> None:
    compiled = compile_spec(name)
    lines = mapped(compiled)
    start = next(index for index, line in enumerate(lines) if line.text.startswith("  stage "))
    rows = {line.text.split()[0]: line.at for line in lines[start + 1 : lines.index(Line(""), start)]}
    network = compiled.network
    heads = {head.label: (head.at,) for head in network.heads}
    stages = {stage.label: (stage.at,) for stage in network.stages}
    assert {"stem": (("stem",),), **stages, **heads, "total": ()} == rows
    assert compiled.network.reference in [line.text for line in lines if line.at == (("reference",),)]


def test_an_entry_of_a_list_has_its_own_lines() -> None:
    blocks = "[{channels: 64, repeat: 2}, {channels: 96}]"
    compiled = compile_text(
        f"name: small\nextends: resnet18\nstages: {{layer1: {{blocks: {blocks}, channels: null}}}}\n"
    )
    lines = mapped(compiled)
    own = [line.text.strip() for line in lines if line.at == (("stages", "layer1", "blocks", 1),)]
    assert ["BasicBlock(64, 96),"] == own


def test_a_setting_has_the_lines_of_its_modules_and_of_their_class() -> None:
    compiled = compile_text("name: small\nextends: resnet18\nblock: {attention: {type: se}}\n")
    own = [line.text.strip() for line in mapped(compiled) if line.at == (("block", "attention"),)]
    assert "class SqueezeExcite(nn.Module):" in own
    assert "out = self.se(out)" in own


def test_a_null_character_in_a_text_of_the_spec_is_no_mark() -> None:
    compiled = compile_text('name: small\nextends: resnet18\ndescription: "a\\0001\\0b"\n')
    assert emit_source(compiled) == text(mapped(compiled))
