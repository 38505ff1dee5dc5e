"""Comparison of a network with its exported file, run in the runtime of the format."""

from __future__ import annotations

import os

import torch

from resnetgen.errors import ExportError
from resnetgen.export import get_format
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.tolerance import check_close
from resnetgen.verify.verdict import State, Verdict, failed, passed


def check_exported(fixture: ModelFixture, name: str) -> Verdict:
    """Export the calibrated network, run the file, and compare its outputs for two batch sizes.

    The file is run on the CPU, whatever the device is.

    Returns:
        Failed if the network cannot be exported, or an output differs; else passed, with the size of the file.
    """
    format = get_format(name)
    network, batch = fixture.calibrated().cpu(), fixture.example.cpu()
    path = os.path.join(fixture.folder, f"network{format.suffix}")
    try:
        format.write(fixture.calibrated().cpu(), batch, path)
    except ExportError as error:
        return failed(error.message)
    run = format.open(path)
    other = torch.cat((batch, batch[:1]))
    with torch.no_grad():
        verdicts = [check_close(fixture, network(x), run(x), words=f"batch {len(x)}: ") for x in (batch, other)]
    wrong = [verdict for verdict in verdicts if verdict.state is State.FAILED]
    if wrong:
        return wrong[0]
    return passed(f"{'; '.join(verdict.detail for verdict in verdicts)}; {os.path.getsize(path):,} bytes")
