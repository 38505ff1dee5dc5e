"""The name of a new network."""

from typing import get_args

import typer


def check_name(name: str, option: str) -> None:
    """Check that a network can have a name.

    Args:
        name: the name.
        option: the argument that has it, for the message.

    Raises:
        typer.BadParameter: it cannot.
    """
    from pydantic_core import PydanticCustomError

    from resnetgen.schema.fields import Identifier

    _, check = get_args(Identifier)
    try:
        check.validate(name)
    except PydanticCustomError as error:
        raise typer.BadParameter(error.message(), param_hint=option) from None
