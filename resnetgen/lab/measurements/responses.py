"""`responses`: the standard deviations of the responses of layers."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from resnetgen.lab.curves import banded, style_of
from resnetgen.lab.measurement import Conclusion, Measurable, MeasurementOptions
from resnetgen.lab.results import Interval, NetworkResult, interval
from resnetgen.ops.window import Shape
from resnetgen.pictures.curves import Axis, Panel
from resnetgen.schema.fields import Count

if TYPE_CHECKING:
    from torch import Tensor, nn

    from resnetgen.analysis.shape_inference import Trace
    from resnetgen.lab.data_set import DataSet
    from resnetgen.lab.trained import Trained

LAYER = Axis("layer, from the input", counts=True)
DEVIATION = Axis("standard deviation")


class Responses(MeasurementOptions):
    """The standard deviation of each layer's response: its output after the norm, before activation and addition.

    The layers are the convolutions of the branches with kernels larger than one pixel, as in the paper. The claim
    holds if, at each depth with plain and residual networks, every seed of the residual ones has a smaller mean over
    the layers than every seed of the plain ones.
    """

    type: Literal["responses"]
    """`responses`: the standard deviations of the responses of layers."""

    images: Count = 500
    """The most test images to take."""

    title: ClassVar[str] = "Responses of layers"
    source: ClassVar[str] = "He et al. 2015 (arXiv:1512.03385), figure 7"
    claim: ClassVar[str] = "Residual networks have smaller responses than their plain counterparts."

    def needs(self, networks: Sequence[Measurable]) -> str:
        """Return that it takes both kinds of one depth, if there is no such pair."""
        depths = [{each.depth for each in networks if each.is_residual == kind} for kind in (False, True)]
        return "" if depths[0] & depths[1] else "a plain and a residual network of the same depth"

    def images_passed(self, trace: "Trace", data: "DataSet") -> int:
        """Return the images of one pass."""
        return min(self.images, len(data.test.labels))

    def measure(self, trained: "Trained") -> Any:
        """Return the standard deviation for each layer, in the order of the network."""
        import torch

        names = [*response_names(trained)]
        found: dict[str, float] = {}

        def listening(name: str) -> Any:
            def listen(module: "nn.Module", given: object, result: "Tensor") -> None:
                found[name] = float(result.float().std())  # at once: the activation may write over it

            return listen

        handles = [trained.network.get_submodule(name).register_forward_hook(listening(name)) for name in names]
        try:
            with torch.no_grad():
                trained.network(trained.some(trained.data.test, self.images).images)
        finally:
            for handle in handles:
                handle.remove()
        return {"layers": names, "deviations": [found[name] for name in names]}

    def conclude(self, networks: Sequence[NetworkResult]) -> Conclusion:
        """Compare the networks of each depth, and show the layers in their order and by size."""
        shown = [each for each in networks if _series(each) and len(_series(each)[0]) > 1]
        panels = [
            _panel("Responses by layer", LAYER, shown, ordered=False),
            _panel("Responses by size", Axis("layer, from the largest response", counts=True), shown, ordered=True),
        ]
        if needs := self.needs(shown):
            return self.undecided(needs, panels)
        verdict, holds = self._judged(shown)
        return self.concluded(verdict, holds, panels)

    def _judged(self, networks: Sequence[NetworkResult]) -> tuple[str, bool]:
        pairs = [
            (plain, residual)
            for plain in networks
            for residual in networks
            if plain.depth == residual.depth and residual.is_residual and not plain.is_residual
        ]
        lines = []
        for plain, residual in pairs:
            one, other = _mean(residual), _mean(plain)
            outcome = "smaller" if other.is_above(one) else "larger" if one.is_above(other) else "the seeds overlap"
            lines.append(f"{residual.name} {one.text(4)} against {plain.name} {other.text(4)} ({outcome})")
        verdict = f"Mean over the layers, mean [least, greatest] of the seeds: {'; '.join(lines)}."
        return verdict, all(_mean(plain).is_above(_mean(residual)) for plain, residual in pairs)


def response_names(trained: "Trained") -> Iterator[str]:
    """Yield the modules that give the responses: of each convolution of a branch, its norm, else itself."""
    for name, part in trained.blocks():
        steps = [step for step in part.branch if step.node.name]
        for step, after in zip(steps, [*steps[1:], None], strict=True):
            if step.node.operator.is_weighted and _is_spatial(
                trained.network.get_submodule(f"{name}.{step.node.name}")
            ):
                last = after if after is not None and after.node.operator.is_norm else step
                yield f"{name}.{last.node.name}"


def _is_spatial(module: Any) -> bool:
    """Return whether a convolution has a kernel larger than one pixel."""
    kernel: Shape = getattr(module, "kernel_size", ())
    return any(extent > 1 for extent in kernel)


def _series(network: NetworkResult) -> list[list[float]]:
    return [trial.measured["responses"]["deviations"] for trial in network.trials if "responses" in trial.measured]


def _mean(network: NetworkResult) -> Interval:
    return interval([sum(each) / len(each) for each in _series(network)])


def _panel(title: str, x: Axis, networks: Sequence[NetworkResult], *, ordered: bool) -> Panel:
    curves = []
    for network in networks:
        values = [sorted(each, reverse=True) if ordered else each for each in _series(network)]
        places = [float(number) for number in range(1, len(values[0]) + 1)]
        curves.append(banded(network.name, places, values, style_of(network, networks)))
    return Panel(title, x, DEVIATION, tuple(curves))
