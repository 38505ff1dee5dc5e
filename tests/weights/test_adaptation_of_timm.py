"""Changes of weights beside those of timm itself."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from tests.published.timm_oracle import timm_module  # noqa: E402
from tests.weights.test_adaptation import CLIP, clip_of_size, converted, trained, with_channels  # noqa: E402

pytestmark = pytest.mark.oracle


@pytest.fixture(autouse=True)
def folder(folder: Path) -> Path:
    return folder


@pytest.mark.parametrize(("size", "method"), [(48, "bicubic"), (16, "bicubic"), (48, "bilinear")])
def test_positions(size: int, method: str) -> None:
    layers = timm_module("layers")
    old = trained(CLIP).state_dict()["global_pool.positional_embedding"]
    new = converted(clip_of_size(size, size), "--resize-positions", method).state_dict()
    sides = [size // 2, size // 2]
    expected = layers.resample_abs_pos_embed(old.unsqueeze(0), sides, num_prefix_tokens=1, interpolation=method)
    torch.testing.assert_close(new["global_pool.positional_embedding"], expected[0])


@pytest.mark.parametrize("channels", [1, 2, 4, 6])
def test_input_channels(channels: int) -> None:
    models = timm_module("models")
    old = trained().state_dict()["conv1.weight"]
    new = converted(with_channels(channels), "--input-channels", "repeat").state_dict()["conv1.weight"]
    torch.testing.assert_close(new, models.adapt_input_conv(channels, old.clone()))
