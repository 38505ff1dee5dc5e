"""The tally of a fuzzing run: how many texts had which verdict, and those that crashed the compiler."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from pathlib import Path

from tests.hostile.fuzz.verdict import Fault, verdict

REPORT = 10_000
"""After so many texts, a line on how far it is."""


class Tally:
    """The counts of one run; each text at which the compiler failed goes into a folder, beside what happened."""

    def __init__(self, count: int, folder: Path) -> None:
        self._most = count
        self._folder = folder
        self._start = time.monotonic()
        self.counts = Counter[str]()

    def judge(self, text: str) -> None:
        """Try a text, and count it."""
        try:
            self.counts[verdict(text)] += 1
        except Fault as fault:
            self.counts["faults"] += 1
            self._keep(text, fault)
        done = self.counts.total()
        if done % REPORT == 0 or done == self._most:
            print(self, flush=True)

    def _keep(self, text: str, fault: Fault) -> None:
        from hashlib import sha256

        raw = text.encode("utf-8", "surrogatepass")
        name = sha256(raw).hexdigest()[:16]
        self._folder.mkdir(exist_ok=True, parents=True)
        (self._folder / f"{name}.yaml").write_bytes(raw)
        (self._folder / f"{name}.txt").write_text(f"{str(fault)!a}\n", encoding="utf-8")
        print(f"fault: {str(fault)!a} in {name}.yaml", flush=True)

    def __str__(self) -> str:
        seconds = time.monotonic() - self._start
        kinds = ", ".join(f"{self.counts[kind]:,} {kind}" for kind in ("refused", "emitted", "faults"))
        return f"{self.counts.total():,} texts in {seconds:,.0f} s: {kinds}"


def options(program: str) -> argparse.ArgumentParser:
    """Return a parser with the options that both fuzzers share."""
    parser = argparse.ArgumentParser(prog=f"python -m {program}")
    parser.add_argument("count", type=int, help="how many texts")
    parser.add_argument("--seed", default="0", help="another one gives other texts")
    parser.add_argument("--faults", type=Path, default=Path("faults"), help="the folder for texts at which it failed")
    return parser
