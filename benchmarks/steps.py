"""The timed jobs: an inference and a training step."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.timing import Job

CLASSES = 1000
MODES = ("inference", "training")

Context = Callable[[], AbstractContextManager[object]]


def images(batch: int, size: int, device: str = "cpu") -> Tensor:
    """Return a batch of random images, (batch, 3, size, size), the same in every run."""
    return torch.randn(batch, 3, size, size, generator=torch.Generator().manual_seed(2)).to(device)


def inference(network: Callable[[Tensor], Tensor], x: Tensor, context: Context = nullcontext) -> Job:
    """Return a job that runs a network in eval mode on a batch, in inference mode."""

    def run() -> None:
        with torch.inference_mode(), context():
            network(x)

    return run


def training(
    network: nn.Module,
    x: Tensor,
    forward: Callable[[Tensor], Tensor] | None = None,
    context: Context = nullcontext,
) -> Job:
    """Return a job that is one training step: forward, cross entropy, backward, and SGD with momentum.

    Gradients are gone at its end, as `zero_grad` leaves them, so that no two networks that take turns hold theirs.
    `forward` is what is called instead of the network, such as its compiled form.
    """
    network.train()
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-3, momentum=0.9)
    generator = torch.Generator().manual_seed(3)
    labels = torch.randint(0, CLASSES, (len(x),), generator=generator).to(x.device)
    call = network if forward is None else forward  # a compiled network has no truth value

    def run() -> None:
        with context():
            loss = F.cross_entropy(call(x), labels)
        loss.backward()  # type: ignore[no-untyped-call]  # torch does not annotate it
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    return run
