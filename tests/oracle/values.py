"""The numbers that two networks compute, beside each other: the naive one and the emitted one, with real weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from unittest.mock import patch

import torch
from torch import Tensor, nn

Output = Tensor | dict[str, Tensor]


def unequal(naive: nn.Module, network: nn.Module, x: Tensor) -> Iterator[str]:
    """In what two networks of one seed differ: first weights, rates, outputs, gradients, and whether they train."""
    pairs = zip(network.state_dict(), naive.state_dict().values(), network.state_dict().values(), strict=True)
    yield from (f"the first weights of {name} differ" for name, one, other in pairs if not torch.equal(one, other))
    if rates(naive) != rates(network):
        yield f"the rates are {rates(network)}, not {rates(naive)}"
    _stir(naive)
    for name, value in zip(network.state_dict(), naive.state_dict().values(), strict=True):
        network.state_dict()[name].copy_(value)
    with patch.object(Tensor, "float", Tensor.double):  # some norms take their statistics in single precision
        expected, expected_grads = _evaluated(naive, x)
        actual, actual_grads = _evaluated(network, x)
    yield from _apart("output", expected, actual)
    yield from _apart("gradient", expected_grads, actual_grads)
    yield from _untrainable(network, x)


def rates(network: nn.Module) -> list[float]:
    """The rates of dropout, drop path and drop block, with the size of the latter, in the order of the modules."""
    found = []
    for module in network.modules():
        if isinstance(module, nn.Dropout):
            found.append(module.p)
        elif type(module).__name__ == "DropBlock":
            found += [round(float(module.rate), 12), float(module.size)]  # type: ignore[arg-type]  # numbers, in both
        elif type(module).__name__ == "DropPath":
            found.append(round(float(module.rate), 12))  # type: ignore[arg-type]  # a float, in ours and in the emitted one
    return found


@torch.no_grad()
def _stir(network: nn.Module) -> None:
    """Weights and statistics unlike the first ones, so that no part passes for another."""
    for name, value in network.state_dict().items():
        if "var" in name:
            value.uniform_(0.5, 2)
        elif value.is_floating_point():
            value.add_(torch.randn_like(value), alpha=0.3)


def _evaluated(network: nn.Module, x: Tensor) -> tuple[list[Tensor], list[Tensor]]:
    """Outputs and gradients in eval mode, where dropout hands on its very input: nothing may write over that."""
    given = x.clone().requires_grad_()
    read = given * 1
    before = read.detach().clone()
    outputs = _tensors(network.eval()(read))
    maps: Callable[[Tensor], dict[str, Tensor]] | None = getattr(network, "feature_maps", None)
    outputs += [] if maps is None else _tensors(maps(read))
    if not torch.equal(before, read):
        raise RuntimeError("the input was written over")
    wanted = [given, *(parameter for parameter in network.parameters() if parameter.requires_grad)]
    total = torch.stack([output.sum() for output in outputs]).sum()
    grads: list[Tensor | None] = [*torch.autograd.grad(total, wanted, allow_unused=True)]
    return [output.detach() for output in outputs], [torch.zeros(()) if grad is None else grad for grad in grads]


def _apart(what: str, expected: list[Tensor], actual: list[Tensor]) -> Iterator[str]:
    """In what they differ by more than rounding, also that of the greatest, whose difference a small one may be."""
    greatest = max((float(one.abs().max()) for one in expected if bool(one.isfinite().all())), default=0.0)
    for index, (one, other) in enumerate(zip(expected, actual, strict=True)):
        least = 1e-8 * (1 + float(one.abs().max())) + 1e-14 * greatest
        if not torch.allclose(one, other, rtol=1e-6, atol=least, equal_nan=True):
            yield f"{what} number {index} differs by {float((one - other).abs().max())}"


def _untrainable(network: nn.Module, x: Tensor) -> Iterator[str]:
    network.train()
    if not any(parameter.requires_grad for parameter in network.parameters()):
        return
    batch = torch.cat([x, x + torch.randn_like(x)])
    loss = sum((output.square().mean() for output in _tensors(network(batch))), torch.zeros(()))
    loss.backward()  # type: ignore[no-untyped-call]  # torch's own
    for name, parameter in network.named_parameters():
        if parameter.requires_grad and (parameter.grad is None or not bool(parameter.grad.isfinite().all())):
            yield f"{name} has the gradient {parameter.grad}"


def _tensors(output: Output) -> list[Tensor]:
    return list(output.values()) if isinstance(output, dict) else [output]
