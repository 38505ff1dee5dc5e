"""`resnetgen check SPEC --weights FILE`: what does not fit, and which lines of the spec it comes from."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from resnetgen.api import compile_spec, compile_text
from resnetgen.compiler import Compiled
from resnetgen.diagnostics import Diagnostic
from resnetgen.weights.comparison import compare
from tests.cli.command_line import Completed, resnetgen
from tests.processor_time import at_most
from tests.weights.weight_files import Shape, safetensors, shapes

TINY = """\
name: tiny
input: {channels: 3, size: 32}
stem: [{conv: 3, to: 8}]
block: {type: basic}
stages:
  first: {blocks: 2, channels: 8}
  second: {blocks: 1, channels: 16, stride: 2}
head: {pool: avg, classes: 10}
"""

QUIET = ("--ignore", "RG509")  # it is too small to see the whole input


@pytest.fixture(autouse=True)
def folder(folder: Path) -> Path:
    (folder / "tiny.yaml").write_text(TINY, encoding="utf-8")
    return folder


def found(spec: str, tensors: Mapping[str, Shape]) -> list[tuple[str, int, str]]:
    """The code, the line and the message of everything that is said of a spec beside a file with these tensors."""
    return [(one.code, one.primary.span.line, one.message) for one in diagnostics(compile_text(spec), tensors)]


def diagnostics(compiled: Compiled, tensors: Mapping[str, Shape]) -> tuple[Diagnostic, ...]:
    return compare(compiled, str(safetensors(Path("w.safetensors"), tensors)))


def tiny() -> dict[str, Shape]:
    return shapes(compile_text(TINY))


def test_a_networks_own_state_dict_fits() -> None:
    assert () == diagnostics(compile_text(TINY), tiny())
    assert () == diagnostics(compile_spec("resnet50"), shapes(compile_spec("resnet50")))


def test_counters_that_an_old_file_lacks_are_supplied() -> None:
    assert [] == found(TINY, {name: shape for name, shape in tiny().items() if "num_batches" not in name})


def test_a_counter_may_be_a_vector_of_one() -> None:
    assert [] == found(TINY, {name: shape or (1,) for name, shape in tiny().items()})


def test_a_classifier_of_other_classes() -> None:
    text = "2 tensors have another shape in the file: `fc.weight` is 10x16 in the file and 5x16 in the network"
    expected = [("RG704", 8, f"{text}, `fc.bias` is 10 in the file and 5 in the network")]
    assert expected == found(TINY.replace("classes: 10", "classes: 5"), tiny())


def test_blocks_that_the_file_lacks_are_one_message() -> None:
    text = "the file lacks 24 tensors that this needs: `first.2.conv1.weight` (8x8x3x3), "
    spec = TINY.replace("blocks: 2", "blocks: 4")
    ((code, line, message),) = found(spec, {name: shape for name, shape in tiny().items() if "tracked" not in name})
    assert ("RG702", 6, True) == (code, line, message.startswith("the file lacks 20 tensors that this needs: "))
    assert text.replace("24", "20") in message
    assert message.endswith(" and 17 more")


def test_blocks_that_the_network_lacks_are_at_their_stage() -> None:
    ((code, line, message),) = found(TINY.replace("blocks: 2", "blocks: 1"), tiny())
    text = "the file holds 12 tensors that the network does not have: `first.1.conv1.weight` (8x8x3x3), "
    assert ("RG703", 6, True) == (code, line, message.startswith(text))


def test_a_layer_of_a_block_type_of_ones_own_is_the_place() -> None:
    spec = TINY.replace("type: basic", "type: mine") + (
        "blocks:\n  mine:\n    branch:\n      - {conv: 3, to: out, stride: here}\n      - {conv: 1, to: out}\n"
    )
    other = shapes(compile_text(spec.replace("{conv: 1,", "{conv: 3,")))
    ((code, line, message),) = found(spec, other)
    assert ("RG704", 13) == (code, line)
    assert message.startswith("3 tensors have another shape in the file: `first.0.conv2.weight` is 8x8x3x3 in the file")


def test_a_slot_that_the_file_knows_nothing_of() -> None:
    spec = TINY.replace("type: basic}", "type: basic, attention: {type: se, ratio: 0.5}}")
    codes = [(code, line) for code, line, _ in found(spec, tiny())]
    assert [("RG702", 4)] == codes


def test_a_head_that_the_network_lacks() -> None:
    spec = TINY.replace("{pool: avg, classes: 10}", "{features: [first, second]}")
    text = "the file holds 2 tensors that the network does not have: `fc.weight` (10x16), `fc.bias` (10)"
    assert [("RG703", 1, text)] == found(spec, tiny())


@pytest.mark.parametrize(
    ("prefix", "maker"),
    [
        ("module.", ", which torch.nn.DataParallel puts there"),
        ("_orig_mod.", ", which torch.compile puts there"),
        ("module._orig_mod.", ", which torch.nn.DataParallel and torch.compile put there"),
        ("model.", ""),
        ("state_dict.", ""),
        ("backbone.net.", ""),
    ],
)
def test_a_prefix_of_all_names_is_ignored_and_noted(prefix: str, maker: str) -> None:
    safetensors(Path("w.safetensors"), {prefix + name: shape for name, shape in tiny().items()})

    done = resnetgen("check", "tiny.yaml", "--weights", "w.safetensors", *QUIET)
    quiet = resnetgen("check", "tiny.yaml", "--weights", "w.safetensors", "--quiet", *QUIET)

    wants = "`load_state_dict` wants it removed"
    note = f"ignored the prefix `{prefix}` of the tensor names in w.safetensors{maker}; {wants}\n"
    assert Completed(0, "1 spec passed\n", note) == done
    assert Completed(0, "", "") == quiet


def test_the_rest_is_compared_without_the_prefix() -> None:
    tensors = {f"model.{name}": shape for name, shape in tiny().items()} | {"model.fc.bias": (5,), "step": ()}
    assert [
        ("RG703", 1, "the file holds a tensor that the network does not have: `step` (a scalar)"),
        ("RG704", 8, "a tensor has another shape in the file: `fc.bias` is 5 in the file and 10 in the network"),
    ] == found(TINY, tensors)


def test_a_name_near_to_one_that_is_missing_is_asked_after() -> None:
    tensors = {name.replace("fc.", "fc1."): shape for name, shape in reversed(tiny().items())}
    ((lacking, unknown)) = diagnostics(compile_text(TINY), tensors)
    assert ("RG703", "RG702") == (lacking.code, unknown.code)
    assert lacking.help.startswith("is `fc1.bias` called `fc.bias` here? ")


def renamed(name: str) -> str:
    return name.replace("first.", "res1.").replace("second.", "res2.").replace("fc.", "head.fc.")


def test_other_names_alone_are_one_message_with_the_rules() -> None:
    (only,) = diagnostics(compile_text(TINY), {renamed(name): shape for name, shape in tiny().items()})
    assert ("RG703", 1) == (only.code, only.primary.span.line)
    assert only.message == "the file holds the tensors of this network, in order and shape, under other names"
    assert only.help.endswith(
        "`first` is `res*` in the file, `second` is `res*` in the file, `fc` is `head.fc` in the file"
    )
    (only,) = diagnostics(
        compile_text(f"{TINY}layout: torchvision\n"), {renamed(name): shape for name, shape in tiny().items()}
    )
    assert 9 == only.primary.span.line


def test_other_names_and_another_order_are_no_rule() -> None:
    tensors = {renamed(name): shape for name, shape in reversed(tiny().items())}
    assert "RG702" in {code for code, _, _ in found(TINY, tensors)}


def test_a_layout_with_the_names_of_the_file_fits() -> None:
    tensors = {renamed(name): shape for name, shape in tiny().items()}
    stages = TINY.replace("  first:", "  res1:").replace("  second:", "  res2:")
    assert [] == found(f"{stages}layout: {{head: {{linear: head.fc}}}}\n", tensors)


def test_a_fault_in_a_base_says_who_extends_it() -> None:
    Path("mine.yaml").write_text("extends: tiny.yaml\nname: mine\n")
    (one,) = diagnostics(
        compile_spec("mine.yaml"), {name: shape for name, shape in tiny().items() if name != "fc.bias"}
    )
    assert ("tiny.yaml", 8) == (one.primary.span.text.name, one.primary.span.line)
    assert ["extended here"] == [label.words for label in one.related]


def test_another_network_altogether_is_few_messages() -> None:
    reported = diagnostics(compile_spec("resnet152"), shapes(compile_spec("resnet50d")))
    assert len(reported) < 20
    assert {"RG702", "RG703", "RG704"} == {one.code for one in reported}


def test_a_network_of_other_names_altogether_is_one_message() -> None:
    (one,) = diagnostics(compile_spec("resnet152"), shapes(compile_spec("resnetv2_50")))
    assert ("RG702", True) == (
        one.code,
        one.message.startswith("the file has none of the network's 777 tensors by name"),
    )


def test_a_million_blocks_are_compared_as_fast_as_two() -> None:
    spec = TINY.replace("blocks: 2", "blocks: 1000000")
    compiled = compile_text(spec)
    with at_most(1):
        (one,) = diagnostics(compiled, tiny())
    assert one.message.startswith("the file lacks 9,999,980 tensors that this needs: `first.2.conv1.weight` (8x8x3x3)")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("none.safetensors", "there is no such file"),
        ("none.pth", "there is no such file"),
        ("folder.safetensors", "this is a folder, not a file"),
        ("folder.pth", "this is a folder, not a file"),
        ("tiny.yaml", "the file name does not say which format this is"),
        ("nul\0.safetensors", "this file cannot be read: embedded null byte"),
        ("nul\0.pth", "this file cannot be read: embedded null byte"),
    ],
)
def test_a_file_that_cannot_be_read(name: str, expected: str) -> None:
    for folder in ("folder.safetensors", "folder.pth"):
        Path(folder).mkdir()
    (one,) = compare(compile_text(TINY), name)
    assert ("RG701", name, expected) == (one.code, one.primary.span.text.name, one.message)


def test_the_command_says_so() -> None:
    safetensors(Path("w.safetensors"), tiny())
    assert Completed(0, "1 spec passed\n", "") == resnetgen("check", "tiny.yaml", "--weights", "w.safetensors", *QUIET)

    safetensors(Path("w.safetensors"), {name: shape for name, shape in tiny().items() if name != "fc.bias"})
    expected = """\
