"""Measurements of networks whose answers are known, and the conclusions from results that are made up."""

import pytest
import torch
from torch import nn

from resnetgen.api import compile_mapping, emit_source
from resnetgen.lab.data_set import DataSet, Split
from resnetgen.lab.filter_directions import moved, places, random_direction
from resnetgen.lab.measurements import contours
from resnetgen.lab.measurements.comparison import Comparison
from resnetgen.lab.measurements.contours import Contours
from resnetgen.lab.measurements.degradation import Degradation
from resnetgen.lab.measurements.landscape import Landscape
from resnetgen.lab.measurements.lesion import Lesion, exchanged, without
from resnetgen.lab.measurements.responses import Responses, response_names
from resnetgen.lab.results import Epoch, NetworkResult, TrialResult
from resnetgen.lab.trained import Trained
from resnetgen.lab.training.evaluation import evaluate
from resnetgen.runtime.load_source import load

SPEC = {
    "name": "handmade",
    "input": {"channels": 2, "size": 4},
    "stem": [{"conv": 3, "to": 4}],
    "block": {"type": "basic"},
    "stages": {"layer1": {"blocks": 3, "channels": 4}, "layer2": {"blocks": 1, "channels": 6, "stride": 2}},
    "head": {"pool": "avg", "classes": 3},
}


@pytest.fixture
def trained() -> Trained:
    compiled = compile_mapping(SPEC)
    torch.manual_seed(0)
    network = load(emit_source(compiled), compiled.network)().eval()
    split = Split(torch.randn(12, 2, 4, 4), torch.arange(12) % 3)
    return Trained(compiled.trace, network, DataSet("noise", split, split, 3), seed=0)


def test_a_block_whose_branch_is_zero_can_be_deleted_and_another_cannot(trained: Trained) -> None:
    for number, block in enumerate(trained.network.get_submodule("layer1").children()):
        nn.init.constant_(block.get_parameter("bn2.weight"), float(number == 1))
    x = trained.data.test.images
    before = trained.network(x)
    for number in (0, 2):
        with without(trained.network, [f"layer1.{number}"]):
            torch.testing.assert_close(trained.network(x), before)
    with without(trained.network, ["layer1.1"]):
        assert not torch.allclose(trained.network(x), before)
    assert torch.equal(before, trained.network(x))


def test_exchanged_blocks_compute_in_the_other_order(trained: Trained) -> None:
    network, x = trained.network, trained.data.test.images
    before = network(x)
    blocks = [network.get_submodule(f"layer1.{number}") for number in range(3)]
    stem = nn.Sequential(network.get_submodule("conv1"), network.get_submodule("bn1"), nn.ReLU())
    maps = blocks[0](blocks[2](blocks[1](stem(x))))
    expected = network.get_submodule("layer2")(maps).mean((2, 3)) @ network.get_parameter("fc.weight").T
    expected = expected + network.get_parameter("fc.bias")
    with exchanged(network, [("layer1.0", "layer1.1"), ("layer1.1", "layer1.2")]):
        torch.testing.assert_close(network(x), expected)
    assert torch.equal(before, network(x))


def test_a_lesion_leaves_blocks_alone_that_change_the_shape(trained: Trained) -> None:
    found = Lesion(type="lesion", most=5, draws=2).measure(trained)
    assert ["layer1.0", "layer1.1", "layer1.2"] == found["blocks"]
    assert 3 == len(found["single"]) == len(found["several"]) == len(found["exchanged"])
    assert evaluate(trained.network, trained.data.test).error == found["whole"]


def test_a_direction_has_the_norm_of_each_filter_and_leaves_norms_and_biases(trained: Trained) -> None:
    direction = random_direction(trained.network, torch.Generator().manual_seed(0))
    parameters = dict(trained.network.named_parameters())
    assert {name for name, each in parameters.items() if each.dim() > 1} == {*direction}
    for name, each in direction.items():
        norms = [[float((part**2).sum()) ** 0.5 for part in weight] for weight in (parameters[name].detach(), each)]
        assert pytest.approx(norms[0], rel=1e-4) == norms[1]


