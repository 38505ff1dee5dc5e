"""`resnetgen diff`: specs by path, by name and at revisions of git, in each format."""

import contextlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from resnetgen.cli.diff import report_text
from tests.cli.command_line import Completed, process, resnetgen
from tests.processor_time import at_most
from tests.source.git_repository import Repository, repository
from tests.weights.test_weights import TINY

WIDE = "extends: tiny.yaml\nname: wide\nstages: {first: {blocks: 3}, second: {mid: 32}}\nhead: {classes: 5}\n"


@pytest.fixture
def folder(folder: Path) -> Path:
    """A working directory with the specs tiny.yaml and wide.yaml."""
    (folder / "tiny.yaml").write_text(TINY)
    (folder / "wide.yaml").write_text(WIDE)
    return folder


VERDICTS = """\
The weights of tiny.yaml load partly into wide.yaml: 42 of 62 tensors (67.7%), 2,792 of 11,037 parameters (25.2%).
The weights of wide.yaml load partly into tiny.yaml: 42 of 50 tensors (84.0%), 2,792 of 6,450 parameters (43.2%).
"""

TABLE = f"""\
tiny.yaml -> wide.yaml

                    before      after      change   ratio
{"─" * 57}
output                  10          5
receptive field      17x17      21x21
parameters           6,450     11,037      +4,587  x1.711
buffers                184        250         +66  x1.359
multiply-adds    3,498,144  5,562,448  +2,064,304   x1.59
memory             416 KiB    576 KiB    +160 KiB  x1.384
weighted layers          8         10          +2   x1.25
blocks                   3          4          +1  x1.333
state dict              50         62         +12   x1.24

part    what                     output    parameters  change    MACs   change  shortcuts
{"─" * 90}
first   basic x 2 -> basic x 3   8x32x32        3,552  +1,184  3.54 M  +1.18 M  identity
second  basic                    16x16x16       7,168  +3,488  1.80 M   +885 k  projection
head    global avg pool, linear  10 -> 5           85     -85      80      -80

first.2
  + basic

second.0
  ~ mid: 16 -> 32

head
  ~ fc out_features: 10 -> 5

Unchanged: stem.

State dict: 42 tensors unchanged, 12 tensors added, 8 tensors reshaped
  + first.2: conv1.weight 8x8x3x3, bn1.weight 8, bn1.bias 8 and 9 more
  ~ second.0: conv1.weight 16x8x3x3 -> 32x8x3x3, bn1.weight 16 -> 32, bn1.bias 16 -> 32 and 3 more
  ~ fc.weight 10x16 -> 5x16, fc.bias 10 -> 5

{VERDICTS}"""


def test_the_table(folder: Path) -> None:
    assert Completed(0, TABLE, "") == resnetgen("diff", "tiny.yaml", "wide.yaml")
    assert Completed(0, TABLE, "") == process("diff", "tiny.yaml", "wide.yaml", cwd=folder)


def test_a_terminal_has_colours(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_text, "colored", lambda _: True)
    lines = resnetgen("diff", "tiny.yaml", "wide.yaml").out.splitlines()
    assert "  \x1b[32m+ basic\x1b[0m" in lines
    assert "  \x1b[33m~ mid: 16 -> 32\x1b[0m" in lines


