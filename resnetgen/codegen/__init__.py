"""Code generation: from the IR to Python source. Jinja places text; Python code decides everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from resnetgen.analysis.shape_inference import Trace
from resnetgen.codegen.file_extras import FileExtras
from resnetgen.codegen.printer import Line
from resnetgen.codegen.python import comment
from resnetgen.codegen.template_context import contents
from resnetgen.codegen.tree import Paths
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
    return _file(trace, origin, digest, settings, extras or FileExtras(), _text)


def emit_lines(trace: Trace, *, origin: str, digest: str, settings: Iterable[str] = ()) -> list[Line]:
    """Return the lines of the same file, each with the paths of the parts of the spec that it comes from.

    The arguments are those of `emit`. The template is filled with marked lines, and the marks are taken off again. A
    mark is between two null characters, which no Python source can contain.
    """
    known: dict[Paths, int] = {(): 0}

    def marked(lines: Sequence[Line]) -> str:
        return "\n".join(f"{line.text}\0{known.setdefault(line.at, len(known))}\0" for line in lines)

    text = _file(trace, origin, digest, settings, FileExtras(), marked)
    paths = list(known)
    parted = (line.split("\0") for line in text.removesuffix("\n").split("\n"))
    return [Line(words, paths[int(mark[0])] if mark else ()) for words, *mark in parted]


def _file(
    trace: Trace,
    origin: str,
    digest: str,
    settings: Iterable[str],
    extras: FileExtras,
    write: Callable[[Sequence[Line]], str],
) -> str:
    """Fill the template of a file; `write` makes a text of lines."""
    parts = contents(trace, rendered, extras)
    header = {"origin": comment(origin), "digest": digest, "settings": [*map(comment, settings)]}
    lines = {"docstring": write(parts.docstring), "definitions": [*map(write, parts.definitions)]}
    return rendered("network.py.j2", {**parts.others, **header, **lines})


def _text(lines: Iterable[Line]) -> str:
    return "\n".join(line.text for line in lines)


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
