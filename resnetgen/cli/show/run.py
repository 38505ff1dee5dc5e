"""`resnetgen show`: a network as a table of what stands where, and what it costs.

With `--format json` it is one object:

- `name`, `description`, `reference`, `aka`: as the spec has them;
- `input`: the shape that goes in; `outputs`: what comes out, each with `name` (a stage's, a head's, or
  `output`) and `shape`;
- `features`: the maps that the spec's head names, else those of all stages, each with `name` (a stage's, or `stem`),
  `channels`, `reduction` (the product of the strides up to it, along each axis), `module` (the path in the emitted
  network of the module that it leaves) and `shape`;
- `domain`: for each axis the input sizes that work: from `smallest` on those whose remainder by `period` is among
  `remainders`, or all where that is null; null itself where the total stride is too large to search;
- `single_pixels`: the limits of norms over a map of one pixel, null where `domain` is: `refused`, each a size that an
  instance norm rejects, with all sizes that are no larger along any axis; `pairs`, likewise sizes at which a batch
  needs two samples; `min_batch`, the fewest samples at other sizes;
- `weighted_layers`, `blocks`: how many; `state_dict`: an object with `keys`, the number of its tensors;
- `params`, `buffers`, `macs`: of the whole network, one sample; `memory`: bytes that its operators write for `batch`
  samples of `dtype`; `receptive_field`: of the last map, in pixels along each axis;
- `left_out`: the stages of the spec that no output depends on;
- `inherited_dilations`: the stages without `first_dilation` whose first layers have the dilation of the stage before,
  and not their own, each with `stage`, `source` (the stage before) and `dilation` along each axis;
- `rows`: what the table shows, each with `name`, `what`, `count`, `output` (a shape, empty where several maps go out),
  `params`, `buffers`, `macs`, `memory`, `receptive_field` (null for the whole map) and `shortcuts` (each with `kind`
  and `why`). The row `input` comes first and `total` last; the others add up to it.

Shapes are those of one sample. Keys are added to this, never renamed or removed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from resnetgen.cli.exit import FAILURE, OK
from resnetgen.cli.output import print_diagnostics, print_more, print_result
from resnetgen.cli.spec_args import CompileOptions, compile_arg, spec_arg
from resnetgen.errors import SpecError
from resnetgen.summary.rows import BLOCKS, OPS, STAGES

if TYPE_CHECKING:
    from resnetgen.summary.network_summary import NetworkSummary


def level(blocks: bool, ops: bool) -> str:
    """Return the level of detail of the options.

    Raises:
        typer.BadParameter: the options contradict each other.
    """
    if blocks and ops:
        raise typer.BadParameter("--ops cannot be combined with --blocks, whose rows it includes", param_hint="'--ops'")
    return OPS if ops else BLOCKS if blocks else STAGES


def run(spec: str, level: str, format: str, batch: int, dtype: str, options: CompileOptions) -> int:
    """Show a network.

    Args:
        spec: the spec as the user named it.
        level: the level of detail of the rows.
        format: the output format.
        batch: the samples for the activation memory.
        dtype: the data type for the activation memory.
        options: the options of the compiler.

    Returns:
        The exit code: 1 if the spec has errors.
    """
    from resnetgen.summary.network_summary import summarize

    try:
        compiled = compile_arg(spec_arg(spec), options)
    except SpecError as error:
        print_diagnostics(error.diagnostics)
        print_more(error.diagnostics)
        return FAILURE
    print_result(_rendered(summarize(compiled, level, batch, dtype), format))
    return OK


def _rendered(summary: NetworkSummary, format: str) -> str:
    if format == "json":
        from resnetgen.cli.show.json import as_json

        return as_json(summary)
    from resnetgen.cli.show.text import as_markdown, as_text

    return as_markdown(summary) if format == "markdown" else as_text(summary)
