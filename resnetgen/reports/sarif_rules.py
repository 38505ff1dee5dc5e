"""SARIF rules: the pages of the diagnostic codes."""

from __future__ import annotations

from resnetgen.codes import Example, pages, warnings
from resnetgen.codes.page import CHECK


def rule(code: str) -> dict[str, object]:
    """Return the page of a code as a `reportingDescriptor`: title, text, and the failing and mended examples.

    Its texts are not messages with arguments, so nothing in them is a placeholder.
    """
    page = pages()[code]
    paragraphs = [" ".join(paragraph.split()) for paragraph in page.text.split("\n\n")]
    scenes = {"Fails": page.fails, "Mend": page.mend}
    shown = [f"{name}:\n\n{_example(scene)}" for name, scene in scenes.items() if scene is not None]
    return {
        "id": code,
        "shortDescription": {"text": f"{page.title}."},
        "fullDescription": {"text": paragraphs[0]},
        "help": {"text": "\n\n".join(paragraphs), "markdown": "\n\n".join([*paragraphs, *shown])},
        "defaultConfiguration": {"level": "warning" if code in warnings() else "error"},
    }


def _example(scene: Example) -> str:
    """Return the files and commands of an example; a plain check of one file needs no commands."""
    if scene.commands == CHECK and len(scene.files) == 1:
        return f"```yaml\n{scene.files[0][1]}```"
    files = [f"```yaml\n# {name}\n{content}```" for name, content in scene.files]
    return "\n\n".join([*files, "```sh\n{}\n```".format("\n".join(scene.commands))])
