"""`resnetgen schema`: write the spec language as a JSON Schema, for editors."""

from __future__ import annotations

import typer

from resnetgen.cli import atomic_write
from resnetgen.cli.exit import OK
from resnetgen.cli.output import print_file, print_result
from resnetgen.cli.refusal import refuse
from resnetgen.jsonschema import IDENTIFIERS, json_schema, space_schema, text


def run(output: str | None, space: bool = False) -> int:
    """Print the schema of specs, or that of design spaces, or write it to a file.

    Returns:
        The exit code: 1 if the file cannot be written, or was not written by resnetgen.
    """
    content = text(space_schema() if space else json_schema())
    if output is None:
        print_file(content)
        return OK
    if output == "-":
        message = "`-` would be the name of a file; leave the option out to print, or write ./- for a file of that name"
        raise typer.BadParameter(message, param_hint="'-o'")
    try:
        old = atomic_write.read(output)
        if old and not any(each.encode() in old for each in IDENTIFIERS):
            why = "this file was not written by resnetgen"
            return refuse([atomic_write.refused(output, why, "choose another file with -o FILE")])
        if old != content.encode():
            atomic_write.replace(output, content.encode())
    except OSError as error:
        return refuse([atomic_write.refused(output, error, "choose another file with -o FILE")])
    print_result(f"{output}\n")
    return OK
