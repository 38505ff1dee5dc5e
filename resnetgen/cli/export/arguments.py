"""The arguments of `resnetgen export`."""

from typing import Annotated

import typer

from resnetgen.cli import completion
from resnetgen.cli.exit import ended
from resnetgen.cli.option_types import fraction, whole_number
from resnetgen.cli.options import AllowOutside, Set, Size, Spec, WeightsKey


@ended
def command(
    spec: Spec,
    to: Annotated[
        list[str],
        typer.Option(
            metavar="FORMAT",
            help="onnx, torchscript or pt2; separate with commas, or repeat.",
            autocompletion=completion.export_formats,
        ),
    ],
    weights: Annotated[
        str | None, typer.Option(metavar="FILE", help="Trained weights: .safetensors, or saved by torch.save.")
    ] = None,
    weights_key: WeightsKey = "",
    output: Annotated[
        str | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="File to write, instead of NAME.onnx, NAME.ts or NAME.pt2."
        ),
    ] = None,
    deploy: Annotated[bool, typer.Option("--deploy", help="Export the inference form, with norms folded.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite a file that has another ending than the format's.")
    ] = False,
    input_size: Size = None,
    batch: Annotated[
        int, typer.Option(parser=whole_number, metavar="N", help="Samples in the first compared batch.")
    ] = 2,
    tolerance: Annotated[
        float,
        typer.Option(
            parser=fraction, metavar="FRACTION", help="Allowed difference, as a fraction of the largest value."
        ),
    ] = 1e-4,
    set: Set = None,
    allow_outside: AllowOutside = False,
) -> int:
    """Export a network with its weights to ONNX, TorchScript or PT2.

    The file runs without resnetgen, on batches of any number of samples and images of any size that the network takes.
    File and network run on two batches of different sizes; the file is kept only if the outputs agree. Without
    --weights, the network has its initial weights.
    """
    from resnetgen.cli import set_option
    from resnetgen.cli.export import run

    parsed = run.ExportOptions(tuple(to), output, weights, input_size, batch, tolerance, deploy, force, allow_outside)
    return run.run(spec, parsed._replace(settings=set_option.parse(set), weights_key=weights_key))
