"""The API at a prompt and in a notebook: completion, help, what values look like, and what is a spec."""

import ast
import contextlib
import io
import subprocess
import sys
from pathlib import Path

import pytest

import resnetgen
from tests.cli.command_line import environment

TEXT = "name: mine\nextends: resnet18\nhead: {classes: 10}\n"


def interpreter(program: str) -> str:
    """Return the output of a program in a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, encoding="utf-8", check=True
    )
    return done.stdout


def test_the_public_names_are_offered_before_any_was_used() -> None:
    offered = interpreter("import resnetgen; print(*(name for name in dir(resnetgen) if name[0] != '_'), sep='\\n')")
    assert sorted(resnetgen.__all__) == offered.splitlines()


def test_completion_offers_them() -> None:
    program = (
        "import rlcompleter, resnetgen\n"
        "complete = rlcompleter.Completer({'resnetgen': resnetgen}).complete\n"
        "print(*filter(None, (complete('resnetgen.comp', n) for n in range(9))))"
    )
    assert [
        f"resnetgen.{name}(" for name in ("compare", "compile_mapping", "compile_spec", "compile_text")
    ] == interpreter(program).replace("()", "(").split()


def test_an_import_reads_nothing_of_the_compiler() -> None:
    program = "import sys, resnetgen; print(*(name for name in sys.modules if name.startswith('resnetgen')))"
    assert ["resnetgen"] == interpreter(program).split()
    assert ["resnetgen"] == interpreter(program.replace("resnetgen; ", "resnetgen; dir(resnetgen); ")).split()


def test_every_public_name_is_there_and_says_what_it_is() -> None:
    for name in resnetgen.__all__:
        assert (getattr(resnetgen, name).__doc__ or "").strip(), name
    with pytest.raises(AttributeError, match="module 'resnetgen' has no attribute 'compile'"):
        resnetgen.compile  # noqa: B018


def test_help_shows_every_function() -> None:
    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        help(resnetgen)
    functions = [name for name in resnetgen.__all__ if name.islower()]
    assert [] == [name for name in functions if f"\n    {name}(" not in written.getvalue()]


def test_compiled_networks_are_shown_in_a_line() -> None:
    compiled = resnetgen.compile_spec("resnet50")
    assert (
        "<Compiled resnet50: 3x224x224 -> 1000, 25,557,032 parameters, 4.09 GMACs>" == repr(compiled) == str(compiled)
    )
    assert "<Network resnet50: 16 blocks in 4 stages>" == repr(compiled.network)
    assert "<Trace resnet50: 3x224x224 -> 1000>" == repr(compiled.trace)
    small = resnetgen.compile_spec("resnet18", size=(48,))
    assert repr(small).endswith(", 1 warning>")
    assert "<Diagnostic warning[RG501] at resnetgen:resnet18.yaml:" in repr(small.warnings)


EXPECTED = """\
<text>:3:8: error[RG201]: unknown key `clases`; did you mean `classes`?
    3 | head: {clases: 10}
      |        ^^^^^^
   help: the keys here are layers, pool, then, dropout, classes, classifier, activation, normalize, features
"""


def test_an_error_shows_lines_and_marks() -> None:
    wrong = TEXT.replace("classes", "clases")
    with pytest.raises(resnetgen.SpecError) as caught:
        resnetgen.compile_spec(wrong)
    assert EXPECTED.rstrip("\n") == str(caught.value) == str(caught.value.diagnostics[0])
    assert "RG201: unknown key `clases`; did you mean `classes`?" == caught.value.message
    assert EXPECTED == resnetgen.format_diagnostics(resnetgen.diagnose(wrong))


def test_several_errors_are_shown_with_a_line_between() -> None:
    wrong = TEXT.replace("classes", "clases").replace("head", "bock: {}\nhead")
    found = resnetgen.diagnose(wrong)
    with pytest.raises(resnetgen.SpecError) as caught:
        resnetgen.compile_spec(wrong)
    assert 2 == len(found)
    assert f"{caught.value}\n" == resnetgen.format_diagnostics(found)


def test_diagnostics_are_fitted_and_coloured_on_request() -> None:
    found = resnetgen.diagnose(TEXT.replace("classes", "clases"))
    assert max(map(len, resnetgen.format_diagnostics(found, columns=50).splitlines())) <= 50
    assert "\x1b[1;31merror[RG201]" in resnetgen.format_diagnostics(found, color=True)
    assert "" == resnetgen.format_diagnostics(())


def test_an_error_survives_a_process() -> None:
    import pickle

    error = resnetgen.SpecError(resnetgen.diagnose(TEXT.replace("classes", "clases")))
    copy = pickle.loads(pickle.dumps(error))
    assert (str(error), error.diagnostics) == (str(copy), copy.diagnostics)


def test_a_spec_is_a_path_a_name_a_text_data_or_what_was_made_of_it(folder: Path) -> None:
    Path("mine.yaml").write_text(TEXT)
    data = {"name": "mine", "extends": "resnet18", "head": {"classes": 10}}
    compiled = resnetgen.compile_spec("mine.yaml")
    spec = resnetgen.override(compiled, {})
    for target in (
        Path("mine.yaml"),
        TEXT,
        "{name: mine, extends: resnet18, head: {classes: 10}}",
        data,
        compiled,
        spec,
    ):
        assert compiled.network._replace(description="") == resnetgen.compile_spec(target).network._replace(
            description=""
        )
        assert () == resnetgen.diagnose(target)
        assert resnetgen.cost(compiled) == resnetgen.cost(target)
        assert resnetgen.features(compiled) == resnetgen.features(target)
    assert (3, 64, 64) == resnetgen.compile_spec(compiled, size=(64,)).trace.input


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("no", "RG101"),
        ("no.yaml", "RG101"),
        ("", "RG101"),
        ("\n", "RG106"),
        ("{", "RG103"),
        ("[]\n", "RG108"),
        (Path("{name: x}"), "RG101"),
        ({}, "RG202"),
        ({"name": 3}, "RG202"),
    ],
)
def test_what_is_no_spec_is_an_error(target: "str | Path | dict[str, object]", code: str, folder: Path) -> None:
    assert code in [each.code for each in resnetgen.diagnose(target)]


def test_data_that_yaml_has_not_is_no_spec() -> None:
    with pytest.raises(TypeError, match="a spec may only hold mappings, lists, text, numbers and booleans"):
        resnetgen.compile_spec({"name": object()})


def test_types_are_known() -> None:
    """The annotations are for the type checker, which reads this file too."""
    spec: resnetgen.Spec = resnetgen.override("resnet50", {"head.classes": 10})
    compiled: resnetgen.Compiled = resnetgen.compile_spec(spec)
    found: tuple[resnetgen.Diagnostic, ...] = resnetgen.diagnose({"name": "x"})
    cost: resnetgen.Cost = resnetgen.cost(compiled)
    maps: tuple[resnetgen.Feature, ...] = resnetgen.features(compiled)
    text: str = resnetgen.format_diagnostics(found)
    assert (23_528_522, "layer1", True) == (cost.params, maps[0].name, bool(text))


def test_type_checkers_see_every_public_name() -> None:
    package = Path(resnetgen.__file__).parent
    (checked,) = [
        statement
        for statement in ast.parse((package / "__init__.py").read_text(encoding="utf-8")).body
        if isinstance(statement, ast.If)
    ]
    imported = [alias.name for each in checked.body if isinstance(each, ast.ImportFrom) for alias in each.names]
    assert sorted(resnetgen.__all__) == sorted(imported)
    assert (package / "py.typed").is_file()
