"""Checks for installed optional packages, without importing them."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

from resnetgen.runtime.errors import without_package


def missing_packages(packages: Iterable[str]) -> list[str]:
    """Return the packages that are not installed.

    Args:
        packages: the names by which they are imported.
    """
    return [package for package in packages if find_spec(package) is None]


def require_packages(packages: Iterable[str], extra: str, what: str) -> None:
    """See that packages are installed that `what` cannot be done without; `extra` brings them.

    Args:
        packages: the names by which they are imported.
        extra: the extra of resnetgen that installs them.
        what: the action that needs them, as the subject of the message.

    Raises:
        RunError: one of them is not.
    """
    for package in missing_packages(packages):
        raise without_package(package, extra, what)
