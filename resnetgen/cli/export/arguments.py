"""The arguments of `resnetgen export`."""

from typing import Annotated

import typer

from resnetgen.cli.exit import ended
from resnetgen.cli.options import AllowOutside, Size


@ended
def command(
    spec: Annotated[str, typer.Argument(metavar="SPEC", help="A spec: a file, or a name as in `list`.")],
    to: Annotated[
        list[str],
        typer.Option(metavar="FORMAT", help="onnx, torchscript or pt2; several with commas, or the option again."),
    ],
    weights: Annotated[
        str | None, typer.Option(metavar="FILE", help="Trained weights, .safetensors or as torch.save writes them.")
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Instead of NAME.onnx, NAME.ts or NAME.pt2.")
    ] = None,
    deploy: Annotated[
        bool, typer.Option("--deploy", help="Export the form for inference, with norms folded into convolutions.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite a file whose name does not end as the format's do.")
    ] = False,
    input_size: Size = None,
    batch: Annotated[int, typer.Option(min=1, metavar="N", help="Samples in the batch that is compared first.")] = 2,
    tolerance: Annotated[
        float, typer.Option(min=0, metavar="SHARE", help="By what share of the largest value answers may differ.")
    ] = 1e-4,
    allow_outside: AllowOutside = False,
) -> int:
    """Write a network with its weights to a file that runs without resnetgen.

    The file takes batches of any number and images of any size that the network works at. It is run in its own runtime
    beside the network, at two batches and sizes, and is there only if the answers agree. Without --weights it has the
    network's first weights.
    """
    from resnetgen.cli.export import run

    wanted = run.ExportOptions(tuple(to), output, weights, input_size, batch, tolerance, deploy, force, allow_outside)
    return run.run(spec, wanted)
