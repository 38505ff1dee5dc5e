"""The figures that are measured: the time of a network on a device, where there is one."""

from __future__ import annotations

from resnetgen.runtime.latency import Latency
from resnetgen.tables.figure import Figure
from resnetgen.tables.subject import Subject


def _latency(subject: Subject) -> Latency:
    assert subject.latency is not None, "these figures are shown where all networks were measured"
    return subject.latency


def _interval(subject: Subject) -> str:
    found = _latency(subject)
    return f"{_digits(found.low)} to {_digits(found.high)}"


def _digits(value: float) -> str:
    """Return a number with three digits, or all before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


MEASURED = (
    Figure(
        "milliseconds",
        "ms",
        lambda one: round(_latency(one).median, 4),
        lambda one: _digits(_latency(one).median),
    ),
    Figure(
        "milliseconds_interval",
        "95 %",
        lambda one: [round(_latency(one).low, 4), round(_latency(one).high, 4)],
        _interval,
    ),
    Figure(
        "images_per_second",
        "images/s",
        lambda one: round(_latency(one).images_per_second, 3),
        lambda one: _digits(_latency(one).images_per_second),
    ),
    Figure(
        "measured", "measured", lambda one: _latency(one)._asdict(), lambda one: _latency(one).describe(), number=False
    ),
)
"""The columns in their order: the median and its confidence interval, and how they were measured."""
