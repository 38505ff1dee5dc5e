"""Arguments and options that the commands for weights share."""

from enum import StrEnum
from typing import Annotated

import typer

from resnetgen.cli import completion
from resnetgen.cli.options import choice, words


class WeightsFormat(StrEnum):
    """The output formats of the commands for weights."""

    TEXT = "text"
    JSON = "json"


WeightsFile = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="Weights: .safetensors, .npz, .pkl, .h5, .keras, or from torch.save.",
        autocompletion=completion.weights_files,
    ),
]
WeightsAs = Annotated[
    WeightsFormat,
    choice(WeightsFormat, "--format", metavar="FORMAT", help=f"Output format: {words(WeightsFormat)}."),
]
