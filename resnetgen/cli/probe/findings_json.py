"""The findings of `resnetgen probe` as JSON; its form is described in `run.py`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING

from resnetgen.probe import load_measurement

if TYPE_CHECKING:
    import torch

    from resnetgen.cli.probe.run import Probed, ProbeOptions
    from resnetgen.probe.finding import Finding


def as_json(probed: Sequence[Probed], probe: ProbeOptions, device: torch.device) -> str:
    """Return findings as a JSON object."""
    networks = [
        {
            "spec": each.spec,
            "name": each.name,
            "input": each.trace.input,
            "findings": [_finding(name, finding) for name, finding in each.findings.items()],
        }
        for each in probed
    ]
    found = {"batch": probe.batch, "seed": probe.seed, "device": device.type, "networks": networks}
    return json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _finding(name: str, finding: Finding) -> Mapping[str, object]:
    taken = load_measurement(name)
    return {
        "measurement": name,
        "title": taken.title,
        "source": taken.source,
        "figures": [{"name": each.name, "value": _finite(each.value), "unit": each.unit} for each in finding.figures],
        "series": [
            {"name": each.name, "places": each.places, "values": list(map(_finite, each.values))}
            for each in finding.series
        ],
        "verdict": finding.verdict,
        "warning": finding.is_warning,
    }


def _finite(value: float) -> float | None:
    """Return a number that JSON can express; None for infinity and what is no number."""
    return value if isfinite(value) else None
