"""Compare the tensors of a network with those of a file, and point to the places in the spec.

Each place and kind of mismatch gives one diagnostic, with a few names and a count: a wrong stage is wrong in hundreds
of tensors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from resnetgen.analysis.state_dict import StateDictEntry
from resnetgen.compiler import Compiled
from resnetgen.diagnostics.model import Diagnostic, Fault, Part, Path, Place
from resnetgen.diagnostics.sorting import sort
from resnetgen.diagnostics.suggestions import closest
from resnetgen.errors import WeightsError
from resnetgen.ops.operator import TensorSpec
from resnetgen.ops.window import by_axis
from resnetgen.source.yaml_scalars import clip
from resnetgen.weights import advice
from resnetgen.weights.advice import Shape
from resnetgen.weights.expected import ExpectedTensors
from resnetgen.weights.file_contents import Shapes
from resnetgen.weights.fit import ANY, FileChoice, Fit, fit
from resnetgen.weights.nearest import nearest
from resnetgen.weights.number_types import require_real_numbers
from resnetgen.weights.read_file import read, unreadable_file
from resnetgen.weights.renamed import renamed_fault
from resnetgen.weights.same_values import parts_with_the_same_values

MAX_NAMED = 3
"""The most tensors that a diagnostic names."""

MAX_FAULTS = 100

MAX_CANDIDATES = 1000
"""The most missing tensors among which a similar name is searched."""


class FileComparison(NamedTuple):
    """The mismatches of a file, and the part of it that was compared; None if the file cannot be read."""

    diagnostics: tuple[Diagnostic, ...]
    fit: Fit | None = None

    @property
    def prefix(self) -> str:
        """The prefix of the names that was ignored, mostly empty."""
        return self.fit.prefix if self.fit is not None else ""


def compare(compiled: Compiled, path: str) -> tuple[Diagnostic, ...]:
    """Return all that keeps the weights of a file from loading strictly into a network; empty if they fit.

    Names and shapes are compared. Numbers must be real; PyTorch converts their types. A common prefix of the names is
    ignored: `load_weights` removes it.

    Args:
        compiled: the network.
        path: the file. Its suffix decides the format: safetensors or `torch.save`.

    Returns:
        Errors in the order of the spec, one for each place and kind of mismatch; one alone if the file cannot be read.
    """
    return compare_file(compiled, path).diagnostics


def compare_file(compiled: Compiled, path: str, choice: FileChoice = ANY) -> FileComparison:
    """Return what `compare` does, with the part of the file that was compared.

    Args:
        compiled: the network.
        path: the file.
        choice: what the user says of the file.
    """
    try:
        found = fit(compiled, read(path), choice)
        require_real_numbers(compiled, found)
    except (WeightsError, OSError, ValueError) as error:
        return FileComparison((unreadable_file(path, error),))
    return FileComparison(compare_fit(compiled, found), found)


def compare_fit(compiled: Compiled, found: Fit) -> tuple[Diagnostic, ...]:
    """Return all that keeps a part of a file from loading strictly into a network; empty if it fits.

    Args:
        compiled: the network.
        found: the part of the file, by the network's names.
    """
    comparison = _Comparison(compiled, found)
    faults = list(islice(comparison.faults(), MAX_FAULTS))
    return sort(compiled.document.diagnose(fault) for fault in _with_nearest(faults, comparison))


def _with_nearest(faults: list[Fault], comparison: _Comparison) -> list[Fault]:
    """Add to the last fault which network of the collection the file is nearest to, if it is another than this."""
    if not faults:
        return faults
    found = nearest(comparison.shapes)
    if found is None or found.name == comparison.compiled.network.name:
        return faults
    return [*faults[:-1], faults[-1]._replace(help=f"{faults[-1].help}; {found.words()}")]


class _Comparison:
    def __init__(self, compiled: Compiled, found: Fit) -> None:
        self.compiled = compiled
        self.expected = ExpectedTensors(compiled.network)
        self.versions = None if found.renames else found.stored.versions  # renaming loses the versions beside the keys
        self.stored = found.stored.shapes
        self.unprefixed = [] if found.is_whole else list(found.beside)
        self.shapes: Shapes = found.shapes

    def faults(self) -> Iterator[Fault]:
        """Yield the mismatches; one alone where only the names differ."""
        renamed = (
            None if self.unprefixed else renamed_fault(self.expected.rows, self.shapes, self._names_at(), MAX_NAMED)
        )
        if renamed is not None:
            yield renamed
            return
        found_counts: Counter[tuple[int, str]] = Counter()
        reshaped: dict[Place, list[tuple[str, Shape, TensorSpec]]] = {}
        unknown: dict[Place, list[str]] = {}
        for name, shape in self.shapes.items():
            found = self.expected.find(name)
            if found is None:
                unknown.setdefault(self.expected.place(name), []).append(name)
                continue
            row, tensor = found
            found_counts[id(row), tensor.suffix] += 1
            if not _shapes_match(shape, tensor):
                reshaped.setdefault(tensor.at, []).append((name, shape, tensor.spec))
        if self.unprefixed:
            unknown.setdefault(Place(("name",)), []).extend(self.unprefixed)
        cut = self._cut_otherwise(found_counts, unknown)
        yield from (_shape_fault(place, pairs) for place, pairs in reshaped.items())
        if not found_counts and not cut:
            yield self._foreign_fault()
            return
        if cut:
            yield self._cut_fault(cut, found_counts, unknown)
        missing = list(self._missing(found_counts, cut))
        yield from (_missing_fault(place, count, descriptions) for place, count, descriptions in missing)
        yield from self._unknown({place: names for place, names in unknown.items() if place.path not in cut})

    def _foreign_fault(self) -> Fault:
        """Return the one fault of a file without any name of the network's."""
        names = list(self.stored)
        shown = [f"`{clip(name, 80)}` ({_format_shape(self.stored[name])})" for name in names[:MAX_NAMED]]
        has = f"but {_join(shown, len(names))}" if names else "nor any other"
        message = f"the file has none of the network's {self.expected.count:,} tensors by name, {has}"
        return Fault("RG702", message, self._names_at(), help=advice.FOREIGN)

    def _names_at(self) -> Place:
        """Return the place that decides on names: the layout, if the spec has one."""
        return Place(("layout" if "layout" in self.compiled.document.data else "name",))

    def _cut_otherwise(self, seen: Counter[tuple[int, str]], unknown: dict[Place, list[str]]) -> frozenset[Path]:
        """Return the parts whose unknown tensors may be the missing ones in another shape."""
        missing = [
            (row.at, tensor.spec, row.repeat - seen[id(row), tensor.suffix])
            for row in self.expected.rows
            for tensor in row.tensors
            if row.repeat > seen[id(row), tensor.suffix]
        ]
        given = [(place.path, self._shape(name)) for place, names in unknown.items() for name in names]
        return parts_with_the_same_values(missing, given)

    def _cut_fault(
        self, cut: frozenset[Path], seen: Counter[tuple[int, str]], unknown: dict[Place, list[str]]
    ) -> Fault:
        """Return the one fault of all parts whose weights are cut otherwise in the file."""
        rows = [row for row in self.expected.rows if row.at in cut]
        lacking = [
            (name, tensor.spec.shape)
            for row in rows
            for tensor in row.tensors
            if tensor.spec.real and row.repeat > seen[id(row), tensor.suffix]
            for name in islice(self.expected.missing(row, tensor, self.shapes), MAX_CANDIDATES)
        ]
        given = [name for place, names in unknown.items() if place.path in cut for name in names if self._shape(name)]
        here = [f"`{name}` ({_format_shape(shape)})" for name, shape in lacking[:MAX_NAMED]]
        there = [f"`{clip(name, 80)}` ({_format_shape(self._shape(name))})" for name in given[:MAX_NAMED]]
        message = (
            f"the file has as many values in {len(given):,} other tensors as in the {len(lacking):,} that it lacks: "
            f"{_join(there, len(given))}, in place of {_join(here, len(lacking))}"
        )
        first, *others = [Place(at, Part.KEY) for at in dict.fromkeys(row.at for row in rows)]
        return Fault("RG704", message, first, related=tuple((at, "here too") for at in others), help=advice.JOIN)

    def _missing(self, seen: Counter[tuple[int, str]], told: frozenset[Path]) -> Iterator[tuple[Place, int, list[str]]]:
        """Yield for each place how many of its tensors the file lacks, and some of them; not of parts that are told."""
        counts: Counter[Place] = Counter()
        examples: dict[Place, list[str]] = {}
        due = self._due()
        for row in (row for row in self.expected.rows if row.at not in told):
            for tensor in row.tensors:
                key = id(row), tensor.suffix
                absent = due.get(key, []) if tensor.spec.supplied else self.expected.missing(row, tensor, self.shapes)
                count_missing = len(due.get(key, [])) if tensor.spec.supplied else row.repeat - seen[key]
                if count_missing:
                    counts[tensor.at] += count_missing
                    names_so_far = examples.setdefault(tensor.at, [])
                    names = islice(absent, MAX_NAMED - len(names_so_far))
                    names_so_far += (f"`{name}` ({_format_shape(tensor.spec.shape)})" for name in names)
        yield from ((place, count, examples[place]) for place, count in counts.items())

    def _due(self) -> dict[tuple[int, str], list[str]]:
        """Return the missing counters of batch norms that PyTorch does not supply.

        `torch.nn.BatchNorm2d` supplies its `num_batches_tracked` if the version beside the state dict is below 2 or, as
        in every safetensors file, missing.
        """
        tails = (tensor.suffix for row in self.expected.rows for tensor in row.tensors if tensor.spec.supplied)
        leaves = {tail.rpartition(".")[2] for tail in tails}
        due: dict[tuple[int, str], list[str]] = {}
        for module in (module for module, version in (self.versions or {}).items() if version >= 2):
            for name in (f"{module}.{leaf}" for leaf in leaves):
                found = self.expected.find(name) if name not in self.shapes else None
                if found is not None and found[1].spec.supplied:
                    due.setdefault((id(found[0]), found[1].suffix), []).append(name)
        return due

    def _unknown(self, unknown: dict[Place, list[str]]) -> Iterator[Fault]:
        for place, names in unknown.items():
            shown = [f"`{clip(name, 80)}` ({_format_shape(self._shape(name))})" for name in names[:MAX_NAMED]]
            what = "a tensor" if len(names) == 1 else f"{len(names):,} tensors"
            message = f"the file holds {what} that the network does not have: {_join(shown, len(names))}"
            yield Fault("RG703", message, place, help=self._similar_names(names))

    def _shape(self, name: str) -> tuple[int, ...] | None:
        return self.shapes[name] if name in self.shapes else self.stored[name]

    def _similar_names(self, names: list[str]) -> str:
        """Return help about a missing tensor with the shape and almost the name of an unknown one."""
        for name in names[:MAX_NAMED]:
            shape = self._shape(name)
            candidates = (
                key
                for row in self.expected.rows
                for tensor in row.tensors
                if tensor.spec.shape == shape
                for key in islice(self.expected.missing(row, tensor, self.shapes), MAX_CANDIDATES)
            )
            word = closest(name, islice(candidates, MAX_CANDIDATES))
            if word:
                return f"is `{clip(name, 80)}` called `{word}` here? A `layout` in the spec renames modules"
        own = {(row.path or each.suffix).partition(".")[0] for row in self.expected.rows for each in row.tensors}
        if own.isdisjoint(name.partition(".")[0] for name in names):
            return advice.BESIDE
        return advice.for_unknown(names, self._biases(names), advice.foldable(self.compiled.network))

    def _biases(self, names: list[str]) -> dict[str, str]:
        """Return the biases of convolutions that have none here: the name, and the module as `advice` has it."""
        found = {name: self.expected.find(f"{name.removesuffix('.bias')}.weight") for name in names}
        return {
            name: f"{advice.IN_BLOCK if entry[0].path else ''}{entry[1].suffix.removesuffix('.weight')}"
            for name, entry in found.items()
            if name.endswith(".bias") and entry is not None and len(entry[1].spec.shape) > 2
        }


