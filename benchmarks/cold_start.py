"""Start-up time: a command compared with the libraries that it needs.

Run it by hand: `python -m benchmarks.cold_start [ROUNDS]`.
"""

import sys

from benchmarks.timing import alternate, python, report_machine, report_ratio, report_times, resnetgen

SPEC = "specs/resnet50.yaml"
CHECK_TARGET = 1.5
BUILD_TARGET = 1.6

IMPORTS = "import pydantic, yaml, typer"
"""The imports alone. Pydantic and typer import most of their parts when these are first used."""

LIBRARIES = """\
import pydantic, yaml, typer

def main(spec: str) -> None:
    pass

typer.run(main)
"""
"""The libraries at work: a program that takes one text, which typer converts with a `TypeAdapter`, and does nothing."""

FOR_BUILD = LIBRARIES.replace("typer\n", "typer, jinja2\n", 1)


def main(rounds: int) -> None:
    """Time each command in a process of its own, in turn with the libraries that it needs."""
    times = alternate(
        {
            "imports": python("-c", IMPORTS),
            "libraries": python("-c", LIBRARIES, SPEC),
            "check": resnetgen("check", SPEC),
            "libraries for build": python("-c", FOR_BUILD, SPEC),
            "build": resnetgen("build", SPEC, "--stdout"),
        },
        rounds,
    )
    report_machine(["pydantic", "PyYAML", "typer", "jinja2"])
    report_times(times)
    print()
    report_ratio(times, "check", "libraries", CHECK_TARGET)
    report_ratio(times, "build", "libraries for build", BUILD_TARGET)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
