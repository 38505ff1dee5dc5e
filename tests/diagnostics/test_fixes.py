"""Fixes: which code offers which, the spec after it, and the cases without a fix."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from resnetgen.diagnostics.apply_edits import apply_edits, compatible_fixes
from resnetgen.diagnostics.model import Edit, Fix, Span, Text
from resnetgen.source.unambiguous import edit_distance, unambiguous_match
from resnetgen.spec.foreign_words import FOREIGN_KINDS
from tests.cli.command_line import ROOT
from tests.diagnostics.fixing import HEAD, fixed, fixed_once, found


class Mended(NamedTuple):
    """A piece of a spec at fault, the code of that, and the piece once it is fixed."""

    code: str
    written: str
    meant: str


MENDED = {
    "second_of_two_equal_keys": Mended("RG104", "act: relu\nnorm: none\nact: relu\n", "act: relu\nnorm: none\n"),
    "second_of_two_equal_keys_in_braces": Mended(
        "RG104", "head: {pool: avg, classes: 10, pool: avg}\n", "head: {pool: avg, classes: 10}\n"
    ),
    "number_that_is_text": Mended("RG105", "norm: {type: batch, eps: 1e-4}\n", "norm: {type: batch, eps: 1.0e-4}\n"),
    "whole_number_that_is_text": Mended("RG105", "head: {classes: 1e2}\n", "head: {classes: 100}\n"),
    "number_with_underscores": Mended("RG105", "head: {classes: 1_000}\n", "head: {classes: 1000}\n"),
    "number_with_a_zero_before_it": Mended("RG105", "head: {classes: 07}\n", "head: {classes: 7}\n"),
    "truth_value": Mended("RG105", "init: {zero_init_residual: yes}\n", "init: {zero_init_residual: true}\n"),
    "word_in_a_text": Mended("RG105", "description: no\n", 'description: "no"\n'),
    "number_in_a_text": Mended("RG105", "description: 010\n", 'description: "010"\n'),
    "date_in_a_text": Mended("RG105", "reference: 2015-12-10\n", 'reference: "2015-12-10"\n'),
    "colon_without_a_space": Mended("RG105", "stages: {layer2: {blocks:3}}\n", "stages: {layer2: {blocks: 3}}\n"),
    "equals_sign_for_a_colon": Mended("RG105", "head: {classes=10}\n", "head: {classes: 10}\n"),
    "second_document_of_nothing": Mended("RG109", "act: relu\n---\n# the end\n", "act: relu\n# the end\n"),
    "stage_that_its_base_has": Mended("RG202", "stages: {Layer2: {blocks: 3}}\n", "stages: {layer2: {blocks: 3}}\n"),
    "key": Mended("RG201", "head: {clases: 10}\n", "head: {classes: 10}\n"),
    "key_in_quotes": Mended("RG201", "head: {'clases': 10}\n", "head: {'classes': 10}\n"),
    "key_in_capitals": Mended("RG201", "HEAD: {classes: 10}\n", "head: {classes: 10}\n"),
    "key_with_a_dash": Mended("RG201", "output-stride: 16\n", "output_stride: 16\n"),
    "key_of_others": Mended("RG201", "block: {activation: silu}\n", "block: {act: silu}\n"),
    "key_of_a_type": Mended("RG201", "norm: {tpye: none}\n", "norm: {type: none}\n"),
    "number_in_quotes": Mended("RG203", 'head: {classes: "10"}\n', "head: {classes: 10}\n"),
    "width_in_quotes": Mended(
        "RG203", "stem: [{conv: 7, to: '64', stride: 4}]\n", "stem: [{conv: 7, to: 64, stride: 4}]\n"
    ),
    "rate_in_quotes": Mended("RG203", "head: {dropout: '0.5'}\n", "head: {dropout: 0.5}\n"),
    "real_in_quotes": Mended("RG203", "act: {type: elu, alpha: '0.5'}\n", "act: {type: elu, alpha: 0.5}\n"),
    "fraction": Mended("RG203", "head: {dropout: 1/16}\n", "head: {dropout: 0.0625}\n"),
    "percentage": Mended("RG203", "head: {dropout: 20 %}\n", "head: {dropout: 0.2}\n"),
    "truth_value_in_quotes": Mended(
        "RG203", "init: {zero_init_residual: 'True'}\n", "init: {zero_init_residual: true}\n"
    ),
    "whole_number_with_a_point": Mended("RG203", "head: {classes: 10.0}\n", "head: {classes: 10}\n"),
    "one_of_a_list": Mended("RG203", "input: {size: [224, '192']}\n", "input: {size: [224, 192]}\n"),
    "text_without_quotes": Mended("RG203", "reference: 1512.03385\n", 'reference: "1512.03385"\n'),
    "word": Mended("RG204", "act: rleu\n", "act: relu\n"),
    "word_in_quotes": Mended("RG204", 'act: "rleu"\n', 'act: "relu"\n'),
    "code_in_small_letters": Mended(
        "RG204", "input: {size: 48}\nignore: {rg501: small}\n", "input: {size: 48}\nignore: {RG501: small}\n"
    ),
    "word_of_others": Mended("RG204", "act: swish\n", "act: silu\n"),
    "kind_of_a_slot": Mended("RG206", "norm: btach\n", "norm: batch\n"),
    "kind_of_others": Mended("RG206", "norm: {type: BatchNorm2d, eps: 0.1}\n", "norm: {type: batch, eps: 0.1}\n"),
    "kind_of_a_layer": Mended(
        "RG206", "stem: [{covn: 7, to: 64, stride: 4}]\n", "stem: [{conv: 7, to: 64, stride: 4}]\n"
    ),
    "block_type": Mended("RG206", "block: {type: Basic}\n", "block: {type: basic}\n"),
    "stage": Mended(
        "RG206",
        "head: {pool: null, classes: null, features: [layre4]}\n",
        "head: {pool: null, classes: null, features: [layer4]}\n",
    ),
    "layout": Mended("RG206", "layout: resnet_v2\n", "layout: resnetv2\n"),
    "role": Mended("RG206", "layout: {block: {covn: conv*}}\n", "layout: {block: {conv: conv*}}\n"),
    "width_of_a_stage": Mended(
        "RG208",
        "block: {type: basic, widths: {mid: otu / 2}}\n",
        "block: {type: basic, widths: {mid: out / 2}}\n",
    ),
    "null_that_removes_nothing": Mended("RG209", "norm: none\noutput_stride: null\n", "norm: none\n"),
    "null_alone_in_its_mapping": Mended("RG209", "block:\n  dropout: null\nact: relu\n", "act: relu\n"),
    "null_of_a_misspelt_key": Mended("RG209", "head: {clases: null}\n", "head: {classes: null}\n"),
    "stage_asked_for_twice": Mended(
        "RG209",
        "head: {pool: null, classes: null, features: [layer4, layer3, layer4]}\n",
        "head: {pool: null, classes: null, features: [layer4, layer3]}\n",
    ),
    "part_that_is_trained": Mended(
        "RG206", "training: {checkpoint: [layre3, layer4]}\n", "training: {checkpoint: [layer3, layer4]}\n"
    ),
    "part_said_twice": Mended(
        "RG209",
        "training: {norm_eval: [stem, layer1, stem]}\n",
        "training: {norm_eval: [stem, layer1]}\n",
    ),
    "warning_ignored_in_vain": Mended("RG511", "act: relu\nignore: {RG503: plain}\n", "act: relu\n"),
}


@pytest.mark.parametrize("case", MENDED.values(), ids=MENDED)
def test_a_fix_mends_its_fault_and_leaves_none(case: Mended) -> None:
    offered = [each.code for each in found(HEAD + case.written) if each.fix is not None]
    assert ([case.code], HEAD + case.meant) == (offered, fixed_once(HEAD + case.written))
    assert () == found(HEAD + case.meant)


def test_a_base_that_is_misspelt_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "base.yaml").write_text("extends: resnet18\nname: base\n")
    monkeypatch.chdir(tmp_path)
    for wrong, right in [
        ("resent18", "resnet18"),
        ("ResNet18", "resnet18"),
        ("bsae.yaml", "base.yaml"),
        ("base.yml", "base.yaml"),
        ("base", "base.yaml"),
        ("./bsae.yaml", "./base.yaml"),
    ]:
        assert f"extends: {right}\nname: mine\n" == fixed(f"extends: {wrong}\nname: mine\n")


def test_a_tag_directive_is_taken_out_where_there_are_no_tags() -> None:
    assert f"---\n{HEAD}" == fixed(f"%TAG ! tag:example.org:\n---\n{HEAD}")
    tagged = f"%TAG ! tag:example.org:\n---\n{HEAD}act: !word relu\n"
    assert tagged == fixed(tagged)


UNCERTAIN = {
    "two_values_of_one_key": "act: relu\nact: gelu\n",
    "one_and_true": "init: {zero_init_residual: true, zero_init_residual: 1}\n",
    "octal": "head: {classes: 010}\n",
    "base_60": "head: {classes: 1:30}\n",
    "no_where_a_word_is_wanted": "block: {attention: no}\n",
    "not_a_number": "head: {dropout: .nan}\n",
    "second_document": "---\nact: relu\n",
    "merge_key": "<<: {act: relu}\n",
    "number_for_a_key": "aka: {1: resnet18}\n",
    "tag": "act: !!str relu\n",
    "key_that_is_there": "head: {classes: 10, clases: 20}\n",
    "key_between_two": "blockz: {dropout: 0}\n",
    "key_of_two_letters": "stem: [{conv: 7, too: 64}]\n",
    "key_like_none": "colour: red\n",
    "word_between_two": "act: xelu\n",
    "word_with_another_number": "act: relu7\n",
    "stage_with_another_number": "head: {pool: null, classes: null, features: [layer5]}\n",
    "number_that_is_too_large": 'head: {classes: "10000000"}\n',
    "number_with_a_fraction": "head: {classes: 10.5}\n",
    "fraction_that_is_too_large": "head: {dropout: 3/2}\n",
    "fraction_of_nothing": "head: {dropout: 1/0}\n",
    "fraction_with_an_exponent": "head: {dropout: 1/100000}\n",
    "percentage_that_is_too_large": "head: {dropout: 100%}\n",
    "text_that_is_no_number": "head: {classes: ten}\n",
    "number_for_a_word": "block: {type: 3}\n",
    "truth_value_for_text": "description: true\n",
    "null_of_a_name": "name: null\n",
    "nothing_yet": "output_stride:\n",
    "nothing": "head:\n  pool:\n  classes: 10\n",
    "key_that_is_lacking": "blocks: {mine: {}}\n",
    "name": "aka: {my-place: resnet18}\n",
    "key_without_effect": "stages: {layer1: {stride_on: conv2}}\n",
    "identity_between_shapes": "block: {shortcut: identity}\n",
    "projection_without_need": "block: {shortcut: projection}\n",
    "zero_init_of_nothing": "norm: none\ninit: {zero_init_residual: true}\n",
    "base_with_another_number": "extends: resnet19\n",
    "tab": "head:\n\tclasses: 10\n",
}


@pytest.mark.parametrize("written", UNCERTAIN.values(), ids=UNCERTAIN)
def test_what_may_mean_two_things_is_left_alone(written: str) -> None:
    text = HEAD + written
    if written.startswith(("extends", "name")):
        text = "".join(line for line in HEAD.splitlines(True) if line[:4] != written[:4]) + written
    assert found(text), "it is at fault"
    fixes = [each.fix.words for each in found(text) if each.fix is not None]
    assert ([], text) == (fixes, fixed(text))


def test_a_null_below_a_word_of_the_base_is_left_alone() -> None:
    """To take it out would leave a mapping with nothing in it, or the word, which are two things."""
    text = "extends: skresnet50\nname: mine\nlayout: {stem: null}\n"
    assert (["RG209"], text) == ([each.code for each in found(text)], fixed(text))


@pytest.mark.parametrize(
    ("written", "help"),
    [
        ("act: off\n", "write `none`, or leave out the key for its default"),
        ("block: {attention: no}\n", "write `none`, or leave out the key for its default"),
        ("stem: [{conv: 3, to: 64, stride: 4, norm: No}]\n", "write `none`, or leave out the key for its default"),
        ("head: {dropout: off}\n", "write `0`, or leave out the key for its default"),
        ("block: {attention: on}\n", "write a value of `attention`, or leave out the key for its default"),
        ("stages: {layer2: {stride: no}}\n", "write a value of `stride`, or leave out the key for its default"),
        ("init: {zero_init_residual: no}\n", "put it in quotes, or write `false`"),
        ("description: no\n", "put it in quotes, or write `false`"),
    ],
)
def test_the_help_for_a_word_of_truth_works_at_its_key(written: str, help: str) -> None:
    (one,) = found(HEAD + written)
    assert ("RG105", help) == (one.code, one.help)
    for word in re.findall("^write `([a-z0]+)`", help):
        assert () == found(re.sub(": (off|no|No)\\b", f": {word}", HEAD + written))


@pytest.mark.parametrize("key", FOREIGN_KINDS)
def test_the_kinds_of_other_libraries_are_none_of_ours_and_mean_ours(key: str) -> None:
    owner = {"attention": "block", "antialias": "block", "pool": "head"}.get(key)
    for word, kind in FOREIGN_KINDS[key].items():
        line, meant = (f"{owner}: {{{key}: {each}}}\n" if owner else f"{key}: {each}\n" for each in (word, kind))
        assert HEAD + meant == fixed_once(HEAD + line)


@pytest.mark.parametrize(
    ("written", "known", "meant"),
    [
        ("classes", ["classes"], "classes"),
        ("Classes", ["classes"], "classes"),
        ("max-pool", ["max_pool", "avg_pool"], "max_pool"),
        ("clases", ["classes", "channels"], "classes"),
        ("clasess", ["classes", "channels"], "classes"),
        ("resent18", ["resnet18", "resnet18d"], "resnet18"),
        ("r3lu", ["relu"], "relu"),
        ("relu7", ["relu", "relu6"], ""),
        ("layer5", ["layer1", "layer2"], ""),
        ("reluu6", ["relu", "relu6"], "relu6"),
        ("fan_on", ["fan_in", "fan_out"], ""),
        ("xelu", ["relu", "selu"], ""),
        ("A", ["a", "A "], ""),
        ("ot", ["to"], ""),
        ("", ["to"], ""),
        ("x" * 61, ["x" * 60], ""),
        ("nulll", ["null"], ""),
        ("xblockx", ["block", "blocks"], ""),
        ("xin", ["in", "min"], ""),
        (3, ["three"], ""),
    ],
)
def test_a_word_is_certain_or_it_is_not(written: object, known: list[str], meant: str) -> None:
    assert meant == unambiguous_match(written, known)


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("", "", 0),
        ("a", "", 1),
        ("", "ab", 2),
        ("conv", "covn", 1),
        ("conv", "cnov", 1),
        ("abc", "ca", 3),
        ("abcdef", "uvwxyz", 3),
        ("kernel", "kernle", 1),
    ],
)
def test_slips_are_counted(one: str, other: str, count: int) -> None:
    assert (count, count) == (edit_distance(one, other), edit_distance(other, one))
    assert (min(count, 2),) * 2 == (edit_distance(one, other, 1), edit_distance(other, one, 1))


def fix_of(text: Text, *edits: tuple[int, int, str]) -> Fix:
    """A fix of a text of one line, from and up to columns."""
    return Fix("", tuple(Edit(Span(text, 1, start, 1, end), new) for start, end, new in edits))


def test_of_two_fixes_of_one_place_the_first_is_made() -> None:
    text, other = Text("a", "one two"), Text("b", "one two")
    first, second, third = fix_of(text, (1, 4, "1")), fix_of(text, (3, 5, "-")), fix_of(text, (5, 8, "2"))
    elsewhere = fix_of(other, (1, 4, "1"))

    assert (first, third, elsewhere) == compatible_fixes([first, second, third, elsewhere, first])
    assert "1 2" == apply_edits(text, (*first.edits, *third.edits))


def test_of_two_fixes_that_take_something_out_the_first_is_made() -> None:
    text = Text("a", "one two")
    first, second = fix_of(text, (1, 4, "")), fix_of(text, (5, 8, ""))

    assert (first,) == compatible_fixes([first, second])


def test_a_mapping_is_not_left_empty() -> None:
    text = f"{HEAD}ignore:\n  RG503: one\n  RG505: two\n  RG507: three\nact: relu\n"
    assert f"{HEAD}act: relu\n" == fixed(text)


def test_the_page_lists_every_code_that_has_a_fix() -> None:
    page = (ROOT / "docs" / "how-to" / "fixes.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| (RG\d+) \|", page.partition("<!-- fixes -->")[2], re.MULTILINE)
    assert sorted({"RG110", *(case.code for case in MENDED.values())}) == listed


def test_a_width_may_be_one_of_several_keys() -> None:
    written = f"{HEAD}stages: {{layer1: {{width: 64}}}}\n"
    assert written == fixed(written)
