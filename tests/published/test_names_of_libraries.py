"""Layouts with the names of other libraries: keys in their order, and answers as under torchvision's names."""

from collections.abc import Iterator

import pytest
import torch

import resnetgen
from resnetgen.analysis.cost import state_dict
from resnetgen.runtime.load_source import load

NORM = ("weight", "bias", "running_mean", "running_var")


def detectron2_keys() -> Iterator[str]:
    """The keys of detectron2's R-50 in order, as https://github.com/shenyunhang/UWSOD/issues/6 lists them.

    That network has a stem of three convolutions; https://github.com/facebookresearch/detectron2/issues/1698 has the
    keys of a stem of one.
    """
    convs = ["stem.conv1"]
    for stage, blocks in {"res2": 3, "res3": 4, "res4": 6, "res5": 3}.items():
        for block in range(blocks):
            convs += [f"{stage}.{block}.shortcut"] if block == 0 else []
            convs += [f"{stage}.{block}.conv{number}" for number in (1, 2, 3)]
    for conv in convs:
        yield f"{conv}.weight"
        yield from (f"{conv}.norm.{entry}" for entry in NORM)
    yield from ("linear.weight", "linear.bias")


def test_the_keys_of_detectron2() -> None:
    assert list(detectron2_keys()) == list(resnetgen.load_model("resnet50_detectron2")().state_dict())


def test_the_keys_of_mmpretrain() -> None:
    plain = resnetgen.compile_mapping({"extends": "resnet50", "name": "mine"}).network
    network = resnetgen.compile_mapping({"extends": "resnet50", "name": "mine", "layout": "mmpretrain"}).network
    expected = [f"head.{key}" if key.startswith("fc.") else f"backbone.{key}" for key, _ in state_dict(plain)]
    assert expected == [key for key, _ in state_dict(network)]


@pytest.mark.parametrize("layout", ["detectron2", "huggingface", "mmpretrain"])
def test_names_do_not_change_the_answers(layout: str) -> None:
    data = {"extends": "resnet18", "name": "mine", "head": {"classes": 10}}
    networks = []
    for names in ({"shortcut_first": layout != "mmpretrain"}, layout):
        compiled = resnetgen.compile_mapping({**data, "layout": names})
        networks.append(load(resnetgen.emit_source(compiled), compiled.network)())
    plain, renamed = networks
    plain.train()(torch.randn(4, 3, 32, 32))

    pairs = zip(renamed.state_dict(), plain.state_dict().values(), strict=True)
    renamed.load_state_dict(dict(pairs), strict=True)
    x = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        assert torch.equal(plain.eval()(x), renamed.eval()(x))
