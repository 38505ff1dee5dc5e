"""Candidates of design spaces in a second of processor time: drawn, compiled and compared with constraints.

No files are written. Run it by hand: `python -m benchmarks.sweep [CANDIDATES [SPACE...]]`. Processor time depends on
what else the machine does; so beside the rate of all candidates there is that of the best tenth of slices of 50.
"""

import gc
import resource
import sys
import time

from benchmarks.timing import report_machine
from resnetgen.source.source import parse
from resnetgen.sweep.candidates import Judge
from resnetgen.sweep.tally import Tally

SPACES = {
    "small": """\
name: small
extends: resnet18
stages:
  layer1: {blocks: {range: [1, 4]}, channels: {range: [32, 128], step: 8, as: w1}}
  layer2: {blocks: {range: [1, 4]}, channels: {range: [32, 256], step: 8, as: w2}}
  layer3: {blocks: {range: [1, 4]}, channels: {range: [32, 512], step: 8, as: w3}}
  layer4: {channels: {same: w3, times: 2}}
constraints: {increasing: [w1, w2, w3], macs: 1.5G..2G, params: ..12M}
""",
    "bottleneck": """\
name: bottleneck
extends: resnet50
block: {mid: out / 2, groups: {choice: [1, 2, 4, 8, 16, 32]}}
stages:
  layer1: {blocks: {range: [1, 6]}, channels: {range: [128, 384], step: 64, as: w1}}
  layer2: {blocks: {range: [1, 8]}, channels: {range: [256, 768], step: 64, as: w2}}
  layer3: {blocks: {range: [1, 16]}, channels: {range: [512, 1536], step: 64, as: w3}}
  layer4: {blocks: {range: [1, 6]}, channels: {range: [512, 2048], step: 64, as: w4}}
constraints: {increasing: [w1, w2, w3, w4], macs: 3.5G..4.5G, params: ..30M}
""",
    "regnet": """\
name: regnet
extends: regnet_x_400mf
block: {group_width: null}
stages:
  regnet_line:
    depth: {range: [12, 28]}
    w_0: {range: [24, 96], step: 8}
    w_a: {range: [16.0, 64.0], scale: log}
    w_m: {range: [2.0, 3.0]}
    group_width: {choice: [8, 16, 24]}
    stages: [block1, block2, block3, block4]
constraints: {macs: 200M..600M}
""",
}

TARGET = 1000
"""Candidates in a second of processor time."""

SLICE = 50


def measured(space: str, count: int) -> tuple[list[float], Tally]:
    """Return the seconds of processor time of each slice of candidates, and the tally of all."""
    judge, tally = Judge(parse(space, "space.yaml"), seed=0), Tally()
    seconds = []
    for first in range(0, count, SLICE):
        start = time.process_time()
        for number in range(first, min(first + SLICE, count)):
            tally.add(judge(number))
        seconds.append(time.process_time() - start)
    return seconds, tally


def main(arguments: list[str]) -> None:
    """Measure the spaces that are named, or all."""
    count = int(arguments[0]) if arguments else 4000
    report_machine(["pydantic", "PyYAML"])
    gc.set_threshold(100_000)  # as the command does
    gc.freeze()
    for name in arguments[1:] or SPACES:
        seconds, tally = measured(SPACES[name], count)
        best = sorted(seconds)[len(seconds) // 10]
        print(f"{name}: {count / sum(seconds):,.0f} candidates a second, {SLICE / best:,.0f} in the best tenth")
        print(f"  {count:,} in {sum(seconds):,.0f} s; {tally.kept:,} kept, {tally.duplicates:,} drawn before,")
        print(f"  {tally.misfits:,} misfits, {tally.invalid:,} invalid, {tally.excluded:,} excluded:")
        print(f"  {', '.join(f'{each} {number:,}' for each, number in tally.by_constraint.items())}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"target: {TARGET:,} a second; at most {peak:,.0f} MB in memory")


if __name__ == "__main__":
    main(sys.argv[1:])
