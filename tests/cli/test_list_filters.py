"""The filters of `resnetgen list`, and its message when nothing matches."""

import json
from functools import cache

import pytest

from resnetgen.api import compile_spec
from resnetgen.cli.list.filters import by_attention, by_name, matching
from resnetgen.cli.spec_args import Outcome, outcomes
from resnetgen.ir.network import Network
from resnetgen.ops.operator import Operator
from resnetgen.source.collection import names
from resnetgen.summary.aliases import elsewhere
from resnetgen.summary.collection_entry import MAIN, Entry, attention, entry
from tests.cli.command_line import Completed, resnetgen


@pytest.fixture(autouse=True)
def compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command here compiles the collection, which is the same each time."""
    monkeypatch.setattr("resnetgen.cli.list.run.outcomes", lambda specs: map(_outcome, specs))


@cache
def _outcome(spec: str) -> Outcome:
    (found,) = outcomes([spec])
    return found


def listed(*arguments: str) -> list[str]:
    """The names that are left."""
    done = resnetgen("list", *arguments, "--format", "json")
    assert (0, "") == (done.code, done.err)
    return [found["name"] for found in json.loads(done.out)]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(["resnet50"], ["resnet50"], id="name"),
        pytest.param(
            ["ResNet[25]*_b", "*n?t44", "--family", "cifar"], ["resnet20_b", "resnet44", "resnet56_b"], id="patterns"
        ),
        pytest.param(["V1"], ["resnet50_v1", "resnet101_v1", "resnet152_v1"], id="a pattern is a family"),
        pytest.param(["v1/*5?_*", "v[1]/resnet50*"], ["resnet50_v1", "resnet152_v1"], id="a pattern is a path"),
        pytest.param(["main/resnet50"], ["resnet50"], id="a path at the top"),
        pytest.param(["--family", "v1"], ["resnet50_v1", "resnet101_v1", "resnet152_v1"], id="family"),
        pytest.param(["resnet50", "resnet50_v1", "--family", "main"], ["resnet50"], id="top"),
        pytest.param(["--params", "270k..272,474", "--family", "cifar"], ["resnet20_b"], id="params"),
        pytest.param(["--params", "..269722", "--family", "cifar"], ["resnet20", "resnet20_a"], id="at most"),
        pytest.param(
            ["--params", "0.019421274g..", "--family", "cifar"], ["resnet1202", "resnet1202_b"], id="at least"
        ),
        pytest.param(["--macs", "3.9G .. 8G", "--family", "v1"], ["resnet101_v1"], id="macs"),
    ],
)
def test_what_is_asked_for_is_left(arguments: list[str], expected: list[str]) -> None:
    assert expected == listed(*arguments)


@pytest.mark.parametrize("pattern", ["*cifar*", "cifar/*"])
def test_a_pattern_finds_the_family_and_its_folder(pattern: str) -> None:
    assert listed("--family", "cifar") == listed(pattern)


def test_filters_hold_together() -> None:
    assert ["resnet56", "resnet56_a", "resnet56_b"] == listed(
        "*56*", "--family", "cifar", "--params", "850k..", "--attention", "none"
    )


def test_every_spec_is_of_one_family() -> None:
    found = json.loads(resnetgen("list", "--format", "json").out)
    assert sorted(names()) == sorted(each["name"] for each in found)
    for family in ("main", "cifar", "regnet"):
        assert [each["name"] for each in found if each["family"] == family] == listed("--family", family)
    assert MAIN not in {path.parent.name for path in names().values() if path.parent != names()["resnet50"].parent}


# What stands in no spec of the collection


class Excitation(Operator):
    """An attention of no network."""

    role = "attention"
    attention_kind = "excitation"


def excited(network: Network) -> Network:
    """A network with such an attention in its first blocks, and behind its stem."""
    stage, *stages = network.stages
    run, *runs = stage.runs
    node = run.block.branch[0]._replace(operator=Excitation())
    block = run.block._replace(branch=(*run.block.branch, node))
    first = stage._replace(runs=(run._replace(block=block), *runs))
    return network._replace(stem=(*network.stem, node), stages=(first, *stages), aka=(("timm", "excited50"),))


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    """ResNet-50, and the same with an attention and a name elsewhere."""
    plain = entry(names()["resnet50"], compile_spec("resnet50"))
    other = plain.compiled._replace(network=excited(plain.compiled.network))
    return [plain, plain._replace(compiled=other)]


def test_the_attention_of_a_network_is_named_once(entries: list[Entry]) -> None:
    assert [[], ["excitation"]] == [attention(found.compiled.network) for found in entries]


@pytest.mark.parametrize(("kind", "expected"), [("none", [0]), ("any", [1]), ("excitation", [1])])
def test_networks_are_told_apart_by_attention(kind: str, expected: list[int], entries: list[Entry]) -> None:
    assert [entries[index] for index in expected] == matching(entries, [by_attention(kind, entries)])


def test_a_name_elsewhere_is_a_name(entries: list[Entry]) -> None:
    assert entries[1:] == matching(entries, [by_name(["Excited*"])])
    assert entries == matching(entries, [by_name(["resnet50"])])


def test_each_name_elsewhere_is_told_once() -> None:
    assert "timm, ours: a; zoo: b" == elsewhere({"timm": "a", "zoo": "b", "ours": "a"})
    assert "" == elsewhere({})


# Where nothing is left


@pytest.mark.parametrize(
    ("arguments", "asked", "help"),
    [
        pytest.param(["zzz"], "'zzz'", "`resnetgen list` shows all specs", id="nothing like it"),
        pytest.param(["resnt50"], "'resnt50'", "did you mean 'resnet50'?", id="misspelt"),
        pytest.param(["cifer"], "'cifer'", "did you mean 'cifar'?", id="a misspelt family"),
        pytest.param([""], "''", "`resnetgen list` shows all specs", id="empty"),
        pytest.param(["a\x1b[2J"], "'a\\x1b[2J'", "`resnetgen list` shows all specs", id="control characters"),
        pytest.param(["wide_resnet28"], "'wide_resnet28'", "'*wide_resnet28*' matches 2 specs", id="part of a name"),
        pytest.param(
            ["wide_resnet28_*", "--params", "..1M", "--family", "wide"],
            "'wide_resnet28_*' --family wide --params ..1M",
            "without --params ..1M, 2 specs match",
            id="one filter too many",
        ),
        pytest.param(
            ["resnet50_v1", "--macs", "9T..", "--params", "9T.."],
            "'resnet50_v1' --params 9T.. --macs 9T..",
            "`resnetgen list` shows all specs",
            id="two filters too many",
        ),
    ],
)
def test_where_nothing_is_left_there_is_a_way_out(arguments: list[str], asked: str, help: str) -> None:
    message = f"error[RG101]: no shipped spec matches {asked}\n   help: {help}\n"
    assert Completed(1, "", message) == resnetgen("list", *arguments)


RANGES = "write 10M..30M, 10M.. for at least that many, or ..30M for at most"


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--params", "10M", f"invalid range '10M': {RANGES}"),
        ("--params", "..", f"invalid range '..': {RANGES}"),
        ("--params", "", f"invalid range '': {RANGES}"),
        ("--macs", "1..2..3", f"invalid range '1..2..3': {RANGES}"),
        ("--macs", "4 GMACs..", f"invalid range '4 GMACs..': {RANGES}"),
        ("--macs", "-1..2", f"invalid range '-1..2': {RANGES}"),
        ("--params", "30M..10M", "empty range '30M..10M': the smaller number comes first"),
    ],
)
def test_what_is_no_range_is_wrong_usage(option: str, value: str, message: str) -> None:
    done = resnetgen("list", option, value)
    assert (2, "") == (done.code, done.out)
    assert f"Error: Invalid value for '{option}': {message}\n" == done.err.partition("\n\n")[2]


@pytest.mark.parametrize(
    ("option", "value", "start", "end"),
    [
        ("--family", "cifr", "unknown family 'cifr', not one of main, antialiased, ", "; did you mean `cifar`?"),
        ("--family", "zzz", "unknown family 'zzz', not one of main, antialiased, ", ""),
        ("--attention", "eny", "unknown attention 'eny', not one of none, any, ", "; did you mean `any`?"),
    ],
)
def test_an_unknown_word_is_wrong_usage(option: str, value: str, start: str, end: str) -> None:
    done = resnetgen("list", option, value)
    message = done.err.partition("\n\n")[2]
    assert (2, "") == (done.code, done.out)
    assert message.startswith(f"Error: Invalid value for '{option}': {start}")
    assert message.endswith(f"{end}\n")
