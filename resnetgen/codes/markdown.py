"""A code's page as a section of Markdown: docs/diagnostics.md is made of these."""

from __future__ import annotations

from resnetgen.codes import ignoring, message
from resnetgen.codes.page import CHECK, Example, Page


def section(page: Page) -> str:
    """The page under a heading of its own, with an anchor of its code alone: `#rg301`."""
    parts = [f'<a id="{page.anchor}"></a>', f"### {page.code}: {page.title}", page.text]
    if page.fails is not None and page.mend is not None:
        parts += [_scene(page.fails), f"```text\n{message(page.code)}```", "Fixed:", _scene(page.mend)]
    return "\n\n".join(filter(None, [*parts, ignoring(page.code)])) + "\n"


def _scene(scene: Example) -> str:
    parts = []
    for name, content in scene.files:
        title = f"`{name}`:\n\n" if len(scene.files) > 1 or name != "spec.yaml" else ""
        parts.append(f"{title}```{name.rpartition('.')[2]}\n{content}```")
    if scene.commands != CHECK:
        parts.append("```sh\n{}\n```".format("\n".join(scene.commands)))
    return "\n\n".join(parts)
