"""The network that is exported, in torch, with the weights that go into the file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from resnetgen.compiler import Compiled, source_code
from resnetgen.errors import WeightsError
from resnetgen.export.suppress_warnings import silent
from resnetgen.frozen import Frozen
from resnetgen.runtime.load_source import load
from resnetgen.weights.load import LoadedWeights, load_weights

SEED = 0
"""What first weights are drawn with."""


class Eager(Frozen):
    """A network in eval mode, and the form of it that is exported: itself, or the deployed one.

    `prefix` stood before the names in the file of weights, and was taken off.
    """

    network: nn.Module
    exported: nn.Module
    prefix: str


def eager(compiled: Compiled, weights: str | None, *, deploy: bool = False) -> Eager:
    """A network with the weights in a file, which `compare` found to fit, or with its first, the same every time.

    Raises:
        WeightsError, OSError: the file of weights cannot be read, or no longer fits.
    """
    found = None if weights is None else load_weights(compiled.network, weights)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        network = load(source_code(compiled, compiled.document.text.name), compiled.network)().eval()
    if found is not None:
        _fill(network, found)
    return Eager(network, _deployed(compiled, network) if deploy else network, found.prefix if found else "")


def _fill(network: nn.Module, found: LoadedWeights) -> None:
    try:
        with silent():
            network.load_state_dict(found.state)
    except RuntimeError as error:
        message = "this file changed after its tensors were compared with the network"
        raise WeightsError(message, "do not write to the file while it is read") from error


def _deployed(compiled: Compiled, network: nn.Module) -> nn.Module:
    """The deployed form of a network, with the weights that `convert` makes of its own."""
    from resnetgen.compiler import deploy_code, deploy_form

    found = load(deploy_code(compiled, compiled.document.text.name), deploy_form(compiled).network)
    convert: Callable[[Mapping[str, Tensor]], dict[str, Tensor]] = vars(sys.modules[found.__module__])["convert"]
    made = found()
    made.load_state_dict(convert(network.state_dict()))
    return made.eval()
