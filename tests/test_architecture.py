"""The import rules of ARCHITECTURE.md, checked on the imports in the source, in functions too."""

from __future__ import annotations

import ast
import functools
import graphlib
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "resnetgen"

LONGEST = 300
"""Lines of a file; a longer one wants splitting by concept."""

NAMES_OF_NOTHING = {"common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}

RUN_NETWORKS = {"runtime", "export", "verify", "probe", "lab"}
"""The folders whose modules may import torch, since they run a network. Commands import them when they need them."""

TORCH_FILES = {
    f"resnetgen.weights.{name}"
    for name in (
        *("torch_file", "torch_values", "write_file", "npz_file", "numpy_pickle", "keras_file", "load"),
        "adaptation.positions",
    )
}
"""The other modules that may import torch: they make its tensors of files, and files of these, or interpolate them."""

SLOW = {"difflib", "jinja2", "json", "numpy", "rich", "torch"}
"""Packages that a check does not need, which cost it time: the function that uses one imports it."""


@dataclass(frozen=True)
class Import:
    """A module's import of another: the other's name, and whether it happens as soon as the module is imported."""

    name: str
    at_once: bool


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def folder(module: str) -> str:
    """The folder of the package that a module is in; its own name for a module beside the folders."""
    return module.split(".")[1] if "." in module else module


def may_import_at_once(module: str) -> set[str]:
    """Return the slow modules that a module may import at top level, since its importers want them."""
    torch = {"torch"} if folder(module) in RUN_NETWORKS else set()
    last = module.rpartition(".")[2]
    json = {"json"} if last.rpartition("_")[2] in ("json", "sarif") else set()
    return torch | json | ({"difflib"} if last.endswith("_diff") else set())


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imports(path: Path) -> Iterator[Import]:
    """All imports of a file, but those for the type checker alone: these never happen."""
    yield from _imports(ast.parse(path.read_text(encoding="utf-8")).body, at_once=True)


def _imports(body: list[ast.stmt], at_once: bool) -> Iterator[Import]:
    for statement in body:
        if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
            yield from _imports(statement.orelse, at_once)
        elif isinstance(statement, ast.Import):
            yield from (Import(alias.name, at_once) for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            assert statement.level == 0, "imports are absolute"
            yield from (Import(_target(str(statement.module), alias.name), at_once) for alias in statement.names)
        else:
            later = isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef)
            for _, value in ast.iter_fields(statement):
                yield from _imports(_statements(value), at_once and not later)


def _statements(value: object) -> list[ast.stmt]:
    """The statements in a field of another: its body, its handlers', its cases'."""
    found: list[ast.stmt] = []
    for item in value if isinstance(value, list) else ():
        if isinstance(item, ast.stmt):
            found.append(item)
        elif isinstance(item, ast.ExceptHandler | ast.match_case):
            found += item.body
    return found


def _target(module: str, name: str) -> str:
    """`from resnetgen.diagnostics import text` means a module, `import Node` a name in one."""
    return f"{module}.{name}" if f"{module}.{name}" in MODULES else module


@functools.cache
def imports_by_module() -> dict[str, tuple[Import, ...]]:
    return {name: tuple(imports(path)) for name, path in MODULES.items()}


@functools.cache
def ours() -> dict[str, set[str]]:
    """The modules of the package that each module imports."""
    return {name: {each.name for each in found if each.name in MODULES} for name, found in imports_by_module().items()}


def rooms() -> list[tuple[str, list[str]]]:
    """The rooms of ARCHITECTURE.md's table, from the lowest to the highest, each with its modules."""
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    table = page.partition("<!-- rooms -->\n\n")[2].partition("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in row[1:-1].split("|")] for row in table]
    return [(name, re.findall(r"`([^`]+)`", modules)) for name, modules, _ in cells]


ROOMS = rooms()


def room(module: str) -> int:
    """The number of a module's room."""
    inside = module.removeprefix("resnetgen.") if module != "resnetgen" else "__init__.py"
    written = {inside, f"{inside.replace('.', '/')}.py", f"{inside.split('.')[0]}/"}
    (found,) = [number for number, (_, modules) in enumerate(ROOMS) if written & set(modules)]
    return found


def test_every_room_has_modules_and_every_module_a_room() -> None:
    empty = [
        written
        for _, modules in ROOMS
        for written in modules
        if not (PACKAGE / written).is_file() and not (written.endswith("/") and (PACKAGE / written).is_dir())
    ]
    assert [] == empty
    assert sorted(range(len(ROOMS))) == sorted({room(module) for module in MODULES})


def test_dependencies_run_one_way() -> None:
    number = {module: room(module) for module in MODULES}
    pairs = [(module, other) for module in MODULES for other in sorted(ours()[module])]
    assert [] == [f"{module} -> {other}" for module, other in pairs if number[other] > number[module]]


def test_no_import_is_hidden() -> None:
    computed = re.compile(r"\b(import_module|__import__)\(")
    texts = {name: path.read_text(encoding="utf-8") for name, path in MODULES.items()}
    pictures = ("resnetgen.pictures.formats", "resnetgen.pictures.levels")
    on_demand = [
        *("resnetgen", "resnetgen.cli.app", "resnetgen.export", *pictures, "resnetgen.probe"),
        *(
            "resnetgen.reports",
            "resnetgen.sweep.executors",
            "resnetgen.sweep.scores",
            "resnetgen.tables.formats",
            "resnetgen.tables.layouts",
            "resnetgen.verify",
        ),
        "resnetgen.weights.file_formats",
    ]
    assert sorted(on_demand) == [name for name, text in texts.items() if computed.search(text)]


def test_no_modules_import_one_another_in_a_circle() -> None:
    graphlib.TopologicalSorter(ours()).prepare()


OPERATORS = {name for name in MODULES if name.startswith("resnetgen.ops.")}
BASES = {
    f"resnetgen.ops.{name}"
    for name in (
        *("operator", "window", "padding_code", "composite", "antialias", "attention", "branch_end"),
        *("convolution_slot", "folding", "global_pool_slot", "norm", "slot", "spatial"),
    )
}
VARIANTS = {
    f"resnetgen.ops.{name}"
    for name in (
        *("weight_standardized_conv", "scaled_weight_standardized_conv", "pointwise_linear"),
        *("parametrized_conv", "spectral_norm_conv", "weight_norm_conv"),
        *("padded_conv", "plain_conv", "padded_pool"),
        *("avg_antialias", "constant_scale", "evonorm_s0", "filter_response_norm"),
    )
}
"""Operators that differ from another one only in a detail."""
SLOTS = "resnetgen.ops.registry"
NORMS = "resnetgen.ops.norms"


def test_operators_know_one_another_only_where_they_are_made_of_them() -> None:
    made_of_others = {name for name in OPERATORS if "resnetgen.ops.composite" in ours()[name]}
    plain = OPERATORS - BASES - made_of_others - VARIANTS - {SLOTS, NORMS}
    assert [] == sorted((name, other) for name in plain for other in ours()[name] & (OPERATORS - BASES))


def test_only_the_listing_of_slots_knows_every_operator() -> None:
    assert [] == [name for name in OPERATORS if SLOTS in ours()[name]]


@pytest.mark.parametrize("folder", ["lint", "verify.checks", "probe.measurements", "lab.data", "lab.measurements"])
def test_checks_know_nothing_of_one_another(folder: str) -> None:
    checks = {name for name in MODULES if name.startswith(f"resnetgen.{folder}.")}
    assert [] == [(name, other) for name in checks for other in ours()[name] & checks]


def test_torch_is_imported_only_to_run_a_network() -> None:
    runs = {
        name for name, found in imports_by_module().items() if any(each.name.split(".")[0] == "torch" for each in found)
    }
    assert TORCH_FILES == {name for name in runs if folder(name) not in RUN_NETWORKS}
    assert {folder(name) for name in runs} >= RUN_NETWORKS


def test_what_is_slow_is_imported_where_it_is_used() -> None:
    at_once = {
        module: {each.name.split(".")[0] for each in found if each.at_once}
        for module, found in imports_by_module().items()
    }
    too_early = {module: (names & SLOW) - may_import_at_once(module) for module, names in at_once.items()}
    assert {} == {module: names for module, names in too_early.items() if names}


def slow_imports(module: str) -> set[str]:
    """Return the slow modules that importing a module loads, directly or through our other modules."""
    found: set[str] = set()
    waiting, seen = [module], {module}
    while waiting:
        for each in imports_by_module()[waiting.pop()]:
            if each.at_once and each.name in MODULES and each.name not in seen:
                seen.add(each.name)
                waiting.append(each.name)
            elif each.at_once:
                found |= {each.name.split(".")[0]} & SLOW
    return found


def test_what_imports_something_slow_is_imported_where_it_is_used() -> None:
    too_early = {module: slow_imports(module) - may_import_at_once(module) for module in MODULES}
    assert {} == {module: names for module, names in too_early.items() if names}


def loaded(program: str) -> set[str]:
    """The modules that a program has imported, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport sys\nprint('loaded', *sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split()[1:])


IDLE_FOLDERS = {"codegen", "codes", "export", "jsonschema", "lsp", "verify", "weights"}
"""The folders that a check of a good spec has no use for."""

IDLE = {
    *SLOW,
    "pydantic",
    "tomllib",
    "resnetgen.analysis.diff",
    "resnetgen.analysis.input_domain",
    "resnetgen.analysis.input_sizes",
    "resnetgen.analysis.state_dict",
    "resnetgen.cli.check.changed_specs",
    "resnetgen.cli.check.fix",
    "resnetgen.cli.parallel",
    "resnetgen.cli.tables",
    "resnetgen.diagnostics.apply_edits",
    "resnetgen.diagnostics.text",
    "resnetgen.reports.github",
    "resnetgen.reports.json",
    "resnetgen.reports.junit",
    "resnetgen.reports.sarif",
    "resnetgen.schema.field_docs",
    "resnetgen.source.delete_entry",
    "resnetgen.source.fix_edits",
    "resnetgen.source.git",
    "resnetgen.source.project_root",
    "resnetgen.spec.scalar_fixes",
}
"""Other packages that it does not use."""


def is_unneeded(name: str) -> bool:
    """Return whether checking a valid spec needs no such module."""
    return name in IDLE or (name.startswith("resnetgen.") and folder(name) in IDLE_FOLDERS)


@pytest.mark.parametrize(
    ("program", "brought"),
    [
        pytest.param("import resnetgen", set(), id="import"),
        pytest.param("import resnetgen; assert resnetgen.diagnose('resnet50') == ()", set(), id="check"),
        pytest.param(
            "import sys; from resnetgen.cli import app; sys.argv[1:] = ['check', 'resnet50']; assert app.main() == 0",
            {"difflib", "json", "pydantic"},  # typer has them for itself
            id="command",
        ),
    ],
)
def test_a_check_imports_nothing_that_it_does_not_need(program: str, brought: set[str]) -> None:
    assert set() == set(filter(is_unneeded, loaded(program))) - brought


def test_a_command_imports_nothing_of_others() -> None:
    found = loaded("import sys; from resnetgen.cli import app; sys.argv[1:] = ['check', 'resnet50']; app.main()")
    folders = {module_name(path) for path in PACKAGE.glob("cli/*/**/__init__.py")}
    assert {"resnetgen.cli.check"} == folders & found


def test_what_a_check_does_not_need_is_there_at_all() -> None:
    idle = {name for name in IDLE if name.startswith("resnetgen.")}
    assert set() == idle - set(MODULES)
    assert set() == IDLE_FOLDERS - {folder(name) for name in MODULES}


def test_no_file_is_long() -> None:
    lines = {module: len(path.read_text(encoding="utf-8").splitlines()) for module, path in MODULES.items()}
    assert {} == {module: count for module, count in lines.items() if count > LONGEST}


def test_every_module_is_named_for_what_it_holds() -> None:
    assert [] == [name for name in MODULES if set(name.split(".")) & NAMES_OF_NOTHING]


def test_the_table_of_places_names_files_that_exist() -> None:
    table = (ROOT / "ARCHITECTURE.md").read_text().partition("## Where to add")[2].partition("\n## ")[0]
    paths = {path for path in re.findall(r"`([\w/]+/[\w.]*)`", table) if "NAME" not in path}
    assert {"ops/registry.py", "lint/__init__.py"} <= paths
    assert [] == [path for path in sorted(paths) if not any((top / path).exists() for top in (ROOT, PACKAGE))]


def _texts_below(body: list[ast.stmt]) -> Iterator[str]:
    """Yield the texts below fields and constants, which say what these are."""
    for statement, below in pairwise(body):
        match statement, below:
            case ast.Assign() | ast.AnnAssign(), ast.Expr(ast.Constant(str(text))):
                yield text


def test_no_docstring_opens_with_a_question_word() -> None:
    opening = re.compile(r"(What|Whether|One that|Who|Those|How)\b")
    texts = (
        (path.name, text)
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module)
        for text in (ast.get_docstring(node) or "", *_texts_below(node.body))
    )
    assert [] == [(name, text[:60]) for name, text in texts if opening.match(text)]
