"""In-place addition of the shortcut to the branch: where it is used, with equal outputs and gradients."""

import re

import pytest
import torch
from torch import Tensor, nn

from resnetgen.api import compile_mapping
from resnetgen.errors import SpecError
from resnetgen.ir.network import Block, Node, inplace_safe
from resnetgen.ops.activation import Activation
from resnetgen.ops.batch_norm import BatchNorm
from resnetgen.ops.blur_pool import BlurPool
from resnetgen.ops.drop_path import DropPath
from resnetgen.ops.dropout import Dropout
from resnetgen.ops.identity import Identity
from resnetgen.runtime.load_source import load
from tests.nightly import networks
from tests.subjects import Subject, by_name, cases

NORM = BatchNorm(8, 2, 1e-5, 0.1)

OVER = re.compile(r"^( +)out \+= (.+)$", re.MULTILINE)


def test_what_nobody_else_has_is_owned() -> None:
    assert inplace_safe([Node("bn1", NORM)])


def test_what_a_gradient_needs_is_not() -> None:
    assert not inplace_safe([Node("bn1", NORM), Node("act1", Activation("relu"))])


def test_what_came_in_is_not() -> None:
    assert not inplace_safe([])
    assert not inplace_safe([Node("dropout1", Dropout(0.1))])


@pytest.mark.parametrize(
    "idle",
    [
        Node("dropout", Dropout(0.1)),
        Node("drop_path", DropPath(0.1)),
        Node("aa", Identity(), injected=True),
        Node("aa", BlurPool(8, 3, (2, 2), "reflect"), injected=True),
    ],
    ids=["dropout", "drop_path", "an identity in some", "a blur in some"],
)
def test_what_may_hand_on_its_input_is_looked_past(idle: Node) -> None:
    norm, act = Node("bn1", NORM), Node("act1", Activation("relu"))
    assert inplace_safe([norm, idle])
    assert not inplace_safe([norm, act, idle])


def blocks(subject: Subject) -> dict[str, Block]:
    network = subject.compiled.network
    return {stage.name: run.block for stage in network.stages for run in stage.runs}


def test_where_a_sum_is_written() -> None:
    predicted = {name: block.shortcut.over for name, block in blocks(by_case("additions")).items()}
    assert {"layer1": False, "layer2": True, "layer3": True, "layer4": False, "layer5": False} == predicted


def test_a_plain_block_adds_nothing() -> None:
    assert not any(block.shortcut.over for block in blocks(by_name("plain18")).values())


@pytest.mark.parametrize("name", ["preact_resnet164", "resnet50", "resnest50d", "seresnet50", "res2net50_26w_4s"])
def test_the_published_blocks_add_in_place(name: str) -> None:
    assert all(block.shortcut.over for block in blocks(by_name(name)).values())


@pytest.mark.parametrize("training", [True, False], ids=["training", "eval"])
@pytest.mark.parametrize("subject", networks(cases(), every=3))
def test_answers_and_gradients_are_those_of_sums_out_of_place(subject: Subject, training: bool) -> None:
    written = subject.source
    apart = OVER.sub(r"\1out = out + \2", written)
    expected, found = (outputs_and_gradients(subject, text, training) for text in (apart, written))
    assert list(expected) == list(found)
    for name, tensor in expected.items():
        torch.testing.assert_close(found[name], tensor, rtol=0, atol=0, equal_nan=True)


def outputs_and_gradients(subject: Subject, source: str, training: bool) -> dict[str, Tensor]:
    """Return the outputs and gradients of a network on two images of noise, the images' gradients included."""
    torch.manual_seed(0)
    network: nn.Module = load(source, subject.compiled.network)().train(training)
    x = torch.randn(2, subject.compiled.network.channels, *subject.size()).requires_grad_()
    answer = network(x)
    answers: dict[str, Tensor] = answer if isinstance(answer, dict) else {"": answer}
    torch.autograd.backward([each.square().mean() for each in answers.values()])
    gradients = {name: each.grad for name, each in network.named_parameters() if each.grad is not None}
    return {**{f"answer {name}": each.detach() for name, each in answers.items()}, **gradients, "images": grad_of(x)}


def grad_of(x: Tensor) -> Tensor:
    assert x.grad is not None
    return x.grad


def by_case(name: str) -> Subject:
    return next(subject for subject in cases() if subject.name == name)


def test_a_pad_that_makes_the_sides_differ_is_told_to_go() -> None:
    """A pad layer has no `padding` to set, and a pad of 0 is an error."""
    layers = [{"conv": 3, "to": "out"}, {"pad": 1}]
    spec = {
        "name": "padded",
        "input": {"channels": 3, "size": 8},
        "stem": [{"conv": 1, "to": 4}],
        "blocks": {"padded": {"branch": [*layers, {"conv": 1, "to": "out"}]}},
        "block": {"type": "padded"},
        "stages": {"layer1": {"blocks": 1, "channels": 4}},
        "head": {"pool": "avg", "classes": 2},
    }
    with pytest.raises(SpecError) as found:
        compile_mapping(spec)
    (diagnostic,) = found.value.diagnostics
    assert "RG302" == diagnostic.code
    assert "remove this layer, or set `padding: 0` in the convolution or the pool after it" == diagnostic.help
