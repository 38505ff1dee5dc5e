"""The specs of the collection that are a published network's, found by what their `aka` says, and filled as it was."""

import functools
from collections.abc import Mapping

import pytest
import torch
from torch import Tensor, nn

from resnetgen.source.source import read
from tests.published.reference_facts import FILES, Floats, Network, Shape, fill_value, probe_input
from tests.subjects import Subject, shipped


@functools.cache
def named_elsewhere() -> Mapping[tuple[str, str], tuple[Subject, ...]]:
    """Return each name of a spec in a recorded library, with the specs that claim it."""
    found: dict[tuple[str, str], tuple[Subject, ...]] = {}
    for subject in shipped():
        # As it is written, since no other spec has it from there: a spec that fails to compile fails its own tests.
        written = read(subject.spec).data.get("aka")
        names = written if isinstance(written, dict) else {}
        for source in sorted(FILES.keys() & names.keys()):
            name = (source, names[source])
            found[name] = (*found.get(name, ()), subject)
    return found


def spec_of(reference: Network) -> Subject:
    """The collection's spec of a published network; the test fails where there is none, or more than one."""
    subjects = named_elsewhere().get((reference.source, reference.name), ())
    if len(subjects) != 1:
        pytest.fail(f"`aka: {{{reference.source}: {reference.name}}}` is in {len(subjects)} specs, not in one")
    return subjects[0]


def filled(subject: Subject, keys: Mapping[str, Shape], scale: float = 1.0) -> nn.Module:
    """A spec's network with the weights that the fill rule makes of a published state dict, loaded strictly."""
    return loaded(subject, weights(keys, scale))


def loaded(subject: Subject, weights: Mapping[str, Tensor]) -> nn.Module:
    """A spec's network with these very weights, loaded strictly."""
    network = subject.on_meta()
    if constant_buffers(network):
        network = subject.network_class()().eval()  # no state dict brings these
    network.load_state_dict(weights, assign=True)
    return network


def constant_buffers(network: nn.Module) -> list[str]:
    """The buffers that are no part of the state dict, such as the weights of a blur."""
    saved = network.state_dict()
    return [name for name, _ in network.named_buffers() if name not in saved]


def weights(keys: Mapping[str, Shape], scale: float = 1.0) -> dict[str, Tensor]:
    """Return the weights by the fill rule; counters of batches stay at zero."""
    return {
        key: torch.tensor(0) if key.endswith("num_batches_tracked") else torch.from_numpy(fill_value(key, shape, scale))
        for key, shape in keys.items()
    }


def answer(network: nn.Module, shape: Shape) -> Floats:
    """Return the output of a network for the input of a probe."""
    with torch.inference_mode():
        logits: Floats = network(torch.from_numpy(probe_input(shape))).numpy()
    return logits
