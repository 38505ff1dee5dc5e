"""Where in a user's repository a diagnostic is shown, whatever file it is about."""

from __future__ import annotations

import os
from contextlib import suppress

from resnetgen.diagnostics.model import Diagnostic, Label
from resnetgen.source.collection import is_shipped


def user_label(diagnostic: Diagnostic) -> Label | None:
    """The first label in a file of the user's, the primary one if it is; None where all are in the collection.

    A fault in a spec of the collection is so shown where the user's spec extends that.
    """
    labels = (diagnostic.primary, *diagnostic.related)
    return next((label for label in labels if not is_shipped(label.span.text.name)), None)


def path_from_root(name: str) -> str | None:
    """A file's path from the root of the repository, with `/` between folders; None for a file that is not inside.

    The root is the folder that GITHUB_WORKSPACE names, else the current one.
    """
    root = os.environ.get("GITHUB_WORKSPACE") or os.curdir
    with suppress(ValueError):  # a name that no file can have
        for whole in (os.path.abspath, os.path.realpath):  # a link in a repository is in it, wherever it leads
            path, top = whole(name), os.path.join(whole(root), "")
            if path.startswith(top):
                return path[len(top) :].replace(os.sep, "/")
    return None
