"""The built-in block types as a spec would write them, for tests/oracle/network.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Data = Mapping[str, Any]

SLOTS = {"spatial": "here", "drop_block": "here"}

_DEPTHWISE = {"kernel": 3, "shortcut": "identity_or_none", "join": {"act": "none"}}

BUILT_IN: dict[str, Data] = {
    "inverted": {
        "mid": "6 * in",
        **_DEPTHWISE,
        "branch": [
            {"conv": 1, "to": "mid"},
            {"conv": "here", "to": "mid", "stride": "here", "dilation": "here", "groups": "mid"},
            {"attention": "here"},
            {"conv": 1, "to": "out", "act": "none"},
        ],
    },
    "separable": {
        **_DEPTHWISE,
        "branch": [
            {"conv": "here", "to": "in", "stride": "here", "dilation": "here", "groups": "in"},
            {"attention": "here"},
            {"conv": 1, "to": "out", "act": "none"},
        ],
    },
    "basic": {
        "mid": "out",
        "branch": [
            {"conv": 3, "to": "mid", "stride": "here", "dilation": "here", **SLOTS},
            {"conv": 3, "to": "out", "dilation": "here", "dropout": "here", "act": "none"},
        ],
    },
    "bottleneck": {
        "mid": "out / 4",
        "widths": {"reduce": "mid"},
        "branch": [
            {"conv": 1, "to": "reduce"},
            {
                "conv": 3,
                "to": "mid",
                "stride": "here",
                "dilation": "here",
                "groups": "here",
                "dropout": "here",
                **SLOTS,
            },
            {"conv": 1, "to": "out", "act": "none"},
        ],
    },
    "preact_basic": {
        "order": "norm-act-conv",
        "mid": "out",
        "branch": [
            {"conv": 3, "to": "mid", "stride": "here", "dilation": "here", **SLOTS},
            {"conv": 3, "to": "out", "dilation": "here", "dropout": "here"},
        ],
        "join": {"act": "none"},
    },
    "preact_bottleneck": {
        "order": "norm-act-conv",
        "mid": "out / 4",
        "widths": {"reduce": "mid"},
        "branch": [
            {"conv": 1, "to": "reduce"},
            {
                "conv": 3,
                "to": "mid",
                "stride": "here",
                "dilation": "here",
                "groups": "here",
                "dropout": "here",
                **SLOTS,
            },
            {"conv": 1, "to": "out"},
        ],
        "join": {"act": "none"},
    },
}
