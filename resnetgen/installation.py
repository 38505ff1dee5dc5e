"""The command that installs an extra of this installation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from resnetgen import resources


def install_command(extra: str) -> str:
    """Return the shell command that installs an extra.

    A checkout is named by its folder. An installed package is named as installers have recorded it (PEP 610): by a
    folder, a repository or a file; without a record it came from an index, where its name suffices.

    Args:
        extra: a name in `[project.optional-dependencies]` of pyproject.toml.

    Returns:
        A command such as `pip install -e '/home/me/resnetgen[torch]'`.
    """
    import shlex

    editable, before, after = _origin()
    return f"pip install {'-e ' if editable else ''}{shlex.quote(f'{before}[{extra}]{after}')}"


def _origin() -> tuple[bool, str, str]:
    """Return whether the installation is editable, and the texts before and after the extra."""
    if not resources.is_installed():
        return True, str(resources.specs_folder().parent), ""
    record = _record()
    url = record.get("url", "")
    if not url:
        return False, "resnetgen", ""
    if "dir_info" in record:
        from urllib.parse import urlsplit
        from urllib.request import url2pathname

        return False, str(Path(url2pathname(urlsplit(url).path))), ""
    source = record.get("vcs_info")
    return False, "resnetgen", f" @ {source['vcs']}+{url}@{source['commit_id']}" if source else f" @ {url}"


def _record() -> dict[str, Any]:
    """Return what the installer has recorded of the package's origin; empty if there is no record."""
    import json
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        text = distribution("resnetgen").read_text("direct_url.json")
    except PackageNotFoundError:
        return {}
    found: dict[str, Any] = json.loads(text or "{}")
    return found
