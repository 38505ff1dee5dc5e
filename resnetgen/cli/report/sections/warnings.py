"""The warnings, each with its place in the spec and the page of its code."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.cli.report.subject import Subject
from resnetgen.codes import Example, ignoring, pages
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.diagnostics.text import render
from resnetgen.number_format import pluralize
from resnetgen.pages.markup import Markup, fill, joined, shown, with_code
from resnetgen.pages.page import Section


def section(subject: Subject) -> Section | None:
    """Return the section; None without warnings."""
    found = subject.compiled.warnings
    if not found:
        return None
    messages = joined(fill('<pre class="message" tabindex="0">{}</pre>\n', _message(each)) for each in found)
    explained = joined(map(_explained, dict.fromkeys(each.code for each in found)))
    lead = fill("<p>{}.</p>\n", pluralize(len(found), "warning"))
    return Section(f"{subject.id}-warnings", "Warnings", fill("{}{}{}", lead, messages, explained))


def _message(diagnostic: Diagnostic) -> Markup:
    return shown(render([diagnostic]).rstrip("\n"))


def _explained(code: str) -> Markup:
    page = pages()[code]
    paragraphs = joined(fill("<p>{}</p>\n", with_code(" ".join(each.split()))) for each in page.text.split("\n\n"))
    examples = joined(_examples(page.fails, page.fixed))
    hint = fill("<p>{}</p>\n", with_code(ignoring(code))) if ignoring(code) else Markup("")
    return fill(
        "<details>\n<summary>{}: {}</summary>\n{}{}{}</details>\n",
        code,
        with_code(page.title),
        paragraphs,
        examples,
        hint,
    )


def _examples(fails: Example | None, fixed: Example | None) -> Iterator[Markup]:
    for title, example in (("A spec with this warning", fails), ("The same without it", fixed)):
        if example is not None:
            texts = "\n".join(
                f"# {name}\n{content}" if len(example.files) > 1 else content for name, content in example.files
            )
            yield fill('<p>{}:</p>\n<pre class="message" tabindex="0">{}</pre>\n', title, shown(texts.rstrip("\n")))
