"""A network's tensors beside those of a file: what does not fit, where in the spec it comes from.

There is one diagnostic for each place of the spec and each way not to fit, with a few names and a count: a stage that
is wrong is wrong in hundreds of tensors.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from resnetgen.analysis.state_dict import StateDictEntry
from resnetgen.compiler import Compiled
from resnetgen.diagnostics.model import Diagnostic, Fault, Label, Place, Severity, Span, Text
from resnetgen.diagnostics.sorting import sort
from resnetgen.diagnostics.suggestions import closest
from resnetgen.errors import WeightsError
from resnetgen.ops.operator import by_axis
from resnetgen.source.yaml_scalars import clip
from resnetgen.weights.expected import ExpectedTensors
from resnetgen.weights.file_contents import FileContents, Shapes
from resnetgen.weights.prefix import common_prefix, prefix_origin

MAX_NAMED = 3
"""Tensors that a diagnostic names."""

MAX_FAULTS = 100

MAX_CANDIDATES = 1000
"""Tensors that the file lacks among which a name near to that of another is looked for."""

TORCH_SUFFIXES = (".pth", ".pt", ".bin", ".ckpt", ".tar")
SAFETENSORS_SUFFIX = ".safetensors"


def compare(compiled: Compiled, path: str, *, prefixed: bool = False) -> tuple[Diagnostic, ...]:
    """Everything that keeps the weights in a file from being loaded into a network strictly; empty where they fit.

    The path's end tells who wrote it: safetensors or `torch.save`. Names and shapes alone are compared, as PyTorch
    does: it converts types. With `prefixed`, what stands before most names is no fault: `values` takes it off.
    """
    try:
        stored = _read(path)
    except (WeightsError, OSError, ValueError) as error:
        return (unreadable_file(path, error),)
    faults = islice(_Comparison(compiled, stored, prefixed).faults(), MAX_FAULTS)
    return sort(compiled.document.diagnose(fault) for fault in faults)


def _read(path: str) -> FileContents:
    if os.path.isdir(path):
        raise IsADirectoryError(path)
    if path.endswith(SAFETENSORS_SUFFIX):
        from resnetgen.weights import safetensors

        return safetensors.read(path)
    if path.endswith(TORCH_SUFFIXES):
        from resnetgen.weights import torch_file

        return torch_file.read(path)
    help = f"the name must end in {SAFETENSORS_SUFFIX}, {', '.join(TORCH_SUFFIXES)}"
    raise WeightsError("the file name does not say which format this is", help)


def unreadable_file(path: str, error: WeightsError | OSError | ValueError) -> Diagnostic:
    """The message that a file of weights cannot be read; ValueError is of a NUL in its name."""
    if isinstance(error, WeightsError):
        return _read_error(path, error.message, error.help)
    return _read_error(path, _reason(error))


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, IsADirectoryError):
        return "this is a folder, not a file"
    return f"this file cannot be read: {getattr(error, 'strerror', None) or error}"


def _read_error(path: str, message: str, help: str = "") -> Diagnostic:
    return Diagnostic("RG701", Severity.ERROR, message, Label(Span(Text(path, ""), 1, 1, 1, 1)), (), help)


class _Comparison:
    def __init__(self, compiled: Compiled, stored: FileContents, prefixed: bool) -> None:
        self.prefixed = prefixed
        self.expected = ExpectedTensors(compiled.network)
        self.prefix = common_prefix(stored.shapes, self.expected)
        self.versions = None if self.prefix else stored.versions  # who renames the keys loses what stood beside them
        self.stored = stored.shapes
        start = len(self.prefix)
        self.foreign = [name for name in stored.shapes if not name.startswith(self.prefix)]
        self.shapes: Shapes = {
            name[start:]: shape for name, shape in stored.shapes.items() if name.startswith(self.prefix)
        }

    def faults(self) -> Iterator[Fault]:
        """What does not fit, the prefix first."""
        if self.prefix and not self.prefixed:
            yield self._prefixed()
        seen: Counter[tuple[int, str]] = Counter()
        reshaped: dict[Place, list[str]] = {}
        unknown: dict[Place, list[str]] = {}
        for name, shape in self.shapes.items():
            found = self.expected.find(name)
            if found is None:
                unknown.setdefault(self.expected.place(name), []).append(name)
                continue
            row, tensor = found
            seen[id(row), tensor.tail] += 1
            if not _shapes_match(shape, tensor):
                stored, needed = _format_shape(shape), _format_shape(tensor.entry.shape)
                reshaped.setdefault(tensor.at, []).append(
                    f"`{name}` is {stored} in the file and {needed} in the network"
                )
        if self.foreign:
            unknown.setdefault(Place(("name",)), []).extend(self.foreign)
        missing = list(self._missing(seen))
        yield from (_shape_fault(place, said) for place, said in reshaped.items())
        yield from (_missing_fault(place, count, said) for place, count, said in missing)
        yield from self._unknown(unknown)

    def _prefixed(self) -> Fault:
        count = len(self.shapes)
        every = "all" if count == len(self.stored) else f"{count:,} of"
        message = f"the names of {every} {len(self.stored):,} tensors in the file begin with `{clip(self.prefix)}`"
        help = f"remove the prefix before loading: `{{name.removeprefix({self.prefix!r}): value for ...}}`"
        return Fault("RG703", f"{message}{prefix_origin(self.prefix)}", Place(("name",)), help=help)

    def _missing(self, seen: Counter[tuple[int, str]]) -> Iterator[tuple[Place, int, list[str]]]:
        """For each place, how many of its tensors the file lacks, and some of them."""
        counts: Counter[Place] = Counter()
        named: dict[Place, list[str]] = {}
        due = self._due()
        for row in self.expected.rows:
            for tensor in row.tensors:
                key = id(row), tensor.tail
                absent = due.get(key, []) if tensor.entry.supplied else self.expected.missing(row, tensor, self.shapes)
                lacking = len(due.get(key, [])) if tensor.entry.supplied else row.repeat - seen[key]
                if lacking:
                    counts[tensor.at] += lacking
                    said = named.setdefault(tensor.at, [])
                    names = islice(absent, MAX_NAMED - len(said))
                    said += (f"`{name}` ({_format_shape(tensor.entry.shape)})" for name in names)
        yield from ((place, count, named[place]) for place, count in counts.items())

    def _due(self) -> dict[tuple[int, str], list[str]]:
        """The counters of batch norms that are missing and that PyTorch does not supply.

        `torch.nn.BatchNorm2d` supplies its `num_batches_tracked` where the version beside the state dict is less than 2
        or, as in every safetensors file, there is none.
        """
        tails = (tensor.tail for row in self.expected.rows for tensor in row.tensors if tensor.entry.supplied)
        leaves = {tail.rpartition(".")[2] for tail in tails}
        due: dict[tuple[int, str], list[str]] = {}
        for module in (module for module, version in (self.versions or {}).items() if version >= 2):
            for name in (f"{module}.{leaf}" for leaf in leaves):
                found = self.expected.find(name) if name not in self.shapes else None
                if found is not None and found[1].entry.supplied:
                    due.setdefault((id(found[0]), found[1].tail), []).append(name)
        return due

    def _unknown(self, unknown: dict[Place, list[str]]) -> Iterator[Fault]:
        for place, names in unknown.items():
            told = [f"`{clip(name, 80)}` ({_format_shape(self._shape(name))})" for name in names[:MAX_NAMED]]
            has = "a tensor" if len(names) == 1 else f"{len(names):,} tensors"
            message = f"the file holds {has} that the network does not have: {_join(told, len(names))}"
            yield Fault("RG703", message, place, help=self._meant(names))

    def _shape(self, name: str) -> tuple[int, ...] | None:
        return self.shapes[name] if name in self.shapes else self.stored[name]

    def _meant(self, names: list[str]) -> str:
        """A tensor that the file lacks, of the same shape and with a name like that of one that it has too many."""
        for name in names[:MAX_NAMED]:
            shape = self._shape(name)
            same = (
                key
                for row in self.expected.rows
                for tensor in row.tensors
                if tensor.entry.shape == shape
                for key in islice(self.expected.missing(row, tensor, self.shapes), MAX_CANDIDATES)
            )
            word = closest(name, islice(same, MAX_CANDIDATES))
            if word:
                return f"is `{clip(name, 80)}` called `{word}` here? A `layout` in the spec renames modules"
        return "leave them out, or write the spec of the network that the file was saved from"


def _shape_fault(place: Place, said: list[str]) -> Fault:
    count = len(said)
    have = "a tensor has" if count == 1 else f"{count:,} tensors have"
    message = f"{have} another shape in the file: {_join(said[:MAX_NAMED], count)}"
    return Fault("RG704", message, place, help="change the spec to these shapes, or initialize these tensors anew")


def _missing_fault(place: Place, count: int, said: list[str]) -> Fault:
    what = "a tensor" if count == 1 else f"{count:,} tensors"
    message = f"the file lacks {what} that this needs: {_join(said, count)}"
    help = "remove it from the spec, or load with `strict=False` and train what is missing"
    return Fault("RG702", message, place, help=help)


def _join(said: list[str], count: int) -> str:
    more = count - len(said)
    return ", ".join(said) + (f" and {more:,} more" if more else "")


def _shapes_match(shape: tuple[int, ...] | None, tensor: StateDictEntry) -> bool:
    """As `load_state_dict` of torch.nn.Module has it, which takes a vector of one for a scalar: torch 0.3 wrote so."""
    return shape == tensor.entry.shape or (shape == (1,) and tensor.entry.shape == ())


def _format_shape(shape: tuple[int, ...] | None) -> str:
    return "no tensor" if shape is None else by_axis(shape) or "a scalar"
