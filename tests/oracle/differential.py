"""Random specs, judged by the compiler and by torch: `python -m tests.oracle.differential 10000 [--seed N]`.

For each spec, the compiler's verdict has to be that of tests/oracle/network.py, which builds the network straight from
the spec. Where both say yes, the emitted network has to be the one that the compiler described, operator by operator,
and in a sample of cases it has to compute the very numbers of the naive one.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import signature
from itertools import zip_longest
from typing import Any, NamedTuple

import torch
import yaml
from torch import nn

from resnetgen import api, lint
from resnetgen.analysis.cost import cost
from resnetgen.analysis.shape_inference import Trace, trace
from resnetgen.diagnostics.model import Fault, Severity
from resnetgen.errors import SpecError
from resnetgen.lower import lower
from resnetgen.runtime.comparison import differences
from resnetgen.runtime.hooks import output_shapes, record_forward
from resnetgen.spec.spec import Spec
from resnetgen.spec.validate import validate
from tests.codegen.observation import emitted
from tests.oracle import network as naive_network
from tests.oracle import values
from tests.oracle.modules import Impossible
from tests.oracle.names import entries
from tests.oracle.training import learning
from tests.strategies.overrides import last_built
from tests.strategies.specs import random_spec

UNJUDGED = {"RG205", "RG209", "RG307"}
"""Bad names, keys without effect, and an initialisation with nothing to act on: torch has no opinion on these."""

MOST_MACS = 20_000_000
"""Networks above this are not run with real weights: the machine has better things to do."""


@dataclass
class Case:
    """One spec with the verdicts of the compiler and of torch."""

    number: int
    spec: Mapping[str, Any]
    codes: tuple[str, ...] = ()
    disagreements: list[str] = field(default_factory=list)
    valued: bool = False

    @property
    def judged(self) -> bool:
        """Return whether torch can confirm the verdict: the spec compiles, or torch checks one of its codes."""
        return not self.codes or not UNJUDGED.issuperset(self.codes)


def examine(seed: int, number: int, *, every: int = 10) -> Case:
    """Examine the spec of this number; one in `every` with real weights too."""
    return examine_spec(Case(number, random_spec(seed, number)), every=every)


def examine_spec(case: Case, *, every: int) -> Case:
    """Examine a spec; an unexpected exception counts as a disagreement."""
    try:
        _examine(case, every)
    except Exception:
        case.disagreements.append(traceback.format_exc(limit=-4))
    return case


def _examine(case: Case, every: int) -> None:
    traced, faults = compiled(case.spec)
    case.codes = tuple(sorted({fault.code for fault in faults}))
    if case.number % every == 0:
        case.disagreements += _disagreements_as_yaml(case)
    refused, naive = observe_naive(case.spec)
    if not case.judged or (faults and all(_is_unbuilt(fault, case.spec) for fault in faults)):
        return
    if bool(faults) != bool(refused):
        messages = "; ".join(fault.message for fault in faults)
        case.disagreements.append(f"the compiler says {messages or 'yes'}, and torch {refused or 'yes'}")
    elif traced is not None:
        case.disagreements += _unlike(traced, case.spec, naive)
        case.valued = case.number % every == 0 and cost(traced).macs < MOST_MACS
        case.disagreements += _unequal(traced, case.spec, case.number) if case.valued else []


def compiled(spec: Mapping[str, Any]) -> tuple[Trace | None, list[Fault]]:
    """Return the compiler's verdict: a trace, or faults."""
    model, faults = validate(dict(spec), Spec)
    if model is None:
        raise ValueError(f"the schema refuses the spec: {faults}")
    network, faults = lower(model)
    if network is None:
        return None, faults
    traced = trace(network)
    faults = [fault for fault in lint.lint(traced) if fault.severity is Severity.ERROR]
    return (None, faults) if faults else (traced, [])


def _is_unbuilt(fault: Fault, spec: Mapping[str, Any]) -> bool:
    """Return whether a fault is in a stage after the last feature, which torch never sees."""
    unbuilt = list(spec["stages"])[last_built(dict(spec)) + 1 :]
    return fault.at.path[:1] == ("stages",) and fault.at.path[1] in unbuilt


class Observations(NamedTuple):
    """Observations of the naive network: outputs, maps, shapes of the state dict, and effects of training."""

    given: Any = None
    maps: Any = None
    samples: int = 1
    held: Sequence[tuple[str, tuple[int, ...]]] = ()
    learning: frozenset[tuple[str, bool]] = frozenset()


def observe_naive(spec: Mapping[str, Any]) -> tuple[str, Observations]:
    """Return torch's verdict: the reason for its refusal, or the observations.

    A network that refuses a single sample is observed with two.
    """
    refused, found = _observe(spec, 1)
    return _observe(spec, 2) if "Expected more than 1 value per channel" in refused else (refused, found)


