"""Reports as workflow commands, which GitHub Actions shows as annotations on the lines of a commit.

The syntax is GitHub's: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

import re

from resnetgen.diagnostics.model import Diagnostic, Label
from resnetgen.diagnostics.terminal import escape
from resnetgen.reports.plain_lines import lines
from resnetgen.reports.repo_paths import path_from_root, user_label
from resnetgen.reports.report import Report
from resnetgen.reports.summary import summary


def render(report: Report) -> str:
    """Render a report: one command per diagnostic, each on a line, and the summary.

    GitHub shows ten errors and ten warnings of a step as annotations; the others are only in its log.
    """
    return "".join(f"{line}\n" for line in (*map(_command, report.diagnostics), summary(report)))


def _command(diagnostic: Diagnostic) -> str:
    at = user_label(diagnostic)
    properties = {**_place(at), "title": f"resnetgen {diagnostic.code}"}
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = _data("\n".join(lines(diagnostic, at)))
    return f"::{diagnostic.severity.value} {written}::{message}"


def _place(label: Label | None) -> dict[str, str]:
    """Return the location of a label in the repository; empty for one outside it.

    GitHub takes columns only within one line. Its last column is that of the last character.
    """
    path = path_from_root(label.span.text.name) if label is not None else None
    if label is None or path is None:
        return {}
    span = label.span
    place = {"file": path, "line": str(span.line), "endLine": str(span.end_line)}
    if span.line != span.end_line:
        return place
    return {**place, "col": str(span.column), "endColumn": str(max(span.column, span.end_column - 1))}


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape a property: invisible characters as in a log, then line ends and separators in the syntax of commands."""
    seen = "".join(each if each in "\r\n" else escape(each) for each in re.split("([\r\n])", text))
    return _data(seen).replace(":", "%3A").replace(",", "%2C")
