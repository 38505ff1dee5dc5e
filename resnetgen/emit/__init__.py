"""The stage from IR to Python source. Jinja places text; everything else is decided here, in Python."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from resnetgen.emit.contents import contents
from resnetgen.emit.python import comment
from resnetgen.shapes import Trace
from resnetgen.words.resources import templates_folder

if TYPE_CHECKING:
    from jinja2 import Environment


def emit(trace: Trace, *, origin: str, digest: str) -> str:
    """The source of a file with one network.

    `origin` names the spec and `digest` its content; both stand in the header, and with the trace decide every byte.
    """
    templates = _environment()
    parts = contents(trace, lambda name, values: templates.get_template(f"ops/{name}").render(values))
    return templates.get_template("network.py.j2").render(parts, origin=comment(origin), digest=digest)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(templates_folder()),
        undefined=StrictUndefined,
        autoescape=False,  # the output is Python, and every text is escaped for it beforehand
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
