"""Costs and shapes computed without torch, compared with what torch finds."""

import pytest
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from resnetgen.analysis.cost import cost, state_dict
from resnetgen.analysis.input_sizes import input_domain
from tests.nightly import networks
from tests.subjects import Subject, everything


@pytest.fixture(scope="module", params=networks(everything(), every=3))
def subject(request: pytest.FixtureRequest) -> Subject:
    found: Subject = request.param
    return found


@pytest.fixture(scope="module")
def module(subject: Subject) -> nn.Module:
    return subject.on_meta()


def run(subject: Subject, module: nn.Module) -> tuple[Tensor | dict[str, Tensor], int]:
    """The output at the spec's own input size, without numbers, and the multiply-adds of a sample."""
    trace = subject.compiled.trace
    domain = input_domain(trace.network)
    batch = 1 if domain is None else domain.min_batch(trace.input[1:])
    with FlopCounterMode(display=False) as counter:
        output = module(torch.empty((batch, *trace.input), device="meta"))
    return output, counter.get_total_flops() // 2 // batch


def shapes(output: Tensor | dict[str, Tensor]) -> dict[str, tuple[int, ...]]:
    named = output if isinstance(output, dict) else {"output": output}
    return {name: tuple(one.shape[1:]) for name, one in named.items()}


def test_the_state_dict_is_the_modules(subject: Subject, module: nn.Module) -> None:
    static = [(key, entry.shape, entry.real) for key, entry in state_dict(subject.compiled.network)]
    live = [(key, tuple(value.shape), value.is_floating_point()) for key, value in module.state_dict().items()]
    assert static == live

    trained = [key for key, entry in state_dict(subject.compiled.network) if entry.trained]
    assert trained == [key for key, _ in module.named_parameters()]

    figures = cost(subject.compiled.trace)
    assert figures.params == sum(parameter.numel() for parameter in module.parameters())
    assert figures.buffers == sum(buffer.numel() for buffer in module.buffers())


def test_multiply_adds_and_shapes_are_those_that_torch_finds(subject: Subject, module: nn.Module) -> None:
    output, macs = run(subject, module)
    assert cost(subject.compiled.trace).macs == macs
    assert subject.compiled.trace.outputs == shapes(output)
