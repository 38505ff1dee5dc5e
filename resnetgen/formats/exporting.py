"""Writing a network in a format, and running what was written beside it."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from resnetgen.formats.agreement import Agreement, agreement
from resnetgen.formats.format import Format, Output, Run
from resnetgen.formats.silence import silent
from resnetgen.frozen import Frozen
from resnetgen.running.refusal import Refused

MOST_NAMED = 3
"""Tensors that a message names."""


class Exported(Frozen):
    """What came of an export: how the answers agree, and why the file does not take the smallest input, if so."""

    agreements: tuple[Agreement, ...]
    refusal: str


def export(network: nn.Module, format: Format, batches: Sequence[Tensor], least: Tensor | None, path: str) -> Exported:
    """Write a network in eval mode, traced with the first of some batches (N, C, ...), and compare it on all of them.

    `least` is a batch of the smallest size; that the file does not take it is told and no fault.

    Raises:
        Refused: there is no such form of the network, its answers are not finite, or the file has others.
        OSError: the file cannot be written.
    """
    expected = [answered(network, batch) for batch in batches]
    format.write(network, batches[0], path)
    run = _opened(format, path)
    with silent(), torch.no_grad():
        found = tuple(agreement(batch, own, _run(run, batch)) for batch, own in zip(batches, expected, strict=True))
        return Exported(found, "" if least is None else _refusal(network, run, least))


def answered(network: nn.Module, batch: Tensor) -> Output:
    """What a network answers in eager mode.

    Raises:
        Refused: it is not finite, so that nothing could be compared with it.
    """
    with torch.no_grad():
        answer: Output = network(batch)
    values = answer.values() if isinstance(answer, dict) else [answer]
    if all(bool(value.isfinite().all()) for value in values):
        return answer
    state = network.state_dict().items()
    spoilt = [f"`{name}`" for name, value in state if not bool(value.isfinite().all())]
    if not spoilt:
        message = "the network's answers to noise are not finite, though its weights are: they grow from block to block"
        raise Refused("RG806", message, "export trained weights, with --weights FILE")
    more = f" and {len(spoilt) - MOST_NAMED:,} more" if len(spoilt) > MOST_NAMED else ""
    message = f"the weights hold values that are not finite, in {', '.join(spoilt[:MOST_NAMED])}{more}"
    raise Refused("RG806", message, "export weights of before the training diverged")


def _opened(format: Format, path: str) -> Run:
    try:
        return format.opened(path)
    except Exception as error:  # a runtime raises what it likes of a file that it does not take
        raise _not_run(f"does not open: {_first_line(error)}") from error


def _run(run: Run, batch: Tensor) -> Output:
    try:
        return run(batch)
    except Exception as error:  # likewise
        raise _not_run(f"does not take a batch of {'x'.join(map(str, batch.shape))}: {_first_line(error)}") from error


def _not_run(why: str) -> Refused:
    help = "export it to another format, or with other releases of torch and of the runtime; nothing was written"
    return Refused("RG805", f"what was written {why}", help)


def _refusal(network: nn.Module, run: Run, least: Tensor) -> str:
    """Why a file does not take a batch, or takes it for something else; empty where it does as the network does."""
    try:
        agreement(least, answered(network, least), run(least))
    except Refused as error:
        return error.message
    except Exception as error:  # a runtime raises what it likes of a size that it does not take
        return _first_line(error)
    return ""


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
