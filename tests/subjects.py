"""The subjects of tests of whole networks: every spec of the collection, and every case that compiles."""

import contextlib
import functools
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from resnetgen.analysis.input_domain import AxisDomain
from resnetgen.analysis.input_sizes import input_domain
from resnetgen.analysis.shape_inference import trace
from resnetgen.api import compile_spec, emit_source
from resnetgen.compiler import Compiled
from resnetgen.resources import specs_folder
from resnetgen.source.collection import names

if TYPE_CHECKING:
    from torch import nn

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases"
GENERATED = ROOT / "generated"
REPEATING = ROOT / "tests" / "repeating.txt"
LARGE = ROOT / "tests" / "large.txt"

UNLIKE = (
    *("resnet18", "resnet50", "preact_resnet164", "resnest50d", "res2net50_26w_4s", "mobilenet_v2"),
    *("resnet18_1d", "resnet18_3d"),
)
"""Networks of the collection that share little."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A spec, and how the header of what is emitted from it names it. `str` of it is the name of its tests."""

    name: str
    spec: Path
    origin: str

    def __str__(self) -> str:
        return self.name

    @property
    def compiled(self) -> Compiled:
        return _compiled(self)

    @property
    def source(self) -> str:
        return _source(self)

    def network_class(self) -> "type[nn.Module]":
        from resnetgen.runtime.load_source import load

        return load(self.source, self.compiled.network)

    def on_meta(self) -> "nn.Module":
        """The network without weights: shapes, and nothing to compute."""
        import torch

        with torch.device("meta"):
            return self.network_class()().eval()

    def size(self) -> tuple[int, ...]:
        """A small input size that the network takes; a very small one for one of hundreds of blocks."""
        return _size(self, 8 if self.compiled.network.blocks() > 300 else 33)


@functools.cache
def _compiled(subject: Subject) -> Compiled:
    with contextlib.chdir(subject.spec.parent):  # a case names its own spec without a folder
        return compile_spec(subject.spec.name if CASES in subject.spec.parents else subject.name)


@functools.cache
def _source(subject: Subject) -> str:
    return emit_source(subject.compiled, origin=subject.origin)


@functools.cache
def _size(subject: Subject, least: int) -> tuple[int, ...]:
    network = subject.compiled.network
    domain = input_domain(network)
    assert domain is not None
    for start in itertools.count(least, 8):
        size = tuple(next(extent for extent in _extents(axis, start) if extent in axis) for axis in domain.axes)
        if not trace(network, size).faults:  # a norm over a single pixel
            break
    return size


def _extents(axis: AxisDomain, start: int) -> Iterable[int]:
    return itertools.count(start) if axis.largest is None else range(axis.smallest, axis.largest + 1)


def shipped() -> list[Subject]:
    """Every spec of the collection."""
    return list(_shipped().values())


@functools.cache
def _shipped() -> dict[str, Subject]:
    return {name: Subject(name, path, f"resnetgen's {_shown(path)}") for name, path in names().items()}


def _shown(path: Path) -> str:
    return f"specs/{path.relative_to(specs_folder()).as_posix()}"


def case_folders() -> list[Path]:
    return sorted(path.parent for path in CASES.glob("*/spec.yaml"))


def flagships() -> list[Subject]:
    """The specs of the collection whose build is kept in generated/."""
    return [by_name(name) for name in (GENERATED / "flagships.txt").read_text(encoding="utf-8").split()]


def cases() -> list[Subject]:
    """Every case whose spec compiles."""
    return [case(folder) for folder in case_folders() if not (folder / "stderr.txt").exists()]


def case(folder: Path) -> Subject:
    return Subject(folder.name, folder / "spec.yaml", "spec.yaml")


def by_name(name: str) -> Subject:
    """The spec of the collection with that name."""
    return _shipped()[name]


def everything() -> list[Subject]:
    return [*shipped(), *cases()]


@functools.cache
def repeating() -> frozenset[str]:
    """The networks of the collection that only repeat what smaller ones have: tests/likeness.py."""
    return frozenset(REPEATING.read_text(encoding="utf-8").split())


@functools.cache
def large() -> frozenset[str]:
    """The other networks of the collection whose training step takes seconds and gigabytes: tests/likeness.py."""
    return frozenset(LARGE.read_text(encoding="utf-8").split())
