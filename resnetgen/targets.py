"""The forms of a spec and of an input size that the Python API takes, and how each is read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from operator import index
from typing import TYPE_CHECKING

from resnetgen.compiler import Compiled, read_document
from resnetgen.source import collection, source
from resnetgen.source.yaml_scalars import resolve_plain
from resnetgen.spec.spec import Spec

if TYPE_CHECKING:
    from resnetgen.source.extends import Document
    from resnetgen.source.source import Source

Target = str | os.PathLike[str] | Mapping[str, object] | Spec | Compiled
"""A spec: its path, its name in the collection, its text, its data, a `Spec`, or what was compiled of it.

A string is text if it has a line break or begins with `{`.
"""


def document_of(target: Target, allow_outside: bool) -> Document:
    """Return a spec merged with its bases.

    Raises:
        SpecError: it cannot be read.
    """
    if isinstance(target, Compiled):
        return target.document
    document = read_document(_read(target), allow_outside)
    return document.replace(bases_unknown=True) if isinstance(target, Spec) else document


def _read(target: str | os.PathLike[str] | Mapping[str, object] | Spec) -> Source:
    """Read a spec."""
    if isinstance(target, Spec):
        return to_source(target.model_dump(mode="json", exclude_unset=True))
    if isinstance(target, Mapping):
        return to_source(target)
    if isinstance(target, str) and _is_text(target):
        return source.parse(target)
    return collection.find(os.fspath(target))


def _is_text(target: str) -> bool:
    return "\n" in target or target.lstrip().startswith("{")


def setting(path: str, value: object) -> str:
    """Return an override as it is written on the command line.

    Raises:
        ValueError: the path is none.
    """
    if "=" in path or not all(step.strip() for step in path.split(".")):
        raise ValueError(f"{path!r} is no path of a key, such as 'head.classes'")
    return f"{path}={_dump(value, flow=True)}"


def extents(size: int | Sequence[int] | None) -> tuple[int, ...] | None:
    """Return an input size as pixels along each axis; one number stands for all axes.

    Raises:
        TypeError: it is not made of whole numbers.
        ValueError: a number is out of range.
    """
    from resnetgen.schema.fields import LARGEST_EXTENT

    if size is None:
        return None
    try:
        found = tuple(map(index, size if isinstance(size, Iterable) else (size,)))
    except TypeError:
        message = f"an input size is a whole number of pixels, or one for each axis, not {size!r}"
        raise TypeError(message) from None
    if not found or not all(1 <= each <= LARGEST_EXTENT for each in found):
        raise ValueError(f"an input size has 1 to {LARGEST_EXTENT:,} pixels along each axis, not {size!r}")
    return found


def to_source(data: Mapping[str, object]) -> Source:
    """Return the source that a mapping stands for.

    Raises:
        TypeError: it is no mapping, or holds something that plain YAML cannot express.
    """
    if not isinstance(data, Mapping):
        raise TypeError(f"a spec as data is a mapping, not {type(data).__name__}")
    return source.parse(_dump(dict(data)), "<mapping>")


def _dump(data: object, *, flow: bool = False) -> str:
    """Return data as YAML; with `flow`, in one line.

    Raises:
        TypeError: plain YAML cannot express it.
        SpecError: it is larger or deeper than a spec may be.
    """
    import yaml

    from resnetgen.source.plain_data import check_bounds

    check_bounds(data, "<mapping>")

    class Dumper(yaml.SafeDumper):
        """A YAML dumper that quotes text which would be read as something else, such as `08` and `1e5`."""

        def represent_str(self, text: str) -> yaml.ScalarNode:
            """Represent a text, in quotes where it needs them."""
            plain = text and resolve_plain(text) == text and not (flow and not text.isprintable())
            style = None if plain else '"' if flow else "'"
            return self.represent_scalar("tag:yaml.org,2002:str", text, style)

        def ignore_aliases(self, data: object) -> bool:
            """Write values that occur twice in full, where they stand in one line."""
            return flow or super().ignore_aliases(data)

    Dumper.add_representer(str, Dumper.represent_str)
    width = float("inf") if flow else None
    try:
        text = yaml.dump(data, Dumper=Dumper, sort_keys=False, allow_unicode=True, default_flow_style=flow, width=width)
    except yaml.representer.RepresenterError as error:
        raise TypeError(f"a spec may only hold mappings, lists, text, numbers and booleans: {error}") from None
    return text.removesuffix("\n").removesuffix("\n...") if flow else text