MARKDOWN = """\
### `tiny.yaml` → `wide.yaml`

|  | before | after | change | ratio |
| --- | ---: | ---: | ---: | ---: |
| output | 10 | 5 |  |  |
| receptive field | 17x17 | 21x21 |  |  |
| parameters | 6,450 | 11,037 | +4,587 | x1.711 |
| buffers | 184 | 250 | +66 | x1.359 |
| multiply-adds | 3,498,144 | 5,562,448 | +2,064,304 | x1.59 |
| memory | 416 KiB | 576 KiB | +160 KiB | x1.384 |
| weighted layers | 8 | 10 | +2 | x1.25 |
| blocks | 3 | 4 | +1 | x1.333 |
| state dict | 50 | 62 | +12 | x1.24 |

| part | what | output | parameters | change | MACs | change | shortcuts |
| --- | --- | --- | ---: | ---: | ---: | ---: | --- |
| first | basic x 2 -> basic x 3 | 8x32x32 | 3,552 | +1,184 | 3.54 M | +1.18 M | identity |
| second | basic | 16x16x16 | 7,168 | +3,488 | 1.80 M | +885 k | projection |
| head | global avg pool, linear | 10 -> 5 | 85 | -85 | 80 | -80 |  |

- The weights of tiny.yaml load partly into wide.yaml: 42 of 62 tensors (67.7%), 2,792 of 11,037 parameters (25.2%).
- The weights of wide.yaml load partly into tiny.yaml: 42 of 50 tensors (84.0%), 2,792 of 6,450 parameters (43.2%).

Unchanged: stem.

<details><summary>What changed</summary>

```diff
# first.2
+ basic
# second.0
! mid: 16 -> 32
# head
! fc out_features: 10 -> 5
```

</details>

<details><summary>State dict: 42 tensors unchanged, 12 tensors added, 8 tensors reshaped</summary>

```diff
+ first.2: conv1.weight 8x8x3x3, bn1.weight 8, bn1.bias 8 and 9 more
! second.0: conv1.weight 16x8x3x3 -> 32x8x3x3, bn1.weight 16 -> 32, bn1.bias 16 -> 32 and 3 more
! fc.weight 10x16 -> 5x16, fc.bias 10 -> 5
```

</details>
"""


def test_markdown(folder: Path) -> None:
    assert Completed(0, MARKDOWN, "") == resnetgen("diff", "tiny.yaml", "wide.yaml", "--format", "markdown")


def loaded(*arguments: str) -> dict[str, Any]:
    done = resnetgen("diff", *arguments, "--format", "json")
    assert (0, "") == (done.code, done.err)
    found: dict[str, Any] = json.loads(done.out)
    return found


def test_json(folder: Path) -> None:
    found = loaded("tiny.yaml", "wide.yaml")

    assert {"spec": "tiny.yaml", "name": "tiny"} == found["before"]
    assert {"spec": "wide.yaml", "name": "wide"} == found["after"]
    assert (True, 1, "float32") == (found["differ"], found["batch"], found["dtype"])
    assert {"before": 6450, "after": 11037, "change": 4587, "ratio": 11037 / 6450} == found["figures"]["parameters"]
    names = ["parameters", "buffers", "multiply_adds", "memory", "weighted_layers", "blocks", "state_dict"]
    assert names == list(found["figures"])
    assert {"before": [3, 32, 32], "after": [3, 32, 32]} == found["input"]
    assert {"before": [17, 17], "after": [21, 21]} == found["receptive_field"]
    assert [("stem", True), ("first", False), ("second", False), ("head", False)] == [
        (part["name"], part["alike"]) for part in found["parts"]
    ]
    added: dict[str, object] = {"first": 2, "count": 1, "before": None, "after": "basic", "changes": []}
    assert [added] == found["changes"]["stages"]["first"]
    assert [{"what": "fc out_features", "before": 10, "after": 5}] == found["changes"]["head"]
    counts = {kind: found["state_dict"][kind] for kind in ("alike", "removed", "added", "reshaped", "groups_left_out")}
    assert {"alike": 42, "removed": 0, "added": 12, "reshaped": 8, "groups_left_out": 0} == counts
    classifier = {"kind": "reshaped", "path": "", "first": 0, "count": 1, "tensors": [
        {"tail": "fc.weight", "before": [10, 16], "after": [5, 16]},
        {"tail": "fc.bias", "before": [10], "after": [5]},
    ]}  # fmt: skip
    assert classifier == found["state_dict"]["groups"][-1]
    forward = {"strict": False, "tensors": {"fit": 42, "of": 62}, "params": {"fit": 2792, "of": 11037}}
    assert forward == found["loading"]["before_into_after"]


