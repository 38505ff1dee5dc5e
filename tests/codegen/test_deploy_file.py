"""The file that `build --deploy` writes: its text, and what `convert` does with weights of every kind."""

import ast
import os
import sys
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

from resnetgen.analysis.cost import cost, state_dict
from resnetgen.api import compile_mapping, compile_spec, compile_text, deploy_source, emit_source
from resnetgen.compiler import deploy_form
from resnetgen.errors import SpecError
from resnetgen.runtime.load_source import load
from tests.codegen.deployment import converter, difference, filled, forms
from tests.codegen.test_emitted import is_narrow, run
from tests.codegen.test_growth import MILLION, spec
from tests.strategies.specs import random_spec
from tests.subjects import GENERATED, by_name, cases, everything, flagships

MANY = 60
"""Random specs of which about half are good."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the deployed form of every spec and case, and of some random ones."""
    folder = tmp_path_factory.mktemp("deployed")
    for subject in everything():
        (folder / f"{subject.name}.py").write_bytes(deploy_source(subject.compiled, origin=subject.origin).encode())
    return folder


def test_ruff_would_not_format_it_otherwise(files: Path) -> None:
    assert "" == run("ruff", "format", "--isolated", "--no-cache", "--diff", files)


def test_ruff_finds_nothing(files: Path) -> None:
    assert "" == run("ruff", "check", "--isolated", "--no-cache", files)


@pytest.mark.slow  # of the same code as that of test_emitted.py, but for what is folded
def test_mypy_finds_nothing_in_strict_mode(files: Path, tmp_path: Path) -> None:
    """In the cases, which have every operator and option, and the flagships: all would take minutes."""
    chosen = [files / f"{subject.name}.py" for subject in (*cases(), *flagships())]
    assert "" == run("mypy", "--strict", "--config-file", os.devnull, "--cache-dir", tmp_path, *chosen)


def test_it_imports_torch_alone_and_its_lines_are_short(files: Path) -> None:
    for path in files.iterdir():
        text = path.read_text(encoding="utf-8")
        nodes = list(ast.walk(ast.parse(text)))
        imported = [name.name for node in nodes if isinstance(node, ast.Import) for name in node.names]
        imported += [str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)]
        assert {"torch"} == {name.partition(".")[0] for name in imported}, path.name
        lines = text.splitlines()[1:]  # the header is one line, for the tools that look for it
        assert [] == [line for line in lines if not is_narrow(line)], path.name


def test_the_flagship_is_the_one_that_is_kept() -> None:
    kept = (GENERATED / "resnet50_deploy.py").read_text(encoding="utf-8")
    assert deploy_source(by_name("resnet50").compiled, origin=by_name("resnet50").origin) == kept


def test_it_offers_the_network_and_the_function() -> None:
    module = sys.modules[load(deploy_source(compile_spec("resnet18")), compile_spec("resnet18").network).__module__]
    assert ["ResNet18", "convert"] == module.__all__


# What is left


def norms(name: str) -> list[str]:
    """The names of the norms in the deployed form of a network of the collection."""
    network = forms(by_name(name).compiled).deployed
    return [key for key, module in network.named_modules() if isinstance(module, nn.modules.batchnorm._BatchNorm)]


FULL = [
    "resnet18",
    "resnet50",
    "resnet50d",
    "resnetblur50",
    "res2net50_26w_4s",
    "resnest50d",
    "skresnet50",
    "seresnet50",
    "resnext50_32x4d",
    "mobilenet_v2",
]


@pytest.mark.parametrize("name", FULL)
def test_no_norm_is_left_where_each_follows_a_convolution(name: str) -> None:
    assert [] == norms(name)


def test_of_a_pre_activation_network_the_first_norm_of_each_block_is_left_and_the_last_of_all() -> None:
    blocks = [f"layer{stage}.{block}.bn1" for stage in (1, 2, 3) for block in range(18)]
    assert [*blocks, "bn2"] == norms("preact_resnet164")


def test_nothing_that_only_training_needs_is_left() -> None:
    drops = "drop_path: 0.1, drop_block: {rate: 0.1, size: 3}, dropout: 0.1"
    compiled = compile_text(f"name: a\nextends: resnet50\nblock: {{{drops}}}\nhead: {{dropout: 0.2}}\n")
    words = ("DropPath", "DropBlock", "Dropout", "BatchNorm2d", "bias=False", "nn.init")
    assert [] == [word for word in words if word not in emit_source(compiled)]
    assert [] == [word for word in words if word in deploy_source(compiled)]


def test_a_projection_is_a_convolution() -> None:
    text = deploy_source(compile_spec("resnet50"))
    assert "self.downsample = nn.Conv2d(cin, cout, 1, stride)" in text
    assert "def projection" not in text


def test_what_is_trained_apart_is_gone() -> None:
    compiled = compile_text("name: a\nextends: resnet18\ntraining: {frozen: [stem], checkpoint: true}\n")
    text = deploy_source(compiled)
    assert [] == [word for word in ("requires_grad", "checkpoint", "def train") if word in text]


# Convert


