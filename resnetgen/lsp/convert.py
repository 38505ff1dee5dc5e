"""Conversion of answers to types of the Language Server Protocol: URIs for files, code units for offsets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lsprotocol import types

from resnetgen.diagnostics.model import Edit, Label, Severity, Span
from resnetgen.documentation import published_url
from resnetgen.lsp.actions import Action
from resnetgen.lsp.completion import Completion
from resnetgen.lsp.definition import Definition
from resnetgen.lsp.diagnostics import Finding
from resnetgen.lsp.hover import Hover
from resnetgen.lsp.markdown import strip_markup
from resnetgen.lsp.position_codec import Position, PositionCodec
from resnetgen.lsp.workspace import OpenDocument, Workspace
from resnetgen.source import collection

_SEVERITY = {Severity.ERROR: types.DiagnosticSeverity.Error, Severity.WARNING: types.DiagnosticSeverity.Warning}

_KIND = {
    "key": types.CompletionItemKind.Property,
    "word": types.CompletionItemKind.EnumMember,
    "spec": types.CompletionItemKind.Module,
    "file": types.CompletionItemKind.File,
    "folder": types.CompletionItemKind.Folder,
    "block": types.CompletionItemKind.Class,
    "stage": types.CompletionItemKind.Reference,
    "width": types.CompletionItemKind.Variable,
}


class ProtocolConverter:
    """Converts answers for an editor that counts in one encoding; `address` returns the URI of a file."""

    def __init__(self, workspace: Workspace, encoding: str, address: Callable[[str], str | None]) -> None:
        self._workspace = workspace
        self._encoding = encoding
        self._address = address

    def codec(self, document: OpenDocument) -> PositionCodec:
        """Return the position codec of an open document."""
        return PositionCodec(document.text, self._encoding, bom=document.bom)

    def diagnostic(self, finding: Finding, key: str, document: OpenDocument) -> types.Diagnostic:
        """Convert a finding in the document with the URI `key`."""
        url = published_url(finding.diagnostic.code)
        return types.Diagnostic(
            range=_range(self.codec(document).span(finding.span)),
            message=finding.message,
            severity=_SEVERITY[finding.diagnostic.severity],
            code=finding.diagnostic.code,
            code_description=types.CodeDescription(url) if url else None,
            source="resnetgen",
            related_information=[self._related(label, key, document) for label in finding.related],
        )

    def _related(self, label: Label, key: str, document: OpenDocument) -> types.DiagnosticRelatedInformation:
        if label.span.text.name == document.name:
            location = types.Location(key, _range(self.codec(document).span(label.span)))
        else:
            location = self._location(collection.path_of(label.span.text.name), label.span)
        return types.DiagnosticRelatedInformation(location, label.words)

    def _location(self, path: Path, span: Span) -> types.Location:
        """Convert a span of a file, which may also be open in the editor."""
        key = self._workspace.key_of(path)
        document = self._workspace.document(key)
        codec = PositionCodec(span.text.content, self._encoding) if document is None else self.codec(document)
        return types.Location(key or self._address(str(path)) or "", _range(codec.span(span)))

    def definition(self, found: Definition, key: str, document: OpenDocument) -> types.Location:
        """Convert the definition of a name in a document."""
        if found.path is None:
            return types.Location(key, _range(self.codec(document).span(found.span)))
        return self._location(found.path, found.span)

    def hover(self, content: Hover, document: OpenDocument, *, plain: bool) -> types.Hover:
        """Convert a hover; `plain` is for an editor that shows no Markdown."""
        codec = self.codec(document)
        return types.Hover(_markup(content.text, plain), _range((codec.place(content.start), codec.place(content.end))))

    def item(
        self, item: Completion, order: int, place: int, document: OpenDocument, *, plain: bool
    ) -> types.CompletionItem:
        """Convert a completion for the cursor at `place`; `order` is its rank in the list."""
        codec = self.codec(document)
        replaced = _range((codec.place(item.start), codec.place(place)))
        return types.CompletionItem(
            label=item.label,
            kind=_KIND[item.kind],
            documentation=_markup(item.about, plain) if item.about else None,
            sort_text=f"{order:05}",
            filter_text=item.label,
            text_edit=types.TextEdit(replaced, item.insert),
        )

    def action(self, action: Action, finding: Finding, key: str, document: OpenDocument) -> types.CodeAction:
        """Convert a code action for a finding in a document."""
        if action.path is None:
            codec = self.codec(document)
            changes = {key: [types.TextEdit(_range(codec.span(edit.span)), edit.text) for edit in action.edits]}
        else:
            changes = self._changes(action.path, action.edits)
        return types.CodeAction(
            title=action.title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[self.diagnostic(finding, key, document)],
            is_preferred=action.preferred,
            edit=types.WorkspaceEdit(changes=changes),
        )

    def _changes(self, path: Path, edits: tuple[Edit, ...]) -> dict[str, list[types.TextEdit]]:
        located = [(self._location(path, edit.span), edit.text) for edit in edits]
        return {located[0][0].uri: [types.TextEdit(location.range, text) for location, text in located]}


def _range(places: tuple[Position, Position]) -> types.Range:
    start, end = places
    return types.Range(types.Position(*start), types.Position(*end))


def _markup(markdown: str, plain: bool) -> types.MarkupContent:
    if plain:
        return types.MarkupContent(types.MarkupKind.PlainText, strip_markup(markdown))
    return types.MarkupContent(types.MarkupKind.Markdown, markdown)
