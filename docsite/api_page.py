"""The reference of the Python API: mkdocstrings fills it with the docstrings of the public names."""

from __future__ import annotations

import resnetgen

_HEAD = """\
# All names of `resnetgen`

What `import resnetgen` offers, from the docstrings of the code. [The Python API](python-api.md) shows how the names
work together.
"""

_OPTIONS = """\
    options:
      heading_level: 3
      show_root_full_path: false
"""


def page() -> str:
    """Return the page: the functions, the classes, then the exceptions, in alphabetical order."""
    functions = [name for name in resnetgen.__all__ if name.islower()]
    exceptions = [name for name in resnetgen.__all__ if name.endswith("Error")]
    classes = [name for name in resnetgen.__all__ if name not in {*functions, *exceptions}]
    groups = {"Functions": functions, "Classes": classes, "Exceptions": exceptions}
    return _HEAD + "".join(f"\n## {title}\n\n{''.join(map(_entry, names))}" for title, names in groups.items())


def _entry(name: str) -> str:
    return f"::: resnetgen.{name}\n{_OPTIONS}\n"
