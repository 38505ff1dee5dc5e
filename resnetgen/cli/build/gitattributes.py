"""The .gitattributes file of a folder of generated files."""

from __future__ import annotations

from resnetgen.cli import atomic_write

LINE = "*.py text eol=lf linguist-generated"
"""The same bytes on every system, and collapsed in the diffs of GitHub and GitLab."""


def updated(old: bytes | None) -> bytes | None:
    """Return the content of .gitattributes with our line; None if it has the line already."""
    lines = (old or b"").splitlines()
    if LINE.encode() in (line.strip() for line in lines):
        return None
    return b"".join(line + b"\n" for line in [*lines, LINE.encode()])


def write(path: str) -> bool:
    """Add our line to a .gitattributes file, or make the file.

    Returns:
        Whether the file was written.

    Raises:
        OSError: it cannot be read or written.
    """
    content = updated(atomic_write.read(path))
    if content is None:
        return False
    atomic_write.replace(path, content)
    return True
