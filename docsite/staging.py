"""Stage the site: every page and file that it is built from, in one folder."""

from __future__ import annotations

import os
import posixpath
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from docsite import api_page, collection_table, network_page, notebook_page
from docsite.links import Resolver
from docsite.markdown import convert
from docsite.navigation import API, PLAYGROUND, navigation
from docsite.networks import SiteNetwork
from docsite.paths import ASSETS, DOCS, PROJECT_PAGES, ROOT, SITE, project_page
from docsite.try_it import Specs
from resnetgen.documentation import site_url

PAGES = "pages"
"""The folder of the staged pages, beside the configuration."""

CONFIGURATION = "mkdocs.yml"

_WIDE_PAGES = ("index.md", collection_table.PAGE)
"""The pages without lists of links at their sides: pictures and tables need the room."""

_WIDE = "---\nhide: [navigation, toc]\n---\n\n"

_NO_PLAYGROUND = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Playground</title>
<body style="font-family: sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem">
<h1>This copy of the site has no playground</h1>
<p>It was built where Node.js is missing. <code>make playground</code> adds it once Node.js is installed.</p>
<p><a href="../index.html">To the documentation</a></p>
"""


def stage(folder: Path, networks: Sequence[SiteNetwork]) -> Path:
    """Write all that the site is built from into a folder, which is emptied first.

    Args:
        folder: the folder; `pages` and `mkdocs.yml` are written there.
        networks: the networks that have a page.

    Returns:
        The file of configuration.

    Raises:
        ValueError: a link leads to nothing.
    """
    shutil.rmtree(folder, ignore_errors=True)
    pages = folder / PAGES
    shutil.copytree(ASSETS, pages / "assets")
    resolver = Resolver({network.entry.path: network.name for network in networks})
    for place, text in _texts(networks, resolver):
        _write(pages / place, text)
    _stage_playground(pages)
    for path in DOCS.rglob("*"):
        if path.is_file() and path.suffix != ".md":
            _copy(path, pages / path.relative_to(DOCS))
    for file in sorted(resolver.files):
        _copy(ROOT / file, pages / "files" / (f"{file}.txt" if file.endswith(".md") else file))
    configuration = folder / CONFIGURATION
    configuration.write_text(yaml.safe_dump(_configuration(), sort_keys=False), encoding="utf-8")
    return configuration


def _stage_playground(pages: Path) -> None:
    """Keep the playground that was built into the site; where there is none, a page says so."""
    built, place = SITE / PLAYGROUND, pages / PLAYGROUND
    if built.is_file() and built.read_text(encoding="utf-8") != _NO_PLAYGROUND:
        shutil.copytree(built.parent, place.parent)
    else:
        _write(place, _NO_PLAYGROUND)


def _texts(networks: Sequence[SiteNetwork], resolver: Resolver) -> Iterator[tuple[str, str]]:
    """Yield the text of each page, and of what stands beside it, with its place in the site."""
    for path in sorted(DOCS.rglob("*.md")):
        place = path.relative_to(DOCS).as_posix()
        text = path.read_text(encoding="utf-8")
        if place == collection_table.PAGE:
            text = collection_table.page(text, networks)
        yield place, _WIDE * (place in _WIDE_PAGES) + _converted(text, f"docs/{place}", place, resolver)
    for path in sorted(DOCS.rglob(f"*{notebook_page.SUFFIX}")):
        yield notebook_page.place_of(path.relative_to(DOCS).as_posix()), notebook_page.page(path)
    for source in PROJECT_PAGES:
        place = project_page(source)
        yield place, _converted((ROOT / source).read_text(encoding="utf-8"), source, place, resolver)
    for network in networks:
        yield from network_page.files(network).items()
    yield API, api_page.page()


def _converted(text: str, source: str, place: str, resolver: Resolver) -> str:
    specs = Specs(posixpath.relpath(PLAYGROUND, posixpath.dirname(place) or "."))
    return convert(text, lambda link: resolver.resolve(link, source, place), specs.link)


def _configuration() -> dict[str, object]:
    """Return the part of the configuration that depends on the place, and the navigation."""
    return {
        "INHERIT": str(ROOT / "docsite" / CONFIGURATION),
        "site_url": "" if os.environ.get("SITE_VERSIONS") else site_url(),  # mike would add the version to `latest`
        "docs_dir": PAGES,
        "site_dir": str(SITE),
        "nav": navigation(),
    }


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
