"""Find the templates and the collection of specs.

A wheel carries both folders inside the package. In a checkout, which an editable install runs from, they are at the top
level beside the package, where a person looks for them.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def templates_folder() -> Path:
    """Return the folder of the Jinja templates."""
    return _find("templates")


def specs_folder() -> Path:
    """Return the folder of the specs that ship with resnetgen, which `extends` can name."""
    return _find("specs")


def is_installed() -> bool:
    """Return whether the collection belongs to an installed package, not to a checkout whose owner may change it."""
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
