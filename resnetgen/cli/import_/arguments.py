"""The arguments of `resnetgen import`."""

from typing import Annotated

import typer

from resnetgen.cli import completion
from resnetgen.cli.exit import ended
from resnetgen.cli.options import Set


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
        str | None, typer.Option(metavar="NAME", help="Name of the network, instead of one made from the source's.")
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
    set_: Set = None,
    force: Annotated[bool, typer.Option("--force", help="Write over an existing file.")] = False,
) -> int:
    """Write a spec for a network that is described elsewhere.

    The source is a name of timm or torchvision, a config.json of timm's or of a ResNet, RegNet or BiT of Hugging Face's
    transformers, a YAML file of pycls or of ultralytics' ResNetLayer, or a file of weights, whose names and shapes tell
    the network. The spec extends the nearest shipped network where that is shorter. What the source does not tell is a
    comment in the spec, and listed here; --set gives another value.
    """
    from resnetgen.cli.import_ import run

    return run.run(source, name, output, set_ or [], force=force)
