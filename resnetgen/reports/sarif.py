"""Reports as SARIF 2.1.0, which code scanning and editors read.

The standard is OASIS's: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from resnetgen import __version__
from resnetgen.diagnostics.model import Diagnostic, Edit, Fix, Label, Span
from resnetgen.reports.plain_lines import lines
from resnetgen.reports.repo_paths import path_from_root, user_label
from resnetgen.reports.report import Report
from resnetgen.reports.sarif_rules import rule
from resnetgen.source.collection import is_users_file

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_LINE_ENDS = ["\r\n", "\n", "\r", "\x85", "\u2028", "\u2029"]
"""The line ends that our line numbers count, which are those of YAML."""

_FINGERPRINT = "messageAndLine/v1"

Json = dict[str, object]


def render(report: Report) -> str:
    """Render a report as a SARIF log of one run, in ASCII. Its rules are the codes that occur, sorted."""
    diagnostics = report.diagnostics
    codes = {code: index for index, code in enumerate(sorted({diagnostic.code for diagnostic in diagnostics}))}
    driver = {"name": "resnetgen", "semanticVersion": __version__, "rules": [rule(code) for code in codes]}
    fingerprints = _fingerprints(diagnostics)
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": _LINE_ENDS,
        "results": [_result(each, codes, next(fingerprints)) for each in diagnostics],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _result(diagnostic: Diagnostic, codes: Mapping[str, int], fingerprint: str) -> Json:
    at = user_label(diagnostic)
    others = [label for label in (diagnostic.primary, *diagnostic.related) if label is not at and _is_users(label.span)]
    result: Json = {
        "ruleId": diagnostic.code,
        "ruleIndex": codes[diagnostic.code],
        "level": diagnostic.severity.value,
        "message": _message("\n".join(lines(diagnostic, at))),
        "locations": [_elsewhere(diagnostic.primary) if at is None else _location(at)],
        "partialFingerprints": {_FINGERPRINT: fingerprint},
    }
    if others:
        result["relatedLocations"] = [_location(label) for label in others]
    if diagnostic.fix is not None and all(_is_users(edit.span) for edit in diagnostic.fix.edits):
        result["fixes"] = [_fix(diagnostic.fix)]
    return result


def _is_users(span: Span) -> bool:
    return is_users_file(span.text.name)


def _message(text: str) -> Json:
    """Return a message in which nothing reads as a placeholder (section 3.11.5) or a link (3.11.6)."""
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "] (")}


def _location(label: Label) -> Json:
    location: Json = {"physicalLocation": {"artifactLocation": _file(label.span), "region": _region(label.span)}}
    return {**location, "message": _message(label.words)} if label.words else location


def _elsewhere(label: Label) -> Json:
    """Return the location of a label that is in no file of the user.

    GitHub rejects logs with a file of an unknown URI scheme, and logs with a result that has no location.
    """
    return {"logicalLocations": [{"fullyQualifiedName": label.span.text.name}]}


def _file(span: Span) -> Json:
    path = path_from_root(span.text.name)
    if path is None:
        return {"uri": Path(os.path.abspath(span.text.name)).as_uri()}
    return {"uri": quote(os.fsencode(path)), "uriBaseId": "%SRCROOT%"}


def _region(span: Span) -> Json:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _fix(fix: Fix) -> Json:
    """Return a fix as changes of one file."""
    changes = {"artifactLocation": _file(fix.edits[0].span), "replacements": [_replacement(each) for each in fix.edits]}
    return {"description": _message(fix.words), "artifactChanges": [changes]}


def _replacement(edit: Edit) -> Json:
    return {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}


def _fingerprints(diagnostics: tuple[Diagnostic, ...]) -> Iterator[str]:
    """Yield a fingerprint for each diagnostic that survives changes of the lines above it.

    It is a hash of code, message and line, with a number to tell equal ones apart.
    """
    seen: Counter[str] = Counter()
    for diagnostic in diagnostics:
        span = diagnostic.primary.span
        identity = "\0".join((diagnostic.code, diagnostic.message, span.text.line(span.line).strip()))
        digest = sha256(identity.encode("utf-8", "backslashreplace")).hexdigest()[:16]
        seen[digest] += 1
        yield f"{digest}:{seen[digest]}"
