"""Start-up time: a command compared with the libraries that it needs.

Run it by hand: `python -m benchmarks.cold_start [ROUNDS]`.
"""

import json
import sys
import tempfile
from pathlib import Path

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


def large_weights(path: Path) -> str:
    """Write a safetensors file of 500 tensors and 2 GB, which takes no space on the disk; return its path."""
    size = 4_000_000
    header = json.dumps(
        {
            f"layer{index}.weight": {
                "dtype": "F32",
                "shape": [size // 4],
                "data_offsets": [size * index, size * (index + 1)],
            }
            for index in range(500)
        }
    ).encode()
    with path.open("wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        file.truncate(8 + len(header) + 500 * size)
    return str(path)


def main(rounds: int) -> None:
    """Time each command in a process of its own, in turn with the libraries that it needs."""
    with tempfile.TemporaryDirectory() as folder:
        _report(_times(rounds, large_weights(Path(folder, "large.safetensors"))))


def _times(rounds: int, weights: str) -> dict[str, list[float]]:
    return alternate(
        {
            "imports": python("-c", IMPORTS),
            "libraries": python("-c", LIBRARIES, SPEC),
            "check": resnetgen("check", SPEC),
            "libraries for build": python("-c", FOR_BUILD, SPEC),
            "build": resnetgen("build", SPEC, "--stdout"),
            "weights show": resnetgen("weights", "show", weights, "--format", "json"),
        },
        rounds,
    )


def _report(times: dict[str, list[float]]) -> None:
    report_machine(["pydantic", "PyYAML", "typer", "jinja2"])
    report_times(times)
    print()
    report_ratio(times, "check", "libraries", CHECK_TARGET)
    report_ratio(times, "build", "libraries for build", BUILD_TARGET)
    report_ratio(times, "weights show", "libraries", CHECK_TARGET)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
