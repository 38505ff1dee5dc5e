"""The stage from IR to Python source. Jinja places text; everything else is decided here, in Python."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from resnetgen.analysis.shape_inference import Trace
from resnetgen.codegen.file_extras import Beside
from resnetgen.codegen.python import comment
from resnetgen.codegen.template_context import contents
from resnetgen.resources import templates_folder

if TYPE_CHECKING:
    from jinja2 import Environment


def emit(trace: Trace, *, origin: str, digest: str, beside: Beside | None = None) -> str:
    """The source of a file with one network, and with what is to be beside it.

    `origin` names the spec and `digest` its content; both stand in the header, and with the rest decide every byte.
    """
    parts = contents(trace, rendered, beside or Beside())
    return rendered("network.py.j2", {**parts, "origin": comment(origin), "digest": digest})


def rendered(template: str, values: Mapping[str, object]) -> str:
    """A template of the folder, filled."""
    return _environment().get_template(template).render(values)


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
