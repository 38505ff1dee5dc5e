"""`--format junit`: read by the standard library, and by a library that reads such files for a living."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from junitparser import Failure, JUnitXml, TestCase, TestSuite

from resnetgen.diagnostics import text
from resnetgen.diagnostics.model import Severity
from resnetgen.reports.junit import render
from resnetgen.reports.report import Report, Result
from tests.cli.command_line import resnetgen
from tests.reports.reported import HOSTILE, TEXT, cases, fault, hostile, label, report, whole


class Case(NamedTuple):
    """A test case as a reader has it: the failures' messages, types and texts, and the output."""

    classname: str
    name: str
    failures: list[tuple[str, str, str]]
    output: str


def read(written: str) -> list[Case]:
    """The cases of a report, whose counts are right."""
    found = JUnitXml.fromstring(written.encode())
    assert isinstance(found, JUnitXml)
    (suite,) = found
    assert isinstance(suite, TestSuite)
    cases = [_case(case) for case in suite]
    failing = sum(bool(case.failures) for case in cases)
    for counted in (found, suite):
        assert (len(cases), failing, 0) == (counted.tests, counted.failures, counted.errors)
    return cases


def _case(case: object) -> Case:
    assert isinstance(case, TestCase)
    assert [] == [each for each in case.result if type(each) is not Failure]
    failures = [(str(each.message), str(each.type), str(each.text)) for each in case.result]
    return Case(str(case.classname), str(case.name), failures, case.system_out or "")


def test_the_document() -> None:
    unwise = fault(label(TEXT, 2, 1, 5), severity=Severity.WARNING, code="RG501", message="unwise", help="")
    shared = Report((Result("specs/mine.yaml", (fault(), unwise)), Result("resnet50", ())))
    expected = """\
<?xml version='1.0' encoding='us-ascii'?>
<testsuites name="resnetgen" tests="2" failures="1" errors="0">
  <testsuite name="resnetgen check" tests="2" failures="1" errors="0" skipped="0">
    <testcase classname="resnetgen.check" name="specs/mine.yaml">
      <failure message="wrong" type="RG204">
specs/mine.yaml:3:6: error[RG204]: wrong
    3 | act: relo
      |      ^^^^ this
   help: mend it
</failure>
      <system-out>
specs/mine.yaml:2:1: warning[RG501]: unwise
    2 | name: mine
      | ^^^^
</system-out>
    </testcase>
    <testcase classname="resnetgen.check" name="resnet50" />
  </testsuite>
</testsuites>
"""
    assert expected == render(shared)


def test_nothing_depends_on_a_clock() -> None:
    root = ElementTree.fromstring(render(whole()))
    assert [] == [each.tag for each in root.iter() if {"time", "timestamp"} & set(each.attrib)]


def test_the_errors_of_a_spec_are_one_failure() -> None:
    first, second = fault(label(TEXT, 1, 1, 8), message="bad"), fault(code="RG301")
    (case,) = read(render(report(second, first)))
    assert [("bad (and 1 more)", "RG204", f"\n{text.render([first, second])}")] == case.failures


def test_warnings_fail_nothing() -> None:
    unwise = fault(severity=Severity.WARNING)
    (case,) = read(render(report(unwise)))
    assert ([], f"\n{text.render([unwise])}") == (case.failures, case.output)


def test_a_fault_that_two_specs_share_fails_both() -> None:
    shared = Report((Result("a.yaml", (fault(),)), Result("b.yaml", (fault(),))))
    assert [("a.yaml", 1), ("b.yaml", 1)] == [(case.name, len(case.failures)) for case in read(render(shared))]


def test_no_specs_are_no_cases() -> None:
    assert [] == read(render(Report(())))


def test_every_case_that_is_at_fault_is_read() -> None:
    for each in cases():
        (case,) = read(render(each))
        ((_, code, shown),) = case.failures
        assert (each.diagnostics[0].code, f"\n{text.render(each.diagnostics)}") == (code, shown)


@pytest.mark.parametrize("hostility", HOSTILE)
def test_hostile_text_stays_in_its_field(hostility: str) -> None:
    written = render(hostile(hostility))
    first, second = read(written)

    assert written.isascii()
    assert [] == [line for line in written.split("\n") if not line.isprintable()]
    assert (1, 1) == (len(first.failures), len(second.failures))
    found = hostile(hostility).results[0].diagnostics
    assert f"\n{text.render([found[0]])}" == first.failures[0][2]
    assert f"\n{text.render([found[1]])}" == first.output


def test_a_folder_without_specs_is_said_in_this_format_too(tmp_path: Path) -> None:
    done = resnetgen("check", str(tmp_path), "resnet50", "--format", "junit")
    empty, well = read(done.out)

    assert (1, "") == (done.code, done.err)
    assert (str(tmp_path), "RG101", "there is no spec in this folder") == (
        empty.name,
        empty.failures[0][1],
        empty.failures[0][0],
    )
    assert ("resnet50", []) == (well.name, well.failures)


def test_the_cases_are_the_specs_of_the_json(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("extends: resnet18\nname: a\n")
    (tmp_path / "b.yaml").write_text("extends: resnet18\nname: 9b\n")
    specs = json.loads(resnetgen("check", str(tmp_path), "--format", "json").out)["specs"]
    found = read(resnetgen("check", str(tmp_path), "--format", "junit").out)
    assert [(spec["name"], spec["fails"]) for spec in specs] == [(case.name, bool(case.failures)) for case in found]
