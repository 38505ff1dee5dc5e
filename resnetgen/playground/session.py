"""Sessions of the playground: the texts of its tabs, and the answers to requests about them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from resnetgen.lsp.workspace import CheckedDocument, Workspace
from resnetgen.playground.answers import ANSWERS

MOST_TABS = 50
"""The most tabs of a session."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\.ya?ml")
"""The names of tabs: those of files beside one another."""


def is_tab_name(name: str) -> bool:
    """Tell whether a tab can have this name.

    Example:
        >>> is_tab_name("mine.yaml"), is_tab_name("../mine.yaml")
        (True, False)
    """
    return _NAME.fullmatch(name) is not None


class Session:
    """The tabs of a playground. A tab stands for a file of the current directory, so a spec can extend another tab.

    The text of a tab comes from the page, and its file there is empty: completion and the search for a misspelled base
    read the names of files alone.

    Example:
        >>> session = Session()
        >>> session.answer('{"kind": "check", "tab": "a.yaml", "tabs": {"a.yaml": "{name: a, extends: resnet18}"}}')
        '{"compiles": true, ...}'
    """

    def __init__(self) -> None:
        self.workspace = Workspace(recognize=lambda path, text: True)
        self._texts: dict[str, str] = {}

    def answer(self, request: str) -> str:
        """Answer a request.

        Args:
            request: a JSON object. `kind` is a name of `ANSWERS`, `tabs` has the text of each tab by its name, and
                `tab` names the tab that the request is about. The answers say what else they read.

        Returns:
            A JSON object.

        Raises:
            KeyError: there is no such kind of request, or something that it needs is missing.
            ValueError: a tab's name is not that of a file of a spec, or there are more tabs than `MOST_TABS`.
        """
        import json

        asked: dict[str, Any] = json.loads(request)
        self._put(asked["tabs"])
        return json.dumps(ANSWERS[asked["kind"]](self, asked))

    def checked(self, tab: str) -> CheckedDocument:
        """Return the compiler's result for a tab."""
        found = self.workspace.checked(tab)
        assert found is not None, "every tab is a spec"
        return found

    def tab_of(self, path: Path) -> str | None:
        """Return the tab that a file stands for; None for any other file."""
        return self.workspace.key_of(path)

    def text(self, tab: str) -> str:
        """Return the text of a tab."""
        return self._texts[tab]

    def _put(self, tabs: dict[str, str]) -> None:
        """Take over the texts that have changed."""
        wrong = [name for name in tabs if not is_tab_name(name)]
        if wrong:
            raise ValueError(f"{wrong[0]!r} is no name of a spec's file, such as mine.yaml")
        if len(tabs) > MOST_TABS:
            raise ValueError(f"there are {len(tabs)} tabs, more than {MOST_TABS}")
        for gone in self._texts.keys() - tabs.keys():
            self.workspace.remove(gone)
            Path(gone).unlink(missing_ok=True)
        for name in [name for name, text in tabs.items() if self._texts.get(name) != text]:
            Path(name).touch()
            self.workspace.put(name, Path(name), tabs[name])
        self._texts = dict(tabs)
