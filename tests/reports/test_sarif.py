"""`--format sarif`: valid by the published schema, and what GitHub's code scanning asks for beyond it."""

from __future__ import annotations

import functools
import gzip
import json
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest

from resnetgen import __version__
from resnetgen.codes import pages
from resnetgen.diagnostics.model import Diagnostic, Edit, Fix, Label, Severity, Span, Text
from resnetgen.reports.report import Report, Result
from resnetgen.reports.sarif import render
from resnetgen.reports.sarif_rules import rule
from tests.cli.command_line import resnetgen
from tests.reports.reported import BASE, FIX, HOSTILE, TEXT, cases, fault, hostile, label, report, whole

SCHEMA = Path(__file__).resolve().parents[1] / "reference" / "sarif-schema-2.1.0.json.gz"


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository, which is the current folder."""
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@functools.cache
def validator() -> Any:
    schema = json.loads(gzip.decompress(SCHEMA.read_bytes()))
    return jsonschema.Draft4Validator(schema)


def complaints(written: Report) -> list[str]:
    """Return the violations of the schema by a report's SARIF."""
    errors = validator().iter_errors(json.loads(render(written)))
    return [f"{'/'.join(map(str, error.path))}: {error.message}" for error in errors]


def run(written: Report) -> Any:
    (found,) = json.loads(render(written))["runs"]
    return found


def results(written: Report) -> Any:
    return run(written)["results"]


def place(location: Any) -> tuple[str, tuple[int, ...]]:
    """A physical location: the URI, and the region's lines and columns."""
    physical = location["physicalLocation"]
    region = physical["region"]
    numbers = tuple(region[key] for key in ("startLine", "startColumn", "endLine", "endColumn"))
    return physical["artifactLocation"]["uri"], numbers


def test_a_fault_is_a_result() -> None:
    written = report(fault(label(TEXT, 3, 6, 10, "this"), label(TEXT, 1, 1, 8, "that")))
    mine = {"uri": "specs/mine.yaml", "uriBaseId": "%SRCROOT%"}
    text = "wrong\nspecs/mine.yaml:3:6: this\nspecs/mine.yaml:1:1: that\nhelp: mend it"
    (found,) = results(written)
    fingerprints = found.pop("partialFingerprints")
    expected = {
        "ruleId": "RG204",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": mine,
                    "region": {"startLine": 3, "startColumn": 6, "endLine": 3, "endColumn": 10},
                },
                "message": {"text": "this"},
            }
        ],
        "relatedLocations": [
            {
                "physicalLocation": {
                    "artifactLocation": mine,
                    "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 8},
                },
                "message": {"text": "that"},
            }
        ],
    }
    assert expected == found
    assert ["messageAndLine/v1"] == list(fingerprints)


