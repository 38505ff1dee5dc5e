"""The network to export, in eager mode, with the weights that go into the file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn

from resnetgen.compiler import Compiled, source_code
from resnetgen.errors import WeightsError
from resnetgen.export.reread_weights import check_values
from resnetgen.export.suppress_warnings import suppress_output
from resnetgen.runtime.load_source import load
from resnetgen.source.digest import digest
from resnetgen.weights.fit import ANY, FileChoice, Fit
from resnetgen.weights.load import LoadedWeights, load_weights

SEED = 0
"""The seed of the initial weights."""


class ReferenceModel(NamedTuple):
    """A network in eval mode, and the form of it that is exported: itself, or its deploy form.

    `fit` is the part of the file of weights that was loaded, None for initial weights. `origin` says what the
    network is, for the metadata of files: `network` is its name, `digest` that of its spec, and `set` has the values of
    `--set`, one on each line, if there are any.
    """

    network: nn.Module
    exported: nn.Module
    fit: Fit | None
    origin: Mapping[str, str]


def reference_model(
    compiled: Compiled, weights: str | None, *, deploy: bool = False, choice: FileChoice = ANY
) -> ReferenceModel:
    """Return a network with the weights of a file, or with reproducible initial weights.

    Args:
        compiled: The compiled spec.
        weights: The file of weights, which `compare` found to fit; None for initial weights.
        deploy: Whether the deploy form is exported.
        choice: What the user says of the file.

    Raises:
        WeightsError, OSError: the file of weights cannot be read, or no longer fits.
    """
    found = None if weights is None else load_weights(compiled, weights, choice)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        network = load(source_code(compiled, compiled.document.text.name), compiled.network)().eval()
    if weights is not None and found is not None:
        _load_state_dict(network, found)
        check_values(network, weights, found)
    exported = _deploy_model(compiled, network) if deploy else network
    return ReferenceModel(network, exported, found.fit if found else None, _origin(compiled))


def _origin(compiled: Compiled) -> dict[str, str]:
    settings = "\n".join(override.text.content for override in compiled.document.overrides)
    about = {"network": compiled.network.name, "digest": digest(compiled.document)}
    return about | ({"set": settings} if settings else {})


def _load_state_dict(network: nn.Module, found: LoadedWeights) -> None:
    try:
        with suppress_output():
            network.load_state_dict(found.state)
    except RuntimeError as error:
        message = "this file changed after its tensors were compared with the network"
        raise WeightsError(message, "do not write to the file while it is read") from error


def _deploy_model(compiled: Compiled, network: nn.Module) -> nn.Module:
    """Return the deploy form of a network, with the weights that its `convert` computes."""
    from resnetgen.compiler import deploy_code, deploy_form

    found = load(deploy_code(compiled, compiled.document.text.name), deploy_form(compiled).network)
    convert: Callable[[Mapping[str, Tensor]], dict[str, Tensor]] = vars(sys.modules[found.__module__])["convert"]
    made = found()
    made.load_state_dict(convert(network.state_dict()))
    return made.eval()
