"""`lesion`: the error after blocks are deleted or change places, without training again."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from resnetgen.lab.curves import banded, style_of
from resnetgen.lab.measurement import Conclusion, Measurable, MeasurementOptions, has_both_kinds
from resnetgen.lab.results import Interval, NetworkResult, interval
from resnetgen.pictures.curves import Axis, Panel
from resnetgen.schema.fields import Count

if TYPE_CHECKING:
    import torch
    from torch import nn

    from resnetgen.analysis.shape_inference import BlockTrace, Trace
    from resnetgen.lab.data_set import DataSet
    from resnetgen.lab.trained import Trained

ERROR = Axis("test error")


class Lesion(MeasurementOptions):
    """The test error after each block is deleted by itself, after several are, and after pairs change places.

    Only blocks whose output has the shape of their input are deleted; what is left of a residual one is its shortcut.
    Pairs are of blocks with equal shapes. The claim holds if, in every seed, deleting one block of a residual network
    adds less to its error, in the median, than it does in any plain network.
    """

    type: Literal["lesion"]
    """`lesion`: the test error after blocks are deleted or change places."""

    images: Count = 1_000
    """The most test images to take."""

    most: Count = 10
    """The most blocks that are deleted together, and pairs that change places."""

    draws: Count = 3
    """The number of random draws of blocks and of pairs; the mean of their errors counts."""

    title: ClassVar[str] = "Lesions"
    source: ClassVar[str] = "Veit et al. 2016 (arXiv:1605.06431), figures 3 and 5"
    claim: ClassVar[str] = "A residual network hardly notices the loss of a block; a plain one does not survive it."

    def applies_to(self, trace: "Trace") -> bool:
        """Tell whether a block can be deleted."""
        return bool(_deletable(trace))

    def needs(self, networks: Sequence[Measurable]) -> str:
        """Return that it takes both kinds, if one is missing."""
        kinds = "plain and residual networks with blocks whose output has the shape of their input"
        return "" if has_both_kinds(networks) else kinds

    def images_passed(self, trace: "Trace", data: "DataSet") -> int:
        """Return the images of a pass for each network that is tested."""
        blocks = len(_deletable(trace))
        return (1 + blocks + 2 * self.draws * min(self.most, blocks)) * min(self.images, len(data.test.labels))

    def measure(self, trained: "Trained") -> Any:
        """Return the errors: whole, without each block, without several, and with pairs exchanged."""
        from resnetgen.lab.training.evaluation import evaluate

        split = trained.some(trained.data.test, self.images)
        deletable = _deletable(trained.trace)
        names = [name for name, _ in deletable]
        groups = _groups(deletable)
        generator = trained.generator()

        def error(network: "nn.Module") -> float:
            return evaluate(network, split).error

        whole = error(trained.network)
        single = []
        for name in names:
            with without(trained.network, [name]):
                single.append(error(trained.network))
        several, exchanged = [], []
        for number in range(1, min(self.most, len(names)) + 1):
            drawn = [_drawn(names, number, generator) for _ in range(self.draws)]
            several.append(sum(_error_without(trained.network, each, error) for each in drawn) / self.draws)
            swaps = [_swaps(groups, number, generator) for _ in range(self.draws)]
            exchanged.append(sum(_error_exchanged(trained.network, each, error) for each in swaps) / self.draws)
        return {"whole": whole, "blocks": names, "single": single, "several": several, "exchanged": exchanged}

    def conclude(self, networks: Sequence[NetworkResult]) -> Conclusion:
        """Compare what the loss of a block adds to the error."""
        shown = [each for each in networks if any(found["single"] for found in _found(each))]
        panels = [
            _panel("One block deleted", Axis("block that is deleted, from the input", counts=True), "single", 1, shown),
            _panel("Several blocks deleted", Axis("blocks deleted at random", counts=True), "several", 0, shown),
            _panel("Blocks exchanged", Axis("pairs of blocks that changed places", counts=True), "exchanged", 0, shown),
        ]
        plain = [each for each in shown if not each.is_residual]
        residual = [each for each in shown if each.is_residual]
        verdict = "Error that the loss of one block adds, median of the blocks, mean [least, greatest] of the seeds: "
        verdict += ", ".join(f"{each.name} {_added(each).text(2)}" for each in shown) + "."
        if needs := self.needs(shown):
            return self.undecided(needs, panels, verdict if shown else "")
        holds = all(_added(one).is_above(_added(other)) for one in plain for other in residual)
        return self.concluded(verdict, holds, panels)


def _found(network: NetworkResult) -> list[Any]:
    return [trial.measured["lesion"] for trial in network.trials if "lesion" in trial.measured]


def _added(network: NetworkResult) -> Interval:
    return interval([median(found["single"]) - found["whole"] for found in _found(network)])


def _panel(title: str, x: Axis, key: str, first: int, networks: Sequence[NetworkResult]) -> Panel:
    """Return a panel of errors; with `first` of 0, the error of the whole network comes first."""
    curves = []
    for network in networks:
        values = [([] if first else [found["whole"]]) + found[key] for found in _found(network)]
        places = [float(number) for number in range(first, first + len(values[0]))]
        curves.append(banded(network.name, places, values, style_of(network, networks)))
    return Panel(title, x, ERROR, tuple(curves))


def _deletable(trace: "Trace") -> "list[tuple[str, BlockTrace]]":
    """Return the blocks whose output has the shape of their input, by name."""
    from resnetgen.lab.trained import blocks

    return [(name, part) for name, part in blocks(trace) if part.input == part.output]


def _groups(deletable: "Sequence[tuple[str, BlockTrace]]") -> list[list[str]]:
    """Return the blocks that can change places: those with the same shape of input and output, two or more."""
    found: dict[object, list[str]] = {}
    for name, part in deletable:
        found.setdefault(part.input, []).append(name)
    return [names for names in found.values() if len(names) > 1]


@contextmanager
def without(network: "nn.Module", names: Sequence[str]) -> Iterator[None]:
    """Replace blocks by identities for the time of a `with` block."""
    from torch import nn

    with _replaced(network, {name: nn.Identity() for name in names}):
        yield


@contextmanager
def exchanged(network: "nn.Module", pairs: Sequence[tuple[str, str]]) -> Iterator[None]:
    """Let pairs of blocks change places, one pair after the other, for the time of a `with` block."""
    now = {name: network.get_submodule(name) for pair in pairs for name in pair}
    for one, other in pairs:
        now[one], now[other] = now[other], now[one]
    with _replaced(network, now):
        yield


@contextmanager
def _replaced(network: "nn.Module", modules: "dict[str, nn.Module]") -> Iterator[None]:
    before = {name: network.get_submodule(name) for name in modules}
    _set(network, modules)
    try:
        yield
    finally:
        _set(network, before)


def _set(network: "nn.Module", modules: "dict[str, nn.Module]") -> None:
    for name, module in modules.items():
        parent, _, last = name.rpartition(".")
        setattr(network.get_submodule(parent), last, module)


def _drawn(names: Sequence[str], number: int, generator: "torch.Generator") -> list[str]:
    import torch

    return [names[index] for index in torch.randperm(len(names), generator=generator)[:number].tolist()]


def _swaps(groups: Sequence[Sequence[str]], number: int, generator: "torch.Generator") -> list[tuple[str, str]]:
    """Draw pairs, each from a group that is drawn by the number of its blocks."""
    import torch

    if not groups:
        return []
    weights = torch.tensor([float(len(group)) for group in groups])
    pairs = []
    for index in torch.multinomial(weights, number, replacement=True, generator=generator).tolist():
        one, other = _drawn(groups[index], 2, generator)
        pairs.append((one, other))
    return pairs


def _error_without(network: "nn.Module", names: Sequence[str], error: Any) -> float:
    with without(network, names):
        return float(error(network))


def _error_exchanged(network: "nn.Module", pairs: Sequence[tuple[str, str]], error: Any) -> float:
    with exchanged(network, pairs):
        return float(error(network))
