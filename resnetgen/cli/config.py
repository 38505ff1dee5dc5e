"""The settings for warnings: the options of a command, and `[tool.resnetgen]` in a pyproject.toml.

The file is searched in the current folder and those above it, up to the first that has one. Its keys are `ignore`, a
list of codes, and `strict`, true or false; an option on the command line comes before either.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import typer

from resnetgen.diagnostics.model import Diagnostic, Severity
from resnetgen.errors import WorkLimitError
from resnetgen.work_budget import WorkBudget

MAX_SIZE = 1 << 18
"""The most bytes of a pyproject.toml that is parsed; large ones of large projects have a fifth of it."""

MAX_KEY_WORK = 4_000_000
"""The most work that the keys of a pyproject.toml may take: the parser visits each pair of parts of a dotted key."""

_ELSEWHERE = "put `tool.resnetgen` into a smaller pyproject.toml, in the folder that the command runs in"

_SPELLINGS = (b"tool.resnetgen", b"[tool]", b"tool=")
"""One of them stands in every file that has the table, but for spaces and quotes."""


class Settings(NamedTuple):
    """The settings for warnings: `ignore` has the codes of hidden ones; `strict` turns the others into errors."""

    ignore: frozenset[str] = frozenset()
    strict: bool = False

    def filter(self, diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """Return the diagnostics that remain, with their severity."""
        return tuple(self._loud(each) for each in diagnostics if not self._is_ignored(each))

    def _is_ignored(self, diagnostic: Diagnostic) -> bool:
        return diagnostic.severity is Severity.WARNING and diagnostic.code in self.ignore

    def _loud(self, diagnostic: Diagnostic) -> Diagnostic:
        return diagnostic._replace(severity=Severity.ERROR) if self.strict else diagnostic


def settings(ignore: Iterable[str], strict: bool | None, folder: Path | None = None) -> Settings:
    """Return the settings for a command.

    Args:
        ignore: the codes of `--ignore`; one text may have several, with commas.
        strict: the value of `--strict`; None if it is not given.
        folder: the folder where the search for a pyproject.toml begins; by default the current one.

    Raises:
        typer.BadParameter: a code is no warning's, or the pyproject.toml has a wrong key or value.
    """
    codes = _codes((code for codes in ignore for code in codes.split(",")), "'--ignore'")
    table, where = _table(Path.cwd() if folder is None else folder)
    unknown = sorted(set(table) - {"ignore", "strict"})
    if unknown:
        raise _wrong(f"unknown key `{unknown[0]}`; the keys are `ignore` and `strict`", where)
    listed, loud = table.get("ignore", []), table.get("strict", False)
    if not isinstance(listed, list) or not isinstance(loud, bool):
        raise _wrong("`ignore` must be a list of codes, and `strict` true or false", where)
    return Settings(codes | _codes(listed, where), loud if strict is None else strict)


def _codes(written: Iterable[object], where: str) -> frozenset[str]:
    codes = frozenset(code.strip() if isinstance(code, str) else repr(code) for code in written) - {""}
    if not codes:
        return codes
    from resnetgen.codes import pages, warnings
    from resnetgen.diagnostics.suggestions import did_you_mean, is_numbered
    from resnetgen.source.yaml_scalars import clip

    for code in sorted(codes - set(warnings())):
        if code in pages():
            raise _wrong(f"{code} is an error, and only warnings can be ignored; {_listed()}", where)
        hint = "" if is_numbered(code) else did_you_mean(code, warnings())
        raise _wrong(f"unknown warning code {clip(code)}{hint or ';'} {_listed()}", where)
    return codes


def _listed() -> str:
    return "`resnetgen explain` lists all codes"


def _is_file(path: Path) -> bool:
    """Return True if a file is there; a folder that the user may not look into has none for them."""
    try:
        return path.is_file()
    except PermissionError:
        return False


def _table(here: Path) -> tuple[dict[str, Any], str]:
    """Return the table of the pyproject.toml nearest to a folder, and its name in messages."""
    path = next((found for folder in (here, *here.parents) if _is_file(found := folder / "pyproject.toml")), None)
    try:
        content = b"" if path is None else _start(path)
    except OSError as error:
        raise _wrong(f"it cannot be read: {error.strerror or error}", str(path)) from None
    if path is not None and len(content) > MAX_SIZE:
        raise _wrong(f"it is larger than {MAX_SIZE >> 10} KiB; {_ELSEWHERE}", str(path))
    if path is None or not _may_have_table(content):
        return {}, ""
    _check_keys(content, str(path))
    import tomllib

    where = f"[tool.resnetgen] in {path}"
    try:
        tools = tomllib.loads(content.decode()).get("tool", {})
    except (ValueError, RecursionError) as error:  # ValueError: it is no UTF-8, no TOML, or has a number too long
        raise _wrong(f"it cannot be read: {error}", str(path)) from None
    table = tools.get("resnetgen", {}) if isinstance(tools, dict) else tools
    if not isinstance(table, dict):
        raise _wrong("`tool.resnetgen` must be a table", where)
    return table, where


def _start(path: Path) -> bytes:
    """Return the content of a file, of a large one the start, which shows that it is too large."""
    with path.open("rb") as file:
        return file.read(MAX_SIZE + 1)


def _check_keys(content: bytes, where: str) -> None:
    """Check that a file can be parsed fast: tomllib takes quadratic time and memory for the parts of a dotted key.

    A key stands below the last line that begins with `[`, and each dot of a line may be one between parts.

    Raises:
        typer.BadParameter: its keys have too many parts.
    """
    budget, above = WorkBudget(MAX_KEY_WORK), 0
    try:
        for line in content.split(b"\n"):
            dots = line.count(b".")
            above = dots if line.lstrip().startswith(b"[") else above
            budget.spend((above + dots + 1) ** 2)
    except WorkLimitError:
        raise _wrong(f"it has keys of very many parts with dots between them; {_ELSEWHERE}", where) from None


def _may_have_table(content: bytes) -> bool:
    """Tell whether a pyproject.toml has to be parsed, which takes longer; one that only lists us matches too."""
    bare = content.translate(None, b" \t\"'")
    return b"resnetgen" in bare and any(spelling in bare for spelling in _SPELLINGS)


def _wrong(message: str, where: str) -> typer.BadParameter:
    """Return a usage error; both texts may come from a stranger."""
    from resnetgen.diagnostics.terminal import escape

    return typer.BadParameter(escape(message), param_hint=escape(where))
