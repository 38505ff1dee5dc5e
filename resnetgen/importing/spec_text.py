"""The text of an imported spec."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from resnetgen.diagnostics.model import Path
from resnetgen.importing.draft import Draft
from resnetgen.importing.shorten import ShortForm
from resnetgen.source.write_yaml import flow, scalar

_WIDTH = 100
"""The longest line with braces; a longer value takes a line for each of its keys."""

_ORDER = ("input", "scale", "layout", "convolution", "norm", "act", "stem", "blocks", "block", "stages")
"""The order of the keys of a spec, as in the collection; others come behind them."""

_ALWAYS_LONG = ("stem", "stages")
"""The keys whose values take a line each, as in the collection."""


Comments = Mapping[Path, list[str]]
"""The comments by the path of the key that they stand at."""


def spec_text(draft: Draft, form: ShortForm) -> str:
    """Return the YAML of a spec, with a comment at each value that the source did not tell."""
    comments = _comments(draft, form)
    first = {"name": draft.name, "description": draft.description, "reference": draft.reference, "extends": form.base}
    lines = [line for key, value in first.items() if value for line in _entry(key, value, comments, (key,), "")]
    lines += _entries(dict(sorted(form.patch.items(), key=_place)), comments, (), "")
    return "\n".join(lines) + "\n"


def data_lines(data: Mapping[str, object]) -> list[str]:
    """Return the lines of the YAML of a spec: its keys in the order that they have, as long as in the collection."""
    return list(_entries(data, {}, (), ""))


def _place(entry: tuple[str, object]) -> int:
    return _ORDER.index(entry[0]) if entry[0] in _ORDER else len(_ORDER)


def _comments(draft: Draft, form: ShortForm) -> Comments:
    """Return the comments at the keys that are written; what the base has is told where the spec extends it."""
    comments: dict[Path, list[str]] = {}
    for path, words in draft.choices.items():
        written = next((path[:count] for count in range(len(path), 0, -1) if _is_written(form.patch, path[:count])), ())
        place = written or (("extends",) if form.base else ("name",))
        is_only = written == path and place[0] not in _ALWAYS_LONG
        while is_only and len(place) > 1 and len(_at(form.patch, place[:-1])) == 1:
            place = place[:-1]
        what = "" if path == place else f"{'.'.join(map(str, path))}: "
        comments.setdefault(place, []).append(what + words)
    return comments


def _at(data: object, path: Path) -> Mapping[str, object]:
    for step in path:
        data = data[step] if isinstance(data, dict) else {}
    return data if isinstance(data, dict) else {}


def _is_written(data: object, path: Path) -> bool:
    for step in path:
        if not isinstance(data, dict) or step not in data:
            return False
        data = data[step]
    return True


def _entries(data: Mapping[str, object], comments: Comments, path: Path, indent: str) -> Iterator[str]:
    for key, value in data.items():
        yield from _entry(key, value, comments, (*path, key), indent)


def _entry(key: str, value: object, comments: Comments, path: Path, indent: str) -> Iterator[str]:
    said = comments.get(path, [])
    start = f"{indent}{scalar(key)}:"
    line = f"{start} {flow(value)}"
    is_long = len(line) > _WIDTH or (path[0] in _ALWAYS_LONG and not indent)
    inside = any(at[: len(path)] == path and at != path for at in comments)
    if isinstance(value, dict) and value and (is_long or inside):
        yield from _commented(start, said, indent)
        yield from _entries(value, comments, path, f"{indent}  ")
    elif isinstance(value, list) and value and is_long:
        yield from _commented(start, said, indent)
        yield from (f"{indent}  - {flow(item)}" for item in value)
    else:
        yield from _commented(line, said, indent)


def _commented(line: str, comments: list[str], indent: str) -> Iterator[str]:
    """Yield a line with its comments: a single one behind it if there is room, else before it."""
    if len(comments) == 1 and len(line) + len(comments[0]) + 3 <= _WIDTH + 20:
        yield f"{line} # {comments[0]}"
        return
    yield from (f"{indent}# {comment}" for comment in comments)
    yield line
