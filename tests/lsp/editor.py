"""An editor as the tests play it: a process with the language server, and the other end of its connection."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.cli.command_line import command, environment

PATIENCE = 60.0
"""Seconds to wait for an answer, on a machine that does other things too."""


class Editor:
    """Sends requests and notifications, and keeps what comes back: answers by their number, the rest in order."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.requests: list[dict[str, Any]] = []
        self._count = 0
        self._messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._waiting: list[dict[str, Any]] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while header := stream.readline():
            length = 0
            while header.strip():
                name, _, value = header.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
                header = stream.readline()
            self._messages.put(json.loads(stream.read(length)))
        self._messages.put(None)

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.raw(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def raw(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def notify(self, method: str, params: Any = None) -> None:
        self.send({"method": method, "params": params})

    def request(self, method: str, params: Any = None) -> Any:
        """Send a request and wait for what it is answered with."""
        self._count += 1
        self.send({"id": self._count, "method": method, "params": params})
        answer = self._wait(lambda message: message.get("id") == self._count and "method" not in message)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def error(self) -> tuple[Any, int]:
        """Wait for an answer that is an error, and give its id and its code."""
        answer = self._wait(lambda message: "error" in message)
        return answer["id"], answer["error"]["code"]

    def memory(self, key: str = "VmRSS") -> float:
        """The memory of the server now, in megabytes; on Linux."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(f"{key}:")) / 2**10

    def peak(self) -> float:
        """The most memory that the server had, in megabytes; on Linux."""
        return self.memory("VmHWM")

    def seconds(self) -> float:
        """The seconds of the processor that the server took so far; on Linux."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wait(self, method: str, **params: Any) -> Any:
        """Wait for a notification with these parameters among its own."""

        def fits(message: dict[str, Any]) -> bool:
            return message.get("method") == method and params.items() <= message["params"].items()

        return self._wait(fits)["params"]

    def _wait(self, fits: Any) -> dict[str, Any]:
        for message in self._waiting:
            if fits(message):
                self._waiting.remove(message)
                return message
        while True:
            received = self._messages.get(timeout=PATIENCE)
            assert received is not None, "the server ended"
            if "id" in received and "method" in received:
                self.requests.append(received)
                self.send({"id": received["id"], "result": None})
            elif fits(received):
                return received
            else:
                self._waiting.append(received)

    def initialize(self, root: Path, **capabilities: Any) -> dict[str, Any]:
        """Begin, and give what the server can do."""
        params = {"processId": None, "rootUri": root.as_uri(), "capabilities": capabilities}
        answer: dict[str, Any] = self.request("initialize", params)
        self.notify("initialized", {})
        found: dict[str, Any] = answer["capabilities"]
        return found

    def open(self, path: Path, text: str) -> str:
        """Open a document, and give its address."""
        uri = path.as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})
        return uri

    def change(self, uri: str, version: int, text: str) -> None:
        document = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def close(self, uri: str) -> None:
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def diagnostics(self, uri: str, **params: Any) -> list[dict[str, Any]]:
        """Wait for what is wrong with a document."""
        found: list[dict[str, Any]] = self.wait("textDocument/publishDiagnostics", uri=uri, **params)["diagnostics"]
        return found

    def ask(self, method: str, uri: str, line: int, character: int) -> Any:
        """Ask something of a place in a document."""
        position = {"line": line, "character": character}
        return self.request(f"textDocument/{method}", {"textDocument": {"uri": uri}, "position": position})

    def actions(self, uri: str, diagnostic: dict[str, Any]) -> list[dict[str, Any]]:
        context = {"diagnostics": [diagnostic]}
        params = {"textDocument": {"uri": uri}, "range": diagnostic["range"], "context": context}
        found: list[dict[str, Any]] = self.request("textDocument/codeAction", params)
        return found

    def leave(self) -> int:
        """End as editors should, and give the server's exit code."""
        self.request("shutdown")
        self.notify("exit")
        return self.process.wait(PATIENCE)


@contextmanager
def editor(folder: Path, *options: str) -> Iterator[Editor]:
    """An editor whose current folder is this one."""
    process = subprocess.Popen(
        command("lsp", *options),
        cwd=folder,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        try:
            yield Editor(process)
        finally:
            process.kill()


def edited(text: str, edits: list[dict[str, Any]]) -> str:
    """A text of plain ASCII after an editor's changes."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def index(position: dict[str, int]) -> int:
        return starts[position["line"]] + position["character"]

    for edit in sorted(edits, key=lambda each: index(each["range"]["start"]), reverse=True):
        start, end = index(edit["range"]["start"]), index(edit["range"]["end"])
        text = text[:start] + edit["newText"] + text[end:]
    return text
