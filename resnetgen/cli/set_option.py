"""The option `--set`."""

from __future__ import annotations

from collections.abc import Iterable

import typer


def parse(settings: Iterable[str] | None) -> tuple[str, ...]:
    """Return the values of `--set`, each `PATH=VALUE`. The values are YAML, which is read later.

    Raises:
        typer.BadParameter: a value has no path or no `=`, or two have the same path.
    """
    paths: set[tuple[str, ...]] = set()
    for setting in settings or ():
        path = _path(setting)
        if path in paths:
            raise _bad(f"`{'.'.join(path)}` is set twice; keep one of the two")
        paths.add(path)
    return tuple(settings or ())


def _path(setting: str) -> tuple[str, ...]:
    written, equals, _ = setting.partition("=")
    path = tuple(step.strip() for step in written.split("."))
    advice = "write a key and a value, as in head.classes=10"
    if not equals:
        raise _bad(f"{setting!r} has no `=`; {advice}")
    if not all(path):
        raise _bad(f"{setting!r} has an empty key; {advice}")
    return path


def _bad(message: str) -> typer.BadParameter:
    from resnetgen.diagnostics.terminal import escape

    return typer.BadParameter(escape(message), param_hint="'--set'")
