"""RG512: batch norms of frozen parts keep updating their statistics."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.analysis.shape_inference import Trace
from resnetgen.diagnostics.model import Fault, Place, Severity
from resnetgen.diagnostics.suggestions import join_words
from resnetgen.ops.batch_norm import tracks


def drifting_statistics(trace: Trace) -> Iterator[Fault]:
    """Frozen part whose batch norms still change.

    `frozen` stops the gradients to the parameters of a part. The running mean and variance of its batch norms are not
    parameters: in training mode every batch still updates them, and the norm normalizes with the statistics of the
    batch. So a part that should stay as it was trained gives different maps after some steps, and on small batches, as
    in detection, worse ones. Frozen stages usually come with `norm_eval`, which freezes these statistics too. If they
    should follow the new data, as in domain adaptation, the warning does not apply.

    Fails:

        extends: resnet50
        name: tuned
        training: {frozen: [stem, layer1]}

    Fixed:

        extends: resnet50
        name: tuned
        training: {frozen: [stem, layer1], norm_eval: [stem, layer1]}
    """
    training = trace.network.training
    if not training.frozen:
        return
    parts = dict(trace.network.parts())
    drifting = [
        (index, f"`{at[-1]}`")
        for index, at in enumerate(training.frozen)
        if at not in training.norm_eval and any(tracks(node.operator) for node in parts[at])
    ]
    if drifting:
        names = join_words(name for _, name in drifting)
        message = f"frozen parts still update their batch norm statistics: {names}"
        related = tuple((Place(("training", "frozen", index)), "") for index, _ in drifting[1:])
        place = Place(("training", "frozen", drifting[0][0]))
        help = "write `norm_eval: true`, or a list of these parts"
        yield Fault("RG512", message, place, related=related, help=help, severity=Severity.WARNING)
