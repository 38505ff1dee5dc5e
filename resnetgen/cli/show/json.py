"""A network's portrait as JSON; resnetgen/cli/show/run.py says what the keys mean."""

from __future__ import annotations

import json
from typing import Any

from resnetgen.analysis.features import Feature, features
from resnetgen.analysis.input_sizes import AxisDomain
from resnetgen.cli.show.rows import Row
from resnetgen.cli.show.summary import Portrait
from resnetgen.ops.operator import Shape


def as_json(portrait: Portrait) -> str:
    """Write a portrait as one JSON object."""
    network = portrait.network
    whole = _row(portrait.total, portrait)
    found = {
        "name": network.name,
        "description": network.description,
        "reference": network.reference,
        "aka": dict(network.aka),
        "input": portrait.input,
        "outputs": [{"name": name, "shape": shape} for name, shape in portrait.outputs.items()],
        "features": [_feature(feature, portrait.shapes[feature.name]) for feature in features(network)],
        "domain": _domain(portrait),
        "weighted_layers": portrait.weighted_layers,
        "blocks": network.blocks(),
        "state_dict": {"keys": portrait.keys},
        "params": whole["params"],
        "buffers": whole["buffers"],
        "macs": whole["macs"],
        "batch": portrait.batch,
        "dtype": portrait.dtype,
        "memory": whole["memory"],
        "receptive_field": whole["receptive_field"],
        "left_out": portrait.left_out,
        "rows": [_row(row, portrait) for row in portrait.rows],
    }
    return json.dumps(found, indent=2) + "\n"


def _feature(feature: Feature, shape: Shape) -> dict[str, Any]:
    return {**feature._asdict(), "shape": shape}


def _domain(portrait: Portrait) -> list[dict[str, Any]] | None:
    return None if portrait.domain is None else [_axis(axis) for axis in portrait.domain]


def _axis(axis: AxisDomain) -> dict[str, Any]:
    every = len(axis.remainders) == axis.period
    return {
        "smallest": axis.smallest,
        "period": axis.period,
        "remainders": None if every else sorted(axis.remainders),
    }


def _row(row: Row, portrait: Portrait) -> dict[str, Any]:
    return {
        "name": row.name,
        "what": row.what,
        "count": row.repeat,
        "output": row.output,
        "params": row.cost.params,
        "buffers": row.cost.buffers,
        "macs": row.cost.macs,
        "memory": row.cost.memory(portrait.dtype, portrait.batch),
        "receptive_field": row.field or None,
        "shortcuts": [{"kind": kind, "why": why} for kind, why in row.shortcuts],
    }
