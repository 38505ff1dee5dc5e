"""Tables and figures of the pages agree with the code."""

from __future__ import annotations

import re
from collections import Counter

import pytest

import resnetgen
from resnetgen.cli import app, exit
from resnetgen.cli.verify import arguments, run
from resnetgen.codes import pages
from resnetgen.reports import Format
from resnetgen.source import collection, source
from resnetgen.verify import CHECKS, GROUPS, check_function
from tests.cli.command_line import resnetgen as command
from tests.docs.command_line_page import parameters
from tests.docs.markdown import code, prose, read, rows
from tests.published.reference_facts import networks, torchvision_networks

EXPORT, VERIFY, WEIGHTS = (f"docs/how-to/{name}.md" for name in ("export", "verify", "weights"))
FORMATS = "docs/reference/report-formats.md"


def codes_in_rows(page: str) -> list[str]:
    """The codes that the rows of a page begin with."""
    return re.findall(r"^\| (RG\d{3})\b", prose(page), flags=re.MULTILINE)


def test_every_code_of_weights_is_explained() -> None:
    assert [code for code in pages() if code.startswith("RG7")] == codes_in_rows(WEIGHTS)


def test_every_code_of_exporting_is_explained() -> None:
    elsewhere = {"RG802", "RG807", "RG808", "RG811", "RG812", "RG813"}  # of verify, lab and sweep
    assert elsewhere == {code for code in pages() if code.startswith("RG8")} - set(codes_in_rows(EXPORT))


def test_the_exit_codes_are_those_of_the_commands() -> None:
    own = [exit.OK, exit.FAILURE, command("check").code, exit.INTERNAL_ERROR, exit.INTERRUPTED, exit.BROKEN_PIPE]
    assert own == [int(number) for number, *_ in rows("exit codes")]
    assert [] == [number for number in own if f"{number}, " not in str(app.__doc__)]


def test_every_format_is_on_the_page() -> None:
    assert [each.value for each in Format] == [code(name) for name, _ in rows("formats")]
    assert [each.value for each in Format][1:] == re.findall(r"^## (\w+)$", prose(FORMATS), re.MULTILINE)


def test_every_public_name_is_on_the_page_of_the_api() -> None:
    page = read("docs/reference/python-api.md")
    assert [] == [name for name in resnetgen.__all__ if not re.search(rf"\b{name}\b", page)]


# verify


@pytest.mark.parametrize("group", GROUPS)
def test_the_table_of_a_group_has_its_checks_in_their_words(group: str) -> None:
    written = {code(name): text for name, text in rows(group)}
    sentences = {
        name: str(check_function(name).__doc__) for name in (each.name for each in CHECKS if each.group == group)
    }
    assert {name: text.partition("\n\n")[0].replace("\n    ", " ") for name, text in sentences.items()} == written


def test_every_option_of_verify_is_told() -> None:
    names = {each.name.replace("_", "-") for each in parameters(arguments.command)}
    told = set(re.findall(r"^\| `--([a-z-]+)", prose(VERIFY), flags=re.MULTILINE))
    assert names - {"specs", "allow-outside"} == told


def test_the_keys_of_verify_are_those_of_the_command() -> None:
    _, _, machines = read(VERIFY).partition("## For programs\n")
    documented = re.findall(r"`(\w+)`", str(run.__doc__))
    assert [] == [key for key in documented if f"`{key}`" not in machines and key not in (*GROUPS, "cpu", "cuda")]


# Figures


def test_the_networks_are_as_many_as_the_pages_say() -> None:
    known = networks()
    sources = Counter(network.source for network in known)
    paths = collection.names().values()
    aka = [source.read(path).data.get("aka") for path in paths]
    others = sum(not isinstance(each, dict) or set(sources).isdisjoint(each) for each in aka)

    assert (32, 1) == (sources["torchvision"], sources["transformers"])
    large = sum(network.params > 100_000_000 for network in known)
    torchvisions, timms = f"torchvision 0.28.0's {sources['torchvision']}", f"timm 1.0.31's {sources['timm']}"
    claims = {
        "README.md": [f"{sources['timm']} networks of timm, torchvision's ten ResNets among them"],
        "docs/explanation/proof.md": [
            f"{len(known)} networks, {torchvisions}, {timms} and one of transformers 5.24.0, were recorded",
            f"for the {large} above 100 million parameters and for two of CLIP's",
        ],
        "docs/tutorial/first-network.md": [f"the {len(paths)} networks that ship"],
    }
    for page, sentences in claims.items():
        text = " ".join(read(page).split())
        assert [] == [sentence for sentence in sentences if sentence not in text]
    in_both = len(torchvision_networks())
    assert len(known) - in_both + others == len(paths)


def test_the_deploy_page_names_all_that_is_folded_and_all_norms_that_are_not() -> None:
    from tests.ops.single_operators import samples

    page = read("docs/how-to/deploy.md").lower()
    maps = {each.label for each in samples(2).values() if each.channel_map() is not None}
    others = {each.label for each in samples(2).values() if each.role == "norm" and each.channel_map() is None}
    known = {"batch norm", "frozen batch norm", "affine", "layer scale", "branch gain", "standardize", "multiply"}
    assert known == maps
    words = {"evonorm S0": "evonorm", "group norm": "group", "instance norm": "instance"}
    assert [] == [label for label in others if words.get(label, label).removesuffix(" norm").lower() not in page]
