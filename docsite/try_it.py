"""Links that open the specs of a page in the playground: a spec is in the address, behind its `#`."""

from __future__ import annotations

import re

import yaml

from resnetgen.playground.address import of_shipped, of_tabs
from resnetgen.playground.session import is_tab_name

_FENCE = re.compile(r"```yaml(?P<words>[^\n]*)\n(?P<text>(?:# (?P<file>\S+\.ya?ml)\n)?.*\n)```\n?", re.DOTALL)
_SPEC = re.compile(r"^\{?(?:name|extends|stages):", re.MULTILINE)

_UNNAMED = "mine.yaml"
"""The name of a spec that its fence does not name."""


class Specs:
    """The specs of a page, which may extend one another.

    Args:
        playground: the address of the playground from this page.
    """

    def __init__(self, playground: str) -> None:
        self._playground = playground
        self._texts: dict[str, str] = {}

    def link(self, fence: str) -> str:
        """Return what the site has below a fence: a link if the fence is a spec, else nothing.

        A fence `yaml` is a spec, as for the tests that play the pages; `yaml wrong` is one with mistakes, which the
        playground shows. Specs of the same page that it extends are opened with it.

        Args:
            fence: a fence of the page, with its marks. All of them have to come, in the order of the page.
        """
        found = _FENCE.fullmatch(fence)
        if found is None or found["words"].strip() not in ("", "wrong") or not _SPEC.search(found["text"]):
            return ""
        name = found["file"] or _UNNAMED
        self._texts[name] = found["text"]
        tabs = self._with_bases(name)
        if not tabs or not all(map(is_tab_name, tabs)):
            return ""
        return f"\n{_marked(self._playground + of_tabs(tabs))}\n"

    def _with_bases(self, name: str) -> dict[str, str]:
        """Return a spec and those of the page that it extends, by their files; nothing if one is not on the page."""
        tabs: dict[str, str] = {}
        while name not in tabs:
            if name not in self._texts:
                return {}
            tabs[name] = self._texts[name]
            base = _base(tabs[name])
            if not base.endswith((".yaml", ".yml")):  # a name of the collection, or none
                break
            name = base
        return tabs


def shipped_link(name: str, playground: str) -> str:
    """Return the link that opens a shipped spec, as Markdown."""
    return _marked(playground + of_shipped(name))


def _base(text: str) -> str:
    """Return what a spec extends; empty if that is nothing."""
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):  # the mistake that the page is about
        return ""
    return str(data.get("extends", "")) if isinstance(data, dict) else ""


def _marked(address: str) -> str:
    return f"[Try it]({address}){{ .try-it }}"
