"""Reports as JUnit XML, which most CI servers read: one test case per spec."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from resnetgen.diagnostics import text
from resnetgen.diagnostics.model import Diagnostic, Severity
from resnetgen.diagnostics.sorting import sort
from resnetgen.diagnostics.terminal import escape
from resnetgen.reports.report import Report, Result


def render(report: Report) -> str:
    """Render a report as XML in ASCII. It holds no times, so that the same specs give the same bytes."""
    failures = sum(result.fails() for result in report.results)
    counts = {"tests": str(len(report.results)), "failures": str(failures), "errors": "0"}
    root = Element("testsuites", {"name": "resnetgen", **counts})
    suite = SubElement(root, "testsuite", {"name": "resnetgen check", **counts, "skipped": "0"})
    for result in report.results:
        _case(suite, result)
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="us-ascii", xml_declaration=True)
    return document.decode() + "\n"


def _case(suite: Element, result: Result) -> None:
    """Add a spec: its errors as one failure, as readers expect, and its warnings as the output of the case."""
    case = SubElement(suite, "testcase", {"classname": "resnetgen.check", "name": escape(result.name)})
    errors, warnings = _of(Severity.ERROR, result), _of(Severity.WARNING, result)
    if errors:
        first, more = errors[0], len(errors) - 1
        message = f"{escape(first.message)}{f' (and {more} more)' if more else ''}"
        failure = SubElement(case, "failure", {"message": message, "type": first.code})
        failure.text = _shown(errors)
    if warnings:
        SubElement(case, "system-out").text = _shown(warnings)


def _of(severity: Severity, result: Result) -> tuple[Diagnostic, ...]:
    return sort(diagnostic for diagnostic in result.diagnostics if diagnostic.severity is severity)


def _shown(diagnostics: Iterable[Diagnostic]) -> str:
    """Render diagnostics as text. Control characters are escaped, so that the text is valid in XML."""
    return f"\n{text.render(diagnostics)}"
