"""`resnetgen import`: write a spec for a network that is described elsewhere.

With `--format json` it prints one object: `file` (null with `-o -`), `name`, `spec` (its text), `notes` (sentences
about the part of a file of weights that was taken), and `choices`, a list of what the source did not tell. Each has
`key` (a path in the spec with dots), `value` (what is written there, or null), and `origin` (where this came from, in
words). Keys are added to this, never renamed or removed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from resnetgen.cli import atomic_write
from resnetgen.cli.exit import OK
from resnetgen.cli.new.network_name import check_name
from resnetgen.cli.output import fit, print_note, print_result
from resnetgen.cli.refusal import refuse
from resnetgen.cli.spec_args import STDIN
from resnetgen.diagnostics.model import Path as DataPath
from resnetgen.diagnostics.terminal import escape
from resnetgen.errors import SpecError
from resnetgen.importing.imported import Imported, import_spec


class ImportOptions(NamedTuple):
    """The options of the command, as given.

    `name` is that of the spec; None makes one from the source. `output` is the file to write; None chooses it, and `-`
    is standard output. `settings` are values that replace those of the source, as in `--set`. `weights_key` is the part
    of a file of weights to take. `force` overwrites an existing file. With `as_json`, the result is an object, in place
    of the file's name or the spec.
    """

    name: str | None = None
    output: str | None = None
    settings: Sequence[str] = ()
    weights_key: str = ""
    force: bool = False
    as_json: bool = False


def run(source: str, options: ImportOptions) -> int:
    """Write the spec of a network that is described elsewhere.

    Args:
        source: the name of a published network, or the path of a configuration or of a file of weights.
        options: the options, as given.

    Returns:
        The exit code: 1 if the source describes no network that a spec can have, or the file cannot be written.

    Raises:
        typer.BadParameter: a network cannot have this name.
    """
    if options.name is not None:
        check_name(options.name, "'--name'")
    try:
        found = import_spec(source, options.name, options.settings, options.weights_key)
    except SpecError as error:
        return refuse(error.diagnostics)
    if options.output == STDIN:
        print_result(_as_json(None, found) if options.as_json else found.text)
        _print_notes(found, options)
        return OK
    path = options.output or os.path.join("specs" if os.path.isdir("specs") else "", f"{found.name}.yaml")
    return _write(Path(path).as_posix(), found, options)


def _write(path: str, found: Imported, options: ImportOptions) -> int:
    write = atomic_write.replace if options.force else atomic_write.create
    try:
        write(path, found.text.encode())
    except FileExistsError:
        help = "choose another file with -o FILE, or overwrite it with --force"
        return refuse([atomic_write.refused(path, "this file already exists", help)])
    except OSError as error:
        return refuse([atomic_write.refused(path, error, "choose another file with -o FILE")])
    if options.as_json:
        print_result(_as_json(path, found))
        return OK
    print_result(f"{path}\n")
    _print_notes(found, options)
    if found.choices:
        choices = "".join(f"  {_dotted(at)}: {words}\n" for at, words in found.choices.items())
        print_note(f"\nNot given by the source, or not done by the spec:\n{choices}")
    return OK


def _print_notes(found: Imported, options: ImportOptions) -> None:
    """Print what was read of the source, and what was not; an object has that already."""
    if found.notes and not options.as_json:
        print_note(fit("".join(f"  {escape(note)}\n" for note in found.notes), sys.stderr))


def _as_json(path: str | None, found: Imported) -> str:
    import json

    choices = [
        {"key": _dotted(at), "value": _value(found.compiled.document.data, at), "origin": words}
        for at, words in found.choices.items()
    ]
    return (
        json.dumps(
            {"file": path, "name": found.name, "spec": found.text, "choices": choices, "notes": found.notes}, indent=2
        )
        + "\n"
    )


def _value(data: object, at: DataPath) -> object:
    for step in at:
        data = data.get(step) if isinstance(data, dict) else None
    return data


def _dotted(path: DataPath) -> str:
    return ".".join(map(str, path))
