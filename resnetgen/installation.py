"""Facts about this installation: the command that installs an extra, and where the pages of codes are."""

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


def page_url(code: str) -> str:
    """Return the address of the page about a code.

    The documentation has no published address yet, so only a checkout has one: that of its own file. It names the
    host, as a terminal may show the output of another machine.

    Args:
        code: a diagnostic code, such as RG301.

    Returns:
        A URL such as `file://host/home/me/resnetgen/docs/reference/diagnostics/rg3xx.md`, or "" where there is no page.
    """
    if resources.is_installed():
        return ""
    import socket

    page = next(filter(lambda page: _has(page.stem, code.lower()), sorted(_pages().glob("rg*.md"))), None)
    if page is None:
        return ""
    url = page.as_uri()
    # on Windows, a host before a drive is a share on the network
    return url if page.drive else url.replace("file://", f"file://{socket.gethostname()}", 1)


def _pages() -> Path:
    return resources.specs_folder().parent / "docs" / "reference" / "diagnostics"


def _has(page: str, code: str) -> bool:
    """Return whether a page named `rg3xx`, or by its first and last code as in `rg101-107`, is about a code."""
    first, _, last = page.partition("-")
    return first[:3] == code[:3] and (not last or first <= code <= f"rg{last}")


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
