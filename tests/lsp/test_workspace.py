"""The language server's workspace: which documents are specs, their diagnostics and code actions."""

from pathlib import Path

import pytest

from resnetgen.diagnostics.apply_edits import apply_edits
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.lsp.actions import Action, actions
from resnetgen.lsp.detect import is_spec
from resnetgen.lsp.diagnostics import Finding, findings
from resnetgen.lsp.workspace import Workspace
from resnetgen.source.collection import names
from tests.processor_time import at_most

FOLDER = Path("/nowhere/project")

SPECS = [
    ("mine.yaml", "extends: resnet50\nname: mine\n"),
    ("mine.yaml", "name: mine\nextends: "),
    ("mine.yml", "name: mine\nextends: ../base.yaml\nstages: {layer3: {blo"),
    ("mine.yaml", "name: mine\ninput: {channels: 3, size: 224}\nstages:\n  layer1: {"),
    ("mine.yaml", "# A spec of resnetgen.\n"),
    ("mine.yaml", "\n# first\n\n# yaml-language-server: $schema=../resnetgen.spec.validate.json\nx: y\n"),
    ("mine.yaml", "# line\r\n\n" * 2500 + "  # a spec of resnetgen"),
    ("specs/mine.yaml", ""),
    ("specs/deeper/mine.yaml", "exten"),
    ("specs/mine.yaml", "nam: mine\nextends: resnet50\n"),
    ("mine.yaml", "{name: mine, extends: resnet50, "),
]

OTHERS = [
    ("mine.json", "extends: resnet50\nname: mine\n"),
    (".hidden.yaml", "extends: resnet50\nname: mine\n"),
    ("mine.yaml", ""),
    ("pipeline.yaml", "stages: [build, test]\nname: x\nhead: y\n"),
    ("pipeline.yaml", "stages:\n  - stage: build\nname: x\n"),
    ("pipeline.yaml", "name: x\nextends:\n  template: y.yml\n"),
    ("experiment.yaml", "stages:\n  train:\n    cmd: python train.py\n"),
    ("style.yaml", "extends: existence\nmessage: no\nlevel: error\n"),
    ("specs/api.yaml", "openapi: 3.1.0\ninfo: {}\npaths: {}\ncomponents: {}\n"),
    ("notes.yaml", "a: b # resnetgen\n"),
    ("notes.yaml", "# line\n\n" * 2500 + "a: b\n# resnetgen\n"),
]


@pytest.mark.parametrize(("name", "text"), SPECS)
def test_a_spec_is_known(name: str, text: str) -> None:
    assert is_spec(FOLDER / name, text)


@pytest.mark.parametrize(("name", "text"), OTHERS)
def test_what_is_no_spec_is_known(name: str, text: str) -> None:
    assert not is_spec(FOLDER / name, text)


