"""Three implementations of one network: torchvision's, timm's and the emitted one.

Ours is read from `generated/`, so a machine needs torch alone. Before they are timed, all get the same weights and must
give the same answers; otherwise the benchmark would compare different networks.
"""

import linecache
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType

import torch
from torch import nn

from benchmarks.libraries import Missing, timm_module, torchvision_resnet
from benchmarks.timing import ROOT

NETWORKS = ("resnet18", "resnet50", "resnext50_32x4d", "seresnet50", "resnet50d")
"""What is timed by default; all of them are in `generated/`."""

OURS = "ours"
TOLERANCE = 1e-3  # of the largest answer, in float32; convolutions may be summed in another order


def emitted(name: str) -> str:
    """Return the text of a network's emitted file."""
    return (ROOT / "generated" / f"{name}.py").read_text(encoding="utf-8")


def module_of(source: str, label: str) -> ModuleType:
    """Execute an emitted file as the module `label`; a second call returns the same module."""
    module = sys.modules.get(label)
    if module is None:
        module = sys.modules[label] = ModuleType(label)
        path = module.__file__ = f"<{label}>"
        # So that torch, which reads the source of what it compiles, finds it.
        linecache.cache[path] = (len(source), None, source.splitlines(keepends=True), path)
        exec(compile(source, path, "exec", dont_inherit=True), module.__dict__)
    return module


def network_of(source: str, label: str) -> nn.Module:
    """Construct the network of an emitted file; networks of one label share their class, as if imported."""
    module = module_of(source, label)
    network: nn.Module = getattr(module, module.__all__[0])()
    return network


def makers(name: str) -> dict[str, Callable[[], nn.Module]]:
    """Return a constructor for each implementation of the network that is installed, ours first."""
    found: dict[str, Callable[[], nn.Module]] = {OURS: lambda: network_of(emitted(name), f"emitted_{name}")}
    for library, make in (("torchvision", _torchvision), ("timm", _timm)):
        constructor = make(name)
        if constructor is not None:
            found[library] = constructor
    return found


def missing() -> list[str]:
    """Return one sentence for each library that cannot be compared here."""
    sentences = []
    for attempt in (torchvision_resnet, lambda: timm_module("models")):
        try:
            attempt()
        except Missing as error:
            sentences.append(str(error))
    return sorted(set(sentences))


def _torchvision(name: str) -> Callable[[], nn.Module] | None:
    try:
        constructor: Callable[[], nn.Module] | None = getattr(torchvision_resnet(), name, None)
    except Missing:
        return None
    return constructor


def _timm(name: str) -> Callable[[], nn.Module] | None:
    try:
        models = timm_module("models")
    except Missing:
        return None
    if not models.is_model(name):
        return None

    def construct() -> nn.Module:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what timm deprecates within itself
            network: nn.Module = models.create_model(name)
        return network

    return construct


def alike(makers_: Mapping[str, Callable[[], nn.Module]], copies: int = 1) -> dict[str, list[nn.Module]]:
    """Construct `copies` of each contestant, all with one set of weights.

    Raises:
        SystemExit: their tensors or their answers differ, so they are not the same network.
    """
    torch.manual_seed(0)
    networks = {label: [make() for _ in range(copies)] for label, make in makers_.items()}
    ours = next(iter(networks.values()))[0]
    for label, each in networks.items():
        for network in each:
            _give(ours, network, label)
    _need_equal_answers(networks)
    return networks


def _give(source: nn.Module, target: nn.Module, label: str) -> None:
    try:
        target.load_state_dict(source.state_dict())
    except RuntimeError as error:
        raise SystemExit(f"{label} has other tensors, so it is not the same network:\n{error}") from None


def _need_equal_answers(networks: Mapping[str, Sequence[nn.Module]]) -> None:
    x = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    answers = {}
    for label, each in networks.items():
        with torch.inference_mode():
            answers[label] = each[0].eval()(x)
    expected = next(iter(answers.values()))
    for label, found in answers.items():
        if not torch.allclose(expected, found, rtol=0, atol=TOLERANCE * float(expected.abs().max())):
            raise SystemExit(f"{label} gives other answers with the same weights, so it is not the same network")
