"""Where the templates and the collection of specs lie.

A wheel carries both folders inside the package. In a checkout, which is what an editable install runs from, they lie
beside the package, at the top level, where a person looks for them.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def templates_folder() -> Path:
    """Return the folder of the Jinja templates that `emit` renders."""
    return _find("templates")


def specs_folder() -> Path:
    """Return the folder of the specs that ship with resnetgen, the collection that `extends` may name."""
    return _find("specs")


def is_installed() -> bool:
    """Whether the collection is that of an installed package, and not of a checkout, whose owner may change it."""
    return specs_folder().parent == _PACKAGE


def _find(name: str) -> Path:
    installed = _PACKAGE / name
    if installed.is_dir():
        return installed
    checkout = _PACKAGE.parent
    # Only a folder beside our own pyproject.toml is ours: site-packages may hold a `templates` of someone else.
    if (checkout / "pyproject.toml").is_file() and (checkout / name).is_dir():
        return checkout / name
    raise FileNotFoundError(
        f"resnetgen's own {name!r} folder is missing: it is neither at {installed} (a wheel) nor at "
        f"{checkout / name} beside a pyproject.toml (a checkout). Install resnetgen again."
    )