def test_one_network_under_two_names(folder: Path) -> None:
    Path("other.yaml").write_text("extends: tiny.yaml\nname: other\ndescription: The same.\n")
    same = "No difference: both specs give the same network.\n\nThe weights of each load strictly into the other.\n"
    assert Completed(0, f"tiny.yaml -> other.yaml\n\n{same}", "") == resnetgen("diff", "tiny.yaml", "other.yaml")
    markdown = resnetgen("diff", "tiny.yaml", "other.yaml", "--format", "markdown").out
    assert markdown == (
        "### `tiny.yaml` → `other.yaml`\n\nNo difference: both specs give the same network.\n\n"
        "- The weights of each load strictly into the other.\n"
    )
    assert not loaded("tiny.yaml", "other.yaml")["differ"]


@pytest.mark.parametrize(("after", "code"), [("tiny.yaml", 0), ("wide.yaml", 1)])
def test_the_exit_code_tells_if_it_is_asked_to(after: str, code: int, folder: Path) -> None:
    assert code == resnetgen("diff", "tiny.yaml", after, "--exit-code").code
    assert 0 == resnetgen("diff", "tiny.yaml", after).code


def test_names_of_the_collection() -> None:
    out = resnetgen("diff", "resnet50", "resnet101").out
    assert "\nlayer3.6-22\n  + bottleneck x 17\n" in out
    more = "306 tensors more: they load with `strict=False`"
    assert f"\nThe weights of resnet101 hold all tensors of resnet50, and {more}.\n" in out
    assert "no tensor matches in key and shape" in resnetgen("diff", "resnet18", "resnetv2_50").out


def test_one_size_batch_and_type_for_both(folder: Path) -> None:
    found = loaded("tiny.yaml", "resnet18", "--input-size", "64x48", "--batch", "4", "--dtype", "float16")
    assert {"before": [3, 64, 48], "after": [3, 64, 48]} == found["input"]
    assert (4, "float16") == (found["batch"], found["dtype"])
    assert (
        loaded("tiny.yaml", "resnet18", "--input-size", "64x48")["figures"]["memory"]["before"] * 2
        == (found["figures"]["memory"]["before"])
    )


def test_a_stage_called_head(folder: Path) -> None:
    Path("odd.yaml").write_text(TINY.replace("second", "head"))
    parts = [(part["name"], part["alike"]) for part in loaded("odd.yaml", "odd.yaml")["parts"]]
    assert [("stem", True), ("first", True), ("head", True), ("head", True)] == parts


def test_stages_that_come_and_go_stand_where_they_were(folder: Path) -> None:
    Path("other.yaml").write_text(TINY.replace("first", "begin"))
    found = loaded("tiny.yaml", "other.yaml")
    assert ["stem", "first", "begin", "second", "head"] == [part["name"] for part in found["parts"]]
    assert [None, "basic x 2"] == [part["before"] and part["before"]["what"] for part in found["parts"]][2:0:-1]
    rows = [line.split() for line in resnetgen("diff", "tiny.yaml", "other.yaml").out.splitlines()]
    assert ["first", "removed:", "basic", "x", "2", "8x32x32", "0", "-2,368", "0", "-2.36", "M", "identity"] in rows
    assert [
        "begin",
        "added:",
        "basic",
        "x",
        "2",
        "8x32x32",
        "2,368",
        "+2,368",
        "2.36",
        "M",
        "+2.36",
        "M",
        "identity",
    ] in rows


def test_a_million_blocks_are_compared_as_fast_as_two(folder: Path) -> None:
    for name, blocks in (("deep", 1_000_000), ("deeper", 999_998)):
        Path(f"{name}.yaml").write_text(TINY.replace("blocks: 2", f"blocks: {blocks}"))
    with at_most(2):
        done = resnetgen("diff", "deep.yaml", "deeper.yaml")
    assert "\nfirst.999998-999999\n  - basic x 2\n" in done.out
    assert (
        "  - first.999998-999999: conv1.weight 8x8x3x3, bn1.weight 8, bn1.bias 8 and 9 more in each of 2 blocks"
        in done.out
    )