@pytest.mark.parametrize("piece", ["\n", " \n", "#\n", " ", "#", "# ", "\t#\r\n"])
def test_it_takes_no_longer_for_a_text_of_nothing(piece: str) -> None:
    with at_most(20):  # it is one, or for ever
        assert not is_spec(FOLDER / "mine.yaml", piece * ((1 << 20) // len(piece)) + "x")


def test_every_spec_of_the_collection_is_known_by_its_keys() -> None:
    assert [] == [name for name, path in names().items() if not is_spec(None, path.read_text(encoding="utf-8"))]


def put(text: str, name: str = "mine.yaml") -> Workspace:
    workspace = Workspace()
    workspace.put(name, FOLDER / name, text)
    return workspace


def found(workspace: Workspace, name: str = "mine.yaml") -> list[Finding]:
    checked = workspace.checked(name)
    assert checked is not None
    return findings(checked)


def offered(workspace: Workspace, finding: Finding, name: str = "mine.yaml") -> list[Action]:
    checked = workspace.checked(name)
    assert checked is not None
    return list(actions(workspace, checked, finding.diagnostic))


def test_a_finding_has_words_and_a_way_out() -> None:
    (finding,) = found(put("extends: resnet50\nname: mine\nhead: {pool: min}\n"))
    assert "unknown `pool` 'min'" in finding.message
    assert finding.message.endswith(
        "\nhelp: use avg, max, avg_plus_max, avg_concat_max, sum, flatten, none, gem, stats or attention"
    )


def test_a_key_of_another_library_has_a_quick_fix() -> None:
    workspace = put("extends: resnet50\nname: mine\nblock: {activation: silu}\n")
    (finding,) = found(workspace)
    (action,) = offered(workspace, finding)
    assert ("rename it to `act`", True) == (action.title, action.preferred)
    assert ["act"] == [edit.text for edit in action.edits]


def test_nothing_that_is_shown_is_hidden() -> None:
    (finding,) = found(put('extends: resnet50\nname: mine\nhead: {pool: "a\u202eb"}\n'))
    assert "a\\u202eb" in finding.message
    assert "\u202e" not in finding.message


def test_a_fault_of_a_base_stands_at_extends() -> None:
    workspace = put("name: mine\nextends: base.yaml\n")
    workspace.put("base", FOLDER / "base.yaml", "extends: resnet50\nname: base\nhead: {pool: min}\n")
    (finding,) = found(workspace)
    assert (2, 10) == (finding.span.line, finding.span.column)
    assert finding.message.startswith("in /nowhere/project/base.yaml: unknown `pool` 'min'")
    (label,) = finding.related
    assert ("/nowhere/project/base.yaml", 3, 14) == (label.span.text.name, label.span.line, label.span.column)
    assert label.words == finding.diagnostic.message


def test_a_spec_that_extends_an_open_one_is_checked_again() -> None:
    workspace = put("extends: middle.yaml\nname: mine\n")
    workspace.put("middle", FOLDER / "middle.yaml", "extends: base.yaml\nname: middle\n")
    assert ["RG110"] == [finding.diagnostic.code for finding in found(workspace)]
    assert ["mine.yaml"] == workspace.put("base", FOLDER / "base.yaml", "extends: resnet50\nname: base\n")
    assert [] == found(workspace)
    assert [] == found(workspace, "middle")
    assert ["mine.yaml", "middle"] == workspace.remove("base")
    assert ["RG110"] == [finding.diagnostic.code for finding in found(workspace)]


def test_a_link_to_an_open_file_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("extends: resnet50\nname: base\n", encoding="utf-8")
    (tmp_path / "link.yaml").symlink_to("base.yaml")
    workspace = Workspace()
    workspace.put("mine", tmp_path / "mine.yaml", "extends: link.yaml\nname: mine\n")
    workspace.put("base", tmp_path / "base.yaml", "extends: resnet50\nname: base\nnonsense: 1\n")
    assert ["RG201"] == [finding.diagnostic.code for finding in found(workspace, "mine")]


def test_an_open_spec_of_the_collection_is_what_its_name_means() -> None:
    workspace = put("extends: resnet50\nname: mine\n")
    assert [] == found(workspace)
    path = names()["resnet50"]
    workspace.put("shipped", path, path.read_text(encoding="utf-8").replace("layer4:", "layer5:"))
    checked = workspace.checked("mine.yaml")
    assert checked is not None and checked.compiled is not None
    assert "layer5" == checked.compiled.network.stages[-1].name
    assert [] == found(workspace, "shipped")


def test_bases_stay_in_the_tree_unless_told_otherwise(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").touch()
    (tmp_path / "base.yaml").write_text("extends: resnet50\nname: base\n", encoding="utf-8")
    for allow, codes in ((False, ["RG113"]), (True, [])):
        workspace = Workspace(allow_outside=allow)
        workspace.put("mine", project / "mine.yaml", "extends: ../base.yaml\nname: mine\n")
        assert codes == [finding.diagnostic.code for finding in found(workspace, "mine")]


def test_a_byte_order_mark_is_no_character_of_the_text() -> None:
    workspace = put("\ufeffextends: resnet50\nname: mine\n")
    document = workspace.spec("mine.yaml")
    assert document is not None
    assert (True, "extends") == (document.bom, document.text[:7])
    assert [] == found(workspace)


MENDED = [
    "extends: resnet50\nname: mine\nstages: {layer3: {block: 3}}\n",
    "extends: resnet50\nname: mine\nhead: {pool: avgg}\n",
    "extends: resnet50\nname: mine\ninit: {zero_init_residual: yes}\n",
]


@pytest.mark.parametrize("text", MENDED)
def test_a_certain_mend_is_offered_and_mends(text: str) -> None:
    workspace = put(text)
    (finding,) = found(workspace)
    (action,) = offered(workspace, finding)
    assert action.preferred and action.path is None
    assert [] == found(put(apply_edits(finding.span.text, action.edits)))


def test_a_mend_in_a_base_is_offered_there() -> None:
    workspace = put("name: mine\nextends: base.yaml\n")
    workspace.put("base", FOLDER / "base.yaml", "extends: resnet50\nname: base\nhead: {poool: avg}\n")
    (finding,) = found(workspace)
    (action,) = offered(workspace, finding)
    assert FOLDER / "base.yaml" == action.path


PLAIN = "extends: resnet34\nname: plain\nblock: {shortcut: none}\n"

IGNORING = [
    (PLAIN, PLAIN + "ignore: {RG503: intended}\n"),
    (PLAIN.rstrip(), PLAIN + "ignore: {RG503: intended}\n"),
    (PLAIN + "ignore: {}\n", PLAIN + "ignore: {RG503: intended}\n"),
    (
        f"ignore: {{RG501: small}}\n{PLAIN}input: {{size: 48}}\n",
        f"ignore: {{RG503: intended, RG501: small}}\n{PLAIN}input: {{size: 48}}\n",
    ),
    (
        f"ignore:\n  RG501: small\n{PLAIN}input: {{size: 48}}\n",
        f"ignore:\n  RG503: intended\n  RG501: small\n{PLAIN}input: {{size: 48}}\n",
    ),
]


@pytest.mark.parametrize(("text", "expected"), IGNORING)
def test_a_warning_may_be_ignored(text: str, expected: str) -> None:
    workspace = put(text)
    finding = next(finding for finding in found(workspace) if finding.diagnostic.code == "RG503")
    (action,) = offered(workspace, finding)
    assert ("ignore RG503 in this spec", False) == (action.title, action.preferred)
    changed = apply_edits(action.edits[0].span.text, action.edits)
    assert expected == changed
    assert "RG503" not in [each.diagnostic.code for each in found(put(changed))]


@pytest.mark.parametrize("text", ["{extends: resnet34, name: plain, block: {shortcut: none}}\n", f"{PLAIN}...\n"])
def test_where_ignoring_would_spoil_the_text_it_is_not_offered(text: str) -> None:
    workspace = put(text)
    (finding,) = found(workspace)
    assert [] == offered(workspace, finding)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("extends: resnet50\nname: phone\nbudget: {params: 1M}\n", "RG510"),
        ("extends: resnet18\nname: quiet\nignore: {RG503: not so}\n", "RG511"),
    ],
)
def test_what_cannot_be_ignored_is_not_offered_to_be(text: str, code: str) -> None:
    workspace = put(text)
    finding = next(finding for finding in found(workspace) if finding.diagnostic.code == code)
    assert [] == [action for action in offered(workspace, finding) if action.title.startswith("ignore")]


def test_what_is_not_heard_is_not_found() -> None:
    def keep(path: Path | None, diagnostics: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
        return tuple(each for each in diagnostics if path is None)

    workspace = Workspace(keep)
    workspace.put("mine.yaml", FOLDER / "mine.yaml", PLAIN)
    workspace.put("untitled", None, PLAIN)
    assert [] == found(workspace)
    assert ["RG503"] == [each.diagnostic.code for each in found(workspace, "untitled")]
