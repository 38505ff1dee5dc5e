"""Code generation: from the IR to Python source. Jinja places text; Python code decides everything else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from resnetgen.analysis.shape_inference import Trace
from resnetgen.codegen.file_extras import FileExtras
from resnetgen.codegen.python import comment
from resnetgen.codegen.template_context import contents
from resnetgen.resources import templates_folder

if TYPE_CHECKING:
    from jinja2 import Environment


def emit(
    trace: Trace, *, origin: str, digest: str, settings: Iterable[str] = (), extras: FileExtras | None = None
) -> str:
    """Return the source of a file with one network, and with the functions in `extras`.

    Args:
        trace: the network, and its shapes at the spec's input size.
        origin: the name of the spec, for the header.
        digest: the hash of the spec's content, for the header.
        settings: the values that replaced some of the spec, for the header.
        extras: functions that follow the network; by default none.

    Equal arguments give equal bytes.
    """
    parts = contents(trace, rendered, extras or FileExtras())
    header = {"origin": comment(origin), "digest": digest, "settings": [*map(comment, settings)]}
    return rendered("network.py.j2", {**parts, **header})


def rendered(template: str, values: Mapping[str, object]) -> str:
    """Render a template of the templates folder."""
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
