"""A network that amplifies rounding errors to the size of its output is no fault, and hides none."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import torch

from resnetgen import compile_mapping
from resnetgen.api import compile_text, emit_source
from resnetgen.compiler import Compiled
from resnetgen.errors import SpecError
from resnetgen.verify import check_function
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import State, Verdict
from tests.strategies.specs import random_spec

CHAOTIC = """
name: chaotic
input: {channels: 1, size: [6, 8]}
stem:
  - {conv: 3, to: 8}
  - {avg_pool: 4, stride: 2, ceil_mode: true, count_include_pad: false}
  - {avg_pool: [2, 3], ceil_mode: true}
block:
  type: bottleneck
  norm: frozen_batch
  order: norm-act-conv
  antialias: none
  spatial: {type: split_attention, radix: 2, ratio: 0.5, least: 48}
  mid: out
stages:
  first: {channels: in, stride: 5, blocks: 4}
  second: {channels: in + 8, stride: 1, blocks: 4}
  third: {channels: 48, stride: 2, blocks: 1}
head:
  pool: avg
  layers: [{conv: 3, to: 16, stride: 3}, {conv: 3, to: 24, stride: 2}]
  classes: 10
"""
FIRST = "        out = self.conv1(out)\n"
PRECISIONS = ("bf16", "fp16")
DTYPES = {"bf16": "bfloat16", "fp16": "float16"}


@pytest.fixture(autouse=True)
def undisturbed() -> Iterator[None]:
    with torch.random.fork_rng(devices=[]):
        yield


def verdict(name: str, compiled: Compiled, source: str, folder: Path) -> Verdict:
    own = tempfile.mkdtemp(dir=folder)
    path = Path(own) / f"{compiled.network.name}.py"
    path.write_text(source, encoding="utf-8")
    samples = max(2, compiled.trace.min_batch)
    return check_function(name)(ModelFixture(compiled.trace, str(path), torch.device("cpu"), samples, own))


@pytest.mark.parametrize("name", PRECISIONS)
def test_a_chaotic_network_is_compared_module_by_module(name: str, tmp_path: Path) -> None:
    compiled = compile_text(CHAOTIC)
    found = verdict(name, compiled, emit_source(compiled), tmp_path)
    assert State.PASSED == found.state
    assert "modules by themselves" in found.detail


@pytest.mark.parametrize("name", PRECISIONS)
@pytest.mark.parametrize("wrong", ["out * 1.2", "out.flip(1)", "torch.zeros_like(out)"])
def test_a_fault_of_a_chaotic_network_is_found(name: str, wrong: str, tmp_path: Path) -> None:
    compiled = compile_text(CHAOTIC)
    source = emit_source(compiled)
    assert FIRST in source
    doctored = source.replace(
        FIRST, f"{FIRST}        if out.dtype == torch.{DTYPES[name]}:\n            out = {wrong}\n"
    ).replace("import torch\n", "")
    found = verdict(name, compiled, f"import torch\n{doctored}", tmp_path)
    assert State.FAILED == found.state
    assert "root mean square, more than" in found.detail


def judge_random(numbers: Iterable[int], folder: Path) -> list[str]:
    """Return the random networks that a check of half precision calls wrong."""
    wrong, judged = [], 0
    for number in numbers:
        try:
            compiled = compile_mapping(random_spec(11, number))
        except SpecError:
            continue
        judged += 1
        for name in PRECISIONS:
            found = verdict(name, compiled, emit_source(compiled), folder)
            overflows = "off by inf" in found.detail and name == "fp16"  # which is what the check is for
            wrong += [f"{number} {name}: {found.detail}"] if found.state is State.FAILED and not overflows else []
    assert judged
    return wrong


def test_no_random_network_is_called_wrong(tmp_path: Path) -> None:
    """The networks that come nearest to a bound, or pass it with one draw of errors."""
    assert [] == judge_random((4, 5, 8), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 300, 60))
def test_none_of_many_random_networks_is_called_wrong(first: int, tmp_path: Path) -> None:
    assert [] == judge_random(range(first, first + 60), tmp_path)
