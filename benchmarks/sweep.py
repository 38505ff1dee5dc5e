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


def rate(count: int, jobs: int) -> tuple[float, Tally]:
    """Return the candidates a second, and their tally."""
    judge, tally = Judge(parse(SPACE, "space.yaml"), seed=0), Tally()
    judge(count)  # the caches of the compiler
    batch, apply = (1, map) if jobs == 1 else (512 * jobs, partial(parallel_map, workers=jobs, sure=True))
    start = time.perf_counter()
    for candidate in candidates(judge, count, batch, apply):
        tally.add(candidate)
    return count / (time.perf_counter() - start), tally


def main(arguments: list[str]) -> None:
    """Measure one process, then two."""
    count = int(arguments[0]) if arguments else 2000
    report_machine(["pydantic", "PyYAML"])
    for jobs in (1, 2):
        found, tally = rate(count, jobs)
        print(f"{jobs} process(es): {found:,.0f} candidates/s of {count:,}, {tally.kept:,} kept")
    print(f"target for one: {TARGET:,} candidates/s")


if __name__ == "__main__":
    main(sys.argv[1:])
