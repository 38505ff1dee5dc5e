"""The batches and input sizes that a PT2 file takes are the network's, or `export` says which they are."""

import re
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest

torch = pytest.importorskip("torch")

from resnetgen import compile_mapping  # noqa: E402
from resnetgen.analysis.input_sizes import input_domain  # noqa: E402
from resnetgen.analysis.shape_inference import trace  # noqa: E402
from resnetgen.api import compile_text  # noqa: E402
from resnetgen.compiler import Compiled  # noqa: E402
from resnetgen.errors import RunError, SpecError  # noqa: E402
from resnetgen.export import get_format  # noqa: E402
from resnetgen.export.compare_outputs import compare_outputs  # noqa: E402
from resnetgen.export.example_inputs import noise  # noqa: E402
from resnetgen.export.exporting import export, finite_output  # noqa: E402
from resnetgen.export.reference_model import reference_model  # noqa: E402
from tests.strategies.specs import random_spec  # noqa: E402

CEIL_MAX = """
name: ceil_max
input: {channels: 3, size: [33]}
stem: [{conv: 3, to: 8}, {max_pool: 3, stride: 3, padding: 1, ceil_mode: true}]
block: {type: basic}
stages: {layer1: {blocks: 1, channels: 8}}
head: {pool: avg, classes: 4}
"""
CEIL_AVG = """
name: ceil_avg
input: {channels: 3, size: [17, 20]}
stem: [{conv: 3, to: 8}, {avg_pool: 2, stride: [3, 2], ceil_mode: true}, {max_pool: 2, stride: 3, ceil_mode: true}]
block: {type: basic}
stages: {layer1: {blocks: 1, channels: 8, stride: 2}}
head: {pool: avg, classes: 4}
"""
SCALES = """
name: scales
input: {channels: 4, size: [67]}
stem: [{conv: 3, to: 16}]
block: {type: bottleneck, spatial: {type: multi_scale, scale: 4}}
stages: {layer1: {blocks: 2, channels: 16}}
head: {pool: avg, classes: 1}
"""
WORDS = re.compile(
    r"the file takes (?:(no batch of a single sample); the network does"
    r"|sizes from ([0-9x]+) up; the network (?:from [0-9x]+ up|takes smaller ones)"
    r"|sizes up to ([0-9x]+); the network takes larger ones)"
)


def mistaken(compiled: Compiled, path: str, random: Random) -> list[str]:
    """Export to PT2; return what the file rejects of the batches that the notes say it takes."""
    form, subject = get_format("pt2"), reference_model(compiled, None)
    done = export(subject, form, compiled.trace, 2, path)
    domain = input_domain(compiled.network)
    assert domain is not None
    axes = domain.axes
    least, largest, samples = [axis.smallest for axis in axes], [10**6] * len(axes), [1, 2, 3]
    for note in done.notes:
        told = WORDS.search(note)
        if told is None:
            continue
        samples = [2, 3] if told[1] else samples
        least = [int(extent) for extent in told[2].split("x")] if told[2] else least
        largest = [int(extent) for extent in told[3].split("x")] if told[3] else largest
    run, found = form.open(path), []
    for _ in range(12):
        spans = [
            range(low, min(low + 2 * axis.period + 12, high + 1))
            for low, high, axis in zip(least, largest, axes, strict=True)
        ]
        size = tuple(
            random.choice([extent for extent in span if extent in axis]) for span, axis in zip(spans, axes, strict=True)
        )
        if trace(compiled.network, size).faults:
            continue
        for count in (each for each in samples if each >= domain.min_batch(size)):
            x = noise(compiled.network, count, size)
            try:
                with torch.no_grad():
                    compare_outputs(x, finite_output(subject.network, x), run(x.clone()), 1e-3)
            except (AssertionError, RuntimeError, RunError) as error:
                found.append(f"{tuple(x.shape)}: {error} ({done.notes})")
    return found


@pytest.mark.parametrize("spec", [CEIL_MAX, CEIL_AVG])
def test_a_pool_that_rounds_up_limits_no_size(spec: str, tmp_path: Path) -> None:
    compiled = compile_text(spec)
    form, subject, path = get_format("pt2"), reference_model(compiled, None), str(tmp_path / "network.pt2")
    assert () == export(subject, form, compiled.trace, 2, path).notes
    run = form.open(path)
    for extent in range(1, 40):
        x = noise(compiled.network, 1 + extent % 2, (extent, 41 - extent)[: compiled.network.rank])
        with torch.no_grad():
            compare_outputs(x, finite_output(subject.network, x), run(x.clone()))


def test_one_sample_of_a_signal_in_several_scales_is_taken(tmp_path: Path) -> None:
    compiled, path = compile_text(SCALES), str(tmp_path / "network.pt2")
    done = export(reference_model(compiled, None), get_format("pt2"), compiled.trace, 2, path)
    assert ("the file takes sizes from 2 up; the network from 1 up",) == done.notes
    x = noise(compiled.network, 1, (67,))
    assert (1, 1) == tuple(get_format("pt2").open(path)(x).shape)  # type: ignore[union-attr]


def of_random_specs(numbers: Iterable[int], folder: Path) -> list[str]:
    found: list[str] = []
    exported = 0
    for number in numbers:
        try:
            compiled = compile_mapping(random_spec(7, number))
        except SpecError:
            continue
        if compiled.network.blocks() > 12 or input_domain(compiled.network) is None:
            continue
        exported += 1
        try:
            found += mistaken(compiled, str(folder / f"{number}.pt2"), Random(number))
        except RunError as error:  # nothing was written, and that is said
            assert error.code in ("RG804", "RG805", "RG806"), number
    assert exported
    return found


def test_files_of_random_networks_take_what_is_said(tmp_path: Path) -> None:
    assert [] == of_random_specs((127, 129, 133), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 120, 20))
def test_files_of_many_random_networks_take_what_is_said(first: int, tmp_path: Path) -> None:
    assert [] == of_random_specs(range(first, first + 20), tmp_path)
