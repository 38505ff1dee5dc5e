"""Export of a network to a format, and a comparison of the written file with the network."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

from resnetgen.analysis.input_sizes import input_domain
from resnetgen.analysis.shape_inference import Trace
from resnetgen.errors import RunError
from resnetgen.export.accepted_sizes import Runner, describe_limits
from resnetgen.export.compare_outputs import TOLERANCE, OutputComparison, compare_outputs
from resnetgen.export.example_inputs import noise, other_size
from resnetgen.export.format import Format, Output, Run, first_line
from resnetgen.export.reference_model import ReferenceModel
from resnetgen.export.suppress_warnings import suppress_output
from resnetgen.ops.window import by_axis
from resnetgen.runtime.devices import is_out_of_memory

MAX_NAMED = 3
"""The number of tensors that a message names."""

STEPS = ("running the network", "writing", "comparing")
"""The steps of an export, in order."""


class ExportResult(NamedTuple):
    """The result of an export: comparisons of outputs, and notes on what the file does not support."""

    comparisons: tuple[OutputComparison, ...]
    notes: tuple[str, ...]


def export(
    subject: ReferenceModel,
    format: Format,
    trace: Trace,
    samples: int,
    path: str,
    tolerance: float = TOLERANCE,
    begin: Callable[[str], None] = lambda step: None,
) -> ExportResult:
    """Write a network to a file, and compare their outputs on batches of different sizes.

    Args:
        subject: The network, and the form of it that is written.
        format: The format of the file.
        trace: The network's trace, at the input size of the first batch.
        samples: Samples of the first batch, if the network takes so few; the second has one more, and another size.
        path: The file to write.
        tolerance: The largest allowed difference, as a share of the largest absolute output.
        begin: Called with the name of each step when it begins.

    Returns:
        The comparison of each batch, and notes on sizes that the file does not support.

    Raises:
        RunError: the network cannot be exported, its outputs are not finite, or those of the file differ.
        OSError: the file cannot be written.
    """
    other = other_size(trace)
    samples = trace.batch(samples)
    batches = [noise(trace.network, samples, trace.input[1:])]
    batches += [noise(trace.network, samples + 1, size) for size in (other,) if size is not None]
    running, writing, comparing = STEPS
    begin(running)
    expected = [finite_output(subject.network, batch) for batch in batches]
    begin(writing)
    format.write(subject.exported, batches[0], path, subject.origin)
    begin(comparing)
    run = _open(format, path)
    pairs = zip(batches, expected, strict=True)
    found = tuple(compare_outputs(batch, own, _run(run, batch), tolerance) for batch, own in pairs)
    notes = [] if other else ["compared at one input size only: no other size is known to work"]
    runner = Runner(trace.network, input_domain(trace.network), _takes(subject.network, run, tolerance))
    notes += describe_limits(runner, trace, samples)
    return ExportResult(found, tuple(notes))


def finite_output(network: nn.Module, batch: Tensor) -> Output:
    """Return the output of a network in eager mode.

    Args:
        network: the network, in eval mode.
        batch: the batch, (N, C, ...).

    Raises:
        RunError: the output is not finite, and so cannot be compared.
    """
    with torch.no_grad():
        answer: Output = network(batch.clone())  # cloned, since an in-place activation may overwrite the input
    values = answer.values() if isinstance(answer, dict) else [answer]
    if all(bool(value.isfinite().all()) for value in values):
        return answer
    state = network.state_dict().items()
    not_finite = [f"`{name}`" for name, value in state if not bool(value.isfinite().all())]
    if not_finite:
        message = f"the weights hold values that are not finite in float32, in {_join_names(not_finite)}"
        raise RunError(message, "export weights saved before training diverged", "RG806")
    below = [f"`{name}`" for name, value in state if name.endswith("running_var") and bool((value < 0).any())]
    if below:
        raise RunError(
            f"a variance is below zero, in {_join_names(below)}", "export weights as training saved them", "RG806"
        )
    message = "the outputs for random inputs are not finite, though the weights are: activations grow block by block"
    raise RunError(message, "export the weights of a trained network, with --weights FILE", "RG806")


def _join_names(names: list[str]) -> str:
    more = f" and {len(names) - MAX_NAMED:,} more" if len(names) > MAX_NAMED else ""
    return f"{', '.join(names[:MAX_NAMED])}{more}"


def _open(format: Format, path: str) -> Run:
    try:
        return format.open(path)
    except Exception as error:  # runtimes raise exceptions of any type for a file that they reject
        if is_out_of_memory(error):
            raise
        raise _cannot_run(f"does not open: {first_line(error).replace(path, 'the file')}") from error


def _run(run: Run, batch: Tensor) -> Output:
    try:
        with suppress_output(), torch.no_grad():
            return run(batch.clone())
    except Exception as error:  # likewise
        if is_out_of_memory(error):
            raise
        raise _cannot_run(f"does not take a batch of {by_axis(tuple(batch.shape))}: {first_line(error)}") from error


def _cannot_run(why: str) -> RunError:
    help = "export it to another format, or with other releases of torch and of the runtime; nothing was written"
    return RunError(f"the written file {why}", help, "RG805")


def _takes(network: nn.Module, run: Run, tolerance: float) -> Callable[[Tensor], bool]:
    """Return a function that tells whether the file takes a batch; it raises RunError if the outputs differ."""

    def takes(batch: Tensor) -> bool:
        expected = finite_output(network, batch)
        try:
            found = _run(run, batch)
        except RunError:  # its message, a guard of torch's, reads as a failure of the export
            return False
        compare_outputs(batch, expected, found, tolerance)
        return True

    return takes