def test_a_long_list_of_changes_is_cut(folder: Path) -> None:
    blocks = ", ".join(f"{{mid: {number + 8}}}" for number in range(200))
    Path("one.yaml").write_text(TINY.replace("blocks: 2", f"blocks: [{blocks}]"))
    Path("two.yaml").write_text(TINY.replace("blocks: 2", f"blocks: [{blocks.replace('mid: ', 'mid: 1')}]"))
    out = resnetgen("diff", "one.yaml", "two.yaml").out
    assert 60 == out.count("\n  ~ mid: ")
    assert "\n  ... and 140 more changes; --format json has all\n" in out
    assert "\n  ... and 188 more groups of tensors; --format json has more\n" in out
    found = loaded("one.yaml", "two.yaml")
    assert 200 == len(found["changes"]["stages"]["first"])
    assert 200 == len(found["state_dict"]["groups"])


def test_both_sides_are_told_of_their_faults(folder: Path) -> None:
    for name in ("a", "b"):
        Path(f"{name}.yaml").write_text(f"extends: tiny.yaml\nname: {name}\nact: rleu\n")
    done = resnetgen("diff", "a.yaml", "b.yaml")
    assert (1, "") == (done.code, done.out)
    assert ["a.yaml:3:6", "b.yaml:3:6"] == [
        line.split(": error")[0] for line in done.err.splitlines() if "RG204" in line
    ]
    assert 1 == resnetgen("diff", "tiny.yaml", "b.yaml").code
    assert "no spec `nothing`" in resnetgen("diff", "tiny.yaml", "nothing").err
    assert "'':1:1: error[RG101]: the name of a spec is empty" in resnetgen("diff", "tiny.yaml", "").err


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["tiny.yaml"], "expected two specs, but got 1"),
        (["tiny.yaml", "wide.yaml", "resnet50"], "expected two specs, but got 3"),
        (["tiny.yaml", "wide.yaml", "--since", "main"], "--since takes one spec, but 2 are given"),
        (
            ["resnet50", "--since", "main"],
            "`resnet50` is not a file in the working tree, so --since does not",
        ),
        (["main:tiny.yaml", "--since", "main"], "`main:tiny.yaml` is not a file in the working tree"),
        (["tiny.yaml", "wide.yaml", "--format", "text"], "Invalid value for '--format'"),
        (["tiny.yaml", "wide.yaml", "--input-size", "x"], "Invalid value for '--input-size'"),
        (["tiny.yaml", "wide.yaml", "--batch", "0"], "Invalid value for '--batch'"),
    ],
)
def test_wrong_usage(arguments: list[str], expected: str, folder: Path) -> None:
    done = resnetgen("diff", *arguments)
    assert (2, "") == (done.code, done.out)
    assert "Usage: resnetgen diff" in done.err
    assert expected in done.err


with_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    """A commit of specs/tiny.yaml and specs/wide.yaml; since then both were changed."""
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    made = repository(tmp_path / "repo")
    made.commit({"specs/tiny.yaml": TINY, "specs/wide.yaml": WIDE})
    made.write({"specs/tiny.yaml": TINY.replace("blocks: 1", "blocks: 2"), "specs/new.yaml": TINY})
    made.write({"specs/wide.yaml": WIDE.replace("5", "7")})
    with contextlib.chdir(made.folder):
        yield made


@with_git
def test_a_revision_beside_the_file(repo: Repository) -> None:
    found = loaded("main:specs/wide.yaml", "specs/wide.yaml")
    assert "main:specs/wide.yaml" == found["before"]["spec"]
    assert {"before": 4, "after": 5, "change": 1, "ratio": 1.25} == found["figures"]["blocks"]  # of the base
    assert [{"what": "fc out_features", "before": 5, "after": 7}] == found["changes"]["head"]


