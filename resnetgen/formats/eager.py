"""The network that is exported, in torch, with the weights that go into the file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from resnetgen.compiler import Compiled, source_code
from resnetgen.formats.silence import silent
from resnetgen.memory import load
from resnetgen.weights.stored import Unreadable
from resnetgen.weights.values import Values, values

SEED = 0
"""What first weights are drawn with."""


def eager(compiled: Compiled, weights: str | None) -> tuple[nn.Module, str]:
    """A network in eval mode, and what stood before the names in the file of weights and was taken off.

    Without a file it has its first weights, the same every time. `compare` has found that the file fits.

    Raises:
        Unreadable, OSError: the file of weights cannot be read, or no longer fits.
    """
    found = None if weights is None else values(compiled.network, weights)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        network = load(source_code(compiled, compiled.document.text.name), compiled.network)()
    if found is not None:
        _fill(network, found)
    return network.eval(), "" if found is None else found.prefix


def _fill(network: nn.Module, found: Values) -> None:
    try:
        with silent():
            network.load_state_dict(found.state)
    except RuntimeError as error:
        message = "the tensors in this file are no longer those that were compared with the network"
        raise Unreadable(message, "leave the file alone while it is read") from error


def deploy(compiled: Compiled, trained: nn.Module) -> nn.Module:
    """The deployed form of a network in eval mode, with the weights that `convert` makes of the trained ones."""
    from resnetgen.deploy import deploy_code, deployed

    source = deploy_code(compiled, compiled.document.text.name)
    found = load(source, deployed(compiled).network)
    convert: Callable[[Mapping[str, Tensor]], dict[str, Tensor]] = vars(sys.modules[found.__module__])["convert"]
    network = found()
    network.load_state_dict(convert(trained.state_dict()))
    return network.eval()
