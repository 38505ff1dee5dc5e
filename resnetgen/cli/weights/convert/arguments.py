"""The arguments of `resnetgen weights convert`."""

from typing import Annotated

import typer

from resnetgen.cli import completion
from resnetgen.cli.exit import ended
from resnetgen.cli.options import AllowOutside, Dtype, SetOfSpec, WeightsKey, choice, words
from resnetgen.cli.weights.options import WeightsAs, WeightsFile, WeightsFormat


@ended
def command(
    file: WeightsFile,
    out: Annotated[
        str,
        typer.Argument(
            metavar="OUT",
            help="File to write: .safetensors, .pth, .pt, .bin, .ckpt, or .h5 for Keras.",
            autocompletion=completion.weights_files,
        ),
    ],
    spec: Annotated[
        str,
        typer.Option(
            metavar="SPEC",
            help="The network: a spec file, a name as in `list`, or `-`.",
            autocompletion=completion.specs,
        ),
    ],
    from_: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="LAYOUT",
            help="Names in FILE: a library's, `spec` for the spec's own, or `auto`.",
            autocompletion=completion.weights_layouts,
        ),
    ] = "auto",
    to: Annotated[
        str,
        typer.Option(
            metavar="LAYOUT",
            help="Names in OUT: a library's, or `spec` for the spec's own.",
            autocompletion=completion.weights_layouts,
        ),
    ] = "spec",
    weights_key: WeightsKey = "",
    input_channels: Annotated[
        str | None,
        typer.Option(metavar="RULE", help="If input channels differ: `repeat`, or channels of FILE as 2,1,0."),
    ] = None,
    fold_normalization: Annotated[
        str | None,
        typer.Option(
            metavar="MEAN/STD",
            help="Fold the mean and std of FILE's images into the first convolution; `none` for raw images.",
        ),
    ] = None,
    classes: Annotated[
        str | None,
        typer.Option(metavar="RULE", help="If classes differ: `drop` the classifier, or classes of FILE as 4,281."),
    ] = None,
    inflate: Annotated[
        str | None,
        typer.Option(metavar="RULE", help="For video from images: `mean` repeats kernels, `centre` adds zeros."),
    ] = None,
    fold_biases: Annotated[
        bool, typer.Option("--fold-biases", help="Fold biases of convolutions into the norms after them.")
    ] = False,
    resize_positions: Annotated[
        str | None,
        typer.Option(metavar="RULE", help="For another input size: `bicubic` resizes embeddings of positions."),
    ] = None,
    leave_out: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Tensors or modules to leave out; separate with commas, or repeat."),
    ] = None,
    dtype: Annotated[
        Dtype | None,
        choice(Dtype, metavar="DTYPE", help=f"Number format to write: {words(Dtype)}; by default as in FILE."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite OUT if it exists.")] = False,
    format: WeightsAs = WeightsFormat.TEXT,
    set: SetOfSpec = None,
    allow_outside: AllowOutside = False,
) -> int:
    """Rename weights to the names of a network or of a library, and adapt them.

    OUT is written only if FILE has all tensors of the network, with their shapes, so OUT loads strictly. Options adapt
    weights to a network with other inputs or classes, and the output lists these changes. No code in FILE is run.
    """
    from resnetgen.cli import set_option
    from resnetgen.cli.weights.convert import run

    changes = {"--input-channels": input_channels, "--classes": classes, "--inflate": inflate}
    changes["--leave-out"] = None if not leave_out else ",".join(leave_out)
    changes |= {"--fold-normalization": fold_normalization, "--resize-positions": resize_positions}
    changes["--fold-biases"] = "fold" if fold_biases else None
    options = run.ConvertOptions(spec, from_, to, weights_key, force, format)
    given = {option: rule for option, rule in changes.items() if rule is not None}
    options = options._replace(changes=given, dtype=dtype or "")
    return run.run(file, out, options._replace(allow_outside=allow_outside, settings=set_option.parse(set)))
