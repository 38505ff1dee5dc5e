"""Ranges of large numbers as values of options, such as `--params 10M..30M`."""

from __future__ import annotations

import typer

from resnetgen.schema import number_range
from resnetgen.schema.number_range import Range


def parse(text: str, option: str) -> Range:
    """Parse `10M..30M`, `..500k` or `1.5G..` as a range: k, M, G and T are powers of 1000, commas may separate digits.

    Raises:
        typer.BadParameter: the text is no range; the message names the option.
    """
    try:
        return number_range.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=f"'{option}'") from None
