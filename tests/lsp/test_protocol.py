"""The language server over a real connection: a process, and an editor at the other end of its standard streams."""

import subprocess
import sys
from pathlib import Path

import pytest

from resnetgen.installation import install_command
from resnetgen.resources import specs_folder
from tests.cli.command_line import environment, program
from tests.lsp.editor import PATIENCE, Editor, edited, editor

BROKEN = "extends: resnet50\nname: mine\nstages:\n  layer3: {block: 23}\n"
PLAIN = "extends: resnet34\nname: plain\nblock: {shortcut: none}\n"
GOOD = BROKEN.replace("block:", "blocks:")


def test_a_spec_is_mended_from_its_opening_to_the_end(tmp_path: Path) -> None:
    with editor(tmp_path) as ed:
        capabilities = ed.initialize(tmp_path)
        assert 1 == capabilities["textDocumentSync"]["change"]
        uri = ed.open(tmp_path / "a näme.yaml", BROKEN)
        (found,) = ed.diagnostics(uri, version=1)
        assert ("RG201", 1, "resnetgen") == (found["code"], found["severity"], found["source"])
        assert {"start": {"line": 3, "character": 11}, "end": {"line": 3, "character": 16}} == found["range"]
        (action,) = ed.actions(uri, found)
        assert ("quickfix", True, [found]) == (action["kind"], action["isPreferred"], action["diagnostics"])
        text = edited(BROKEN, action["edit"]["changes"][uri])
        assert text == GOOD
        ed.change(uri, 2, text)
        assert [] == ed.diagnostics(uri, version=2)
        hover = ed.ask("hover", uri, 3, 4)
        assert "**layer3**: 512x28x28 → 1024x14x14" in hover["contents"]["value"]
        definition = ed.ask("definition", uri, 0, 12)
        assert (specs_folder() / "resnet50.yaml").as_uri() == definition["uri"]
        ed.change(uri, 3, "extends: resnet50\nname: mine\nhead: {pool: }\n")
        labels = [item["label"] for item in ed.ask("completion", uri, 2, 13)]
        assert [
            "avg",
            "max",
            "avg_plus_max",
            "avg_concat_max",
            "sum",
            "flatten",
            "none",
            "gem",
            "stats",
            "attention",
        ] == labels
        assert 0 == ed.leave()


def test_other_yaml_is_told_nothing_of(tmp_path: Path) -> None:
    with editor(tmp_path) as ed:
        ed.initialize(tmp_path)
        uri = ed.open(tmp_path / "pipeline.yaml", "stages: [build, test]\nname: x\n")
        assert [] == ed.diagnostics(uri)
        assert [] == ed.ask("completion", uri, 1, 0)
        assert None is ed.ask("hover", uri, 0, 2)
        assert None is ed.ask("definition", uri, 0, 2)
        assert 0 == ed.leave()


def test_the_unsaved_text_of_a_base_counts(tmp_path: Path) -> None:
    base, mine = tmp_path / "base.yaml", tmp_path / "mine.yaml"
    base.write_text("extends: resnet50\nname: base\n", encoding="utf-8")
    with editor(tmp_path) as ed:
        ed.initialize(tmp_path)
        uri = ed.open(mine, "extends: base.yaml\nname: mine\nstages:\n  extra: {blocks: 2}\n")
        assert ["RG202"] == [each["code"] for each in ed.diagnostics(uri)]
        base_uri = ed.open(base, base.read_text(encoding="utf-8"))
        assert ["RG202"] == [each["code"] for each in ed.diagnostics(uri)]
        ed.change(base_uri, 2, "extends: resnet50\nname: base\nstages:\n  extra: {blocks: 1, channels: 64}\n")
        assert [] == ed.diagnostics(uri)
        ed.change(base_uri, 3, "extends: resnet50\nname: base\nstages: {extra: {blocks: 1, channels: no}}\n")
        (found,) = ed.diagnostics(uri)
        assert ("RG105", 0) == (found["code"], found["range"]["start"]["line"])
        (related,) = found["relatedInformation"]
        assert (base_uri, 2, 38) == (
            related["location"]["uri"],
            related["location"]["range"]["start"]["line"],
            related["location"]["range"]["start"]["character"],
        )
        ed.close(base_uri)
        assert ["RG202"] == [each["code"] for each in ed.diagnostics(uri)]
        assert 0 == ed.leave()


