"""Shared timing: jobs take turns within one run, and medians are compared."""

import importlib.metadata
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

Seconds = float
Job = Callable[[], object]


def alternate(jobs: Mapping[str, Job], rounds: int) -> dict[str, list[Seconds]]:
    """Time the jobs in turn, `rounds` times each, so that a slow spell of the machine falls on all of them.

    A first round goes unmeasured: it fills the caches of files, bytecode and imports.
    """
    for job in jobs.values():
        job()
    times: dict[str, list[Seconds]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            times[name].append(time.perf_counter() - start)
    return times


def python(*arguments: str) -> Job:
    """Return a job that runs this Python in a process of its own, from the top of the checkout, and must succeed."""

    def run() -> None:
        done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")

    return run


def resnetgen(*arguments: str) -> Job:
    """Return a job that does what the installed `resnetgen` command does, in a process of its own."""
    return python("-c", "import sys; from resnetgen.__main__ import main; sys.exit(main())", *arguments)


def report_machine(packages: Sequence[str]) -> None:
    """Print the machine and the versions of the packages."""
    print(f"{_processor()}, {os.cpu_count()} CPUs, {platform.system()} {platform.release()}")
    versions = [f"{package} {importlib.metadata.version(package)}" for package in packages]
    print(", ".join([f"{platform.python_implementation()} {platform.python_version()}", *versions]))


def report_times(times: Mapping[str, Sequence[Seconds]]) -> None:
    """Print the median and the fastest of each job's times."""
    width = max(map(len, times))
    print(f"\n{'':{width}}  {'median':>10}  {'fastest':>10}")
    for name, seconds in times.items():
        print(f"{name:{width}}  {1000 * statistics.median(seconds):7.2f} ms  {1000 * min(seconds):7.2f} ms")


def report_ratio(times: Mapping[str, Sequence[Seconds]], name: str, base: str, target: float) -> None:
    """Print the ratio of the medians of `name` and `base`, and the most that it may be."""
    ratio = statistics.median(times[name]) / statistics.median(times[base])
    report_figure(f"{name} / {base}", ratio, target, "x")


def report_figure(name: str, figure: float, target: float, unit: str) -> None:
    """Print one figure beside its target."""
    verdict = "holds" if figure <= target else "MISSED"
    print(f"{name}: {figure:.2f} {unit}, at most {target:g} {unit}: {verdict}")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()