def _shape_fault(place: Place, pairs: list[tuple[str, Shape, TensorSpec]]) -> Fault:
    count = len(pairs)
    subject = "a tensor has" if count == 1 else f"{count:,} tensors have"
    descriptions = [
        f"`{name}` is {_format_shape(stored)} in the file and {_format_shape(needed.shape)} in the network"
        for name, stored, needed in pairs[:MAX_NAMED]
    ]
    message = f"{subject} another shape in the file: {_join(descriptions, count)}"
    return Fault("RG704", message, place, help=advice.for_shapes([(stored, needed) for _, stored, needed in pairs]))


def _missing_fault(place: Place, count: int, descriptions: list[str]) -> Fault:
    what = "a tensor" if count == 1 else f"{count:,} tensors"
    message = f"the file lacks {what} that this needs: {_join(descriptions, count)}"
    help = "remove it from the spec, or load with `strict=False` and train what is missing"
    return Fault("RG702", message, place, help=help)


def _join(items: list[str], count: int) -> str:
    left = count - len(items)
    return ", ".join(items) + (f" and {left:,} more" if left else "")


def _shapes_match(shape: tuple[int, ...] | None, tensor: StateDictEntry) -> bool:
    """Return whether `load_state_dict` takes a shape for a tensor: a vector of one loads as a scalar, for torch 0.3."""
    return shape == tensor.spec.shape or (shape == (1,) and tensor.spec.shape == ())


def _format_shape(shape: tuple[int, ...] | None) -> str:
    return "no tensor" if shape is None else by_axis(shape) or "a scalar"
