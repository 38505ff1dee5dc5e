"""A code's page as Markdown: with a heading for `resnetgen explain`, without one for docs/reference/diagnostics/."""

from __future__ import annotations

from resnetgen.codes import ignoring, message
from resnetgen.codes.page import CHECK, Example, Page


def section(page: Page) -> str:
    """The page under a heading of its own, with an anchor of its code alone: `#rg301`."""
    return f'<a id="{page.anchor}"></a>\n\n## {page.code}: {page.title}\n\n{body(page)}'


def body(page: Page) -> str:
    """The page without its heading."""
    parts = [page.text]
    if page.fails is not None and page.fixed is not None:
        parts += [*_files(page.fails), _session(page.fails, message(page.code))]
        parts += ["Fixed:", *_files(page.fixed)]
        parts += [_session(page.fixed, "")] if page.fixed.commands != CHECK else []
    return "\n\n".join(filter(None, [*parts, ignoring(page.code)])) + "\n"


def _files(example: Example) -> list[str]:
    """Each file as a block, below its name where that is not the usual one."""
    several = len(example.files) > 1
    return [
        f"`{name}`:\n\n{_block(name, content)}" if several or name != "spec.yaml" else _block(name, content)
        for name, content in example.files
    ]


def _block(name: str, content: str) -> str:
    return f"```{name.rpartition('.')[2]}\n{content}```"


def _session(example: Example, printed: str) -> str:
    commands = "".join(f"$ {command}\n" for command in example.commands)
    return f"```console\n{commands}{printed}```"
