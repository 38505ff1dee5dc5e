"""Which part of a file a network is: prefixes, wrappers of single names, copies, and keys that choose among them."""

from __future__ import annotations

from pathlib import Path

import pytest

from resnetgen.api import compile_text
from resnetgen.weights.comparison import FileComparison, compare_file
from resnetgen.weights.expected import ExpectedTensors
from resnetgen.weights.file_contents import FileContents, StoredStateDict
from resnetgen.weights.fit import FileChoice, Fit, fit_tensors
from resnetgen.weights.fit_notes import notes
from tests.cli.command_line import resnetgen
from tests.weights.test_weights import QUIET, TINY
from tests.weights.weight_files import Shape, safetensors, shapes

COMPILED = compile_text(TINY)
OWN = shapes(COMPILED)


@pytest.fixture(autouse=True)
def folder(folder: Path) -> Path:
    Path("tiny.yaml").write_text(TINY)
    return folder


def under(prefix: str, tensors: dict[str, Shape] = OWN) -> dict[str, Shape]:
    return {f"{prefix}{name}": shape for name, shape in tensors.items()}


def compared(tensors: dict[str, Shape], key: str = "") -> FileComparison:
    return compare_file(COMPILED, str(safetensors(Path("w.safetensors"), tensors)), FileChoice(key))


def fitted(tensors: dict[str, Shape], key: str = "") -> Fit:
    found = compared(tensors, key)
    assert () == found.diagnostics
    assert found.fit is not None
    return found.fit


def test_single_names_may_lack_a_part_of_the_prefix() -> None:
    tensors = under("model.backbone.", {name: shape for name, shape in OWN.items() if not name.startswith("fc.")})
    tensors |= {"model.fc.weight": OWN["fc.weight"], "fc.bias": OWN["fc.bias"]}
    found = fitted(tensors)
    assert ("model.backbone.", "model.fc.weight", "fc.bias", ()) == (
        found.prefix,
        found.sources["fc.weight"],
        found.sources["fc.bias"],
        found.beside,
    )


@pytest.mark.parametrize("wrapped", ["module.first.0.conv1.weight", "first.0._orig_mod.conv1.weight"])
def test_single_names_may_have_a_wrapper(wrapped: str) -> None:
    tensors = {wrapped if name == "first.0.conv1.weight" else name: shape for name, shape in OWN.items()}
    found = fitted(tensors)
    assert ("", wrapped, True) == (found.prefix, found.sources["first.0.conv1.weight"], found.renames)


@pytest.mark.parametrize("prefix", ["module.", "model.module."])
@pytest.mark.parametrize("wrapped", [("first.0.",), ("first.0.", "first.1.", "second.0.")], ids=["one", "all"])
def test_blocks_may_be_compiled_inside_a_wrapped_network(wrapped: tuple[str, ...], prefix: str) -> None:
    named = {name: f"{prefix}{name}" for name in OWN}
    named |= {
        name: f"{prefix}{start}_orig_mod.{name.removeprefix(start)}"
        for start in wrapped
        for name in OWN
        if name.startswith(start)
    }
    found = fitted({named[name]: shape for name, shape in OWN.items()})
    assert (named, ()) == (found.sources, found.beside)
    assert ("model." if prefix == "model.module." else prefix) == found.prefix
    assert "`_orig_mod`" in " ".join(notes(found, "w.safetensors"))


def test_a_wrapper_stays_in_a_name_whose_rest_is_another_tensors() -> None:
    tensors = {**OWN, "first._orig_mod.0.conv1.weight": OWN["first.0.conv1.weight"]}
    (one,) = compared(tensors).diagnostics
    assert ("RG703", True) == (one.code, "`first._orig_mod.0.conv1.weight`" in one.message)


