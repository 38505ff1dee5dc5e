"""`resnetgen new`: start a spec of one's own."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from resnetgen.api import compile_spec, compile_text
from resnetgen.cli import atomic_write
from resnetgen.cli.exit import OK
from resnetgen.cli.new.network_name import check_name
from resnetgen.cli.new.starter import Values, starting_spec
from resnetgen.cli.output import print_file, print_result
from resnetgen.cli.refusal import refuse
from resnetgen.cli.spec_args import STDIN
from resnetgen.errors import SpecError
from resnetgen.source.collection import SUFFIXES

__all__ = ["Values", "run"]


def run(name: str, extends: str, output: str | None, values: Values, *, allow_outside: bool = False) -> int:
    """Write a spec that extends another one.

    Args:
        name: the name of the new network.
        extends: the spec to extend.
        output: the file to write; None chooses it, and `-` is standard output.
        values: the values that differ from those of the base.
        allow_outside: allow bases outside the project.

    Returns:
        The exit code: 1 if the base has errors, or the file cannot be written.

    Raises:
        typer.BadParameter: the name is no network's, or the base is standard input.
    """
    check_name(name, "'NAME'")
    if extends == STDIN:
        raise typer.BadParameter(
            "a spec extends a file or a shipped spec, not standard input", param_hint="'--extends'"
        )
    printed = output == STDIN
    folder = "specs" if os.path.isdir("specs") and not printed else ""
    path = output if output and not printed else os.path.join(folder, f"{name}.yaml")
    try:
        base = compile_spec(extends, allow_outside=allow_outside)
        spec_path = Path(path).as_posix()
        text = starting_spec(
            name,
            _from(path, extends),
            base,
            spec_path,
            values,
            compile=lambda text: compile_text(text, name=spec_path, allow_outside=allow_outside),
        )
        if printed:
            print_file(text)
            return OK
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


def _from(path: str, extends: str) -> str:
    """Return the value of `extends`: a name as it is, a path relative to the new spec."""
    if not extends.endswith(SUFFIXES):
        return extends
    try:
        return Path(os.path.relpath(extends, os.path.dirname(path) or ".")).as_posix()
    except ValueError:  # Windows: no relative path leads from one drive to another
        return Path(os.path.abspath(extends)).as_posix()
