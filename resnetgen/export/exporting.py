"""Writing a network in a format, and running what was written beside it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from resnetgen.analysis.shape_inference import Trace
from resnetgen.errors import RunError
from resnetgen.export.compare_outputs import TOLERANCE, Agreement, agreement
from resnetgen.export.format import Format, Output, Run, in_a_line
from resnetgen.export.reference_model import Eager
from resnetgen.export.suppress_warnings import silent
from resnetgen.export.test_inputs import another_size, least_size, noise
from resnetgen.frozen import Frozen
from resnetgen.ops.operator import by_axis
from resnetgen.runtime.devices import is_out_of_memory

MOST_NAMED = 3
"""Tensors that a message names."""


class Exported(Frozen):
    """What came of an export: how the answers agree, and what the file does not do that the network does."""

    agreements: tuple[Agreement, ...]
    remarks: tuple[str, ...]


def export(
    subject: Eager, format: Format, trace: Trace, samples: int, path: str, tolerance: float = TOLERANCE
) -> Exported:
    """Write a network, and compare the file with it on two batches of other numbers of samples and other sizes.

    The first has so many samples of the size of the trace. `tolerance` is what answers may differ by, as a share of the
    largest value.

    Raises:
        RunError: there is no such form of the network, its answers are not finite, or the file has others.
        OSError: the file cannot be written.
    """
    other, least = another_size(trace), least_size(trace.network)
    batches = [noise(trace.network, samples, trace.input[1:])]
    batches += [noise(trace.network, samples + 1, size) for size in (other,) if size is not None]
    expected = [answered(subject.network, batch) for batch in batches]
    format.write(subject.exported, batches[0], path)
    run = _opened(format, path)
    pairs = zip(batches, expected, strict=True)
    found = tuple(agreement(batch, own, _run(run, batch), tolerance) for batch, own in pairs)
    remarks = [] if other else ["compared at one input size only: no other size is known to work"]
    if least is not None:
        remarks += _left_out(subject.network, run, noise(trace.network, 1, least), tolerance)
    return Exported(found, tuple(remarks))


def answered(network: nn.Module, batch: Tensor) -> Output:
    """What a network answers in eager mode.

    Raises:
        RunError: it is not finite, so that nothing could be compared with it.
    """
    with torch.no_grad():
        answer: Output = network(batch.clone())  # which an activation in place may overwrite
    values = answer.values() if isinstance(answer, dict) else [answer]
    if all(bool(value.isfinite().all()) for value in values):
        return answer
    state = network.state_dict().items()
    spoilt = [f"`{name}`" for name, value in state if not bool(value.isfinite().all())]
    if spoilt:
        message = f"the weights hold values that are not finite in float32, in {_some(spoilt)}"
        raise RunError(message, "export weights saved before training diverged", "RG806")
    below = [f"`{name}`" for name, value in state if name.endswith("running_var") and bool((value < 0).any())]
    if below:
        raise RunError(f"a variance is below zero, in {_some(below)}", "export weights as training saved them", "RG806")
    message = "the outputs for random inputs are not finite, though the weights are: activations grow block by block"
    raise RunError(message, "export the weights of a trained network, with --weights FILE", "RG806")


def _some(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(names[:MOST_NAMED])}{more}"


def _opened(format: Format, path: str) -> Run:
    try:
        return format.opened(path)
    except Exception as error:  # a runtime raises what it likes of a file that it does not take
        if is_out_of_memory(error):
            raise
        raise _not_run(f"does not open: {in_a_line(error).replace(path, 'the file')}") from error


def _run(run: Run, batch: Tensor) -> Output:
    try:
        with silent(), torch.no_grad():
            return run(batch.clone())
    except Exception as error:  # likewise
        if is_out_of_memory(error):
            raise
        raise _not_run(f"does not take a batch of {by_axis(tuple(batch.shape))}: {in_a_line(error)}") from error


def _not_run(why: str) -> RunError:
    help = "export it to another format, or with other releases of torch and of the runtime; nothing was written"
    return RunError(f"the written file {why}", help, "RG805")


def _left_out(network: nn.Module, run: Run, batch: Tensor, tolerance: float) -> list[str]:
    """What there is to say of a batch of the smallest size: why the file does not take it, if so."""
    try:
        agreement(batch, answered(network, batch), _run(run, batch), tolerance)
    except RunError as error:
        return [f"of the smallest size: {error.message}"]
    return []
