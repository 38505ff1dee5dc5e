"""Contestants in turn within rounds, the order drawn anew for each; ratios with the interval that the noise leaves."""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.timing import Job, Seconds

RESAMPLES = 2000
INTERVAL = 0.95

Times = dict[str, list[list[Seconds]]]
"""For each contestant, for each of its copies, the seconds of each round."""


@dataclass(frozen=True)
class Ratio:
    """A ratio of medians, and the interval in which 95 of 100 resampled ratios lie."""

    middle: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.middle:.3f} ({self.low:.3f} to {self.high:.3f})"

    def at_most(self, target: float) -> str:
        """Return the verdict on a ratio that must be at most `target`."""
        if self.middle <= target:
            return "holds"
        return "holds within noise" if self.low <= target else "MISSED"

    def at_least(self, target: float) -> str:
        """Return the verdict on a ratio that must be at least `target`."""
        if self.middle >= target:
            return "holds"
        return "holds within noise" if self.high >= target else "MISSED"


def in_rounds(jobs: Mapping[str, Sequence[Job]], seconds: float, rounds: int, clock: Callable[[Job], Seconds]) -> Times:
    """Time all jobs once a round, in an order drawn for it, for `seconds` and for at least `rounds` rounds.

    `jobs` has a contestant's copies, which do the same: what two copies differ by is noise. A first round goes
    unmeasured. `clock` runs a job and tells how long it took.
    """
    draw = random.Random(0)
    turns = [(name, copy) for name, copies in jobs.items() for copy in range(len(copies))]
    for name, copy in turns:
        jobs[name][copy]()
    times: Times = {name: [[] for _ in copies] for name, copies in jobs.items()}
    start = time.perf_counter()
    done = 0
    while done < rounds or time.perf_counter() - start < seconds:
        draw.shuffle(turns)
        for name, copy in turns:
            times[name][copy].append(clock(jobs[name][copy]))
        done += 1
    return times


def elapsed(job: Job) -> Seconds:
    """Return the wall-clock time of a job."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def processed(job: Job) -> Seconds:
    """Return the processor time of a job over all threads, which excludes other programs."""
    start = time.process_time()
    job()
    return time.process_time() - start


CLOCKS: Mapping[str, Callable[[Job], Seconds]] = {"wall": elapsed, "processor": processed}


def add_options(parser: argparse.ArgumentParser, seconds: float, per: str) -> None:
    """Add the options for the duration and the clock of a measurement to a parser."""
    parser.add_argument("--seconds", type=float, default=seconds, help=f"how long to measure each {per} for")
    parser.add_argument("--rounds", type=int, default=5, help="at least so many, however long they take")
    parser.add_argument(
        "--clock", choices=CLOCKS, default="wall", help="processor: for a busy machine, with OMP_WAIT_POLICY=PASSIVE"
    )


def median(times: Sequence[Sequence[Seconds]]) -> Seconds:
    """Return the median over all copies and rounds."""
    return statistics.median([each for copy in times for each in copy])


def ratio(times: Times, name: str, bases: Sequence[str]) -> Ratio:
    """Return the ratio of a contestant's median time to that of the fastest of `bases`.

    The interval is a percentile bootstrap: rounds are drawn with replacement, the same for all, since they were run in
    turn, and so are copies, for each contestant by itself. The fastest base is found anew in each draw.
    """
    times = {each: times[each] for each in (name, *bases)}
    draw = random.Random(1)
    drawn = sorted(_ratio(_resampled(times, draw), name, bases) for _ in range(RESAMPLES))
    margin = int(RESAMPLES * (1 - INTERVAL) / 2)
    return Ratio(_ratio(times, name, bases), drawn[margin], drawn[-1 - margin])


def ratio_of_runs(runs: Sequence[Times], name: str, bases: Sequence[str]) -> Ratio:
    """Return the same ratio over several runs, each in a process of its own.

    Where memory lies in a process makes one contestant faster or slower for as long as it runs, by more than rounds
    differ. So each base has the median of the runs' ratios to it, and the fastest is the one with the largest: the
    fastest of each run by itself would mostly be the one that was lucky there. The interval is that of runs drawn with
    replacement, and of rounds and copies within each.
    """
    draw = random.Random(1)

    def drawn() -> float:
        chosen = draw.choices(runs, k=len(runs))
        return _ratio_of_runs([_resampled(times, draw) for times in chosen], name, bases)

    found = sorted(drawn() for _ in range(RESAMPLES))
    margin = int(RESAMPLES * (1 - INTERVAL) / 2)
    return Ratio(_ratio_of_runs(runs, name, bases), found[margin], found[-1 - margin])


def _ratio_of_runs(runs: Sequence[Times], name: str, bases: Sequence[str]) -> float:
    return max(statistics.median(_ratio(times, name, [base]) for times in runs) for base in bases)


def _ratio(times: Times, name: str, bases: Sequence[str]) -> float:
    return median(times[name]) / min(median(times[base]) for base in bases)


def _resampled(times: Times, draw: random.Random) -> Times:
    rounds = len(next(iter(times.values()))[0])
    chosen = draw.choices(range(rounds), k=rounds)
    return {
        name: [[copy[number] for number in chosen] for copy in draw.choices(copies, k=len(copies))]
        for name, copies in times.items()
    }
