"""The worker process, in which a network runs; if it dies, only the current check is lost."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import time
import traceback
import warnings
from multiprocessing.connection import Connection

import torch

from resnetgen.errors import RunError
from resnetgen.export.format import first_line
from resnetgen.runtime.devices import describe, full_precision, is_out_of_memory, is_unrecoverable, select_device
from resnetgen.runtime.worker_process import set_up_worker
from resnetgen.verify import check_function
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.task import OUTPUT, CheckResult, CheckStarted, Task, WorkerStarted, file_name
from resnetgen.verify.verdict import Verdict, failed


def work(task: Task, folder: str, answers: Connection) -> None:
    """Run the checks of a task on the file in `folder`, and send each result as it comes."""
    set_up_worker()
    _confine_to(folder)
    try:
        place = select_device(task.device)
    except RunError as refused:
        answers.send(refused)
        return
    if task.threads and place.type == "cpu":
        torch.set_num_threads(task.threads)
    full_precision()
    answers.send(WorkerStarted(place.type, describe(place)))
    fixture = ModelFixture(task.trace, os.path.join(folder, file_name(task)), place, task.batch, folder)
    for name in task.checks:
        answers.send(CheckStarted(name))
        start = time.monotonic()
        verdict, is_usable = _run_check(name, fixture)
        answers.send(CheckResult(name, verdict, time.monotonic() - start))
        if not is_usable:
            return


def _confine_to(folder: str) -> None:
    """Redirect all writes to the folder: output, generated code, temporary files."""
    log = os.open(os.path.join(folder, OUTPUT), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.close(log)
    sys.dont_write_bytecode = True
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = os.path.join(folder, "inductor")
    os.environ["TRITON_CACHE_DIR"] = os.path.join(folder, "triton")
    os.environ["TMPDIR"] = tempfile.tempdir = folder
    warnings.simplefilter("ignore")  # they are about torch itself; checks look at results


def _run_check(name: str, fixture: ModelFixture) -> tuple[Verdict, bool]:
    """Return the verdict of a check, and whether this process can run another one."""
    try:
        return check_function(name)(fixture), True
    except Exception as error:  # any exception of a running network is a finding
        traceback.print_exc()
        verdict = failed(_describe_error(error, fixture), memory=is_out_of_memory(error))
        is_usable = not is_unrecoverable(error)
    gc.collect()
    if fixture.device.type == "cuda" and is_usable:
        torch.cuda.empty_cache()
    return verdict, is_usable


def _describe_error(error: Exception, fixture: ModelFixture) -> str:
    """Describe an exception: its type, its first line, and the line of the emitted file that it passed."""
    short = first_line(error)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == fixture.path]
    return f"{short} (line {frames[-1].lineno} of {os.path.basename(fixture.path)})" if frames else short
