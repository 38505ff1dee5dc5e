"""A network's summary as JSON; resnetgen/cli/show/run.py documents the keys."""

from __future__ import annotations

import json
from typing import Any

from resnetgen.analysis.features import Feature, features
from resnetgen.analysis.input_domain import AxisDomain
from resnetgen.ops.window import Shape
from resnetgen.summary.network_summary import NetworkSummary
from resnetgen.summary.rows import Row


def as_json(summary: NetworkSummary) -> str:
    """Return a summary as one JSON object."""
    network = summary.network
    whole = _row(summary.total, summary)
    found = {
        "name": network.name,
        "description": network.description,
        "reference": network.reference,
        "aka": dict(network.aka),
        "input": summary.input,
        "outputs": [{"name": name, "shape": shape} for name, shape in summary.outputs.items()],
        "features": [_feature(feature, summary.shapes[feature.name]) for feature in features(network)],
        "domain": _domain(summary),
        "single_pixels": summary.domain and summary.domain.pixels._asdict(),
        "weighted_layers": summary.weighted_layers,
        "blocks": network.blocks(),
        "state_dict": {"keys": summary.keys},
        "params": whole["params"],
        "buffers": whole["buffers"],
        "macs": whole["macs"],
        "batch": summary.batch,
        "dtype": summary.dtype,
        "memory": whole["memory"],
        "receptive_field": whole["receptive_field"],
        "left_out": summary.left_out,
        "inherited_dilations": [each._asdict() for each in summary.inherited_dilations],
        "rows": [_row(row, summary) for row in summary.rows],
    }
    return json.dumps(found, indent=2) + "\n"


def _feature(feature: Feature, shape: Shape) -> dict[str, Any]:
    return {**feature._asdict(), "shape": shape}


def _domain(summary: NetworkSummary) -> list[dict[str, Any]] | None:
    return None if summary.domain is None else [_axis(axis) for axis in summary.domain.axes]


def _axis(axis: AxisDomain) -> dict[str, Any]:
    return {
        "smallest": axis.smallest,
        "largest": axis.largest,
        "period": axis.period,
        "remainders": None if axis.is_whole() else sorted(axis.remainders),
    }


def _row(row: Row, summary: NetworkSummary) -> dict[str, Any]:
    return {
        "name": row.name,
        "what": row.what,
        "count": row.repeat,
        "output": row.output,
        "params": row.cost.params,
        "buffers": row.cost.buffers,
        "macs": row.cost.macs,
        "memory": row.cost.memory(summary.dtype, summary.batch),
        "receptive_field": row.field or None,
        "shortcuts": [{"kind": kind, "why": why} for kind, why in row.shortcuts],
    }
