"""Whether feature maps nest."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from resnetgen.diagnostics.model import Fault, Place, Severity
from resnetgen.ops.operator import by_axis
from resnetgen.shapes import Trace


def nesting(trace: Trace) -> Iterator[Fault]:
    """Feature maps that do not nest.

    What reads several maps, a feature pyramid or a U-Net, enlarges the small ones to lay them over the large ones. At a
    size that the strides do not divide, a map of 15 pixels has one of 8 below it, which becomes 16. Decoders then crop,
    resize or fail; many pad the image instead. Told is a network whose maps do not nest at the
    input size that is checked.

    Fails:

        extends: resnet50
        name: backbone
        input: {size: 225}
        head: {features: [layer2, layer3, layer4], pool: null, classes: null}

    Mend:

        extends: resnet50
        name: backbone
        input: {size: 256}
        head: {features: [layer2, layer3, layer4], pool: null, classes: null}
    """
    wanted = trace.network.features
    found = [(traced.stage.name, traced.output[1:]) for traced in trace.stages if traced.stage.name in wanted]
    for (above, large), (below, small) in pairwise(found):
        if any(wide % narrow for wide, narrow in zip(large, small, strict=True)):
            message = f"`{below}` gives {by_axis(small)}, which the {by_axis(large)} of `{above}` is no multiple of"
            help = "use an input size that the total stride divides"
            yield Fault("RG508", message, Place(("input", "size")), help=help, severity=Severity.WARNING)
            return
