"""Trials on a Ray cluster, each a task of its own. Ray begins the trial of a worker that is stopped again.

Only this process records outcomes, so that each is there once, whatever becomes of the workers.
"""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from itertools import islice
from typing import Any

from resnetgen.errors import RunError
from resnetgen.runtime.packages import require_packages
from resnetgen.sweep.attempt import attempts
from resnetgen.sweep.executors import Resources
from resnetgen.sweep.scores import Score
from resnetgen.sweep.trial import Outcome, Trial, no_report

LOCAL = "local"
"""The address that starts a cluster on this machine, for as long as the sweep runs."""

_WAIT = 10.0
"""Seconds that a cluster may take to answer."""

_WINDOW = 2
"""The trials that wait at a cluster for each that may run, so that no worker is idle."""


def require() -> None:
    """See that Ray is installed.

    Raises:
        RunError: it is not.
    """
    require_packages(("ray",), "ray", "a sweep on a cluster")


def run_trials(trials: Sequence[Trial], score: Score, resources: Resources) -> Iterator[Outcome]:
    """Run the trials on a cluster.

    Raises:
        RunError: the cluster is not there, or Ray is not installed.
    """
    require()
    with redirect_stdout(sys.stderr):  # where Ray tells of workers that died; the output of the command is no place
        yield from _run(trials, score, resources)


def _run(trials: Sequence[Trial], score: Score, resources: Resources) -> Iterator[Outcome]:
    import ray

    _connect(resources)
    try:
        most = resources.workers if resources.workers > 1 else _room(resources)
        task = ray.remote(
            num_cpus=resources.cpus, num_gpus=resources.gpus, max_retries=resources.retries, retry_exceptions=False
        )(attempts)
        shared = ray.put(score)
        left = iter(trials)
        running: dict[Any, Trial] = {}
        while True:
            for trial in islice(left, _WINDOW * most - len(running)):
                running[task.remote(shared, trial._replace(path="", report=no_report), resources.retries)] = trial
            if not running:
                return
            for reference in ray.wait(list(running))[0]:
                yield _outcome(reference, running.pop(reference), resources.retries)
    finally:
        ray.shutdown()


def _outcome(reference: Any, trial: Trial, retries: int) -> Outcome:
    import ray

    try:
        found: Outcome = ray.get(reference)
    except ray.exceptions.RayError as error:
        message = f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"
        return Outcome(trial.name, None, message[:200], retries + 1)
    return found


def _connect(resources: Resources) -> None:
    """Start a cluster on this machine, or connect to one.

    Raises:
        RunError: there is none at the address.
    """
    import ray

    address = resources.address
    settings: dict[str, Any] = {"logging_level": logging.ERROR, "log_to_driver": False, "include_dashboard": False}
    if address == LOCAL:
        number = resources.workers * resources.cpus if resources.workers > 1 else None
        settings |= {"num_cpus": None if number is None else max(1, round(number))}
    else:
        _see_port(address)
        settings = {"logging_level": logging.ERROR, "log_to_driver": False}
    try:
        ray.init(address=address, **settings)
    except Exception as error:  # Ray raises plain ones where its processes do not start in time
        raise _absent(address, str(error).strip().partition(". ")[0]) from None


def _see_port(address: str) -> None:
    """See that somebody answers at an address with a port; Ray itself would try for minutes.

    Raises:
        RunError: nobody does.
    """
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdigit():
        return
    try:
        socket.create_connection((host, int(port)), timeout=_WAIT).close()
    except (OSError, OverflowError) as error:
        raise _absent(address, getattr(error, "strerror", None) or str(error)) from None


def _absent(address: str, why: str) -> RunError:
    help = "start one with `ray start --head`, and give its address; `--ray local` starts one for this sweep"
    return RunError(f"there is no Ray cluster at {address}: {why}", help, "RG811")


def _room(resources: Resources) -> int:
    """Return how many trials the cluster can run at a time.

    Raises:
        RunError: not one, since no machine has what a trial takes.
    """
    import ray

    there: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call, unused-ignore]  # Ray's has none
    wanted = {"CPU": resources.cpus, "GPU": resources.gpus}
    rooms = [int(there.get(name, 0.0) // amount) for name, amount in wanted.items() if amount]
    if not min(rooms, default=1):
        has = ", ".join(f"{there.get(name, 0.0):g} {name}s" for name in wanted)
        message = f"the cluster has no room for a trial of {resources.cpus:g} CPUs and {resources.gpus:g} GPUs: {has}"
        raise RunError(message, "ask for less with --cpus and --gpus, or add machines to the cluster", "RG811")
    return min(rooms, default=1)
