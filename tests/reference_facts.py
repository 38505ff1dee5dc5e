"""What the published networks are, measured once: shapes, counts and the numbers that they compute.

`torchvision_networks()` reads the records under `tests/reference/`; `fill` gives any network the weights that the
recorded logits were computed with, and `probe_input` the input. None of it needs torchvision, and only `fill` torch.
"""

import functools
import gzip
import hashlib
import json
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import nn

FOLDER = Path(__file__).parent / "reference"

Shape = tuple[int, ...]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Probe:
    """What a filled network answers in eval mode to `probe_input(shape)`, in short."""

    shape: Shape
    first8: tuple[float, ...]
    norm: float
    argmax: int


@dataclass(frozen=True, slots=True)
class Network:
    """One published network."""

    name: str
    args: Mapping[str, object]
    input: Shape
    output: Shape
    params: int
    buffers: int
    """The elements in all buffers, the scalars `num_batches_tracked` among them."""
    keys: int
    """The entries of the state dict."""
    macs: int
    """Multiply-adds of convolutions and linear layers at `input`, batch 1."""
    state_dict: Mapping[str, Shape]
    """Every key and its shape, in order."""
    state_dict_sha256: str
    probes: tuple[Probe, ...]


def torchvision_networks() -> Mapping[str, Network]:
    """Return torchvision's ten ResNet, ResNeXt and Wide ResNet networks by name."""
    return _load("torchvision")


@functools.cache
def _load(family: str) -> Mapping[str, Network]:
    records = json.loads((FOLDER / f"{family}.json").read_text(encoding="utf-8"))
    state_dicts = json.loads(gzip.decompress((FOLDER / f"{family}.state_dicts.json.gz").read_bytes()))
    networks = [_network(record, state_dicts[record["name"]]) for record in records]
    return MappingProxyType({network.name: network for network in networks})


def _network(record: dict[str, Any], state_dict: dict[str, list[int]]) -> Network:
    return Network(
        name=record["name"],
        args=MappingProxyType(record["args"]),
        input=tuple(record["input"]),
        output=tuple(record["output"]),
        params=record["params"],
        buffers=record["buffers"],
        keys=record["keys"],
        macs=record["macs"],
        state_dict=MappingProxyType({key: tuple(shape) for key, shape in state_dict.items()}),
        state_dict_sha256=record["state_dict_sha256"],
        probes=tuple(
            Probe(
                shape=tuple(int(extent) for extent in shape.split("x")),
                first8=tuple(answer["first8"]),
                norm=answer["norm"],
                argmax=answer["argmax"],
            )
            for shape, answer in record["logits"].items()
        ),
    )


def state_dict_sha256(state_dict: Mapping[str, Shape]) -> str:
    """Digest keys and shapes: a line `KEY DxDxD` for each, in order; a scalar's line ends after the space."""
    lines = (f"{key} {'x'.join(map(str, shape))}" for key, shape in state_dict.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def fill(network: "nn.Module") -> None:
    """Give every floating-point entry of the state dict its `fill_value`; the counters of batches stay."""
    import torch

    with torch.no_grad():
        for key, tensor in network.state_dict().items():
            if tensor.is_floating_point():
                tensor.copy_(torch.from_numpy(fill_value(key, tuple(tensor.shape))))


def fill_value(key: str, shape: Shape) -> Floats:
    """Compute the weights of one entry from its name and shape alone, of a size that keeps a deep network finite."""
    values = _normal(key, shape)
    match key.rpartition(".")[2]:
        case "running_var":
            filled = 1 + np.float32(0.25) * np.abs(values)
        case "running_mean":
            filled = np.float32(0.1) * values
        case _ if len(shape) >= 2:
            fan_in = math.prod(shape[1:])
            filled = values * np.float32(math.sqrt(2 / fan_in))
        case "bias":
            filled = np.float32(0.1) * values
        case _:
            filled = 1 + np.float32(0.1) * values
    return np.asarray(filled)  # arithmetic on an array without axes leaves a bare number


def probe_input(shape: Shape) -> Floats:
    """Return the input of a probe, one image of `shape` (C, H, W), as a batch of one."""
    batch = (1, *shape)
    return _normal("x" + "x".join(map(str, batch)), batch)


def assert_answers(logits: Floats, probe: Probe, rtol: float = 1e-4) -> None:
    """Assert that `logits`, what a filled network made of `probe_input(probe.shape)`, are the recorded ones.

    A logit near zero is the small difference of large sums, so its error is measured against the logits' usual size.
    """
    (answer,) = logits
    usual = probe.norm / math.sqrt(answer.size)
    np.testing.assert_allclose(answer[:8], probe.first8, rtol=rtol, atol=rtol * usual)
    np.testing.assert_allclose(np.linalg.norm(answer), probe.norm, rtol=rtol)
    assert int(answer.argmax()) == probe.argmax


def _normal(name: str, shape: Shape) -> Floats:
    # RandomState's stream is frozen by numpy's policy, so these numbers are the same in every version.
    stream = np.random.RandomState(zlib.crc32(name.encode()))
    return stream.standard_normal(math.prod(shape)).astype(np.float32).reshape(shape)
