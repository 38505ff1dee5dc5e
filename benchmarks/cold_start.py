"""Start-up time: a command compared with the bare import of the libraries that it needs.

Run it by hand: `python -m benchmarks.cold_start [ROUNDS]`.
"""

import sys

from benchmarks.timing import alternate, python, report_machine, report_ratio, report_times, resnetgen

SPEC = "specs/resnet50.yaml"
CHECK_TARGET = 1.5
BUILD_TARGET = 1.6


def main(rounds: int) -> None:
    """Time each command in a process of its own, in turn with the bare imports."""
    times = alternate(
        {
            "import for check": python("-c", "import pydantic, yaml, typer"),
            "check": resnetgen("check", SPEC),
            "import for build": python("-c", "import pydantic, yaml, typer, jinja2"),
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
