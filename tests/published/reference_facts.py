"""Facts about the published networks, measured once: shapes, counts and outputs.

`networks()` reads the records under `tests/reference/`; `fill` gives any network the weights that the recorded logits
were computed with, and `probe_input` the input. None of it needs torchvision or timm, and only `fill` torch.
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

FOLDER = Path(__file__).parents[1] / "reference"

TIMM_RESNETS = ("timm_resnet", "timm_resnetv2", "timm_res2net", "timm_resnest", "timm_sknet")
"""The files of timm's ResNet and the networks that it grew into."""

TORCHVISION = ("torchvision", *(f"torchvision_{name}" for name in ("regnet", "video", "efficientnet", "mobile")))
"""The files of torchvision's networks."""

FILES = {
    "torchvision": TORCHVISION,
    "transformers": ("transformers",),
    "timm": (
        *TIMM_RESNETS,
        "timm_efficientnet",
        "timm_mobilenetv3",
        "timm_byobnet",
        "timm_clip",
        "timm_convnext",
        "timm_nfnet",
    ),
}
"""The files of each library's networks."""

CALM = 0.5
"""The factor of the norms' weights in a calm fill, with which branches add less."""

CHUNK = 1 << 16
"""So many values are drawn at a time: more of them leave the processor's caches, and take nearly twice as long."""

Shape = tuple[int, ...]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Probe:
    """A summary of the output of a filled network in eval mode for `probe_input(shape)`."""

    shape: Shape
    first8: tuple[float, ...]
    norm: float
    argmax: int


@dataclass(frozen=True, slots=True)
class Failure:
    """A probe at which the published network itself raises, and what it says then."""

    shape: Shape
    error: str


@dataclass(frozen=True, slots=True)
class Feature:
    """A map that the network can hand out: its channels, how far it is reduced, and the module that it leaves."""

    channels: int
    reduction: int
    module: str


@dataclass(frozen=True, slots=True)
class Network:
    """A published network; `str` of it is the name of its tests."""

    source: str
    """The library that it is from, `torchvision` or `timm`."""
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
    features: tuple[Feature, ...]
    """The maps from the largest to the smallest; none is recorded of torchvision's networks."""
    probes: tuple[Probe, ...]
    calm: tuple[Probe, ...]
    """Where the filled network magnifies errors of rounding until its answers are noise, those of a calm fill."""
    failures: tuple[Failure, ...]

    def __str__(self) -> str:
        return f"{self.source}-{self.name}"


def networks() -> tuple[Network, ...]:
    """Return every published network that there is a record of."""
    return tuple(network for source in FILES for network in networks_of(source).values())


def networks_of(source: str) -> Mapping[str, Network]:
    """Return every network of a library that there is a record of, by name."""
    return _load(source, FILES[source])


def torchvision_networks() -> Mapping[str, Network]:
    """Return torchvision's ten ResNet, ResNeXt and Wide ResNet networks by name."""
    return _load("torchvision", ("torchvision",))


def timm_networks() -> Mapping[str, Network]:
    """Return timm's networks by name: ResNet and what it grew into, ResNetV2, Res2Net, ResNeSt and SKNet."""
    return _load("timm", TIMM_RESNETS)


@functools.cache
def _load(source: str, files: tuple[str, ...]) -> Mapping[str, Network]:
    return MappingProxyType({network.name: network for file in files for network in _read(source, file)})


def _read(source: str, file: str) -> list[Network]:
    records = json.loads((FOLDER / f"{file}.json").read_text(encoding="utf-8"))
    state_dicts = json.loads(gzip.decompress((FOLDER / f"{file}.state_dicts.json.gz").read_bytes()))
    calm = json.loads((FOLDER / "calm.json").read_text(encoding="utf-8"))
    return [
        _network(source, record | {"calm": calm.get(source, {}).get(record["name"], {})}, state_dicts[record["name"]])
        for record in records
    ]


def _network(source: str, record: dict[str, Any], state_dict: dict[str, list[int]]) -> Network:
    answers = _by_shape(record["logits"])
    return Network(
        source=source,
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
        features=tuple(Feature(**feature) for feature in record.get("features", ())),
        probes=tuple(_probe(shape, answer) for shape, answer in answers.items() if "error" not in answer),
        calm=tuple(_probe(shape, answer) for shape, answer in _by_shape(record["calm"]).items()),
        failures=tuple(Failure(shape, answer["error"]) for shape, answer in answers.items() if "error" in answer),
    )


def _by_shape(answers: dict[str, dict[str, Any]]) -> dict[Shape, dict[str, Any]]:
    return {tuple(map(int, shape.split("x"))): answer for shape, answer in answers.items()}


def _probe(shape: Shape, answer: dict[str, Any]) -> Probe:
    return Probe(shape, first8=tuple(answer["first8"]), norm=answer["norm"], argmax=answer["argmax"])


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


def fill_value(key: str, shape: Shape, scale: float = 1.0) -> Floats:
    """Compute the weights of one entry from its name and shape alone, of a size that keeps a deep network finite.

    `scale` multiplies what is filled with numbers around one: the weights of norms.
    """
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
            filled = np.float32(scale) * (1 + np.float32(0.1) * values)
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
    values = np.empty(math.prod(shape), np.float32)
    for start in range(0, values.size, CHUNK):
        chunk = values[start : start + CHUNK]
        chunk[:] = stream.standard_normal(chunk.size)
    return values.reshape(shape)
