"""Code in colours, by Pygments."""

from __future__ import annotations

from collections.abc import Sequence

from resnetgen.pages.markup import Markup, shown
from resnetgen.unicode import escape_invisible

PYTHON, YAML = "python", "yaml"


def highlighted(lines: Sequence[str], language: str) -> list[Markup]:
    """Return lines of code with their words in elements, whose classes are those of Pygments.

    Args:
        lines: the lines, without their ends.
        language: `PYTHON` or `YAML`.

    Raises:
        ModuleNotFoundError: Pygments is not installed; the extra `resnetgen[report]` installs it.
    """
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name

    lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    visible = [escape_invisible(line).replace("\r", "\\r") for line in lines]
    colored = highlight("\n".join(visible), lexer, HtmlFormatter(nowrap=True)).removesuffix("\n").split("\n")
    if len(colored) != len(lines):  # an empty text, say
        return list(map(shown, lines))
    return list(map(Markup, colored))
