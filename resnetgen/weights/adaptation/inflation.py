"""Weights of images for video: each kernel gets a first axis, of time or depth.

`mean` repeats a kernel along it and divides by its extent, so that equal frames give what one gave (I3D,
arXiv:1705.07750); `centre` has the kernel at the middle frame and zeros elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from resnetgen.analysis.cost import state_dict
from resnetgen.compiler import Compiled
from resnetgen.weights.adaptation.adaptation import Adaptation, State, refuse
from resnetgen.weights.advice import FEWER_AXES
from resnetgen.weights.fit import Fit

if TYPE_CHECKING:
    from torch import Tensor

MEAN, CENTRE = "mean", "centre"


def adaptations(compiled: Compiled, found: Fit, rule: str) -> list[Adaptation]:
    """Return the change of all kernels that have one axis less in the file.

    Args:
        compiled: the network.
        found: the part of the file.
        rule: `mean` or `centre`.

    Raises:
        WeightsError: there is no such rule, or the network is for sequences.
    """
    if rule not in (MEAN, CENTRE):
        refuse(f"unknown rule `{rule}` for --inflate", f"write `{MEAN}` or `{CENTRE}`")
    kernels = {name: spec.shape for name, spec in state_dict(compiled.network) if len(spec.shape) > 2}
    if any(len(shape) == 3 and len(found.shapes.get(name) or ()) == 4 for name, shape in kernels.items()):
        refuse("weights of images cannot become those of sequences", FEWER_AXES)
    own = {name: shape for name, shape in kernels.items() if len(shape) > 4}
    flat = {name: shape for name, shape in own.items() if len(found.shapes.get(name) or ()) == len(shape) - 1}
    if not flat:
        refuse("no kernel has one axis less in this file than in the network", "leave --inflate out")
    shapes = {
        name: (*(found.shapes[name] or ())[:2], shape[2], *(found.shapes[name] or ())[2:])
        for name, shape in flat.items()
    }
    words = f"inflated {len(flat):,} kernels along their first axis: {_WORDS[rule]}"

    def make(state: State) -> dict[str, Tensor]:
        return {name: _inflated(state[name], shape[2], rule) for name, shape in flat.items()}

    return [Adaptation(words, shapes, (), make)]


_WORDS = {MEAN: "repeated, and divided by its extent", CENTRE: "in its middle, with zeros elsewhere"}


def _inflated(kernel: Tensor, frames: int, rule: str) -> Tensor:
    repeated = kernel.unsqueeze(2).repeat(1, 1, frames, *(1 for _ in kernel.shape[2:]))
    if rule == MEAN:
        return (repeated.float() / frames).to(kernel.dtype)
    for index in range(frames):
        if index != frames // 2:
            repeated[:, :, index] = 0
    return repeated
