"""A network written in another format, and the file run in that format's own runtime."""

from __future__ import annotations

import os

import torch

from resnetgen.errors import ExportError
from resnetgen.export import format_named
from resnetgen.verify.model_fixture import Specimen
from resnetgen.verify.tolerance import near
from resnetgen.verify.verdict import State, Verdict, failed, passed


def exported(specimen: Specimen, name: str) -> Verdict:
    """Write the settled network, run the file, and compare its answers: to the batch, and to one of another size.

    The file is run on the CPU, whatever the device is.
    """
    format = format_named(name)
    network, batch = specimen.settled().cpu(), specimen.example.cpu()
    path = os.path.join(specimen.folder, f"network{format.suffix}")
    try:
        format.write(specimen.settled().cpu(), batch, path)
    except ExportError as error:
        return failed(error.message)
    run = format.opened(path)
    other = torch.cat((batch, batch[:1]))
    with torch.no_grad():
        verdicts = [near(specimen, network(x), run(x), words=f"batch {len(x)}: ") for x in (batch, other)]
    wrong = [verdict for verdict in verdicts if verdict.state is State.FAILED]
    if wrong:
        return wrong[0]
    return passed(f"{'; '.join(verdict.detail for verdict in verdicts)}; {os.path.getsize(path):,} bytes")