def test_the_run_says_who_wrote_it_and_how_it_counts() -> None:
    found = run(whole())
    driver = found["tool"]["driver"]

    assert ("resnetgen", __version__) == (driver["name"], driver["semanticVersion"])
    assert re.fullmatch(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?", driver["semanticVersion"])  # https://semver.org
    assert "unicodeCodePoints" == found["columnKind"]
    for end in found["newlineSequences"]:
        assert (3, 1) == Text("", f"a{end}b{end}").place(len(f"a{end}b{end}"))


def test_what_is_well_is_a_run_without_results() -> None:
    written = Report((Result("resnet50", ()),))
    assert ([], []) == (run(written)["results"], run(written)["tool"]["driver"]["rules"])
    assert [] == complaints(written)


def test_the_rules_are_the_codes_that_occur() -> None:
    found = run(whole())
    rules = found["tool"]["driver"]["rules"]

    assert ["RG204", "RG301", "RG501"] == [each["id"] for each in rules]
    assert [] == [each for each in found["results"] if rules[each["ruleIndex"]]["id"] != each["ruleId"]]


@pytest.mark.parametrize("code", pages())
def test_a_rule_has_what_code_scanning_shows(code: str) -> None:
    found: Any = rule(code)
    short, full = found["shortDescription"]["text"], found["fullDescription"]["text"]

    assert {"id", "shortDescription", "fullDescription", "help", "defaultConfiguration"} == set(found)
    assert f"{pages()[code].title}." == short
    assert found["help"]["text"].startswith(full) and found["help"]["markdown"].startswith(full)
    assert 0 < len(short) <= 1024 and 0 < len(full) <= 1024  # https://docs.github.com/code-security, SARIF support
    assert [] == [line for line in found["help"]["text"].splitlines() if line != line.strip()]


def test_a_rule_shows_what_fails_and_its_mend() -> None:
    found: Any = rule("RG301")
    page = pages()["RG301"]
    assert page.fails is not None and page.fixed is not None

    for name, scene in (("Fails", page.fails), ("Fixed", page.fixed)):
        assert f"\n\n{name}:\n\n```yaml\n{scene.files[0][1]}```" in found["help"]["markdown"]


def test_a_warning_that_is_an_error_is_one_but_not_by_its_rule() -> None:
    strict = report(fault(severity=Severity.ERROR, code="RG501"))
    (found,) = results(strict)
    assert ("error", "warning") == (
        found["level"],
        run(strict)["tool"]["driver"]["rules"][0]["defaultConfiguration"]["level"],
    )


def test_a_fault_in_the_collection_is_shown_where_the_spec_extends_it() -> None:
    written = report(fault(label(BASE, 2, 6, 10, "this"), label(TEXT, 1, 10, 18, "extended here")))
    (found,) = results(written)

    assert [("specs/mine.yaml", (1, 10, 1, 18))] == [place(each) for each in found["locations"]]
    assert "wrong\nresnetgen:resnet18.yaml:2:6: this\n" in found["message"]["text"]
    assert "relatedLocations" not in found  # a file that is in no repository


def test_a_fault_in_a_base_of_ones_own_is_shown_there() -> None:
    base = Text("specs/base.yaml", "act: relo\n")
    (found,) = results(report(fault(label(base, 1, 6, 10), label(TEXT, 1, 10, 18, "extended here"))))
    assert [("specs/base.yaml", (1, 6, 1, 10))] == [place(each) for each in found["locations"]]
    assert [("specs/mine.yaml", (1, 10, 1, 18))] == [place(each) for each in found["relatedLocations"]]


def test_what_is_in_the_collection_alone_has_no_file() -> None:
    written = report(fault(label(BASE, 2, 6, 10, "this"), fix=Fix("no", (Edit(label(BASE, 2, 6, 10).span, ""),))))
    (found,) = results(written)

    assert [{"logicalLocations": [{"fullyQualifiedName": "resnetgen:resnet18.yaml"}]}] == found["locations"]
    assert {"relatedLocations", "fixes"}.isdisjoint(found)
    assert [] == complaints(written)


def test_a_fix_is_a_change_of_the_file() -> None:
    (found,) = results(report(fault(fix=FIX)))
    expected = {
        "description": {"text": "write `relu`"},
        "artifactChanges": [
            {
                "artifactLocation": {"uri": "specs/mine.yaml", "uriBaseId": "%SRCROOT%"},
                "replacements": [
                    {
                        "deletedRegion": {"startLine": 3, "startColumn": 6, "endLine": 3, "endColumn": 10},
                        "insertedContent": {"text": "relu"},
                    }
                ],
            }
        ],
    }
    assert [expected] == found["fixes"]


def test_nothing_in_a_message_is_a_placeholder_or_a_link() -> None:
    (found,) = results(report(fault(message="{0} is no {type: se}", help="[see](https://example.org)")))
    message, _, help = found["message"]["text"].splitlines()
    assert ("{{0}} is no {{type: se}}", "help: [see] (https://example.org)") == (message, help)


# Files


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("a b.yaml", "a%20b.yaml"),
        ("a:b.yaml", "a%3Ab.yaml"),
        ("50%/#1?.yaml", "50%25/%231%3F.yaml"),
        ("ü/漢.yaml", "%C3%BC/%E6%BC%A2.yaml"),
        ("\udcff.yaml", "%FF.yaml"),
        ("./a.yaml", "a.yaml"),
        ("[a]&b=c+d;e@f,g.yaml", "%5Ba%5D%26b%3Dc%2Bd%3Be%40f%2Cg.yaml"),
    ],
)
def test_a_path_is_a_uri(name: str, uri: str) -> None:
    (found,) = results(report(fault(label(Text(name, "a"), 1, 1, 2))))
    file = found["locations"][0]["physicalLocation"]["artifactLocation"]
    assert {"uri": uri, "uriBaseId": "%SRCROOT%"} == file


