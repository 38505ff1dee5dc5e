"""Time to check many files in one process and in several, to find where several become faster.

Run it by hand: `python -m benchmarks.many_files [ROUNDS]`.
"""

import os
import sys
import tempfile
from pathlib import Path

from benchmarks.throughput import unlike_specs
from benchmarks.timing import alternate, report_machine, report_ratio, report_times, resnetgen
from resnetgen.cli.spec_args import SPECS_PER_WORKER

COUNTS = (SPECS_PER_WORKER, 2 * SPECS_PER_WORKER, 4 * SPECS_PER_WORKER, 10 * SPECS_PER_WORKER)
TARGETS = {2: 1.05, 10: 0.75}
"""How many times that number of files -> how long several processes may take beside one; for two it is half at best."""


def main(rounds: int) -> None:
    """Time the command on folders of growing size, with one process and with one per processor."""
    several = max(2, os.cpu_count() or 1)
    with tempfile.TemporaryDirectory() as top:
        jobs = {}
        for count in COUNTS:
            folder = Path(top, str(count))
            _write(folder, count)
            for number in (1, several):
                jobs[_name(count, number)] = resnetgen("check", str(folder), "--jobs", str(number))
        times = alternate(jobs, rounds)
    report_machine(["pydantic", "PyYAML"])
    report_times(times)
    print()
    for count in COUNTS:
        target = TARGETS.get(count // SPECS_PER_WORKER)
        if target is not None:
            report_ratio(times, _name(count, several), _name(count, 1), target)


def _name(count: int, processes: int) -> str:
    return f"{count} files, {'one process' if processes == 1 else f'{processes} processes'}"


def _write(folder: Path, count: int) -> None:
    folder.mkdir()
    for number, text in enumerate(unlike_specs(count)):
        (folder / f"network{number}.yaml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
