"""RG504: a projection shortcut where the identity would do."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.analysis.cost import steps_cost
from resnetgen.analysis.shape_inference import BlockTrace, Trace, format_shape
from resnetgen.diagnostics.model import Fault, Part, Place, Severity


def redundant_projection(trace: Trace) -> Iterator[Fault]:
    """Projection where the identity would do.

    Where a block keeps the shape of its map, an identity shortcut fits and needs no parameters. A projection there has,
    beside a bottleneck, nearly as many parameters as the branch, and puts a convolution into the path that should pass
    the signal and its gradient on unchanged. In arXiv:1512.03385, table 3, projections everywhere gain 0.3 % over
    projections only where shapes differ, which the authors attribute to the extra parameters; in arXiv:1603.05027,
    table 1, 1x1 convolutions on every shortcut raise the error of a network of 110 layers from 6.6 % to 12.2 %.

    Fails:

        extends: resnet18
        name: projected
        block: {shortcut: projection}

    Fixed:

        extends: resnet18
        name: projected
        block: {shortcut: auto}
    """
    reported = set()
    for stage in trace.stages:
        for part in stage.parts:
            block = part.trace
            if not _is_redundant(block):
                continue
            run = next(run for run in stage.stage.runs if run.block is block.block)
            at = run.shortcut_at or run.at
            if at in reported:
                continue
            reported.add(at)
            params = steps_cost(block.shortcut).params
            sides = f"though input and output are both {format_shape(block.input)}"
            message = f"a projection shortcut of {params:,} parameters, {sides}"
            related = ((Place(run.at, Part.KEY), "used here"),)
            help = "use `shortcut: auto`, which is the identity where shapes match"
            place = Place(at, Part.ENTRY if run.shortcut_at else Part.KEY)
            yield Fault("RG504", message, place, related=related, help=help, severity=Severity.WARNING)


def _is_redundant(block: BlockTrace) -> bool:
    around = block.shortcut
    return block.block.shortcut.projects and bool(around) and around[-1].output == block.input