def test_a_label_in_the_collection_is_a_place_in_a_file(tmp_path: Path) -> None:
    with editor(tmp_path) as ed:
        ed.initialize(tmp_path)
        uri = ed.open(tmp_path / "mine.yaml", "extends: resnet50\nname: mine\nblock: {mid: out / 3}\n")
        (found,) = ed.diagnostics(uri)
        uris = {each["location"]["uri"] for each in found["relatedInformation"]}
        assert {(specs_folder() / "resnet50.yaml").as_uri()} == uris
        assert 0 == ed.leave()


def units(text: str, encoding: str) -> int:
    """The code units of a text."""
    return (
        len(text.encode({"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(encoding, encoding)))
        // ({"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding])
    )


@pytest.mark.parametrize("asked", ["utf-8", "utf-16", "utf-32", None])
def test_columns_count_the_units_that_were_agreed_on(tmp_path: Path, asked: str | None) -> None:
    line = 'aka: {"🦊 e\u0301": a, b: yes}'
    encoding = asked or "utf-16"
    with editor(tmp_path) as ed:
        capabilities = ed.initialize(tmp_path, **({"general": {"positionEncodings": [asked]}} if asked else {}))
        assert encoding == capabilities["positionEncoding"]
        uri = ed.open(tmp_path / "mine.yaml", f"extends: resnet50\nname: mine\n{line}\n")
        (found,) = ed.diagnostics(uri)
        start = units(line[: line.index("yes")], encoding)
        assert ("RG105", start) == (found["code"], found["range"]["start"]["character"])
        assert start + 3 == found["range"]["end"]["character"]
        ed.change(uri, 2, 'extends: resnet50\nname: mine\nblock: {type: "🦊", attention: }\n')
        place = units('block: {type: "🦊", attention: ', encoding)
        items = ed.ask("completion", uri, 2, place)
        assert "eca" in [item["label"] for item in items]
        assert {place} == {item["textEdit"]["range"]["start"]["character"] for item in items}
        assert 0 == ed.leave()


def test_a_warning_may_be_ignored(tmp_path: Path) -> None:
    with editor(tmp_path) as ed:
        ed.initialize(tmp_path)
        uri = ed.open(tmp_path / "mine.yaml", PLAIN)
        (found,) = ed.diagnostics(uri)
        assert ("RG503", 2) == (found["code"], found["severity"])
        (action,) = ed.actions(uri, found)
        ed.change(uri, 2, edited(PLAIN, action["edit"]["changes"][uri]))
        assert [] == ed.diagnostics(uri, version=2)
        assert 0 == ed.leave()


def test_what_a_project_ignores_is_not_told(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text('[tool.resnetgen]\nignore = ["RG503"]\n', encoding="utf-8")
    with editor(tmp_path) as ed:
        ed.initialize(tmp_path)
        assert [] == ed.diagnostics(ed.open(project / "mine.yaml", PLAIN))
        assert 1 == len(ed.diagnostics(ed.open(tmp_path / "mine.yaml", PLAIN)))
        assert 0 == ed.leave()


def test_a_file_that_changes_elsewhere_is_read_again(tmp_path: Path) -> None:
    base = tmp_path / "base.yaml"
    base.write_text("extends: resnet50\nname: base\n", encoding="utf-8")
    with editor(tmp_path) as ed:
        ed.initialize(tmp_path, workspace={"didChangeWatchedFiles": {"dynamicRegistration": True}})
        uri = ed.open(tmp_path / "mine.yaml", "extends: base.yaml\nname: mine\nstages: {layer5: {blocks: 2}}\n")
        assert ["RG202"] == [each["code"] for each in ed.diagnostics(uri)]
        assert ["client/registerCapability"] == [each["method"] for each in ed.requests]
        base.write_text("extends: resnet50\nname: base\nstages: {layer5: {channels: 9}}\n", encoding="utf-8")
        ed.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": base.as_uri(), "type": 2}]})
        assert "RG202" not in [each["code"] for each in ed.diagnostics(uri)]
        assert 0 == ed.leave()


def test_an_editor_without_markdown_is_sent_none(tmp_path: Path) -> None:
    with editor(tmp_path) as ed:
        ed.initialize(tmp_path, textDocument={"hover": {"contentFormat": ["plaintext"]}})
        uri = ed.open(tmp_path / "mine.yaml", GOOD)
        contents = ed.ask("hover", uri, 0, 12)["contents"]
        assert "plaintext" == contents["kind"]
        assert contents["value"].startswith('resnet50: ResNet-50, stride in the 3x3 convolution ("v1.5").')
        assert 0 == ed.leave()


HOSTILE = {
    "too large": "stages: {" + "a" * (1 << 20),
    "nested": "extends: [" * 100_000,
    "brackets": "stem: " + "[{" * 200_000,
    "indented": "name: x\nstages:\n" + "".join(f"{' ' * depth}a:\n" for depth in range(1000)),
    "garbage": "\0\x07\ud800\u2028\x85stages: \ufffe{\n",
    "directives": "%TAG ! tag:\n" * 10_000,
    "aliases": "a: &a [x]\n" + "b: [*a, *a]\n" * 1000,
    "nothing": "",
}


def test_no_text_ends_the_server(tmp_path: Path) -> None:
    with editor(tmp_path) as ed:
        ed.initialize(tmp_path)
        for name, text in HOSTILE.items():
            uri = ed.open(tmp_path / f"{name}.yaml", f"# resnetgen\n{text}")
            codes = [each["code"] for each in ed.diagnostics(uri)]
            assert codes and all(code.startswith("RG1") for code in codes), name
            last = text.count("\n") + 1
            for line, character in ((0, 0), (1, 4), (last, 10**9), (10**9, 10**9)):
                ed.ask("hover", uri, line, character)
                ed.ask("completion", uri, line, character)
                ed.ask("definition", uri, line, character)
            ed.change(uri, 2, GOOD)
            assert [] == ed.diagnostics(uri, version=2)
        assert 0 == ed.leave()


def test_an_address_or_a_base_that_no_file_can_have_is_no_fault_of_ours(tmp_path: Path) -> None:
    with editor(tmp_path) as ed:
        ed.initialize(tmp_path)
        for number, (uri, text, expected) in enumerate(
            (("file:///%00.yaml", BROKEN, "RG201"), ("untitled:mine", 'extends: "a\\0.yaml"\nname: mine\n', "RG110"))
        ):
            document = {"uri": uri, "languageId": "yaml", "version": number, "text": text}
            ed.notify("textDocument/didOpen", {"textDocument": document})
            assert [expected] == [each["code"] for each in ed.diagnostics(uri)]
        assert 0 == ed.leave()


def test_of_changes_in_quick_succession_the_last_is_checked(tmp_path: Path) -> None:
    with editor(tmp_path) as ed:
        ed.initialize(tmp_path)
        uri = ed.open(tmp_path / "mine.yaml", BROKEN)
        assert 1 == len(ed.diagnostics(uri))
        for version in range(2, 500):
            ed.change(uri, version, BROKEN[: version % len(BROKEN)])
        ed.change(uri, 500, GOOD)
        assert [] == ed.diagnostics(uri, version=500)
        assert 0 == ed.leave()


def test_what_is_no_message_is_not_the_end(tmp_path: Path) -> None:
    with editor(tmp_path) as ed:
        ed.initialize(tmp_path)
        ed.raw(b"Content-Length: 5\r\n\r\n{nope")
        ed.send({"id": "odd", "method": "textDocument/hover", "params": {"textDocument": 3}})
        ed.notify("textDocument/didChange", {"textDocument": {"uri": "file:///never/opened.yaml", "version": 1}})
        uri = ed.open(tmp_path / "mine.yaml", GOOD)
        assert [] == ed.diagnostics(uri)
        assert 0 == ed.leave()


def test_a_document_without_a_file_is_a_spec_by_its_keys(tmp_path: Path) -> None:
    with editor(tmp_path) as ed:
        ed.initialize(tmp_path)
        document = {"uri": "untitled:Untitled-1", "languageId": "yaml", "version": 1, "text": BROKEN}
        ed.notify("textDocument/didOpen", {"textDocument": document})
        assert ["RG201"] == [each["code"] for each in ed.diagnostics("untitled:Untitled-1")]
        assert 0 == ed.leave()


FAULTY = """
import sys
from resnetgen.lsp.workspace import Workspace
from resnetgen.lsp.protocol import Server

def hear(path, diagnostics):
    if path.name == "bad.yaml":
        raise ZeroDivisionError("a fault of ours")
    return diagnostics

sys.exit(not Server(Workspace(hear)).run())
"""


def test_a_fault_of_ours_is_logged_and_not_the_end(tmp_path: Path) -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    words = [sys.executable, "-c", FAULTY]
    with subprocess.Popen(words, cwd=tmp_path, env=environment(), **pipes) as process:  # type: ignore[call-overload]
        ed = Editor(process)
        ed.initialize(tmp_path)
        bad = ed.open(tmp_path / "bad.yaml", GOOD)
        logged = ed.wait("window/logMessage", type=1)["message"]
        assert "RG901" in logged and "ZeroDivisionError: a fault of ours" in logged
        assert None is ed.ask("hover", bad, 0, 0)
        good = ed.open(tmp_path / "good.yaml", GOOD)
        assert [] == ed.diagnostics(good)
        assert 0 == ed.leave()


def test_an_editor_that_is_gone_without_a_word_is_an_error(tmp_path: Path) -> None:
    with editor(tmp_path) as ed:
        ed.initialize(tmp_path)
        ed.notify("exit")
        assert 1 == ed.process.wait(PATIENCE)
    with editor(tmp_path) as ed:
        ed.initialize(tmp_path)
        assert ed.process.stdin is not None
        ed.process.stdin.close()
        assert 1 == ed.process.wait(PATIENCE)


WITHOUT_PYGLS = """
import sys
sys.modules["pygls"] = None
from resnetgen.__main__ import main
sys.argv = ["resnetgen", "lsp"]
sys.exit(main())
"""


def test_without_pygls_it_says_how_to_install_it() -> None:
    done = program(WITHOUT_PYGLS)
    message = f"error: the language server needs pygls, which is not installed: {install_command('lsp')}\n"
    assert (1, "", message) == done


MALFORMED = {
    "no JSON": (b"{nope", None, -32700),
    "nested without end": (b"[" * 100_000, None, -32700),
    "a batch": (b'[{"jsonrpc": "2.0", "id": 7, "method": "shutdown"}]', None, -32600),
    "no object": (b"3", None, -32600),
    "no version": (b'{"id": 7, "method": "shutdown"}', 7, -32600),
    "another version": (b'{"jsonrpc": "1.0", "id": "x", "method": "shutdown"}', "x", -32600),
    "an id of null": (b'{"jsonrpc": "2.0", "id": null, "method": "shutdown"}', None, -32600),
    "an id that is true": (b'{"jsonrpc": "2.0", "id": true, "method": "shutdown"}', None, -32600),
    "a method that is a number": (b'{"jsonrpc": "2.0", "id": 7, "method": 3}', 7, -32600),
    "no method": (b'{"jsonrpc": "2.0", "id": 7}', 7, -32600),
    "an unknown method": (b'{"jsonrpc": "2.0", "id": 7, "method": "no/such", "params": {}}', 7, -32601),
    "no params": (b'{"jsonrpc": "2.0", "id": 7, "method": "textDocument/hover"}', 7, -32602),
    "params of another kind": (
        b'{"jsonrpc": "2.0", "id": 7, "method": "textDocument/hover", "params": [1]}',
        7,
        -32602,
    ),
    "a document that is a number": (
        b'{"jsonrpc": "2.0", "id": "x", "method": "textDocument/hover", "params": {"textDocument": 3}}',
        "x",
        -32602,
    ),
}


def test_what_is_malformed_is_answered_under_its_id(tmp_path: Path) -> None:
    with editor(tmp_path) as ed:
        ed.initialize(tmp_path)
        for name, (body, id_, code) in MALFORMED.items():
            ed.raw(b"content-length:%d\r\nContent-Type: application/vscode-jsonrpc\r\n\r\n%s" % (len(body), body))
            assert (name, id_, code) == (name, *ed.error())
        assert 0 == ed.leave()


def test_a_message_that_is_too_long_is_skipped(tmp_path: Path) -> None:
    with editor(tmp_path) as ed:
        ed.initialize(tmp_path)
        ed.raw(b"Content-Length: 20000000\r\n\r\n" + b"x" * 20_000_000)
        assert (None, -32600) == ed.error()
        uri = ed.open(tmp_path / "mine.yaml", GOOD)
        assert [] == ed.diagnostics(uri)
        ed.raw(b"Content-Length: 99999999999999999\r\n\r\n{")
        assert (None, -32600) == ed.error()
        assert ed.process.stdin is not None
        ed.process.stdin.close()
        assert 1 == ed.process.wait(PATIENCE)


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is read from /proc")
def test_documents_that_were_closed_take_no_memory(tmp_path: Path) -> None:
    """Each is another network, of hundreds of blocks that differ, with a layout of its own."""
    with editor(tmp_path) as ed:
        ed.initialize(tmp_path)
        sizes = []
        for number in range(32):
            blocks = ", ".join(f"{{mid: {32 * width + number}}}" for width in range(1, 400))
            stages = f"stages: {{layer1: {{blocks: [{blocks}]}}}}\n"
            text = f"extends: resnet50\nname: mine\nlayout: {{shortcut: s{number}}}\n{stages}"
            uri = ed.open(tmp_path / "mine.yaml", text)
            ed.diagnostics(uri)
            ed.close(uri)
            ed.diagnostics(uri)
            sizes.append(ed.memory())
        assert max(sizes[24:]) - max(sizes[12:20]) < 6, sizes
        assert 0 == ed.leave()
