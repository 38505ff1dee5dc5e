"""Time to check and build networks of many blocks, compared with ResNet-50.

Run it by hand: `python -m benchmarks.growth [ROUNDS]`.
"""

import functools
import sys
from collections.abc import Callable

from benchmarks.specs import cifar, imagenet
from benchmarks.timing import Job, alternate, report_machine, report_ratio, report_times
from resnetgen import compile_text, diagnose_text, emit_source

TARGET = 1.3
BASE = "resnet50"
DEEP_LAYER3 = {"resnet50": 6, "million": 1_000_000}

SPECS = {
    name: imagenet(name, "{type: bottleneck}", (3, 4, layer3, 3), (256, 512, 1024, 2048), (1, 2, 2, 2))
    for name, layer3 in DEEP_LAYER3.items()
} | {"resnet1202": cifar("resnet1202", blocks=200)}

COMMANDS: dict[str, Callable[[str], object]] = {
    "check": diagnose_text,
    "build": lambda text: emit_source(compile_text(text)),
}


def main(rounds: int) -> None:
    """Time each command on each spec, in turn, in this process."""
    jobs: dict[str, Job] = {
        f"{command} {name}": functools.partial(run, text)
        for command, run in COMMANDS.items()
        for name, text in SPECS.items()
    }
    times = alternate(jobs, rounds)

    report_machine(["pydantic", "PyYAML", "jinja2"])
    report_times(times)
    print()
    for command in COMMANDS:
        for name in SPECS:
            if name != BASE:
                report_ratio(times, f"{command} {name}", f"{command} {BASE}", TARGET)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
