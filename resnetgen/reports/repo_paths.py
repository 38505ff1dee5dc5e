"""Locate diagnostics in the user's repository."""

from __future__ import annotations

import os
from contextlib import suppress

from resnetgen.diagnostics.model import Diagnostic, Label
from resnetgen.source.collection import is_users_file


def user_label(diagnostic: Diagnostic) -> Label | None:
    """Return the first label in a file of the user, the primary one first; None if there is none.

    A fault in a shipped spec is thus shown where the user's spec extends it, and one of `--set` in the spec.
    """
    labels = (diagnostic.primary, *diagnostic.related)
    return next((label for label in labels if is_users_file(label.span.text.name)), None)


def path_from_root(name: str) -> str | None:
    """Return the path of a file from the root of the repository, with `/`; None for a file outside it.

    The root is the folder of GITHUB_WORKSPACE, or the current directory.
    """
    root = os.environ.get("GITHUB_WORKSPACE") or os.curdir
    with suppress(ValueError):  # an impossible file name
        for resolve in (os.path.abspath, os.path.realpath):  # a link in a repository is in it, wherever it leads
            path, top = resolve(name), os.path.join(resolve(root), "")
            if path.startswith(top):
                return path[len(top) :].replace(os.sep, "/")
    return None
