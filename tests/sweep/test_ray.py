"""Trials on a Ray cluster of this machine whose workers are killed, and whose driver is killed too."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.cli.command_line import resnetgen

ray = pytest.importorskip("ray", reason="needs the extra `ray`")  # the nightly workflow has it

TRIALS = 500

SPACE = """\
name: many
extends: resnet20
stages:
  layer1: {blocks: {range: [1, 9]}}
  layer2: {blocks: {range: [1, 9]}, channels: {range: [32, 64]}}
  layer3: {blocks: {range: [1, 9]}, channels: {range: [64, 128]}}
"""

# One trial in eight kills the worker that runs it, the first time.
SCORE = """\
name=$(basename "$1" .yaml)
number=${name##*_}
if [ $((number % 8)) = 3 ] && [ ! -e "killed/$name" ]; then
  touch "killed/$name"
  kill -9 $PPID
  exit 1
fi
echo "$name" >> ended
echo $number
"""


@pytest.mark.slow
def test_workers_and_driver_that_are_killed_lose_no_trial_and_repeat_none(folder: Path) -> None:
    (folder / "space.yaml").write_text(SPACE)
    (folder / "score.sh").write_text(SCORE)
    (folder / "killed").mkdir()
    # Workers have a folder of their own; the score writes where the sweep was started.
    score = f"sh -c 'cd {folder} && exec sh score.sh \"$0\"'"
    command = [sys.executable, "-m", "resnetgen", "sweep", "space.yaml", "-n", str(TRIALS), "--score", score]
    command += ["--ray", "local", "-w", "2", "--format", "json"]
    log = folder / "candidates" / "trials.jsonl"
    with open(folder / "first.txt", "wb") as output:
        first = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
        while first.poll() is None and (not log.exists() or log.read_bytes().count(b"\n") < TRIALS // 3):
            time.sleep(0.2)
        assert first.poll() is None, (folder / "first.txt").read_text()
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    before = log.read_bytes()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    assert log.read_bytes().startswith(before[: before.rfind(b"\n") + 1])
    lines = [json.loads(line) for line in log.read_text().splitlines()[1:]]
    assert TRIALS == len(lines)
    assert {1} == set(Counter(line["trial"] for line in lines).values())
    assert all("finished" == line["state"] and line["score"] == int(line["trial"].split("_")[-1]) for line in lines)
    assert TRIALS == len(json.loads(done.stdout)["candidates"])
    killed = {path.name for path in (folder / "killed").iterdir()}
    assert len(killed) > TRIALS // 20
    assert killed <= {line["trial"] for line in lines}


@pytest.mark.slow
def test_a_cluster_that_is_not_there_is_told_at_once(folder: Path) -> None:
    (folder / "space.yaml").write_text(SPACE)
    done = resnetgen("sweep", "space.yaml", "-n", "1", "--score", "echo 1", "--ray", "127.0.0.1:9")
    assert 1 == done.code
    assert "error[RG811]: there is no Ray cluster at 127.0.0.1:9: Connection refused" in done.err
    assert 1 == len((folder / "candidates" / "trials.jsonl").read_text().splitlines())
