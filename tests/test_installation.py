"""Messages name a command that installs an extra from where the package itself came."""

import json
from pathlib import Path
from typing import Any

import pytest

from resnetgen import installation, resources
from resnetgen.installation import install_command

ROOT = Path(__file__).resolve().parent.parent
LISTED = ("torch", "onnx", "safetensors", "lsp")


def installed_as(record: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the package be installed, with that record of its origin."""
    monkeypatch.setattr(resources, "is_installed", lambda: True)
    monkeypatch.setattr(installation, "_record", lambda: record)


@pytest.mark.parametrize("extra", LISTED)
def test_a_checkout_is_named_by_its_folder(extra: str) -> None:
    assert f"pip install -e '{ROOT}[{extra}]'" == install_command(extra)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"url": "file:///home/me/the%20checkout", "dir_info": {}}, "'/home/me/the checkout[lsp]'"),
        (
            {"url": "https://host/owner/resnetgen", "vcs_info": {"vcs": "git", "commit_id": "0a1b2c"}},
            "'resnetgen[lsp] @ git+https://host/owner/resnetgen@0a1b2c'",
        ),
        (
            {"url": "https://host/resnetgen-0.1.0.tar.gz", "archive_info": {"hash": "sha256=0"}},
            "'resnetgen[lsp] @ https://host/resnetgen-0.1.0.tar.gz'",
        ),
        ({}, "'resnetgen[lsp]'"),
    ],
    ids=["folder", "repository", "archive", "index"],
)
def test_an_installed_package_is_named_by_its_origin(
    record: dict[str, Any], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed_as(record, monkeypatch)
    assert f"pip install {expected}" == install_command("lsp")


def test_the_record_is_the_one_that_installers_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    metadata = tmp_path / "resnetgen-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: resnetgen\nVersion: 0.1.0\n")
    (metadata / "direct_url.json").write_text(json.dumps({"url": "file:///x", "dir_info": {}}))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(resources, "is_installed", lambda: True)
    assert "pip install '/x[torch]'" == install_command("torch")


def test_no_other_module_tells_how_it_is_installed() -> None:
    told = [path.name for path in sorted((ROOT / "resnetgen").rglob("*.py")) if "pip install" in path.read_text()]
    assert ["installation.py"] == told
