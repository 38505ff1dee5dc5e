"""The score of a probe: a figure of a measurement at initialization, without data or training.

`probe` is `probe:gradients`. The score is the first figure of the measurement, and the others are told beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from resnetgen.diagnostics.suggestions import did_you_mean
from resnetgen.errors import SpecError
from resnetgen.probe import MEASUREMENTS, load_measurement
from resnetgen.source.source import parse
from resnetgen.sweep.trial import Report, Scored, ScoreFailed, Trial


class ProbeScore(NamedTuple):
    """The measurement that is the score."""

    measurement: str

    def __call__(self, trial: Trial, report: Report) -> Scored:
        """Measure a candidate.

        Raises:
            ScoreFailed: the spec is wrong, or memory ran out.
        """
        from resnetgen.compiler import compile_source
        from resnetgen.probe.subject import load_subject
        from resnetgen.runtime.devices import is_out_of_memory

        try:
            compiled = compile_source(parse(trial.text, f"{trial.name}.yaml"))
            finding = load_measurement(self.measurement).measure(load_subject(compiled))
        except SpecError as error:
            raise ScoreFailed(error.message) from None
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            raise ScoreFailed("memory ran out") from None
        first, *others = finding.figures
        return Scored(first.value, {each.name: each.value for each in others})

    def depends_on(self) -> Mapping[str, str]:
        """Return nothing: all is written."""
        return {}


def make_score(rest: str) -> ProbeScore:
    """Return the score of a measurement, by default that of gradients.

    Raises:
        ValueError: there is no such measurement.
        RunError: torch is not installed.
    """
    from resnetgen.runtime.packages import require_packages

    measurement = rest or "gradients"
    if measurement not in MEASUREMENTS:
        hint = did_you_mean(measurement, MEASUREMENTS) or ";"
        raise ValueError(f"unknown measurement {measurement!r}{hint} the measurements are {', '.join(MEASUREMENTS)}")
    require_packages(("torch",), "torch", "measuring a network")
    return ProbeScore(measurement)
