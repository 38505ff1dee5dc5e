"""Start-up time: a command compared with the import of the libraries that it needs.

Run it by hand: `python -m benchmarks.cold_start [ROUNDS]`.
"""

import sys

from benchmarks.timing import alternate, python, report_machine, report_ratio, report_times, resnetgen

SPEC = "specs/resnet50.yaml"
CHECK_TARGET = 1.5
BUILD_TARGET = 1.6

BARE = "import pydantic, yaml, typer"
"""Pydantic imports its parts when they are first used: this is next to nothing of it."""

IMPORTS = "import yaml, typer; from pydantic import TypeAdapter"
"""What a command needs: typer converts every argument with a `TypeAdapter`, texts too."""

PROGRAM = """\
import typer

def main(spec: str) -> None:
    pass

typer.run(main)
"""
"""A program of typer that takes one text and does nothing."""


def main(rounds: int) -> None:
    """Time each command in a process of its own, in turn with the imports."""
    times = alternate(
        {
            "bare import": python("-c", BARE),
            "import for check": python("-c", IMPORTS),
            "typer alone": python("-c", PROGRAM, SPEC),
            "check": resnetgen("check", SPEC),
            "import for build": python("-c", f"{IMPORTS}; import jinja2"),
            "build": resnetgen("build", SPEC, "--stdout"),
        },
        rounds,
    )
    report_machine(["pydantic", "PyYAML", "typer", "jinja2"])
    report_times(times)
    print()
    report_ratio(times, "check", "import for check", CHECK_TARGET)
    report_ratio(times, "build", "import for build", BUILD_TARGET)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
