"""`resnetgen new`: start a spec of one's own."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import get_args

import typer

from resnetgen.api import compile_spec, compile_text
from resnetgen.cli import atomic_write
from resnetgen.cli.exit import OK
from resnetgen.cli.output import print_result
from resnetgen.cli.refusal import refuse
from resnetgen.compiler import Compiled
from resnetgen.errors import SpecError
from resnetgen.source.collection import SUFFIXES


def run(name: str, extends: str, output: str | None, *, allow_outside: bool = False) -> int:
    """Write a spec that extends another one.

    Returns:
        The exit code: 1 if the base has errors, or the file cannot be written.

    Raises:
        typer.BadParameter: the name is no network's.
    """
    _check_name(name)
    path = output or os.path.join("specs" if os.path.isdir("specs") else "", f"{name}.yaml")
    try:
        base = compile_spec(extends, allow_outside=allow_outside)
        text = starting_spec(name, _from(path, extends), base, path)
        compile_text(
            text, name=Path(path).as_posix(), allow_outside=allow_outside
        )  # what is written here is well, or is not written
        atomic_write.create(path, text.encode())
    except SpecError as error:
        return refuse(error.diagnostics)
    except FileExistsError:
        help = "choose another name, or another file with -o FILE"
        return refuse([atomic_write.refused(path, "this file already exists", help)])
    except OSError as error:
        return refuse([atomic_write.refused(path, error, "choose another file with -o FILE")])
    print_result(f"{path}\n")
    return OK


def _check_name(name: str) -> None:
    from pydantic_core import PydanticCustomError

    from resnetgen.schema.fields import Identifier

    _, check = get_args(Identifier)
    try:
        check.validate(name)
    except PydanticCustomError as error:
        raise typer.BadParameter(error.message(), param_hint="'NAME'") from None


def _from(path: str, extends: str) -> str:
    """Return the value of `extends`: a name as it is, a path relative to the new spec."""
    if not extends.endswith(SUFFIXES):
        return extends
    try:
        return Path(os.path.relpath(extends, os.path.dirname(path) or ".")).as_posix()
    except ValueError:  # Windows: there is no way from one drive to another
        return Path(os.path.abspath(extends)).as_posix()


def starting_spec(name: str, extends: str, base: Compiled, path: str) -> str:
    """Return the text of a spec that changes a little of its base, and shows other changes as comments.

    Args:
        name: the name of the new network.
        extends: the value of `extends`.
        base: the compiled base.
        path: the file of the new spec.
    """
    parent = base.network.name
    return _TEXT.format(
        name=name,
        base=parent,
        path=path,
        extends=_scalar(extends),
        size=_size(base.network.size),
        head=_head(base),
        stages=_stages(base),
    )


def _scalar(text: str) -> str:
    """Return a text as YAML: plain if that is safe."""
    from json import dumps

    return text if re.fullmatch(r"[A-Za-z][\w./-]*|\.[\w./-]+[A-Za-z]", text) else dumps(text)


def _size(size: tuple[int, ...]) -> str:
    return str(size[0]) if len(size) == 2 and len(set(size)) == 1 else str(list(size))


def _head(base: Compiled) -> str:
    classes = _mapping(base.document.data["head"]).get("classes")
    if classes is None:
        return "# head: {features: null, pool: avg, classes: 1000}"
    return f"head: {{classes: {classes}}}"


def _stages(base: Compiled) -> str:
    """Return a change to the stage with the most blocks, of those with a number of blocks and no list."""
    stages = _mapping(base.document.data["stages"])
    counts = {name: _mapping(stage).get("blocks") for name, stage in stages.items()}
    plain = {name: count for name, count in counts.items() if isinstance(count, int)}
    if not plain:
        return f"# stages:\n#   {next(iter(stages))}: {{shortcut: none}}"
    name = max(plain, key=lambda name: plain[name])
    return f"stages:\n  {name}: {{blocks: {plain[name] + 2}}}  # {base.network.name} has {plain[name]}"


def _mapping(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value


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
input: {{size: {size}}}

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
