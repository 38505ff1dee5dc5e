"""`--format json`, its schema in docs/reference/report.schema.json, and that each says what the other does."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from resnetgen.diagnostics.model import Severity
from resnetgen.reports.json import VERSION, render
from resnetgen.reports.report import Report, Result
from tests.cli.command_line import ROOT, resnetgen
from tests.reports.reported import FIX, HOSTILE, TEXT, cases, fault, hostile, label, report, whole


@functools.cache
def schema() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((ROOT / "docs/reference/report.schema.json").read_text(encoding="utf-8"))
    return read


def complaints(written: Report) -> list[str]:
    """Return the violations of the schema by a report's JSON."""
    validator = jsonschema.Draft202012Validator(schema())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(json.loads(render(written)))]


def test_everything_that_is_known_of_a_diagnostic() -> None:
    at, beside = label(TEXT, 3, 6, 10, "this"), label(TEXT, 1, 1, 8, "that")
    warning = fault(at, beside, severity=Severity.WARNING, message="unwise", fix=FIX)
    expected = {
        "version": 1,
        "specs": [{"name": "specs/mine.yaml", "fails": False}],
        "diagnostics": [
            {
                "code": "RG204",
                "severity": "warning",
                "message": "unwise",
                "file": "specs/mine.yaml",
                "line": 3,
                "column": 6,
                "end_line": 3,
                "end_column": 10,
                "words": "this",
                "related": [
                    {
                        "file": "specs/mine.yaml",
                        "line": 1,
                        "column": 1,
                        "end_line": 1,
                        "end_column": 8,
                        "words": "that",
                    }
                ],
                "help": "mend it",
                "fix": {
                    "words": "write `relu`",
                    "edits": [
                        {
                            "file": "specs/mine.yaml",
                            "line": 3,
                            "column": 6,
                            "end_line": 3,
                            "end_column": 10,
                            "text": "relu",
                        }
                    ],
                },
            }
        ],
    }
    assert json.dumps(expected, indent=2) + "\n" == render(report(warning))


def test_a_spec_that_is_well_is_named() -> None:
    expected = {"version": 1, "specs": [{"name": "resnet50", "fails": False}], "diagnostics": []}
    assert expected == json.loads(render(Report((Result("resnet50", ()),))))


def test_what_two_specs_share_is_said_once() -> None:
    shared = Report((Result("a.yaml", (fault(),)), Result("b.yaml", (fault(),))))
    found = json.loads(render(shared))
    assert ([True, True], 1) == ([spec["fails"] for spec in found["specs"]], len(found["diagnostics"]))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert [VERSION] == [schema()["properties"]["version"]["const"]]


def test_every_case_that_is_at_fault_is_as_the_schema_says() -> None:
    assert len(cases()) > 200
    assert [] == [complaint for each in cases() for complaint in complaints(each)]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_out_as_it_went_in(text: str) -> None:
    written = render(hostile(text))
    found = json.loads(written)["diagnostics"][0]

    assert [] == complaints(hostile(text))
    assert (text, text, text) == (found["message"], found["help"], found["fix"]["edits"][0]["text"])
    assert written.replace("\n", "").isascii() and written.replace("\n", "").isprintable()


def objects(value: object, place: str = "$") -> list[tuple[str, dict[str, Any]]]:
    """Yield each schema of an object, with its path."""
    if isinstance(value, list):
        return [found for index, item in enumerate(value) for found in objects(item, f"{place}[{index}]")]
    if not isinstance(value, dict):
        return []
    inner = [found for key, item in value.items() for found in objects(item, f"{place}.{key}")]
    return [(place, value), *inner] if value.get("type") == "object" else inner


def test_the_schema_leaves_nothing_open() -> None:
    described = objects(schema())
    assert len(described) == 8
    optional = {"weights"}  # only where a file of weights was compared
    assert [] == [place for place, each in described if set(each["required"]) != set(each["properties"]) - optional]
    assert [] == [place for place, each in described if each.get("additionalProperties") is not False]


def test_the_schema_says_what_everything_is() -> None:
    described = [
        (f"{place}.{key}", item) for place, each in objects(schema()) for key, item in each["properties"].items()
    ]
    undescribed = [place for place, item in described if not item.get("description") and "$ref" not in item]
    assert [] == undescribed


def without(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Copies of a report's JSON that each lack a key or have one too many, at every depth."""
    copies = []
    for path in paths(found):
        for change in ("less", "more"):
            copy = json.loads(json.dumps(found))
            inner = functools.reduce(lambda value, step: value[step], path, copy)
            for key in list(inner) if change == "less" else ["other"]:
                changed = json.loads(json.dumps(copy))
                there = functools.reduce(lambda value, step: value[step], path, changed)
                there.pop(key) if change == "less" else there.update({key: 1})
                copies.append(changed)
    return copies


def paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The path of every mapping in some JSON."""
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    inner = [found for step, item in items for found in paths(item, (*path, step))]
    return [path, *inner] if isinstance(value, dict) else inner


def test_the_schema_takes_no_more_and_no_less_than_what_is_written() -> None:
    validator = jsonschema.Draft202012Validator(schema())
    written = json.loads(render(whole()))
    assert validator.is_valid(written)
    assert [] == [changed for changed in without(written) if validator.is_valid(changed)]


def test_good_specs_as_json() -> None:
    done = resnetgen("check", "resnet18", "resnet50", "--format", "json")
    specs = [{"name": "resnet18", "fails": False}, {"name": "resnet50", "fails": False}]
    assert (0, {"version": 1, "specs": specs, "diagnostics": []}, "") == (done.code, json.loads(done.out), done.err)


def test_the_page_names_the_schema() -> None:
    page = Path(ROOT / "docs/reference/report-formats.md").read_text(encoding="utf-8")
    assert "[report.schema.json](report.schema.json)" in page