def test_a_file_outside_of_the_repository_has_a_whole_uri(root: Path) -> None:
    (found,) = results(report(fault(label(Text("../a b.yaml", "a"), 1, 1, 2))))
    file = found["locations"][0]["physicalLocation"]["artifactLocation"]
    assert {"uri": (root.parent / "a b.yaml").as_uri()} == file


def test_paths_are_those_from_the_root_of_the_repository(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(root.parent))
    (found,) = results(report(fault()))
    assert f"{root.name}/specs/mine.yaml" == place(found["locations"][0])[0]


# Fingerprints


def marks(*diagnostics: Diagnostic) -> list[str]:
    return [each["partialFingerprints"]["messageAndLine/v1"] for each in results(report(*diagnostics))]


def test_a_fingerprint_stays_when_lines_move() -> None:
    moved = Text(TEXT.name, f"# more\n\n{TEXT.content.replace('act:', '  act:')}")
    assert marks(fault(label(TEXT, 3, 6, 10))) == marks(fault(label(moved, 5, 8, 12)))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(fault(code="RG301"), id="code"),
        pytest.param(fault(message="bad"), id="message"),
        pytest.param(fault(label(TEXT, 2, 6, 10)), id="line"),
    ],
)
def test_a_fingerprint_is_another_for(other: Diagnostic) -> None:
    assert marks(fault()) != marks(other)


def test_equal_lines_are_told_apart() -> None:
    twice = Text("a.yaml", "- {a: 1}\n- {a: 1}\n")
    first, second = marks(fault(label(twice, 1, 4, 5)), fault(label(twice, 2, 4, 5)))
    assert (first.partition(":")[0], "1", "2") == (second.partition(":")[0], first[-1], second[-1])


# Everything


def test_everything_is_valid() -> None:
    assert [] == complaints(whole())


def test_every_case_that_is_at_fault_is_valid() -> None:
    assert [] == [complaint for each in cases() for complaint in complaints(each)]


def test_every_region_is_in_its_file() -> None:
    for each in cases():
        for diagnostic, found in zip(each.diagnostics, results(each), strict=True):
            uri, (line, column, end_line, end_column) = place(found["locations"][0])
            assert ((line, column) <= (end_line, end_column), True) == (True, bool(uri))
            assert diagnostic.code == found["ruleId"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_in_its_field(text: str) -> None:
    written = hostile(text)
    shown = render(written)
    assert shown.replace("\n", "").isascii() and shown.replace("\n", "").isprintable()
    assert [] == complaints(written)
    for found in results(written):
        message = found["message"]["text"]
        assert [] == [row for row in message.split("\n") if not row.isprintable()]
        assert None is re.search(r"\]\(", message)
        assert None is re.search(r"(?<!\{)(\{\{)*\{\d+\}(?!\})", message)
        assert "%SRCROOT%" == found["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"]
    assert text == results(written)[0]["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_path_comes_back_from_its_uri(text: str) -> None:
    uri, _ = place(results(hostile(text))[0]["locations"][0])
    parts = urlsplit(uri)
    assert ("", "", "", "") == (parts.scheme, parts.netloc, parts.query, parts.fragment)
    assert os.path.normpath(hostile(text).results[0].name) == os.path.normpath(
        unquote(parts.path, errors="surrogateescape")
    )


def test_a_missing_file_is_said_in_this_format_too() -> None:
    done = resnetgen("check", "nowhere.yaml", "--format", "sarif")
    (found,) = json.loads(done.out)["runs"][0]["results"]
    assert (1, "", "RG101", "there is no such file") == (done.code, done.err, found["ruleId"], found["message"]["text"])


def test_a_span_over_several_lines() -> None:
    (found,) = results(report(fault(Label(Span(TEXT, 1, 3, 3, 2)))))
    assert ("specs/mine.yaml", (1, 3, 3, 2)) == place(found["locations"][0])
