"""Write data as the YAML of a spec, in one line, with quotes only where text needs them."""

from __future__ import annotations

import re

from resnetgen.source.yaml_scalars import resolve_plain

_PLAIN = re.compile(r"[A-Za-z.][\w./*@()'+-]*(?: [\w./*@()'+-]+)*")


def flow(value: object) -> str:
    """Return mappings, lists, text, numbers, booleans or nothing as YAML in one line.

    Example:
        >>> flow({"conv": 3, "to": "out / 4", "name": "yes", "eps": 1e-5})
        '{conv: 3, to: out / 4, name: "yes", eps: 1.0e-05}'
    """
    if isinstance(value, dict):
        return f"{{{', '.join(f'{scalar(key)}: {flow(item)}' for key, item in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(flow, value))}]"
    return scalar(value)


def scalar(value: object) -> str:
    """Return a text, a number, a boolean or nothing as YAML."""
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return re.sub(r"^(-?\d+)e", r"\1.0e", repr(value))  # YAML 1.1 has no 1e-05


def quoted(text: str) -> str:
    """Return a text as YAML in quotes."""
    from json import dumps

    return dumps(text, ensure_ascii=False)


def _text(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and resolve_plain(text) == text else quoted(text)
