"""Functions that torch.export would specialize give, in the form that it sees, what they give everywhere else."""

from random import Random

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor, nn  # noqa: E402
from torch.nn import functional  # noqa: E402

from resnetgen.export.dynamic_shapes import DynamicShapes  # noqa: E402

MAX_POOLS = {1: nn.MaxPool1d, 2: nn.MaxPool2d, 3: nn.MaxPool3d}
AVG_POOLS = {1: nn.AvgPool1d, 2: nn.AvgPool2d, 3: nn.AvgPool3d}


def noise(*shape: int) -> Tensor:
    found: Tensor = torch.randn(*shape, generator=torch.Generator().manual_seed(0))
    return found


@pytest.mark.parametrize(
    "pool",
    [
        nn.MaxPool1d(3),
        nn.MaxPool1d(3, stride=2, padding=1),
        nn.MaxPool1d(2, stride=3, ceil_mode=True),
        nn.MaxPool1d(3, stride=1, dilation=2, padding=1),
    ],
    ids=str,
)
@pytest.mark.parametrize("length", [7, 10])
def test_pooling_along_two_axes_is_pooling_along_one(pool: nn.MaxPool1d, length: int) -> None:
    x = noise(2, 3, length)
    with DynamicShapes():
        through = pool(x)
    assert torch.equal(pool(x), through)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_pool_that_rounds_up_gives_what_torchs_own_gives(rank: int) -> None:
    random, rewritten = Random(rank), 0
    for _ in range(150):
        kernel = tuple(random.randint(1, 4) for _ in range(rank))
        stride = tuple(random.randint(1, 5) for _ in range(rank))
        padding = tuple(random.randint(0, extent // 2) for extent in kernel)
        x = noise(2, 3, *(random.randint(max(kernel), 12) for _ in range(rank)))
        spread = random.randint(1, 2)
        counts = random.random() < 0.5
        ceil = random.random() < 0.8
        largest = MAX_POOLS[rank](kernel, stride, padding, dilation=spread, ceil_mode=ceil)
        mean = AVG_POOLS[rank](kernel, stride, padding, ceil_mode=ceil, count_include_pad=counts)
        reach = tuple(spread * (extent - 1) + 1 for extent in kernel)
        for pool, reached in ((largest, reach), (mean, kernel)):
            try:
                expected = pool(x)
            except RuntimeError:  # the dilated kernel does not fit
                continue
            with DynamicShapes():
                through = pool(x)
            assert expected.shape == through.shape, pool
            assert torch.allclose(expected, through, rtol=1e-5, atol=1e-6), pool
            windows = zip(reached, stride, padding, strict=True)
            rewritten += ceil and any(extent < step + pad for extent, step, pad in windows)
    assert 100 < rewritten


@pytest.mark.parametrize("shape", [(2, 12, 7), (2, 12, 7, 5), (2, 12, 3, 4, 5)])
@pytest.mark.parametrize("chunks", [1, 3, 4])
def test_chunks_are_what_they_are(shape: tuple[int, ...], chunks: int) -> None:
    x = noise(*shape)
    with DynamicShapes():
        through = x.chunk(chunks, dim=1)
    assert chunks == len(through)
    assert all(torch.equal(one, other) for one, other in zip(x.chunk(chunks, dim=1), through, strict=True))


def test_other_functions_are_as_they_are() -> None:
    x = noise(2, 3, 4, 5)
    with DynamicShapes():
        through = functional.relu(x)
    assert torch.equal(functional.relu(x), through)
