"""`resnetgen import`: write a spec for a network that is described elsewhere.

With `--format json` it prints one object: `file` (null with `-o -`), `name`, `spec` (its text), and `choices`, a list
of what the source did not tell. Each has `key` (a path in the spec with dots), `value` (what is written there, or
null), and `origin` (where this came from, in words). Keys are added to this, never renamed or removed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from resnetgen.cli import atomic_write
from resnetgen.cli.exit import OK
from resnetgen.cli.new.network_name import check_name
from resnetgen.cli.output import print_note, print_result
from resnetgen.cli.refusal import refuse
from resnetgen.cli.spec_args import STDIN
from resnetgen.diagnostics.model import Path as DataPath
from resnetgen.errors import SpecError
from resnetgen.importing.imported import Imported, import_spec


def run(
    source: str, name: str | None, output: str | None, settings: Sequence[str], *, force: bool, as_json: bool = False
) -> int:
    """Write the spec of a network that is described elsewhere.

    Args:
        source: the name of a published network, or the path of a configuration or of a file of weights.
        name: the name of the spec; None makes one from the source.
        output: the file to write; None chooses it, and `-` is standard output.
        settings: values that replace those of the source, as in `--set`.
        force: overwrite an existing file.
        as_json: print an object that describes the result, in place of the file's name or the spec.

    Returns:
        The exit code: 1 if the source describes no network that a spec can have, or the file cannot be written.

    Raises:
        typer.BadParameter: a network cannot have this name.
    """
    if name is not None:
        check_name(name, "'--name'")
    try:
        found = import_spec(source, name, settings)
    except SpecError as error:
        return refuse(error.diagnostics)
    if output == STDIN:
        print_result(_as_json(None, found) if as_json else found.text)
        return OK
    path = output or os.path.join("specs" if os.path.isdir("specs") else "", f"{found.name}.yaml")
    return _write(Path(path).as_posix(), found, force=force, as_json=as_json)


def _write(path: str, found: Imported, *, force: bool, as_json: bool) -> int:
    write = atomic_write.replace if force else atomic_write.create
    try:
        write(path, found.text.encode())
    except FileExistsError:
        help = "choose another file with -o FILE, or overwrite it with --force"
        return refuse([atomic_write.refused(path, "this file already exists", help)])
    except OSError as error:
        return refuse([atomic_write.refused(path, error, "choose another file with -o FILE")])
    if as_json:
        print_result(_as_json(path, found))
        return OK
    print_result(f"{path}\n")
    if found.choices:
        choices = "".join(f"  {_dotted(at)}: {words}\n" for at, words in found.choices.items())
        print_note(f"\nNot given by the source, or not done by the spec:\n{choices}")
    return OK


def _as_json(path: str | None, found: Imported) -> str:
    import json

    choices = [
        {"key": _dotted(at), "value": _value(found.compiled.document.data, at), "origin": words}
        for at, words in found.choices.items()
    ]
    return json.dumps({"file": path, "name": found.name, "spec": found.text, "choices": choices}, indent=2) + "\n"


def _value(data: object, at: DataPath) -> object:
    for step in at:
        data = data.get(step) if isinstance(data, dict) else None
    return data


def _dotted(path: DataPath) -> str:
    return ".".join(map(str, path))
