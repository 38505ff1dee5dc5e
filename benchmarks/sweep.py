"""Candidates of a design space per second: drawn, compiled and compared with constraints; no files are written.

Run it by hand: `python -m benchmarks.sweep [CANDIDATES]`.
"""

import sys
import time
from functools import partial

from benchmarks.timing import report_machine
from resnetgen.cli.parallel import parallel_map
from resnetgen.source.source import parse
from resnetgen.sweep.candidates import Judge, candidates
from resnetgen.sweep.tally import Tally

SPACE = """\
name: small
extends: resnet18
stages:
  layer1: {blocks: {range: [1, 4]}, channels: {range: [32, 128], step: 8, as: w1}}
  layer2: {blocks: {range: [1, 4]}, channels: {range: [32, 256], step: 8, as: w2}}
  layer3: {blocks: {range: [1, 4]}, channels: {range: [32, 512], step: 8, as: w3}}
  layer4: {channels: {same: w3, times: 2}}
constraints: {increasing: [w1, w2, w3], macs: 1.5G..2G, params: ..12M}
"""

TARGET = 1000
"""Candidates a second on one core."""


def rates(count: int, jobs: int) -> tuple[float, float, Tally]:
    """Return the candidates a second, and a second of this process's own time on a processor; and their tally."""
    judge, tally = Judge(parse(SPACE, "space.yaml"), seed=0), Tally()
    judge(count)  # the caches of the compiler
    batch, apply = (1, map) if jobs == 1 else (512 * jobs, partial(parallel_map, workers=jobs, sure=True))
    start, busy = time.perf_counter(), time.process_time()
    for candidate in candidates(judge, count, batch, apply):
        tally.add(candidate)
    return count / (time.perf_counter() - start), count / (time.process_time() - busy), tally


def main(arguments: list[str]) -> None:
    """Measure one process, then two."""
    count = int(arguments[0]) if arguments else 2000
    report_machine(["pydantic", "PyYAML"])
    found, busy, tally = rates(count, 1)
    print(f"one process: {found:,.0f} candidates a second, {busy:,.0f} in a second of processor time")
    print(f"target: {TARGET:,}; {tally.kept:,} of {count:,} satisfied the constraints")
    print(f"two processes: {rates(count, 2)[0]:,.0f} candidates a second")


if __name__ == "__main__":
    main(sys.argv[1:])
