"""Input that is meant to take all time or memory: each ends in a message, within bounds that are measured."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.cli.command_line import program
from tests.subjects import CASES

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no getrusage, and no such files")

BASE = (CASES / "base.yaml").read_text(encoding="utf-8")

SECONDS = 4.0
"""Of the processor, the start of Python included. The promise is one, on an idle machine of today; the runners of a CI
share theirs, and are some three times as slow. What a bomb would take is minutes."""

MEGABYTES = 200
"""At the peak. It does not depend on how busy a machine is, so it is the promise itself; a good spec takes 45."""

MEASURED = """
import resource, sys
from resnetgen.cli.app import main
code = main()
used = resource.getrusage(resource.RUSAGE_SELF)
if sys.platform == "linux":  # there `ru_maxrss` begins as that of the process which started this one
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 2**10
else:
    peak = used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
print(code, used.ru_utime + used.ru_stime, peak)
"""


def block(options: str) -> str:
    return BASE.replace("type: basic", f"type: basic, {options}")


def stage(options: str) -> str:
    return BASE.replace("blocks: 2, channels: 16", options)


def head(options: str) -> str:
    return BASE.replace("classes: 10", options)


def conv(options: str) -> str:
    return f"{BASE}blocks: {{t: {{branch: [{{conv: 3, to: out, stride: here, {options}}}]}}}}\n".replace("basic", "t")


LAUGHS = "a0: &a0 [lol]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 12))
QUADRATIC = f"a: &a [{', '.join(['1'] * 40_000)}]\nb: [{', '.join(['*a'] * 40_000)}]\n"
LONG_ALIAS = f"a: &a {'x' * 500_000}\nb: [{', '.join(['*a'] * 90_000)}]\n"
MAPPINGS = "a0: &a0 {k: v}\n" + "".join(f"a{i}: &a{i} {{x: *a{i - 1}, y: *a{i - 1}}}\n" for i in range(1, 60))

LONG = "abcdefghij" * 5
NEAR_STAGES = "name: x\ninput: {channels: 3, size: 32}\nstem: []\nblock: {type: basic}\nstages:\n" + "".join(
    f"  s{LONG}{i}: {{blocks: 1, channels: 16}}\n" for i in range(900)
)

WRONG = {
    "billion laughs": LAUGHS,
    "quadratic": QUADRATIC,
    "long text, many aliases": LONG_ALIAS,
    "aliases of mappings": MAPPINGS,
    "many aliases": "s: &s {blocks: 1, channels: 16}\n" + "x: [" + "*s, " * 40_000 + "*s]\n",
    "flow lists": "x: " + "[" * 10_000 + "]" * 10_000,
    "flow lists that stay open": "x: " + "[" * 500_000,
    "flow mappings": "x: " + "{a: " * 10_000 + "}" * 10_000,
    "block lists": "- " * 10_000 + "x",
    "block mappings": "".join(" " * i + "x:\n" for i in range(1400)),
    "question marks": "? " * 10_000 + "x",
    "tags": "x: " + "!!seq [" * 10_000,
    "a billion blocks": stage("blocks: 1000000000, channels: 16"),
    "a billion channels": stage("blocks: 2, channels: 1000000000"),
    "a billion classes": head("classes: 1000000000"),
    "exponent": head("classes: 1e400"),
    "exponent as YAML has it": head("classes: 1.0e+400"),
    "exponent of exponents": head("classes: 1.0e+" + "9" * 100_000),
    "small exponent": head("classes: 1.0e-" + "9" * 100_000),
    "ten to the 5000": head("classes: 1" + "0" * 5000),
    "half a million digits": head("classes: " + "9" * 500_000),
    "hexadecimal": head("classes: 0x" + "f" * 500_000),
    "octal": head("classes: 0" + "7" * 500_000),
    "binary": head("classes: 0b" + "1" * 500_000),
    "underscores": head("classes: 1" + "_0" * 250_000),
    "sexagesimal": head("classes: 1" + ":59" * 250_000),
    "a fraction": head("classes: 0." + "3" * 500_000),
    "dots": head("classes: " + "1." * 250_000),
    "signs": head("classes: " + "-" * 500_000),
    "many keys": "".join(f"k{i}: 1\n" for i in range(99_000)),
    "a million keys": "".join(f"{i:x}:\n" for i in range(170_000)),
    "keys that are alike": "".join("kkk: 1\n" for _ in range(99_000)),
    "keys as long as names can be": BASE + "".join(f"{'k' * 990}{i}: 1\n" for i in range(900)),
    "a line of a megabyte": "name: " + "x" * 1_000_000,
    "a key of a megabyte": "x" * 1_000_000 + ": 1",
    "a key that is not simple": '"' + "x" * 1_000_000 + '": 1',
    "a comment of a megabyte": "# " + "x" * 1_000_000,
    "a wrong line of a megabyte": "x: [" + "y " * 400_000 + "}",
    "tabs": "x:\n" + "\t" * 1_000_000,
    "spaces": " " * 1_000_000 + "x: [",
    "line ends": "\n" * 1_000_000 + "x: [",
    "carriage returns": "\r" * 1_000_000 + "x: [",
    "separators": "\u2028" * 300_000 + "x: [",
    "a list of stages": BASE.replace("  layer1: {blocks: 2, channels: 16}", "  [" + "1," * 99_000 + "1]"),
    "many stages": BASE.replace("head:", "".join(f"  s{i}: {{blocks: 1}}\n" for i in range(30_000)) + "head:"),
    "a million blocks in a list": stage(f"blocks: [{'{},' * 349_000}], channels: 16"),
    "many blocks in a list": stage(f"blocks: [{'{},' * 99_000}], channels: 16"),
    "wrong blocks in a list": stage(f"blocks: [{'{mid: out / 3},' * 9_000}], channels: 16"),
    "blocks of their own": stage(f"blocks: [{','.join(f'{{mid: {i}, x: 1}}' for i in range(1, 9_000))}], channels: 16"),
    "repeats": stage(f"blocks: [{'{repeat: 10000000},' * 9_000}{{repeat: 0}}], channels: 16"),
    "brackets": block("mid: " + "(" * 90 + "in" + ")" * 90),
    "brackets without end": block("mid: " + "(" * 500_000),
    "terms": block("mid: " + " + ".join(["in"] * 100_000)),
    "powers": block("mid: 9 ** 9 ** 9 ** 9 ** 9"),
    "products": block("mid: " + "*".join(["999999"] * 28)),
    "minus signs": block("mid: " + "-" * 190 + "1"),
    "a huge number": block("mid: 1 + " + "9" * 180),
    "widths of widths": block(f"widths: {{w0: in, {', '.join(f'w{i}: w{i - 1}*w{i - 1}' for i in range(1, 900))}}}"),
    "a circle of widths": block("widths: {a: b, b: c, c: a}"),
    "a stride": stage("blocks: 2, channels: 16, stride: 100000"),
    "a stride beyond": stage("blocks: 2, channels: 16, stride: 9223372036854775807"),
    "an input": BASE.replace("size: 32", "size: 9223372036854775807"),
    "a kernel": BASE.replace("conv: 3", "conv: 100001"),
    "a padding": conv("padding: 9223372036854775807"),
    "a dilation": conv("dilation: 9223372036854775807"),
    "groups": conv("groups: 99999999"),
    "quotes": "x: '" + "''" * 500_000,
    "escapes": 'x: "' + "\\U0010ffff" * 100_000,
    "anchors": "".join(f"k{i}: &a{i} 1\n" for i in range(60_000)),
    "anchors that are alike": "".join(f"k{i}: &a 1\n" for i in range(60_000)),
    "documents": "--- 1\n" * 100_000,
    "directives": "%YAML 1.1\n" * 90_000,
    "other directives": "%TAG !a! tag:a\n" * 60_000,
    "nulls": BASE + "x: [" + "null, " * 90_000 + "]",
    "an endless chain": "name: x\nextends: spec.yaml\n",
    "an unknown word": BASE.replace("basic", "b" * 900_000),
    "near words": BASE + "".join(f"stage{i}: 1\n" for i in range(40_000)),
    "near stages": NEAR_STAGES + f"head: {{features: [{', '.join(f'r{LONG}{i}' for i in range(900))}]}}\n",
    "near types": NEAR_STAGES.replace("16", f"16, type: {LONG}")
    + f"blocks: {{{', '.join(f'{LONG}{i}: {{branch: [{{conv: 3, to: out}}]}}' for i in range(900))}}}\n"
    + "head: {pool: avg}\n",
    "nulls near to nothing": "extends: resnet18\nname: x\nstages:\n" + "".join(f"  {LONG}{i}:\n" for i in range(9000)),
    "blocks that differ": stage(f"blocks: [{','.join(f'{{mid: {i}}}' for i in range(1, 9_000))}], channels: 16"),
    "stages that differ": NEAR_STAGES.replace("basic", "t").replace("1,", "2,")
    + f"blocks: {{t: {{branch: [{'{conv: 3, to: out}, ' * 99}{{conv: 3, to: out}}]}}}}\nhead: {{pool: avg}}\n",
}

WELL = {
    "channels": stage("blocks: 2, channels: 1000000").replace("to: 16", "to: 1000000"),
    "layers": BASE.replace("type: basic", "type: t")
    + "blocks: {t: {branch: ["
    + "{conv: 3, to: out}, " * 99
    + "{conv: 3, to: out, stride: here}]}}\n",
    "many blocks": stage("blocks: 10000000, channels: 16"),
    "a large kernel": BASE.replace("conv: 3", "conv: 99999"),
    "a large input": BASE.replace("size: 32", "size: 100000"),
    "a description of a megabyte": BASE + "description: " + "x y " * 240_000,
}
"""Large, and nothing wrong."""


def measured(path: str) -> tuple[int, float, float, str]:
    """The exit code of a check, the seconds of the processor and the megabytes that it took, and what it said."""
    done = program(MEASURED, "check", path)
    *_, last = done.out.splitlines()
    code, seconds, peak = last.split()
    return int(code), float(seconds), float(peak), done.err


def assert_refused_in_bounds(path: str) -> None:
    code, seconds, peak, told = measured(path)
    assert (1, True) == (code, f"{path}:" in told and ": error[RG" in told), told[:1000]
    assert (True, True, True) == (seconds < SECONDS, peak < MEGABYTES, len(told) < 150_000), (seconds, peak, len(told))


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG.keys())
def test_a_spec_that_is_too_much_is_refused_within_bounds(content: str, folder: Path) -> None:
    Path("spec.yaml").write_text(content, encoding="utf-8")
    assert_refused_in_bounds("spec.yaml")


@pytest.mark.parametrize("content", WELL.values(), ids=WELL.keys())
def test_a_large_spec_is_well_within_bounds(content: str, folder: Path) -> None:
    Path("spec.yaml").write_text(content, encoding="utf-8")
    code, seconds, peak, told = measured("spec.yaml")
    assert 0 == code, told[:1000]
    assert (True, True) == (seconds < SECONDS, peak < MEGABYTES), (seconds, peak)


@pytest.mark.parametrize("size", [100_000_000, 10**12])
def test_a_huge_file_is_not_read(size: int, folder: Path) -> None:
    with open("spec.yaml", "wb") as file:
        file.truncate(size)
    assert_refused_in_bounds("spec.yaml")


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/full", "/dev/urandom"])
def test_a_device_is_not_read(device: str, folder: Path) -> None:
    if not os.path.exists(device):
        pytest.skip(f"there is no {device}")
    Path("spec.yaml").symlink_to(device)
    assert_refused_in_bounds("spec.yaml")
    assert_refused_in_bounds(device)


def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    os.mkfifo("spec.yaml")
    start = time.perf_counter()
    assert_refused_in_bounds("spec.yaml")
    Path("other.yaml").write_text("name: x\nextends: spec.yaml\n")
    assert_refused_in_bounds("other.yaml")
    assert time.perf_counter() - start < 200  # of the clock: it would wait without working, for ever


def test_a_folder_in_place_of_a_spec(folder: Path) -> None:
    Path("spec.yaml").mkdir()
    assert_refused_in_bounds("spec.yaml")


def test_a_folder_of_many_wrong_specs(folder: Path) -> None:
    """All the messages are wanted here, and still each of them ends."""
    Path("specs").mkdir()
    for number in range(200):
        Path(f"specs/{number}.yaml").write_text(LAUGHS)
    code, seconds, peak, told = measured("specs")
    assert (1, 200) == (code, told.count("error[RG107]"))
    assert (True, True) == (seconds < 2 * SECONDS, peak < MEGABYTES), (seconds, peak)


def test_a_chain_of_specs_ends(folder: Path) -> None:
    for number in range(1000):
        Path(f"s{number}.yaml").write_text(f"extends: s{number + 1}.yaml\nx: {'y' * 900_000 if number < 40 else ''}\n")
    Path("spec.yaml").write_text("name: x\nextends: s0.yaml\n")
    code, seconds, peak, told = measured("spec.yaml")
    assert (1, True) == (code, "RG111" in told), told[:1000]
    assert (True, True) == (seconds < SECONDS, peak < MEGABYTES), (seconds, peak)


def test_many_threads_of_checks_share_no_state(folder: Path) -> None:
    """Results of one spec never leak into another's: the caches key on equality."""
    from resnetgen import diagnose_text

    expected = {name: [each.code for each in diagnose_text(WRONG[name])] for name in ("exponent", "brackets", "groups")}
    found: list[tuple[str, list[str]]] = []
    threads = [
        threading.Thread(target=lambda name=name: found.append((name, [e.code for e in diagnose_text(WRONG[name])])))
        for name in [*expected] * 4
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [] == [each for each in found if each[1] != expected[each[0]]]
    assert 12 == len(found)
