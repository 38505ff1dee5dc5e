"""Checkpoints of self-supervised trainings, in their published structure: the network is found, and its head left out.

The names and shapes are those of each repository's code; its values do not matter here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.cli.command_line import resnetgen
from tests.weights.weight_files import Shape

torch = pytest.importorskip("torch")

SPEC = """
extends: resnet18
name: mine
scale: {width: 0.125}
head: {classes: 7}
"""
WIDTH = 64


class Checkpoint(NamedTuple):
    """A published structure: the prefix of the network's names, what else is there, and where that is in the file.

    `around` puts the state dict where the file has it. `told` are the container, the prefix and the layout that are
    reported, `options` those of the conversion.
    """

    prefix: str
    others: Mapping[str, Shape]
    around: tuple[str, ...]
    told: tuple[str, str, str]
    options: tuple[str, ...] = ("--classes", "drop")
    also: str = ""


TWO = {"fc.0.weight": (WIDTH, WIDTH), "fc.0.bias": (WIDTH,), "fc.2.weight": (16, WIDTH), "fc.2.bias": (16,)}
PROJECTOR = {"projector.0.weight": (32, WIDTH), "projector.1.running_mean": (32,), "projector.3.weight": (32, 32)}
MODULE_PROJECTOR = {f"module.{name}": shape for name, shape in PROJECTOR.items()}


def within(prefix: str, names: Mapping[str, Shape]) -> dict[str, Shape]:
    return {f"{prefix}{name}": shape for name, shape in names.items()}


CHECKPOINTS = {
    # https://github.com/facebookresearch/moco, moco/builder.py and main_moco.py
    "MoCo v1": Checkpoint(
        "module.encoder_q.",
        {
            **within("module.encoder_q.fc.", {"weight": (16, WIDTH), "bias": (16,)}),
            **{"module.queue": (16, 32), "module.queue_ptr": (1,)},
        },
        ("state_dict",),
        ("state_dict", "module.encoder_q.", "spec"),
        also="module.encoder_k.",
    ),
    "MoCo v2": Checkpoint(
        "module.encoder_q.",
        {**within("module.encoder_q.", TWO), "module.queue": (16, 32), "module.queue_ptr": (1,)},
        ("state_dict",),
        ("state_dict", "module.encoder_q.", "spec"),
        also="module.encoder_k.",
    ),
    # https://github.com/facebookresearch/moco-v3, moco/builder.py: `MoCo_ResNet`
    "MoCo v3": Checkpoint(
        "module.base_encoder.",
        {
            **within("module.base_encoder.fc.", {"0.weight": (32, WIDTH), "1.running_var": (32,), "3.weight": (8, 32)}),
            **within("module.predictor.", {"0.weight": (32, 8), "3.weight": (8, 32)}),
        },
        ("state_dict",),
        ("state_dict", "module.base_encoder.", "spec"),
        also="module.momentum_encoder.",
    ),
    # https://github.com/facebookresearch/swav, src/resnet50.py: `projection_head` and `prototypes` beside the layers
    "SwAV": Checkpoint(
        "module.",
        within("module.", {"projection_head.0.weight": (32, WIDTH), "prototypes.weight": (9, 32)}),
        (),
        ("", "module.", "spec"),
        ("--leave-out", "projection_head,prototypes", "--classes", "drop"),
    ),
    # https://github.com/sthalles/SimCLR, models/resnet_simclr.py: the projection is the `fc` of `backbone`
    "SimCLR": Checkpoint("backbone.", within("backbone.", TWO), ("state_dict",), ("state_dict", "backbone.", "spec")),
    # https://github.com/facebookresearch/dino, main_dino.py: `student` and `teacher` of `MultiCropWrapper`
    "DINO": Checkpoint(
        "backbone.",
        {"head.mlp.0.weight": (32, WIDTH), "head.last_layer.weight_v": (9, 32)},
        ("teacher",),
        ("teacher", "backbone.", "spec"),
    ),
    # https://github.com/facebookresearch/vicreg, main_vicreg.py
    "VICReg": Checkpoint("module.backbone.", MODULE_PROJECTOR, ("model",), ("model", "module.backbone.", "spec")),
    # https://github.com/facebookresearch/barlowtwins, main.py; the published `resnet50.pth` is the backbone alone
    "Barlow Twins": Checkpoint(
        "module.backbone.",
        {**MODULE_PROJECTOR, "module.bn.running_mean": (32,)},
        ("model",),
        ("model", "module.backbone.", "spec"),
    ),
    "Barlow Twins' backbone": Checkpoint("", {}, (), ("", "", "spec")),
    # https://github.com/vturrisi/solo-learn, solo/methods/base.py: a LightningModule
    "solo-learn": Checkpoint(
        "backbone.",
        {**PROJECTOR, "classifier.weight": (9, WIDTH), "classifier.bias": (9,)},
        ("state_dict",),
        ("state_dict", "backbone.", "spec"),
        also="momentum_backbone.",
    ),
}


@pytest.fixture(autouse=True)
def folder(folder: Path) -> Path:
    return folder


def names_of_a_backbone() -> dict[str, Shape]:
    from resnetgen.api import compile_spec
    from tests.weights.weight_files import shapes

    return {
        name: shape for name, shape in shapes(compile_spec(Path("mine.yaml"))).items() if not name.startswith("fc.")
    }


def converted(*options: str) -> dict[str, Any]:
    done = resnetgen(
        "weights", "convert", "theirs.pth", "ours.pth", "--spec", "mine.yaml", "--format", "json", *options
    )
    assert 0 == done.code, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_a_published_checkpoint_converts(name: str) -> None:
    case = CHECKPOINTS[name]
    Path("mine.yaml").write_text(SPEC)
    stream = torch.Generator().manual_seed(2020)
    own = names_of_a_backbone()
    placed = within(case.prefix, own) | (within(case.also, own) if case.also else {})
    state = {key: torch.randn(shape, generator=stream) for key, shape in {**placed, **case.others}.items()}
    content: Any = state
    for key in reversed(case.around):
        content = {"epoch": 100, key: content}
    torch.save(content, "theirs.pth")
    told = converted(*case.options)
    assert case.told == (told["under"], told["prefix"], told["from"])
    ours = torch.load("ours.pth")
    assert set(own) == set(ours)
    assert all(torch.equal(state[f"{case.prefix}{key}"], value) for key, value in ours.items())


def test_a_student_beside_its_teacher_is_a_choice() -> None:
    """DINO's full checkpoints have both: the teacher is taken, as DINO evaluates it, and the student told."""
    Path("mine.yaml").write_text(SPEC)
    own = names_of_a_backbone()
    student = {f"module.backbone.{key}": torch.zeros(shape) for key, shape in own.items()}
    teacher = {f"backbone.{key}": torch.ones(shape) for key, shape in own.items()}
    torch.save({"student": student, "teacher": teacher, "epoch": 100}, "theirs.pth")
    told = converted("--classes", "drop")
    assert ("teacher", ["student.module.backbone"]) == (told["under"], told["copies"])
    assert all(torch.equal(value, torch.ones_like(value)) for value in torch.load("ours.pth").values())
    told = converted("--classes", "drop", "--weights-key", "student", "--force")
    assert "student" == told["under"]


def test_a_backbone_as_a_sequential_in_a_lightning_checkpoint() -> None:
    """lightly's SimCLR: https://docs.lightly.ai/self-supervised-learning/examples/simclr.html."""
    Path("mine.yaml").write_text(SPEC)
    own = names_of_a_backbone()
    numbers = {"conv1": "0", "bn1": "1", "layer1": "4", "layer2": "5", "layer3": "6", "layer4": "7"}
    theirs = {f"backbone.{numbers[key.partition('.')[0]]}.{key.partition('.')[2]}": key for key in own}
    stream = torch.Generator().manual_seed(2020)
    state = {there: torch.randn(own[here], generator=stream) for there, here in theirs.items()}
    head = {"projection_head.layers.0.weight": torch.zeros(32, WIDTH)}
    torch.save({"epoch": 9, "state_dict": state | head, "optimizer_states": []}, "theirs.pth")
    told = converted("--classes", "drop")
    assert ("sequential", ["projection_head.layers.0.weight"]) == (told["from"], told["left_out"])
    ours = torch.load("ours.pth")
    assert dict.fromkeys(own, True) == {here: torch.equal(ours[here], state[there]) for there, here in theirs.items()}
