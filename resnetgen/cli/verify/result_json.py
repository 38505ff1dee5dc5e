"""The results of `resnetgen verify` as JSON; resnetgen/cli/verify/run.py documents the keys."""

from __future__ import annotations

import json
from typing import Any

from resnetgen.cli.verify.result import Examined, Verified
from resnetgen.verify import CHECKS
from resnetgen.verify.task import CheckResult

_GROUPS = {check.name: check.group for check in CHECKS}


def as_json(verified: Verified) -> str:
    """Return the results as one JSON object."""
    found = {
        "passed": verified.passed,
        "batch": verified.batch,
        "form": "deployed" if verified.deployed else "trained",
        "networks": [_network(each) for each in verified.networks],
    }
    return json.dumps(found, indent=2) + "\n"


def _network(examined: Examined) -> dict[str, Any]:
    return {
        "spec": examined.name,
        "name": examined.trace.network.name,
        "input": examined.trace.input,
        "device": examined.started.device,
        "description": examined.started.description,
        "checks": [_row(row) for row in examined.rows],
    }


def _row(row: CheckResult) -> dict[str, Any]:
    return {
        "check": row.check,
        "group": _GROUPS[row.check],
        "state": row.verdict.state.value,
        "detail": row.verdict.detail,
        "seconds": round(row.seconds, 3),
    }