def test_weights_that_are_given_stay_as_they_are() -> None:
    both = filled(compile_spec("resnet20"))
    state = dict(both.trained.state_dict())
    before = {key: tensor.clone() for key, tensor in state.items()}
    both.convert(state)
    assert list(before) == list(state)
    assert [] == [key for key, tensor in before.items() if not torch.equal(tensor, state[key])]


def test_parameters_are_as_good_as_their_values() -> None:
    both = filled(compile_spec("resnet20"))
    found = both.convert(both.trained.state_dict(keep_vars=True))
    assert [] == [
        key for key, tensor in found.items() if key.endswith(".bias") and "fc" not in key and tensor.requires_grad
    ]
    assert difference(both, (3, 32, 32)) < 1e-10


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_weights_keep_their_precision_and_are_rounded_once(dtype: torch.dtype) -> None:
    both = filled(compile_spec("resnet20"))
    state = {
        key: tensor.to(dtype) if tensor.is_floating_point() else tensor
        for key, tensor in both.trained.state_dict().items()
    }
    exact = both.convert({key: tensor.double() for key, tensor in state.items()})
    found = both.convert(state)
    assert {dtype} == {tensor.dtype for tensor in found.values()}
    assert [] == [key for key, tensor in found.items() if not torch.equal(tensor, exact[key].to(dtype))]


def test_an_old_state_dict_without_counters_will_do() -> None:
    both = filled(compile_spec("resnet20"))
    state = {key: tensor for key, tensor in both.trained.state_dict().items() if "num_batches" not in key}
    both.deployed.load_state_dict(both.convert(state))


@pytest.mark.parametrize("key", ["conv1.weight", "bn1.running_var", "layer2.0.bn2.bias", "layer3.2.conv2.weight"])
def test_a_missing_tensor_is_named(key: str) -> None:
    both = filled(compile_spec("resnet20"))
    state = dict(both.trained.state_dict())
    del state[key]
    with pytest.raises(KeyError, match=key):
        both.convert(state)


def test_a_missing_tensor_that_stays_what_it_is_is_told_by_torch() -> None:
    both = filled(compile_spec("resnet20"))
    state = dict(both.trained.state_dict())
    del state["fc.weight"]
    with pytest.raises(RuntimeError, match=r"fc\.weight"):
        both.deployed.load_state_dict(both.convert(state))


def test_what_the_network_does_not_have_is_told_by_torch() -> None:
    both = filled(compile_spec("resnet20"))
    state = {**both.trained.state_dict(), "other.weight": torch.zeros(1)}
    with pytest.raises(RuntimeError, match=r"other\.weight"):
        both.deployed.load_state_dict(both.convert(state))


def test_a_bias_that_the_trained_network_does_not_have_is_refused() -> None:
    both = filled(compile_spec("resnet20"))
    with pytest.raises(KeyError, match=r"conv1\.bias"):
        both.convert({**both.trained.state_dict(), "conv1.bias": torch.zeros(16)})


def test_what_was_converted_is_not_converted_again() -> None:
    both = filled(compile_spec("resnet20"))
    with pytest.raises(KeyError, match="bn1"):
        both.convert(both.convert(both.trained.state_dict()))


@pytest.mark.gpu
def test_weights_on_a_device_stay_there() -> None:
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device is here")
    both = filled(compile_spec("resnet20"))
    found = both.convert({key: tensor.cuda() for key, tensor in both.trained.state_dict().items()})
    assert {"cuda"} == {tensor.device.type for tensor in found.values()}


# Random specs, and many blocks


@settings(max_examples=MANY, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(number=st.integers(0, 100_000))
def test_random_networks_give_the_same_answers(number: int) -> None:
    try:
        compiled = compile_mapping(random_spec(2016, number))
    except SpecError:
        return
    both, found = filled(compiled), deploy_form(compiled)
    assert [key for key, _ in state_dict(found.network)] == list(both.deployed.state_dict())
    assert cost(found.trace).params == sum(each.numel() for each in both.deployed.parameters())
    assert compiled.trace.output == found.trace.output
    assert difference(both, compiled.trace.input, batch=2) < 1e-9


def test_a_million_blocks_fold_like_three() -> None:
    small, large = (deploy_source(compile_text(spec(blocks))) for blocks in (3, MILLION))
    assert [type(node) for node in ast.walk(ast.parse(small))] == [type(node) for node in ast.walk(ast.parse(large))]
    assert f'("layer1", {MILLION})' in large


def test_blocks_that_differ_are_converted_apart() -> None:
    text = """\
name: mixed
extends: resnet20
block: {shortcut: auto}
stages:
  layer1: {blocks: [{type: basic, repeat: 2}, {type: preact_basic, repeat: 3}, {type: basic}, {type: bottleneck}]}
"""
    compiled = compile_text(text)
    assert difference(filled(compiled), (3, 32, 32)) < 1e-10
    lines = deploy_source(compiled).splitlines()
    assert "    for path, first, end in (" in lines
    assert converter(compiled)(
        {key: torch.empty(entry.shape) for key, entry in state_dict(compiled.network)}
    ).keys() == {key for key, _ in state_dict(deploy_form(compiled).network)}
