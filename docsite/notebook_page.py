"""A notebook of docs/ as a page: its texts, its code, and the outputs that are stored in it."""

from __future__ import annotations

import json
from pathlib import Path

SUFFIX = ".ipynb"

_TEMPLATE = """\
{%- extends 'markdown/index.md.j2' -%}
{%- block data_html -%}
<div class="cell-output">
{{ output.data['text/html'] }}
</div>
{%- endblock data_html -%}
{%- block data_text -%}
```text
{{ output.data['text/plain'] }}
```
{%- endblock data_text -%}
{%- block stream -%}
```text
{{ output.text | trim }}
```
{%- endblock stream -%}
"""
"""How the site differs from nbconvert's Markdown: HTML is a block of its own, and text is a fence."""


def page(path: Path) -> str:
    """Return a notebook as Markdown, with a link to the file below its heading.

    Args:
        path: the notebook. Its first cell begins with a heading.
    """
    from nbconvert import MarkdownExporter

    text: str = MarkdownExporter(raw_template=_TEMPLATE).from_filename(str(path))[0]
    heading, _, rest = text.lstrip().partition("\n")
    return f"{heading}\n\n[Download this notebook]({path.name}) and run it in Jupyter.\n{rest}"


def is_notebook(place: str) -> bool:
    """Tell whether a path is that of a notebook."""
    return place.endswith(SUFFIX)


def place_of(path: str) -> str:
    """Return the place in the site of a page of docs/, which is Markdown or a notebook.

    Example:
        >>> place_of("tutorial/residual.ipynb")
        'tutorial/residual.md'
    """
    return f"{path.removesuffix(SUFFIX)}.md" if is_notebook(path) else path


def heading(path: Path) -> str:
    """Return the first line of a notebook."""
    return str("".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])).partition("\n")[0]
