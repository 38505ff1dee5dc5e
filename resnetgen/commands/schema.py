"""`resnetgen schema`: the language as a JSON Schema, for editors."""

from __future__ import annotations

import typer

from resnetgen.commands import files
from resnetgen.commands.ending import FAULTS, WELL
from resnetgen.commands.output import say, say_file, tell
from resnetgen.json_schema import IDENTIFIER, json_schema, text


def run(output: str | None) -> int:
    """Print the schema, or write it to a file; 1 where that cannot be written, or is someone else's."""
    content = text(json_schema())
    if output is None:
        say_file(content)
        return WELL
    if output == "-":
        message = "this would be a file called `-`; leave it out to print, or say ./- if that is what it is called"
        raise typer.BadParameter(message, param_hint="'-o'")
    try:
        old = files.read(output)
        if old and IDENTIFIER.encode() not in old:
            why = "here is a file that resnetgen did not make"
            tell([files.refused(output, why, "choose another file with -o FILE")])
            return FAULTS
        if old != content.encode():
            files.replace(output, content.encode())
    except OSError as error:
        tell([files.refused(output, error, "choose another file with -o FILE")])
        return FAULTS
    say(f"{output}\n")
    return WELL
