"""nnU-Net's residual encoders beside plain torch: tensors, a strict load and every map."""

import pytest
import torch

import resnetgen
from resnetgen.runtime.load_source import load
from tests.published.unet_encoder import UNetEncoder, randomize

NETWORKS = {
    "nnunet_resenc_2d": (2, (32, 64, 128, 256, 512, 512, 512), (1, 3, 4, 6, 6, 6, 6)),
    "nnunet_resenc_3d": (3, (32, 64, 128, 256, 320, 320), (1, 3, 4, 6, 6, 6)),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_an_encoder_has_the_tensors_of_nnu_net(name: str) -> None:
    with torch.device("meta"):
        ours, theirs = resnetgen.load_model(name)(), UNetEncoder(*NETWORKS[name])
    expected = [(key, value.shape) for key, value in theirs.state_dict().items()]
    assert expected == [(key, value.shape) for key, value in ours.state_dict().items()]


@pytest.mark.parametrize("name", NETWORKS)
def test_an_encoder_gives_the_maps_of_nnu_net(name: str) -> None:
    rank, channels, _ = NETWORKS[name]
    small = (4, 8, 16, 16)
    kept = {f"stage{index}": {"blocks": 2, "channels": width} for index, width in enumerate(small)}
    stages = kept | {f"stage{index}": None for index in range(len(small), len(channels))}
    changes = {"input": {"size": [16] * rank}, "stem": [{"conv": 3, "to": small[0]}], "head": {"features": list(kept)}}
    data = {"extends": name, "name": "small", **changes}
    compiled = resnetgen.compile_mapping(data | {"stages": stages})
    ours = load(resnetgen.emit_source(compiled), compiled.network)()
    theirs = UNetEncoder(rank, small, (2,) * len(small))
    randomize(theirs)
    ours.load_state_dict(theirs.state_dict(), strict=True)
    x = torch.randn(1, 1, *[16] * rank)
    with torch.inference_mode():
        torch.testing.assert_close(list(ours(x).values()), theirs(x), rtol=1e-5, atol=1e-5)