@pytest.mark.parametrize("prefix", ["", "backbone.body."])
def test_counters_of_norms_that_are_frozen_here_are_left_out(prefix: str) -> None:
    frozen = compile_text(TINY + "norm: frozen_batch\n")
    counters = tuple(f"{prefix}{name}" for name in OWN if name.endswith("num_batches_tracked"))
    found = compare_file(frozen, str(safetensors(Path("w.safetensors"), under(prefix))))
    assert () == found.diagnostics
    assert found.fit is not None
    assert counters
    assert (prefix, set(counters)) == (found.fit.prefix, set(found.fit.beside))


def test_a_name_of_a_module_is_no_wrapper() -> None:
    tensors = {name: shape for name, shape in OWN.items() if name != "conv1.weight"}
    tensors["aux.conv1.weight"] = OWN["conv1.weight"]
    assert ["RG703", "RG702"] == [each.code for each in compared(tensors).diagnostics]


@pytest.mark.parametrize(
    ("taken", "other"),
    [("encoder_q.", "encoder_k."), ("teacher.net.", "student.net."), ("", "ema."), ("module.", "module_ema.")],
)
def test_of_known_copies_one_is_taken_and_told(taken: str, other: str) -> None:
    found = fitted(under(other) | under(taken))
    assert (taken, (other.rstrip("."),)) == (found.prefix, found.copies)
    assert set(under(other)) == set(found.beside)
    text = " ".join(notes(found, "w.safetensors"))
    assert f"`{other.rstrip('.')}` in w.safetensors fits as well; to take it: --weights-key {other.rstrip('.')}" in text
    assert other == fitted(under(other) | under(taken), other.rstrip(".")).prefix


def test_copies_of_which_nothing_is_known_are_an_error() -> None:
    (found,) = compared(under("left.") | under("right.")).diagnostics
    assert "RG705" == found.code
    assert "2 parts of this file fit the network equally well: `left`, `right`" == found.message
    assert "choose one: --weights-key left" == found.help


def test_the_part_whose_shapes_fit_is_taken() -> None:
    larger = under("large.", shapes(compile_text(TINY.replace("channels: 16", "channels: 32"))))
    assert "small." == fitted(larger | under("small.")).prefix


def test_a_key_that_is_not_there_names_those_that_are() -> None:
    (found,) = compared(under("left.") | under("right."), "middle").diagnostics
    assert ("RG701", "this file has no part `middle` that fits this network") == (found.code, found.message)
    assert "the parts that may fit are `left`, `right`" == found.help


def test_raw_weights_come_before_their_average() -> None:
    contents = FileContents(
        (StoredStateDict(dict(OWN), keys=("state_dict_ema",)), StoredStateDict(dict(OWN), keys=("state_dict",)))
    )
    expected = ExpectedTensors(COMPILED.network)
    found = fit_tensors(expected, contents)
    assert ("state_dict", ("state_dict_ema",)) == (found.stored.path, found.copies)
    assert "state_dict_ema" == fit_tensors(expected, contents, FileChoice("state_dict_ema")).stored.path


def test_the_commands_take_the_key_and_say_what_they_unwrapped() -> None:
    path = str(safetensors(Path("w.safetensors"), under("left.") | under("right.")))
    done = resnetgen("check", "tiny.yaml", "--weights", path, *QUIET)
    assert (1, True) == (done.code, "error[RG705]: 2 parts" in done.err)
    done = resnetgen("check", "tiny.yaml", "--weights", path, "--weights-key", "right", *QUIET)
    assert (0, "1 spec passed\n") == (done.code, done.out)
    assert "ignored the prefix `right.` of the tensor names" in done.err
    assert f"left out {len(OWN)} other tensors of {path}: `left.conv1.weight` and" in done.err


@pytest.mark.parametrize("command", [("check", "tiny.yaml"), ("export", "tiny.yaml", "--to", "pt2")])
def test_a_key_without_a_file_is_wrong_usage(command: tuple[str, ...]) -> None:
    done = resnetgen(*command, "--weights-key", "model")
    assert (2, True) == (done.code, "--weights-key needs --weights" in done.err)
