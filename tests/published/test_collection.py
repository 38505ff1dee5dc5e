"""The specs that ship with resnetgen: each one compiles, says what it is, and is what its name promises."""

import re

import pytest

from resnetgen.analysis.cost import cost, weighted_layers
from resnetgen.analysis.receptive_field import receptive_field
from resnetgen.source.source import read
from tests.subjects import Subject, by_name, shipped

LONGEST = 40
LONGEST_PRUNED = 60
"""Lines; a pruned network has other widths in every block."""

# What these count, exactly or rounded: arXiv:1512.03385, table 6; arXiv:1603.05027, table 4; arXiv:1605.07146, table 4;
# torchvision's r3d_18 and mobilenet_v2.
PARAMS = {
    "resnet20": 269_722,
    "resnet20_b": 272_474,
    "resnet32": 464_154,
    "resnet44": 658_586,
    "resnet56": 853_018,
    "resnet56_b": 855_770,
    "resnet110": 1_727_962,
    "resnet110_b": 1_730_714,
    "resnet1202": 19_421_274,
    "preact_resnet110": 1_727_962,
    "preact_resnet164": 1_703_258,
    "preact_resnet1001": 10_327_706,
    "wide_resnet16_8": 10_961_370,
    "wide_resnet28_10": 36_479_194,
    "mobilenet_v2": 3_504_872,
    "resnet18_3d": 33_371_472,
}

RECEPTIVE_FIELDS = {"resnet18": 435, "resnet34": 899, "resnet50": 427, "resnet50_v1": 483, "resnet101": 971}

V1_MACS = {"resnet50_v1": 3_857_973_248, "resnet101_v1": 7_570_194_432, "resnet152_v1": 11_282_415_616}

NAMED_AFTER_DEPTH = [
    subject
    for subject in shipped()
    if re.fullmatch(r"(preact_)?(resnet|resnext|plain)\d.*|wide_resnet\d+_2", subject.name)
    and not subject.name.endswith(("_backbone", "_medicalnet"))  # they have no classifier
    and not subject.name.endswith("_clip")  # four of its layers are in the pool
]


def test_each_is_called_as_its_file() -> None:
    assert [] == [subject.name for subject in shipped() if subject.spec.stem != subject.compiled.network.name]


def test_each_says_what_it_is_and_where_from() -> None:
    networks = [subject.compiled.network for subject in shipped()]
    assert [] == [network.name for network in networks if not network.description.endswith(".")]
    assert [] == [network.name for network in networks if not network.reference.startswith("https://")]


def test_each_describes_itself_rather_than_its_base() -> None:
    assert [] == [subject.name for subject in shipped() if "description" not in read(subject.spec).data]


def test_each_is_short() -> None:
    lines = {subject.name: subject.spec.read_text(encoding="utf-8").splitlines() for subject in shipped()}
    most = {name: LONGEST_PRUNED if name.endswith("pruned") else LONGEST for name in lines}
    assert [] == [name for name, found in lines.items() if len(found) > most[name]]
    assert [] == [(name, line) for name, found in lines.items() for line in found if len(line) > 120]


def test_no_two_have_one_name() -> None:
    assert len({subject.spec.stem for subject in shipped()}) == len(shipped())


@pytest.mark.parametrize("subject", NAMED_AFTER_DEPTH, ids=str)
def test_its_name_counts_its_layers(subject: Subject) -> None:
    depth = re.search(r"\d+", subject.name)
    assert depth is not None
    network = subject.compiled.network
    stem = sum(node.operator.role == "conv" for node in network.stem)  # three small ones count as the one they replace
    assert int(depth[0]) == weighted_layers(network) - (stem - 1)


@pytest.mark.parametrize("name", ["wide_resnet16_8", "wide_resnet28_10"])
def test_the_name_of_a_wide_resnet_counts_three_projections_and_no_classifier(name: str) -> None:
    depth = int(name.removeprefix("wide_resnet").split("_")[0])
    assert depth == weighted_layers(by_name(name).compiled.network) + 3 - 1


@pytest.mark.parametrize("name", PARAMS)
def test_it_has_the_published_parameters(name: str) -> None:
    assert PARAMS[name] == cost(by_name(name).compiled.trace).params


@pytest.mark.parametrize("name", V1_MACS)
def test_v1_multiplies_less(name: str) -> None:
    assert V1_MACS[name] == cost(by_name(name).compiled.trace).macs


@pytest.mark.parametrize("name", RECEPTIVE_FIELDS)
def test_it_sees_as_far_as_published(name: str) -> None:
    field = RECEPTIVE_FIELDS[name]
    assert (field, field) == receptive_field(by_name(name).compiled.network)


def test_a_plain_network_has_the_layers_of_the_residual_one() -> None:
    plain = [subject for subject in shipped() if subject.name.startswith("plain")]
    residual = [by_name(subject.name.replace("plain", "resnet")) for subject in plain]
    layers = [[weighted_layers(subject.compiled.network) for subject in family] for family in (plain, residual)]
    assert 7 == len(plain)
    assert layers[0] == layers[1]
