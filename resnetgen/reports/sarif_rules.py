"""SARIF rules: the pages of the diagnostic codes."""

from __future__ import annotations

from resnetgen.codes import Example, pages, warnings
from resnetgen.codes.page import CHECK
from resnetgen.documentation import published_url


def rule(code: str) -> dict[str, object]:
    """Return the page of a code as a `reportingDescriptor`: title, text, and the failing and mended examples.

    Its texts are not messages with arguments, so nothing in them is a placeholder.
    """
    page = pages()[code]
    paragraphs = [" ".join(paragraph.split()) for paragraph in page.text.split("\n\n")]
    examples = {"Fails": page.fails, "Fixed": page.fixed}
    shown = [f"{name}:\n\n{_example(example)}" for name, example in examples.items() if example is not None]
    url = published_url(code)  # not a file of this machine: a log is read elsewhere
    return {
        "id": code,
        "shortDescription": {"text": f"{page.title}."},
        "fullDescription": {"text": paragraphs[0]},
        **({"helpUri": url} if url else {}),
        "help": {"text": "\n\n".join(paragraphs), "markdown": "\n\n".join([*paragraphs, *shown])},
        "defaultConfiguration": {"level": "warning" if code in warnings() else "error"},
    }


def _example(example: Example) -> str:
    """Return the files and commands of an example; a plain check of one file needs no commands."""
    if example.commands == CHECK and len(example.files) == 1:
        return f"```yaml\n{example.files[0][1]}```"
    files = [f"```yaml\n# {name}\n{content}```" for name, content in example.files]
    return "\n\n".join([*files, "```sh\n{}\n```".format("\n".join(example.commands))])
