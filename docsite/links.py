"""Links of docs/ in the site: a spec becomes the page of its network, another file of the project a copy."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Mapping
from pathlib import Path

from docsite.notebook_page import place_of
from docsite.paths import DOCS, FILES, NETWORKS, PROJECT_PAGES, ROOT, project_page
from resnetgen.resources import specs_folder


class Resolver:
    """Finds the targets of links in the site, and remembers the files that they need.

    Args:
        networks: the network's name of each file of the collection.
    """

    def __init__(self, networks: Mapping[Path, str]) -> None:
        self._networks = networks
        self.files: set[str] = set()
        """The files of the project to copy, as paths from its root."""

    def resolve(self, link: str, source: str, place: str) -> str:
        """Return the target of a link as the site has it.

        Args:
            link: the target in the source.
            source: the page that has the link, from the root of the project.
            place: where the page stands in the site.

        Raises:
            ValueError: the link leads to nothing.
        """
        path, mark, anchor = link.partition("#")
        if not path or "://" in link or link.startswith("mailto:"):
            return link
        target = Path(os.path.normpath(ROOT / posixpath.dirname(source) / path))
        if not target.exists():
            raise ValueError(f"{source}: the link {link} leads to nothing")
        return posixpath.relpath(self._place(target), posixpath.dirname(place) or ".") + mark + anchor

    def _place(self, target: Path) -> str:
        """Return where the site has a file or folder of the project."""
        path = target.relative_to(ROOT).as_posix()
        if target.is_relative_to(DOCS):
            return place_of(target.relative_to(DOCS).as_posix())
        if target in self._networks:
            return f"{NETWORKS}/{self._networks[target]}.md"
        if target.is_relative_to(specs_folder()) and target.is_dir():
            return "reference/collection.md"
        if path in PROJECT_PAGES:
            return project_page(path)
        if target.is_dir():
            raise ValueError(f"the site has no page for the folder {path}")
        self.files.add(path)
        return f"{FILES}/{path}" if target.suffix != ".md" else f"{FILES}/{path}.txt"
