"""Folders: where pages come from, where they are staged, and where the site is built."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
ASSETS = ROOT / "docsite" / "assets"
STAGED = ROOT / "build" / "docsite"
SITE = ROOT / "build" / "site"

NETWORKS = "networks"
"""The folder of the site with a page for each network."""

PROJECT = "project"
"""The folder of the site with the pages about the project itself."""

FILES = "files"
"""The folder of the site with copies of files that pages link to."""

PROJECT_PAGES = {
    "README.md": "Readme",
    "ARCHITECTURE.md": "Architecture of the code",
    "CONTRIBUTING.md": "Contributing",
    "CHANGELOG.md": "Changelog",
    "benchmarks/README.md": "Run the benchmarks",
}
"""The pages outside of docs/ that the site has, with their titles in the navigation."""


def project_page(path: str) -> str:
    """Return the place in the site of a page of the project.

    Args:
        path: a key of `PROJECT_PAGES`.

    Example:
        >>> project_page("benchmarks/README.md")
        'project/benchmarks-readme.md'
    """
    return f"{PROJECT}/{path.lower().replace('/', '-')}"
