"""The process in which a network runs: it may end in any way, and all that is lost is the check that it was at."""

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
from resnetgen.export.format import in_a_line
from resnetgen.runtime.devices import describe, device, full_precision, is_lost, is_out_of_memory
from resnetgen.runtime.worker_process import begin
from resnetgen.verify import function
from resnetgen.verify.model_fixture import Specimen
from resnetgen.verify.task import OUTPUT, Begun, Row, Started, Task, file_name
from resnetgen.verify.verdict import Verdict, failed


def work(task: Task, folder: str, answers: Connection) -> None:
    """Run the checks of a task, the network's file being in `folder`, and send what they find as they find it."""
    begin()
    _keep_to(folder)
    try:
        place = device(task.device)
    except RunError as refused:
        answers.send(refused)
        return
    if task.threads and place.type == "cpu":
        torch.set_num_threads(task.threads)
    full_precision()
    answers.send(Started(place.type, describe(place)))
    specimen = Specimen(task.trace, os.path.join(folder, file_name(task)), place, task.batch, folder)
    for name in task.checks:
        answers.send(Begun(name))
        start = time.monotonic()
        verdict, is_well = _run(name, specimen)
        answers.send(Row(name, verdict, time.monotonic() - start))
        if not is_well:
            return


def _keep_to(folder: str) -> None:
    """Let nothing be written but to the folder: what is printed, the code that torch generates, temporary files."""
    log = os.open(os.path.join(folder, OUTPUT), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.close(log)
    sys.dont_write_bytecode = True
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = os.path.join(folder, "inductor")
    os.environ["TRITON_CACHE_DIR"] = os.path.join(folder, "triton")
    os.environ["TMPDIR"] = tempfile.tempdir = folder
    warnings.simplefilter("ignore")  # what torch has to say of itself: of a check, what comes out is looked at


def _run(name: str, specimen: Specimen) -> tuple[Verdict, bool]:
    """What a check finds, and whether this process is good for another one."""
    try:
        return function(name)(specimen), True
    except Exception as error:  # whatever a network that is run may raise is what was to be found
        traceback.print_exc()
        verdict = failed(_said(error, specimen), memory=is_out_of_memory(error))
        is_well = not is_lost(error)
    gc.collect()
    if specimen.device.type == "cuda" and is_well:
        torch.cuda.empty_cache()
    return verdict, is_well


def _said(error: Exception, specimen: Specimen) -> str:
    """The type of an exception, the first line of what it says, and the last line of the emitted file on the way."""
    short = in_a_line(error)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == specimen.path]
    return f"{short} (line {frames[-1].lineno} of {os.path.basename(specimen.path)})" if frames else short
