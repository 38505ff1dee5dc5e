"""Claims that an experiment cannot decide, since it lacks networks: they are told before anything is trained."""

from pathlib import Path

import pytest

from tests.cli.command_line import resnetgen
from tests.lab.tiny import TINY

NETWORKS = "{plain: plain20, residual: resnet20}"
BOTH = "a plain and a residual network"
NEEDS = {
    "degradation": "plain and residual networks, each of at least two depths",
    "responses": f"{BOTH} of the same depth",
    "lesion": "plain and residual networks with blocks whose output has the shape of their input",
    "{type: landscape, points: 3}": BOTH,
    "{type: contours, points: 3}": BOTH,
}
DEEPER = "{spec: plain20, set: {stages.layer1.blocks: 2}}"
WIDER = "{spec: resnet20, set: {stages.layer1.blocks: 2}}"


@pytest.mark.parametrize(
    ("networks", "undecided"),
    [
        ("{residual: resnet20}", [*NEEDS]),
        (f"{{plain: plain20, deep: {DEEPER}, residual: resnet20}}", ["degradation"]),
        (f"{{plain: plain20, deep: {DEEPER}, residual: resnet20, more: {WIDER}}}", []),
    ],
)
def test_what_cannot_be_decided_is_told_before_training(folder: Path, networks: str, undecided: list[str]) -> None:
    assert NETWORKS in TINY
    text = TINY.replace(NETWORKS, networks).replace("epochs: 3", "epochs: 1").replace("[0, 1]", "[0]")
    (folder / "tiny.yaml").write_text(f"{text}measure: [{', '.join(NEEDS)}]\n")
    done = resnetgen("lab", "run", "tiny.yaml", "--jobs", "1")
    assert 0 == done.code
    before, _, _ = done.err.partition("one after another")
    words = [each.removeprefix("{type: ").partition(",")[0] for each in undecided]
    assert [
        f"`{word}` will not decide its claim: it takes {NEEDS[written]}"
        for word, written in zip(words, undecided, strict=True)
    ] == [line.partition("warning[RG204]: ")[2] for line in before.splitlines() if line.startswith("tiny.yaml:")]
    assert len(undecided) == done.out.count("The claim was not decided here.")
    again = resnetgen("lab", "run", "tiny.yaml", "--jobs", "1")  # nothing is left to do, and the page tells it
    assert (0, done.out, "") == (again.code, again.out, again.err)