tiny.yaml:8:1: error[RG702]: the file lacks a tensor that this needs: `fc.bias` (10)
    8 | head: {pool: avg, classes: 10}
      | ^^^^
   help: remove it from the spec, or load with `strict=False` and train what is missing

1 error in 1 of 1 spec
"""
    assert Completed(1, "", expected) == resnetgen("check", "tiny.yaml", "--weights", "w.safetensors", *QUIET)
    done = resnetgen("check", "tiny.yaml", "--weights", "w.safetensors", *QUIET, "--format", "json")
    assert (1, "RG702") == (done.code, str(json.loads(done.out)).partition("'code': '")[2][:5])


def test_a_spec_at_fault_is_told_of_alone() -> None:
    Path("bad.yaml").write_text("extends: tiny.yaml\nname: bad\nact: rleu\n")
    safetensors(Path("w.safetensors"), {})
    done = resnetgen("check", "bad.yaml", "--weights", "w.safetensors")
    assert (1, True, False) == (done.code, "RG204" in done.err, "RG70" in done.err)


def test_weights_are_of_one_spec() -> None:
    done = resnetgen("check", "tiny.yaml", "resnet50", "--weights", "w.safetensors", *QUIET)
    assert 2 == done.code
    assert "--weights needs exactly one spec, but 2 are given" in done.err