def _observe(spec: Mapping[str, Any], samples: int) -> tuple[str, Observations]:
    try:
        with torch.device("meta"), torch.no_grad():
            network = naive_network.build(spec)
            changing = frozenset(learning(network.pairs))
            given = output_shapes(network.eval()(naive_network.example(spec, samples)))
            return "", Observations(
                given, _maps(network, spec, samples), samples, list(entries(network.pairs)), changing
            )
    except (Impossible, ValueError, RuntimeError) as error:
        return f"{type(error).__name__}: {error}", Observations()


def _maps(network: Any, spec: Mapping[str, Any], samples: int) -> list[tuple[str, tuple[int, ...]]] | None:
    """Return the names and shapes of what `feature_maps` gives, in order; None if the spec has no `features`."""
    if "features" not in spec.get("head", {}):
        return None
    with torch.no_grad():
        shapes = output_shapes(network.eval().feature_maps(naive_network.example(spec, samples)))
    assert isinstance(shapes, dict)
    return list(shapes.items())


def _disagreements_as_yaml(case: Case) -> Iterator[str]:
    """Yield disagreements when the spec goes through the compiler as YAML text."""
    try:
        api.compile_mapping(case.spec)
        codes: tuple[str, ...] = ()
    except SpecError as error:
        codes = tuple(sorted({diagnostic.code for diagnostic in error.diagnostics}))
    if codes != case.codes:
        yield f"as YAML, the codes are {codes}, not {case.codes}"


def _unlike(traced: Trace, spec: Mapping[str, Any], naive: Observations) -> Iterator[str]:
    with torch.device("meta"):
        network = emitted(traced)
        changing = frozenset(learning([("", network)]))
        seen = record_forward(network, naive_network.example(spec, traced.min_batch))
        maps = _maps(network, spec, traced.min_batch)
    yield from differences(traced, network, seen, traced.min_batch)
    if naive.samples != traced.min_batch:
        yield f"a batch has at least {traced.min_batch} samples, and the naive network's {naive.samples}"
    if naive.given != seen.output:
        yield f"the output is {seen.output}, and the naive network's {naive.given}"
    if maps != naive.maps:
        yield f"the maps are {maps}, and the naive network's {naive.maps}"
    actual = [(key, tuple(value.shape)) for key, value in network.state_dict().items()]
    if actual != list(naive.held):
        different = next(pair for pair in zip_longest(actual, naive.held) if pair[0] != pair[1])
        yield f"the state dict has {different[0]}, and the naive one {different[1]}"
    if changing != naive.learning:
        yield f"training changes {sorted(changing - naive.learning)}, not {sorted(naive.learning - changing)}"


def _unequal(traced: Trace, spec: Mapping[str, Any], seed: int) -> Iterator[str]:
    torch.manual_seed(seed)
    network = emitted(traced)
    torch.manual_seed(seed)
    naive = naive_network.build(spec, _handed_shortcuts(traced, network))
    yield from values.unequal(naive.double(), network.double(), naive_network.example(spec, traced.min_batch).double())


def _handed_shortcuts(traced: Trace, network: nn.Module) -> frozenset[int]:
    """Return the numbers of the blocks whose emitted class takes its shortcut as an argument."""
    paths = [
        f"{stage.blocks_path}{number + stage.first}"
        for stage in traced.network.stages
        for number in range(stage.blocks())
    ]
    classes = [type(network.get_submodule(path)) for path in paths]
    return frozenset(index for index, block in enumerate(classes) if "shortcut" in signature(block).parameters)


def main() -> int:
    """Examine as many specs as requested; return 1 if there was a disagreement."""
    parser = argparse.ArgumentParser(description="Compare the compiler's verdicts with torch's on random specs.")
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="the number of the first spec")
    parser.add_argument("--every", type=int, default=10, help="run one in so many with real weights")
    asked = parser.parse_args()
    counts: Counter[str] = Counter()
    start = time.perf_counter()
    for number in range(asked.first, asked.first + asked.count):
        case = examine(asked.seed, number, every=asked.every)
        counts[_verdict(case)] += 1
        counts["with real weights"] += case.valued
        counts["disagreements"] += bool(case.disagreements)
        if case.disagreements:
            print(report(case), flush=True)
    seconds = time.perf_counter() - start
    for words, count in sorted(counts.items()):
        print(f"{count:7}  {words}")
    print(f"{1000 * seconds / asked.count:.1f} ms a spec, {seconds:.0f} s")
    return 1 if counts["disagreements"] else 0


def _verdict(case: Case) -> str:
    if not case.judged:
        return f"not for torch to judge: {' '.join(case.codes)}"
    return f"invalid: {' '.join(case.codes)}" if case.codes else "valid"


def report(case: Case) -> str:
    """Return a case's disagreements and its spec as YAML."""
    text = yaml.safe_dump(dict(case.spec), sort_keys=False)
    return "\n".join([f"--- spec {case.number}", *case.disagreements, text])


if __name__ == "__main__":
    sys.exit(main())
