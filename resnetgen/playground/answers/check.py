"""`check`: the diagnostics of a tab with their fixes.

The answer has `compiles`, `abstract` (a spec that is right, and has no network of its own), `name` (the network's, or
empty), `summary` (a line of figures) and `problems`: each with `severity`, `code`, `title`, `message`, `help`, `start`
and `end`, `line` and `column`, `related` (places with `tab`, null for one of a shipped spec, `name`, `start`, `end`,
`line` and `words`), and `fixes`. A fix has `title`, `tab`, `preferred` and `edits`, each with `start`, `end` and
`text`. Offsets are UTF-16 code units.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resnetgen import codes
from resnetgen.compiler import Compiled
from resnetgen.diagnostics.model import Label, Span
from resnetgen.diagnostics.terminal import escape
from resnetgen.lsp.actions import Action, actions
from resnetgen.lsp.diagnostics import Finding, findings
from resnetgen.lsp.position_codec import character_range
from resnetgen.lsp.workspace import CheckedDocument
from resnetgen.playground.offsets import to_units
from resnetgen.source import collection

if TYPE_CHECKING:
    from resnetgen.playground.session import Session


def answer(session: Session, asked: dict[str, Any]) -> dict[str, Any]:
    """Check the tab `tab`."""
    checked = session.checked(asked["tab"])
    compiled = checked.compiled
    return {
        "compiles": compiled is not None,
        "abstract": compiled is None and not checked.diagnostics,
        "name": "" if compiled is None else compiled.network.name,
        "summary": "" if compiled is None else _summary(compiled),
        "problems": [_problem(session, checked, finding) for finding in findings(checked)],
    }


def _summary(compiled: Compiled) -> str:
    from resnetgen.analysis.cost import cost
    from resnetgen.number_format import with_si_prefix

    found = cost(compiled.trace)
    return f"{with_si_prefix(found.params)} parameters, {with_si_prefix(found.macs)} MACs"


def _problem(session: Session, checked: CheckedDocument, finding: Finding) -> dict[str, Any]:
    diagnostic = finding.diagnostic
    return {
        "severity": diagnostic.severity.value,
        "code": diagnostic.code,
        "title": codes.pages()[diagnostic.code].title,
        "message": finding.words,
        "help": finding.help,
        **_range(checked.document.text, finding.span),
        "line": finding.span.line,
        "column": finding.span.column,
        "related": [_related(session, label) for label in finding.related],
        "fixes": [_fix(session, checked, action) for action in actions(session.workspace, checked, diagnostic)],
    }


def _range(text: str, span: Span) -> dict[str, int]:
    start, end = character_range(text, span)
    return {"start": to_units(text, start), "end": to_units(text, end)}


def _related(session: Session, label: Label) -> dict[str, Any]:
    text = label.span.text
    tab = None if collection.is_shipped(text.name) else session.tab_of(collection.path_of(text.name))
    return {
        "tab": tab,
        "name": escape(text.name),
        **_range(text.content, label.span),
        "line": label.span.line,
        "words": label.words,
    }


def _fix(session: Session, checked: CheckedDocument, action: Action) -> dict[str, Any]:
    tab = checked.document.name if action.path is None else session.tab_of(action.path)
    edits = [{**_range(edit.span.text.content, edit.span), "text": edit.text} for edit in action.edits]
    return {"title": escape(action.title), "tab": tab, "preferred": action.preferred, "edits": edits}