@with_git
def test_since_a_revision(repo: Repository, tmp_path: Path) -> None:
    found = loaded("specs/wide.yaml", "--since", "HEAD")
    assert ["specs/wide.yaml at HEAD", "specs/wide.yaml now"] == [found[side]["spec"] for side in ("before", "after")]
    expected = loaded("HEAD:specs/wide.yaml", "specs/wide.yaml")
    assert expected["changes"] == found["changes"]
    with contextlib.chdir(tmp_path):
        assert found["changes"] == loaded("repo/specs/wide.yaml", "--since", "main")["changes"]
    with contextlib.chdir("specs"):
        assert found["changes"] == loaded("wide.yaml", "--since", "main")["changes"]
        assert not loaded("main:./wide.yaml", "main:specs/wide.yaml")["differ"]


@with_git
def test_two_revisions(repo: Repository) -> None:
    repo.commit({})
    assert loaded("main~1:specs/wide.yaml", "main:specs/wide.yaml")["differ"]
    assert 1 == resnetgen("diff", "main~1:specs/tiny.yaml", "main:specs/tiny.yaml", "--exit-code").code
    assert 0 == resnetgen("diff", "specs/tiny.yaml", "--since", "main", "--exit-code").code


@with_git
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["none:specs/tiny.yaml", "resnet18"], "none:1:1: error[RG101]: git has no revision `none` here"),
        (["specs/tiny.yaml", "--since", "none"], "none:1:1: error[RG101]: git has no revision `none` here"),
        (["specs/tiny.yaml", "--since=--output=x"], "git has no revision `--output=x` here"),
        (["--", "--output=x:a.yaml", "resnet18"], "git has no revision `--output=x` here"),
        (
            ["main:none.yaml", "resnet18"],
            "main:none.yaml:1:1: error[RG101]: there is no such file at the revision `main`",
        ),
        (["main:specs", "resnet18"], "main:specs:1:1: error[RG101]: this is a folder, not a file"),
        (["specs/new.yaml", "--since", "main"], "main:specs/new.yaml:1:1: error[RG101]: there is no such file"),
        (["main:tiny.yaml", "resnet18"], "error[RG101]: there is no such file at the revision `main`"),
    ],
)
def test_what_git_does_not_have(arguments: list[str], expected: str, repo: Repository) -> None:
    done = resnetgen("diff", *arguments)
    assert (1, "") == (done.code, done.out)
    assert expected in done.err
    assert not Path("x").exists()


@with_git
def test_a_fault_at_a_revision_is_shown_in_its_line(repo: Repository) -> None:
    repo.commit({"specs/tiny.yaml": TINY.replace("basic", "basik")})
    repo.write({"specs/tiny.yaml": TINY})
    done = resnetgen("diff", "specs/wide.yaml", "--since", "HEAD")
    assert (1, "") == (done.code, done.out)
    assert done.err.startswith("HEAD:specs/tiny.yaml:4:15: error[RG206]: ")
    assert "\n    4 | block: {type: basik}\n" in done.err


def test_without_git(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folder))
    done = resnetgen("diff", "tiny.yaml", "--since", "main")
    assert (1, "") == (done.code, done.out)
    assert "error[RG101]: git is not installed, or not on the PATH" in done.err


def test_the_stem_is_named_among_the_features(folder: Path) -> None:
    Path("maps.yaml").write_text("extends: tiny.yaml\nname: maps\nhead: {features: [stem, second]}\n")
    Path("fewer.yaml").write_text("extends: tiny.yaml\nname: fewer\nhead: {features: [second]}\n")

    change = {"what": "features", "before": None, "after": "stem, second"}
    assert [change] == loaded("tiny.yaml", "maps.yaml")["network"]
    assert "\nnetwork\n  + features: stem, second\n" in resnetgen("diff", "tiny.yaml", "maps.yaml").out
    assert "\nnetwork\n  ~ features: stem, second -> second\n" in resnetgen("diff", "maps.yaml", "fewer.yaml").out
    assert "! features: stem, second -> second\n" in (
        resnetgen("diff", "maps.yaml", "fewer.yaml", "--format", "markdown").out
    )
