"""The comparison of two networks as JSON; resnetgen/cli/diff/run.py documents the keys."""

from __future__ import annotations

import json
from typing import Any

from resnetgen.analysis.diff import BlockChange, Change
from resnetgen.analysis.diff.state_dict import ADDED, REMOVED, RESHAPED, KeyGroup, WeightTransfer, limit_per_kind
from resnetgen.comparison.comparison import Comparison, Figure, Pair
from resnetgen.summary.network_summary import NetworkSummary
from resnetgen.summary.rows import Row

MOST_GROUPS = 1000
"""Groups of tensors of each kind; a spec of thousands of unlike blocks has more."""

_WORDS = str.maketrans(" -", "__")


def as_json(comparison: Comparison) -> str:
    """Return a comparison as one JSON object."""
    one, other = comparison.before, comparison.after
    found, keys = comparison.difference, comparison.difference.keys
    groups = list(limit_per_kind(keys.groups, MOST_GROUPS))
    written = {
        "before": {"spec": comparison.titles[0], "name": one.network.name},
        "after": {"spec": comparison.titles[1], "name": other.network.name},
        "differ": comparison.differ(),
        "batch": one.batch,
        "dtype": one.dtype,
        "figures": {figure.name.translate(_WORDS): _figure(figure) for figure in comparison.figures()},
        "input": {"before": one.input, "after": other.input},
        "outputs": {"before": _outputs(one), "after": _outputs(other)},
        "receptive_field": {"before": one.total.field, "after": other.total.field},
        "network": [_change(change) for change in found.network],
        "parts": [_pair(pair, comparison) for pair in comparison.pairs()],
        "changes": {
            "stem": [_change(change) for change in found.stem],
            "stages": {name: [_blocks(each) for each in blocks] for name, blocks in found.stages.items()},
            "head": [_change(change) for changes in found.heads.values() for change in changes],
        },
        "state_dict": {
            "alike": keys.alike,
            **{kind: keys.count(kind) for kind in (REMOVED, ADDED, RESHAPED)},
            "groups": [_group(group) for group in groups],
            "groups_left_out": len(keys.groups) - len(groups),
        },
        "loading": {"before_into_after": _loading(keys.forward), "after_into_before": _loading(keys.backward)},
    }
    return json.dumps(written, indent=2) + "\n"


def _figure(figure: Figure) -> dict[str, Any]:
    return {"before": figure.before, "after": figure.after, "change": figure.change, "ratio": figure.ratio}


def _outputs(summary: NetworkSummary) -> list[dict[str, Any]]:
    return [{"name": name, "shape": shape} for name, shape in summary.outputs.items()]


def _change(change: Change) -> dict[str, Any]:
    return change._asdict()


def _blocks(blocks: BlockChange) -> dict[str, Any]:
    return {
        "first": blocks.first,
        "count": blocks.repeat,
        "before": blocks.before,
        "after": blocks.after,
        "changes": [_change(change) for change in blocks.changes],
    }


def _pair(pair: Pair, comparison: Comparison) -> dict[str, Any]:
    rows = _row(pair.before, comparison.before), _row(pair.after, comparison.after)
    return {"name": pair.name, "alike": pair.alike(), "before": rows[0], "after": rows[1]}


def _row(row: Row | None, summary: NetworkSummary) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "what": row.what,
        "output": row.output,
        "params": row.cost.params,
        "macs": row.cost.macs,
        "memory": row.cost.memory(summary.dtype, summary.batch),
        "shortcuts": [{"kind": kind, "why": why} for kind, why in row.shortcuts],
    }


def _group(group: KeyGroup) -> dict[str, Any]:
    return {
        "kind": group.kind,
        "path": group.path.removesuffix("."),
        "first": group.first,
        "count": group.repeat,
        "tensors": [tensor._asdict() for tensor in group.tensors],
    }


def _loading(loading: WeightTransfer) -> dict[str, Any]:
    return {
        "strict": loading.strict,
        "tensors": {"fit": loading.tensors, "of": loading.of_tensors},
        "params": {"fit": loading.params, "of": loading.of_params},
    }
