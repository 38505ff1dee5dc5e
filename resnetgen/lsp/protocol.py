"""The Language Server Protocol, through pygls: requests and notifications of the editor, and their handlers.

Every text is sent whole (`TextDocumentSyncKind.Full`). Specs are small, and pygls counts lines by Python's line ends,
which are more than the protocol's: a change of a part would go astray where a text holds one of the others.
"""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter
from pygls.uris import from_fs_path, to_fs_path

from resnetgen import __version__
from resnetgen.lsp.actions import actions
from resnetgen.lsp.completion import complete
from resnetgen.lsp.convert import ProtocolConverter
from resnetgen.lsp.definition import definition
from resnetgen.lsp.diagnostics import findings
from resnetgen.lsp.hover import hover
from resnetgen.lsp.message_stream import MessageReader, MessageWriter
from resnetgen.lsp.workspace import Workspace

DELAY = 0.1
"""Seconds without a change after which a document is checked."""

_TRIGGERS = [" ", "/", "[", "{"]


class Server:
    """The language server of one editor."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._forms: Any = _converter()
        self._pygls = LanguageServer(
            "resnetgen", __version__, types.TextDocumentSyncKind.Full, converter_factory=lambda: self._forms
        )
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._in_order = False
        for method, answer, options in (
            (types.INITIALIZED, self._watch, None),
            (types.SHUTDOWN, self._leave, None),
            (types.TEXT_DOCUMENT_DID_OPEN, self._open, None),
            (types.TEXT_DOCUMENT_DID_CHANGE, self._change, None),
            (types.TEXT_DOCUMENT_DID_SAVE, self._save, None),
            (types.TEXT_DOCUMENT_DID_CLOSE, self._close, None),
            (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, self._files_changed, None),
            (types.TEXT_DOCUMENT_HOVER, self._hover, None),
            (types.TEXT_DOCUMENT_DEFINITION, self._definition, None),
            (types.TEXT_DOCUMENT_COMPLETION, self._complete, types.CompletionOptions(trigger_characters=_TRIGGERS)),
            (types.TEXT_DOCUMENT_CODE_ACTION, self._act, types.CodeActionOptions([types.CodeActionKind.QuickFix])),
        ):
            self._pygls.feature(method, options)(self._guarded(method, answer))

    def run(self) -> bool:
        """Serve on standard input and output until the editor leaves; return whether it sent `shutdown` before."""
        writer: Any = MessageWriter(sys.stdout.buffer)
        reader: Any = MessageReader(sys.stdin.buffer, writer, self._forms)
        self._pygls.start_io(reader, writer)
        return self._in_order

    def _guarded(self, method: str, answer: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Wrap a handler: an internal error is logged to the editor, and the answer is None."""

        def run(params: Any) -> Any:
            try:
                return answer(params)
            except Exception:  # one failed request must not end the server
                self.log(f"RG901: a bug in resnetgen, in {method}; please report it\n{traceback.format_exc()}")
                return None

        return run

    def log(self, message: str) -> None:
        """Show the editor an internal error, one that no spec is at fault for."""
        self._pygls.window_log_message(types.LogMessageParams(types.MessageType.Error, message))

    @property
    def _converter(self) -> ProtocolConverter:
        encoding = self._pygls.workspace.position_encoding
        return ProtocolConverter(self.workspace, str(getattr(encoding, "value", encoding)), from_fs_path)

    def _watch(self, params: types.InitializedParams) -> None:
        """Register for changes of files outside the editor, if the editor supports that."""
        workspace = self._pygls.client_capabilities.workspace
        watched = workspace.did_change_watched_files if workspace is not None else None
        if watched is None or not watched.dynamic_registration:
            return
        watchers = [types.FileSystemWatcher(f"**/*.{ending}") for ending in ("yaml", "yml")]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        registered = types.Registration("resnetgen", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        self._pygls.client_register_capability(types.RegistrationParams([registered]))

    def _leave(self, params: None) -> None:
        self._in_order = True

    def _open(self, params: types.DidOpenTextDocumentParams) -> None:
        self._put(params.text_document.uri, at_once=True)

    def _change(self, params: types.DidChangeTextDocumentParams) -> None:
        self._put(params.text_document.uri, at_once=False)

    def _put(self, key: str, *, at_once: bool) -> None:
        """Store a text, then check it and the specs that extend it: at once, or when no other change follows."""
        outdated = self.workspace.put(key, _path(key), self._pygls.workspace.get_text_document(key).source)
        if at_once:
            self._publish(key)
        self._publish_soon([*([] if at_once else [key]), *outdated])

    def _save(self, params: types.DidSaveTextDocumentParams) -> None:
        if self.workspace.is_shipped(params.text_document.uri):
            self._files_changed(None)
        else:
            self._publish(params.text_document.uri)

    def _close(self, params: types.DidCloseTextDocumentParams) -> None:
        key = params.text_document.uri
        outdated = self.workspace.remove(key)
        self._publish(key)
        self._publish_soon(outdated)

    def _files_changed(self, params: types.DidChangeWatchedFilesParams | None) -> None:
        self.workspace.forget_files()
        self._publish_soon(self.workspace.keys())

    def _publish_soon(self, keys: list[str] | tuple[str, ...]) -> None:
        for key in keys:
            self._cancel(key)
            publish = self._guarded(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, self._publish)
            self._waiting[key] = asyncio.get_running_loop().call_later(DELAY, publish, key)

    def _cancel(self, key: str) -> None:
        waiting = self._waiting.pop(key, None)
        if waiting is not None:
            waiting.cancel()

    def _publish(self, key: str) -> None:
        """Send the diagnostics of a document: none if it is no spec, or closed."""
        self._cancel(key)
        checked = self.workspace.checked(key)
        found = []
        if checked is not None:
            found = [self._converter.diagnostic(each, key, checked.document) for each in findings(checked)]
        version = self._pygls.workspace.get_text_document(key).version
        self._pygls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(key, found, version))

    def _hover(self, params: types.HoverParams) -> types.Hover | None:
        key = params.text_document.uri
        document = self.workspace.spec(key)
        if document is None:
            return None
        content = hover(self.workspace, key, self._index(key, params.position))
        return None if content is None else self._converter.hover(content, document, plain=self._is_plain("hover"))

    def _definition(self, params: types.DefinitionParams) -> types.Location | None:
        key = params.text_document.uri
        document = self.workspace.spec(key)
        if document is None:
            return None
        found = definition(self.workspace, document, self._index(key, params.position))
        return None if found is None else self._converter.definition(found, key, document)

    def _complete(self, params: types.CompletionParams) -> list[types.CompletionItem]:
        key = params.text_document.uri
        document = self.workspace.spec(key)
        if document is None:
            return []
        place = self._index(key, params.position)
        converter, plain = self._converter, self._is_plain("completion")
        found = complete(self.workspace, document, place)
        return [converter.item(item, order, place, document, plain=plain) for order, item in enumerate(found)]

    def _act(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        key = params.text_document.uri
        checked = self.workspace.checked(key)
        only = params.context.only
        if checked is None or (only is not None and types.CodeActionKind.QuickFix not in only):
            return []
        converter = self._converter
        return [
            converter.action(action, finding, key, checked.document)
            for finding in findings(checked)
            if _overlap(converter.diagnostic(finding, key, checked.document).range, params.range)
            for action in actions(self.workspace, checked, finding.diagnostic)
        ]

    def _index(self, key: str, position: types.Position) -> int:
        document = self.workspace.spec(key)
        assert document is not None, "asked of a spec that is open"
        return self._converter.codec(document).index(position.line, position.character)

    def _is_plain(self, feature: str) -> bool:
        """Return whether the editor shows plain text, not Markdown, for a feature."""
        known = self._pygls.client_capabilities.text_document
        if feature == "hover":
            shown = known.hover.content_format if known and known.hover else None
        else:
            item = known.completion.completion_item if known and known.completion else None
            shown = item.documentation_format if item else None
        return shown is not None and types.MarkupKind.Markdown not in shown


def _converter() -> Any:
    """Return what makes classes of the protocol from JSON, as pygls does."""
    make: Callable[[], Any] = default_converter
    return make()


def _path(key: str) -> Path | None:
    """Return the file of a document; None if it was never saved or is no file."""
    path = to_fs_path(key)
    return Path(path) if path and "\0" not in path else None


def _overlap(one: types.Range, other: types.Range) -> bool:
    return one.start <= other.end and other.start <= one.end