def test_a_move_along_a_direction_is_taken_back_to_the_bit(trained: Trained) -> None:
    before = {name: each.detach().clone() for name, each in trained.network.named_parameters()}
    direction = random_direction(trained.network, torch.Generator().manual_seed(0))
    with moved(trained.network, (direction, -0.3)):
        for name, each in trained.network.named_parameters():
            torch.testing.assert_close(each.detach(), before[name] - 0.3 * direction.get(name, torch.zeros(())))
    assert all(torch.equal(before[name], each) for name, each in trained.network.named_parameters())


def test_the_middle_of_a_landscape_is_the_loss_of_the_network(trained: Trained) -> None:
    found = Landscape(type="landscape", points=5, extent=0.5, directions=2).measure(trained)
    assert [-0.5, -0.25, 0.0, 0.25, 0.5] == found["places"]
    assert pytest.approx(evaluate(trained.network, trained.data.train).loss, rel=1e-5) == found["losses"][2]


def test_contours_of_a_quadratic_function_are_those_of_its_formula(
    trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    def square(network: nn.Module, split: Split) -> float:
        return sum(float((each.detach().double() ** 2).sum()) for each in network.parameters() if each.dim() > 1)

    middle = square(trained.network, trained.data.train)
    generator = trained.generator()
    one, other = (random_direction(trained.network, generator) for _ in range(2))
    weights = dict(trained.network.named_parameters())
    products = [
        sum(float((a[name].detach().double() * b[name].detach()).sum()) for name in one)
        for a, b in ((weights, one), (weights, other), (one, other))
    ]
    monkeypatch.setattr(contours, "bounded_loss", square)
    found = Contours(type="contours", points=5, extent=0.5).measure(trained)
    assert found["places"] == places(0.5, 5)
    for y, row in zip(found["places"], found["losses"], strict=True):
        for x, loss in zip(found["places"], row, strict=True):  # |w + x a + y b|^2, where a and b are as long as w
            expected = middle * (1 + x**2 + y**2) + 2 * (x * products[0] + y * products[1] + x * y * products[2])
            assert pytest.approx(expected, rel=1e-5) == loss


def test_slices_have_the_trained_weights_in_their_middle(trained: Trained) -> None:
    loss = evaluate(trained.network, trained.data.train).loss
    found = Contours(type="contours", points=3, extent=0.1).measure(trained)["losses"]
    assert pytest.approx(loss, rel=1e-5) == contours.middle(found)
    for options in (Contours, Landscape):
        with pytest.raises(ValueError, match="the trained weights are not between others"):
            options.model_validate({"type": options.__name__.lower(), "points": 4})


def test_the_images_that_a_measurement_passes_are_told(trained: Trained, monkeypatch: pytest.MonkeyPatch) -> None:
    passed = []
    trained.network.register_forward_pre_hook(lambda module, given: passed.append(len(given[0])))
    for options in (
        Responses(type="responses", images=5),
        Lesion(type="lesion", most=2, draws=3),
        Landscape(type="landscape", points=3),
        Contours(type="contours", points=3, images=4),
        Comparison(type="comparison", baseline="a"),
    ):
        passed.clear()
        options.measure(trained)
        assert sum(passed) == options.images_passed(trained.trace, trained.data), options


def test_responses_are_those_of_the_norms_of_branches(trained: Trained) -> None:
    names = [*response_names(trained)]
    assert ["layer1.0.bn1", "layer1.0.bn2"] == names[:2]
    assert 8 == len(names)  # not that of the projection
    found = Responses(type="responses").measure(trained)
    network, x = trained.network, trained.data.test.images
    stem = nn.Sequential(network.get_submodule("conv1"), network.get_submodule("bn1"), nn.ReLU())
    block = network.get_submodule("layer1.0")
    expected = block.get_submodule("bn1")(block.get_submodule("conv1")(stem(x))).detach().std()
    assert pytest.approx(float(expected), rel=1e-5) == found["deviations"][0]


def result(name: str, depth: int, losses: list[float], *, residual: bool, diverged: str = "") -> NetworkResult:
    trials = (
        TrialResult(seed, (Epoch(1, 2.0, 0.5, 2.0, 0.5, 0.1), Epoch(2, loss, 0.5, loss, 0.5, 0.1)), diverged)
        for seed, loss in enumerate(losses)
    )
    return NetworkResult(name, residual, depth, tuple(trials))


@pytest.mark.parametrize(
    ("plain56", "resnet56", "diverged", "holds"),
    [
        ([0.3, 0.4], [0.01, 0.02], "", True),
        ([0.15, 0.4], [0.01, 0.02], "", False),  # the seeds of the plain networks overlap
        ([0.3, 0.4], [0.06, 0.07], "", False),  # the residual networks degrade, too
        ([0.3, 0.4], [0.04, 0.35], "", False),  # the deep networks overlap
        ([0.3, 0.4], [0.01, 0.02], "the loss became nan", None),
    ],
)
def test_degradation_is_judged_by_its_criterion(
    plain56: list[float], resnet56: list[float], diverged: str, holds: bool | None
) -> None:
    networks = [
        result("plain56", 56, plain56, residual=False, diverged=diverged),
        result("plain20", 20, [0.1, 0.2], residual=False),
        result("resnet56", 56, resnet56, residual=True),
        result("resnet20", 20, [0.03, 0.05], residual=True),
    ]
    found = Degradation(type="degradation").conclude(networks)
    assert holds is found.holds
    if holds:
        gap = "higher by 0.2, with a gap of 0.1 between all seeds"
        assert gap in found.verdict
        assert [["plain20", "plain56"], ["resnet20", "resnet56"]] == [
            [curve.name for curve in panel.curves] for panel in found.panels
        ]
        band = found.panels[0].curves[1].band
        assert (2.0, 0.3, 0.4) == band[1]


def test_a_comparison_names_what_is_not_better() -> None:
    networks = [
        result("none", 20, [0.3, 0.4], residual=False),
        result("a", 20, [0.1, 0.2], residual=True),
        result("b", 20, [0.2, 0.35], residual=True),
    ]
    found = Comparison(type="comparison", baseline="none").conclude(networks)
    assert found.holds is False
    assert found.verdict == "1 of 2 networks end below none, each with all seeds. Not so: b."
    assert ["a", "b", "none"] == [row[0] for row in found.rows]


def measured(name: str, value: object, *, residual: bool) -> NetworkResult:
    kind = {"deviations": "responses", "losses": "landscape", "single": "lesion"}
    trials = (TrialResult(seed, (), "", {kind[next(iter(each))]: each}) for seed, each in enumerate(value))  # type: ignore[var-annotated, arg-type]
    return NetworkResult(name, residual, 20, tuple(trials))


def mapped(name: str, middle: float, border: float) -> NetworkResult:
    losses = [[border] * 3, [border, middle, border], [border] * 3]
    trial = TrialResult(0, (), "", {"contours": {"places": [-1.0, 0.0, 1.0], "losses": losses}})
    return NetworkResult(name, name == "residual", 20, (trial,))


def test_other_claims_are_judged_by_their_criteria() -> None:
    def two(key: str, one: list[float], other: list[float], **rest: object) -> list[dict[str, object]]:
        return [{key: one, **rest}, {key: other, **rest}]

    for better, holds in ((0.5, True), (1.5, False)):
        responses = [
            measured("plain", two("deviations", [1.0, 1.0], [1.0, 1.2]), residual=False),
            measured("residual", two("deviations", [better] * 2, [better] * 2), residual=True),
        ]
        assert holds is Responses(type="responses").conclude(responses).holds
        landscape = [
            measured("plain", two("losses", [2.0, 1.0, 2.0], [2.0, 1.0, 2.2], places=[-1, 0, 1]), residual=False),
            measured(
                "residual", two("losses", [better, 0.0, better], [0.6, 0.0, better], places=[-1, 0, 1]), residual=True
            ),
        ]
        assert holds is Landscape(type="landscape").conclude(landscape).holds
        concluded = Contours(type="contours").conclude(
            [mapped("plain", 1.0, 2.0), mapped("plain", 1.0, 2.5), mapped("residual", 0.0, better)]
        )
        assert holds is concluded.holds
        assert [["plain", "residual"], ["plain"]] == [[each.title for each in row] for row in concluded.maps]
        rest = {"whole": 0.1, "several": [0.2], "exchanged": [0.2]}
        lesion = [
            measured("plain", two("single", [0.9, 1.0], [0.8, 1.0], **rest), residual=False),
            measured("residual", two("single", [better, better], [0.2, 0.2], **rest), residual=True),
        ]
        assert holds is Lesion(type="lesion").conclude(lesion).holds
