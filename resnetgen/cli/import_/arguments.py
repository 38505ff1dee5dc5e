"""The arguments of `resnetgen import`."""

from enum import StrEnum
from typing import Annotated

import typer

from resnetgen.cli import completion
from resnetgen.cli.exit import ended
from resnetgen.cli.options import SetOfImported, WeightsKey, choice, words


class ImportFormat(StrEnum):
    """The output formats of `resnetgen import`."""

    TEXT = "text"
    JSON = "json"


@ended
def command(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="A name as in timm:resnet50d, a configuration, a folder with a config.json, or a file of weights.",
            autocompletion=completion.import_sources,
        ),
    ],
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Name of the network; by default, made from SOURCE.")
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="File to write, instead of NAME.yaml (in specs/ if it exists); - for standard output.",
        ),
    ] = None,
    set_: SetOfImported = None,
    weights_key: WeightsKey = "",
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
    format: Annotated[
        ImportFormat,
        choice(ImportFormat, "--format", metavar="FORMAT", help=f"Output format: {words(ImportFormat)}."),
    ] = ImportFormat.TEXT,
) -> int:
    """Write a spec for a network that is described elsewhere.

    SOURCE is a name in timm or torchvision; a config.json of timm, or of a ResNet, RegNet or BiT of Hugging Face's
    transformers; a YAML file of pycls, or of ultralytics with ResNetLayer; or a file of weights, of which names and
    shapes are used. The spec extends the nearest shipped network if that is shorter. Comments in the spec name the
    values that SOURCE does not give; --set changes them.
    """
    from resnetgen.cli.import_ import run

    options = run.ImportOptions(name, output, set_ or (), weights_key, force, format is ImportFormat.JSON)
    return run.run(source, options)
