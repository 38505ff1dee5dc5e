"""Ways to put a network to work on the CPU beside torchvision's eager default, and where their time goes.

Run it by hand: `python -m benchmarks.deployed [--seconds PER_TABLE] [--networks NAME ...] [--batches N ...]
[--ways WAY ...] [--explain]`.
"""

import argparse
import copy
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn

from benchmarks.contestants import alike, makers, module_of, network_of
from benchmarks.operator_times import KINDS, OTHER, Profile, in_onnxruntime, in_torch
from benchmarks.rounds import CLOCKS, Ratio, add_options, in_rounds, median, ratio
from benchmarks.steps import images, inference
from benchmarks.timing import Job, Seconds, report_machine
from resnetgen import compile_spec
from resnetgen.compiler import deploy_code
from resnetgen.export import get_format

TARGET = 1.25
BASE = "torchvision, eager"
HELD = "deploy form, channels_last"
TOLERANCE = 1e-3  # of the largest answer; folded weights are rounded anew


@dataclass(frozen=True)
class Way:
    """A way to run a network: the callable, and the profiler of its operators."""

    job: Job
    profile: Profile
    answer: Callable[[], Tensor]


@dataclass(frozen=True)
class Subject:
    """A network in all its forms, with the same weights and in eval mode, and a batch for it."""

    name: str
    theirs: nn.Module
    plain: nn.Module
    folded: nn.Module
    x: Tensor
    folder: Path


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table for each network and batch: each way beside torchvision as it is."""
    options = _parser().parse_args(arguments)
    report_machine(["torch"])
    for name in options.networks:
        for batch in options.batches:
            with tempfile.TemporaryDirectory() as folder:
                _tables(subject(name, batch, options.size, Path(folder)), options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networks", nargs="+", default=("resnet50", "resnet18"))
    parser.add_argument("--batches", nargs="+", type=int, default=(8, 1))
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=tuple(WAYS))
    parser.add_argument("--size", type=int, default=224)
    add_options(parser, seconds=40, per="table")
    parser.add_argument("--explain", action="store_true", help="print where the time of each way goes")
    return parser


def subject(name: str, batch: int, size: int, folder: Path) -> Subject:
    """Construct torchvision's network, ours, and the deploy form, all with the same weights.

    Raises:
        SystemExit: torchvision is not there, or does not have the network.
    """
    found = makers(name)
    if "torchvision" not in found:
        raise SystemExit(f"torchvision does not import here, or has no {name}; the benchmark compares with it")
    networks = alike({label: make for label, make in found.items() if label != "timm"})
    ours, theirs = (networks[label][0].eval() for label in ("ours", "torchvision"))
    source = deploy_code(compile_spec(name), f"specs/{name}.yaml")
    label = f"deploy_{name}"
    folded = network_of(source, label).eval()
    folded.load_state_dict(module_of(source, label).convert(ours.state_dict()))
    return Subject(name, theirs, ours, folded, images(batch, size), folder)


def _in_torch(network: nn.Module, x: Tensor, *, channels_last: bool = False, compiled: bool = False) -> Way:
    if channels_last:
        network = copy.deepcopy(network).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        x = x.to(memory_format=torch.channels_last)
    call: Callable[[Tensor], Tensor] = torch.compile(copy.deepcopy(network)) if compiled else network
    job = inference(call, x)

    def answer() -> Tensor:
        with torch.inference_mode():
            return call(x)

    return Way(job, partial(in_torch, job), answer)


def _in_onnxruntime(network: nn.Module, x: Tensor, path: Path) -> Way:
    onnx = get_format("onnx")
    onnx.write(network, x, str(path))
    run = onnx.open(str(path))

    def answer() -> Tensor:
        found = run(x)
        assert isinstance(found, Tensor), "a classifier has one output"
        return found

    return Way(answer, partial(in_onnxruntime, str(path), x), answer)


WAYS: Mapping[str, Callable[[Subject], Way]] = {
    BASE: lambda of: _in_torch(of.theirs, of.x),
    "torchvision, channels_last": lambda of: _in_torch(of.theirs, of.x, channels_last=True),
    "torchvision, torch.compile": lambda of: _in_torch(of.theirs, of.x, compiled=True),
    "ours, eager": lambda of: _in_torch(of.plain, of.x),
    "ours, channels_last": lambda of: _in_torch(of.plain, of.x, channels_last=True),
    "ours, torch.compile": lambda of: _in_torch(of.plain, of.x, compiled=True),
    "ours, onnxruntime": lambda of: _in_onnxruntime(of.plain, of.x, of.folder / "plain.onnx"),
    "deploy form, eager": lambda of: _in_torch(of.folded, of.x),
    HELD: lambda of: _in_torch(of.folded, of.x, channels_last=True),
    "deploy form, torch.compile": lambda of: _in_torch(of.folded, of.x, compiled=True),
    "deploy form, torch.compile, channels_last": lambda of: _in_torch(
        of.folded, of.x, channels_last=True, compiled=True
    ),
    "deploy form, onnxruntime": lambda of: _in_onnxruntime(of.folded, of.x, of.folder / "folded.onnx"),
}
"""Every way by its name."""


def _tables(of: Subject, options: argparse.Namespace) -> None:
    names = list(dict.fromkeys([BASE, *options.ways]))
    ways = {}
    for name in names:
        ways[name] = WAYS[name](of)
        _need_same_answer(name, ways[BASE], ways[name])
    times = in_rounds(
        {name: [way.job] for name, way in ways.items()}, options.seconds, options.rounds, CLOCKS[options.clock]
    )
    rounds = len(times[BASE][0])
    print(f"\n{of.name}, batch {len(of.x)} at {options.size}x{options.size}, {rounds} rounds\n")
    print("| way | median | times as fast | at least 1.25 |\n| --- | --- | --- | --- |")
    for name in names:
        found = "" if name == BASE else ratio(times, BASE, [name])
        verdict = found.at_least(TARGET) if isinstance(found, Ratio) and name == HELD else ""
        print(f"| {name} | {1000 * median(times[name]):,.1f} ms | {found} | {verdict} |", flush=True)
    if options.explain:
        _explain({name: way.profile() for name, way in ways.items()})


def _need_same_answer(name: str, base: Way, way: Way) -> None:
    expected, found = base.answer(), way.answer()
    if not torch.allclose(expected, found, rtol=0, atol=TOLERANCE * float(expected.abs().max())):
        raise SystemExit(f"{name!r} gives other answers than {BASE!r}, so they cannot be compared")


def _explain(profiles: Mapping[str, Mapping[str, Seconds]]) -> None:
    """Print the milliseconds that each kind of operator takes in each way."""
    kinds = [kind for kind in (*KINDS, OTHER) if any(kind in profile for profile in profiles.values())]
    print(f"\n| ms in | {' | '.join(kinds)} |\n|{' --- |' * (1 + len(kinds))}")
    for name, profile in profiles.items():
        cells = [f"{1000 * profile[kind]:,.1f}" if kind in profile else "" for kind in kinds]
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
