"""Every network that is emitted runs: forward and backward, traced, scripted and exported, on the CPU and on a GPU."""

from collections.abc import Iterable, Iterator

import pytest
import torch
from torch import Tensor

from tests.nightly import networks
from tests.subjects import Subject, by_name, cases, large, repeating, shipped

STRUCTURES = (
    "resnet18",
    "resnet50",
    "resnext50_32x4d",
    "plain18",
    "resnet20",
    "resnet20_b",
    "preact_resnet164",
    "wide_resnet16_8",
    "mobilenet_v2",
    "resnet18_1d",
    "resnet18_3d",
    "resnet18_pruned",
    "resnet50_backbone",
    "resnet50_dilated",
)
"""One for each structure: a network that only is wider, or repeats more, shows a tracer nothing new."""

DEVICES = [
    "cpu",
    pytest.param(
        "cuda",
        marks=[
            pytest.mark.gpu,
            pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device here"),
        ],
    ),
]

Output = Tensor | dict[str, Tensor]


class Network:
    """A network with its first weights, and a batch for it."""

    def __init__(self, subject: Subject, device: str) -> None:
        torch.manual_seed(0)
        self.module = subject.network_class()().to(device)
        self.batch = torch.randn(2, subject.compiled.network.channels, *subject.size(), device=device)

    def answer(self) -> Output:
        answer: Output = self.module.eval()(self.batch)
        return answer


@pytest.fixture(scope="module", params=DEVICES)
def device(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def training() -> list[object]:
    """The networks that are trained: `-m slow` has the large ones, those that repeat smaller ones, and most cases."""
    of_collection = [
        pytest.param(each, marks=pytest.mark.slow if each.name in repeating() | large() else (), id=each.name)
        for each in shipped()
    ]
    return of_collection + networks(cases(), every=3)


@pytest.fixture(scope="module", params=training())
def network(request: pytest.FixtureRequest, device: str) -> Network:
    return Network(request.param, device)


@pytest.fixture(scope="module", params=[*map(by_name, STRUCTURES), *networks(cases(), every=3)], ids=str)
def structure(request: pytest.FixtureRequest, device: str) -> Iterator[Network]:
    with torch.no_grad():
        yield Network(request.param, device)


def maps(output: Output) -> Iterable[Tensor]:
    return output.values() if isinstance(output, dict) else [output]


def is_finite(tensor: Tensor | None) -> bool:
    return tensor is not None and bool(tensor.isfinite().all())


def assert_same(expected: Output, actual: Output) -> None:
    """Assert that two ways to run a network agree, but for the order in which they add."""
    torch.testing.assert_close(actual, expected, rtol=1e-3, atol=1e-4)


def test_it_trains(network: Network) -> None:
    output = network.module.train()(network.batch)
    # The sum alone would have no gradient where the classes' probabilities make 1.
    torch.autograd.backward([(one * torch.randn_like(one)).sum() for one in maps(output)])

    assert all(map(is_finite, maps(output)))
    gradients = {name: one.grad for name, one in network.module.named_parameters() if one.requires_grad}
    assert [] == [name for name, gradient in gradients.items() if not is_finite(gradient)]
    assert any(gradient.any() for gradient in gradients.values() if gradient is not None)


def test_it_answers_the_same_twice(structure: Network) -> None:
    torch.testing.assert_close(structure.answer(), structure.answer(), rtol=0, atol=0)


def test_fx_traces_it(structure: Network) -> None:
    expected = structure.answer()
    assert_same(expected, torch.fx.symbolic_trace(structure.module)(structure.batch))


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")
def test_torchscript_compiles_it(structure: Network) -> None:
    expected = structure.answer()
    assert_same(expected, torch.jit.script(structure.module)(structure.batch))


def test_export_takes_it(structure: Network) -> None:
    expected = structure.answer()
    assert_same(expected, torch.export.export(structure.module, (structure.batch,)).module()(structure.batch))
