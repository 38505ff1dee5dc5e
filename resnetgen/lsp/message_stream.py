"""The streams between an editor and pygls: only messages of a bounded size and of the protocol's form get through.

pygls makes room for as many bytes as a header announces, and drops what is malformed without an answer. Here each
request gets one under its id, with the error codes of JSON-RPC (https://www.jsonrpc.org/specification).
"""

from __future__ import annotations

import re
import threading
from collections import deque
from typing import Any, BinaryIO, NamedTuple

from lsprotocol import types

MAX_MESSAGE = 1 << 22
"""The most bytes of a message: four times those of the longest spec, whose characters JSON may escape."""

MAX_HEADER = 1 << 12
"""The most bytes of a line of a message's header."""

_CHUNK = 1 << 16

_LENGTH = re.compile(rb"content-length:\s*([0-9]{1,18})\s*", re.IGNORECASE)


class _Malformed(NamedTuple):
    """The error of a message: the id of the message, None where that is unknown, and the code and text of the error."""

    id: int | str | None
    code: int
    message: str


class MessageWriter:
    """The editor's end of the output. Messages from several threads do not mix."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def write(self, data: bytes) -> int:
        """Write a whole message."""
        with self._lock:
            self._stream.write(data)
            self._stream.flush()
        return len(data)

    def flush(self) -> None:
        """Do nothing: each message is flushed."""

    def close(self) -> None:
        """Close the stream."""
        self._stream.close()

    def refuse(self, error: _Malformed) -> None:
        """Answer a message with an error."""
        import json

        answer = {"jsonrpc": "2.0", "id": error.id, "error": {"code": error.code, "message": error.message}}
        body = json.dumps(answer).encode()
        self.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))


class MessageReader:
    """The editor's messages, as the lines and bytes that pygls reads; the malformed ones are answered and left out."""

    def __init__(self, stream: BinaryIO, writer: MessageWriter, converter: Any) -> None:
        self._stream = stream
        self._writer = writer
        self._converter = converter
        self._lines: deque[bytes] = deque()
        self._body = b""

    def readline(self) -> bytes:
        """Return the next line of a header; empty at the end of the input."""
        while not self._lines:
            length = self._header()
            if length is None:
                return b""
            body = self._read(length)
            if body is None:
                continue
            if len(body) < length:
                return b""
            if self._is_message(body):
                self._body = body
                self._lines += (b"Content-Length: %d\r\n" % length, b"\r\n")
        return self._lines.popleft()

    def read(self, size: int) -> bytes:
        """Return the body of the message, whose header was read before."""
        body, self._body = self._body, b""
        return body[:size]

    def _header(self) -> int | None:
        """Read a header, and return the length of the body; None at the end of the input."""
        length: int | None = None
        while line := self._stream.readline(MAX_HEADER):
            found = _LENGTH.fullmatch(line)
            if found:
                length = int(found[1])
            if not line.strip() and length:
                return length
        return None

    def _read(self, length: int) -> bytes | None:
        """Return a body; one that is too long is skipped, and answered with an error."""
        if length <= MAX_MESSAGE:
            return self._stream.read(length)
        message = f"a message of {length:,} bytes is longer than the {MAX_MESSAGE:,} that one may have"
        self._writer.refuse(_Malformed(None, types.ErrorCodes.InvalidRequest.value, message))
        while length and (skipped := self._stream.read(min(length, _CHUNK))):
            length -= len(skipped)
        return None

    def _is_message(self, body: bytes) -> bool:
        error = self._fault(body)
        if error is not None:
            self._writer.refuse(error)
        return error is None

    def _fault(self, body: bytes) -> _Malformed | None:
        import json

        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            return _Malformed(None, types.ErrorCodes.ParseError.value, "this message is no JSON")
        if not isinstance(message, dict):
            return _Malformed(None, types.ErrorCodes.InvalidRequest.value, "a message must be an object")
        id_, method = message.get("id"), message.get("method")
        known = id_ if type(id_) in (int, str) else None
        if message.get("jsonrpc") != "2.0":
            return _Malformed(known, types.ErrorCodes.InvalidRequest.value, 'a message must have `"jsonrpc": "2.0"`')
        if "id" in message and known is None and "error" not in message:
            return _Malformed(None, types.ErrorCodes.InvalidRequest.value, "an id must be a whole number or a text")
        if "method" in message and not isinstance(method, str):
            return _Malformed(known, types.ErrorCodes.InvalidRequest.value, "`method` must be a text")
        if method is None:
            return self._response_fault(message, known)
        return self._params_fault(message, str(method), known)

    def _response_fault(self, message: dict[str, Any], id_: int | str | None) -> _Malformed | None:
        if "id" in message and ("result" in message or isinstance(message.get("error"), dict)):
            return None
        return _Malformed(
            id_, types.ErrorCodes.InvalidRequest.value, "a message must have a `method`, a `result` or an `error`"
        )

    def _params_fault(self, message: dict[str, Any], method: str, id_: int | str | None) -> _Malformed | None:
        """Return the fault of a request's parameters. A notification has no answer, so pygls may drop it."""
        known = types.METHOD_TO_TYPES.get(method)
        if id_ is None or known is None:
            return None
        try:
            self._converter.structure(message, known[0])
        except Exception as error:  # cattrs raises what the classes of the protocol raise
            reason = f"the parameters of `{method}` are not those of the protocol ({type(error).__name__})"
            return _Malformed(id_, types.ErrorCodes.InvalidParams.value, reason)
        return None
