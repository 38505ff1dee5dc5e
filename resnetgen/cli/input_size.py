"""The option `--input-size`."""

from __future__ import annotations

import re

import typer


def parse(text: str | None, word: str = "", option: str = "--input-size") -> tuple[int, ...] | None:
    """Parse `320x192`, `320,192` or `224` as pixels along each axis.

    Args:
        text: the option's value; None if it is not given.
        word: another value that the caller accepts, for the message.
        option: the option that has the value, for the message.

    Raises:
        typer.BadParameter: the text is no size.
    """
    from resnetgen.schema.fields import LARGEST_EXTENT

    if text is None:
        return None
    parts = re.split("[x,]", text.replace(" ", "").lower())
    if not all(re.fullmatch("[0-9]{1,9}", part) for part in parts) or len(parts) > 3:
        besides = f", or {word}" if word else ""
        advice = f"write 224, 320x192 or 320,192, one number for each of up to three axes{besides}"
        raise _bad(f"invalid size {text!r}: {advice}", option)
    size = tuple(map(int, parts))
    if not all(1 <= extent <= LARGEST_EXTENT for extent in size):
        raise _bad(f"invalid size {text!r}: each axis has 1 to {LARGEST_EXTENT:,} pixels", option)
    return size


def _bad(message: str, option: str) -> typer.BadParameter:
    return typer.BadParameter(message, param_hint=f"'{option}'")
