"""The text of a spec that `resnetgen new` starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from resnetgen.compiler import Compiled
from resnetgen.errors import SpecError
from resnetgen.source.write_yaml import flow, quoted, scalar

_SMALL_MAP = "RG501"
"""The warning that asks for a stem that keeps the size."""


_SHRINKING = ("conv", "stride", "padding", "dilation", "antialias")
"""The keys of a convolution by which it changes the size of a map."""


class Values(NamedTuple):
    """Values of a new spec that differ from those of its base; None keeps the base's."""

    classes: int | None = None
    size: tuple[int, ...] | None = None
    channels: int | None = None


def starting_spec(
    name: str, extends: str, base: Compiled, path: str, values: Values, compile: Callable[[str], Compiled]
) -> str:
    """Return the text of a spec that is as deep as its base, and shows what can be changed as comments.

    Args:
        name: the name of the new network.
        extends: the value of `extends`.
        base: the compiled base.
        path: the file of the new spec.
        values: the values that differ from those of the base.
        compile: compiles the text of the new spec.

    Raises:
        SpecError: there is no such spec.
    """
    parts = {
        "name": name,
        "base": base.network.name,
        "path": path,
        "extends": _path(extends),
        "input": flow(_input(base, values)),
        "head": _head(base, values.classes),
        "stages": _stages(base),
    }
    text = _TEXT.format(**parts, stem="")
    if values.size is None or _SMALL_MAP not in _warnings(compile(text)):
        compile(text)
        return text
    with_stem = _TEXT.format(**parts, stem=_STEM.format(stem=flow(_small_stem(base))))
    return with_stem if _is_better(with_stem, compile) else text


def _path(name: str) -> str:
    """Return the name or path of a base as YAML; one with spaces is in quotes, so that it is seen to be one path."""
    return quoted(name) if " " in name else scalar(name)


def _is_better(text: str, compile: Callable[[str], Compiled]) -> bool:
    """Return whether a text compiles without the warning that its maps are too small."""
    try:
        return _SMALL_MAP not in _warnings(compile(text))
    except SpecError:
        return False


def _warnings(compiled: Compiled) -> set[str]:
    return {each.code for each in compiled.warnings}


def _input(base: Compiled, values: Values) -> dict[str, object]:
    """Return the keys of the input."""
    size = values.size or base.network.size
    full_size = size * base.network.rank if len(size) == 1 else size
    is_square = len(full_size) == 2 and len(set(full_size)) == 1
    channels = {} if values.channels is None else {"channels": values.channels}
    return {**channels, "size": full_size[0] if is_square else list(full_size)}


def _head(base: Compiled, classes: int | None) -> str:
    """Return the number of classes; a network of several heads gets it in the only one that classifies."""
    heads = _mapping(base.document.data.get("heads", {}))
    classifying = {name: found for name, head in heads.items() if (found := _mapping(head).get("classes")) is not None}
    if len(classifying) == 1:
        ((name, number),) = classifying.items()
        return f"heads: {{{name}: {{classes: {number if classes is None else classes}}}}}"
    if heads:
        return f"{'# ' if classes is None else ''}head: {{pool: avg, classes: {classes or 1000}}}"
    old = _mapping(base.document.data["head"]).get("classes")
    if old is not None:
        return f"head: {{classes: {old if classes is None else classes}}}"
    if classes is None:
        return "# head: {features: null, pool: avg, classes: 1000}"
    features = "features: null, " if "features" in _mapping(base.document.data["head"]) else ""
    return f"head: {{{features}pool: avg, classes: {classes}}}"


def _stages(base: Compiled) -> str:
    """Return a change to the stage with the most blocks, of those with a number of blocks and no list."""
    stages = _mapping(base.document.data["stages"])
    counts = {name: _mapping(stage).get("blocks") for name, stage in stages.items()}
    plain = {name: count for name, count in counts.items() if isinstance(count, int)}
    if not plain:
        return f"# stages:\n#   {next(iter(stages))}: {{shortcut: none}}"
    name = max(plain, key=lambda name: plain[name])
    return f"# stages:\n#   {name}: {{blocks: {plain[name] + 2}}}  # {base.network.name} has {plain[name]}"


def _small_stem(base: Compiled) -> list[object]:
    """Return a stem that keeps the size: the convolutions of the base's stem, as 3x3 with stride 1, without pools."""
    stem = base.document.data.get("stem", [])
    assert isinstance(stem, list), "as validated"
    kept = [{key: value for key, value in _mapping(layer).items() if key not in _SHRINKING} for layer in stem]
    return [{"conv": 3, **layer} for layer in kept if "to" in layer]


def _mapping(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value


_STEM = """
# A stem for small images: it keeps their size.
stem: {stem}
"""

_TEXT = """\
# A variant of {base}. Keys that are not written here keep the values of {base}.
#
#   resnetgen check {path}    checks it,
#   resnetgen show {path}     shows its shapes and costs,
#   resnetgen build {path}    writes the PyTorch code.

name: {name}
description: A variant of {base}.
extends: {extends}

# The input size in pixels: one number for all axes, or a list with one for each.
input: {input}
{stem}
# The output.
{head}

# A new name adds a stage; `null` instead of a stage removes it.
{stages}

# The blocks of all stages. In a stage, the same keys apply to its blocks only.
# block:
#   act: silu                        # relu, gelu, hardswish, leaky_relu, ...
#   norm: {{type: group, groups: 8}}   # batch, frozen_batch, instance, none, ...
#   shortcut: avg_projection         # auto, identity, projection, pad, none
#   drop_path: 0.1                   # stochastic depth: the rate of the last block
"""
