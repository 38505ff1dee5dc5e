"""Activation checkpointing, frozen parts and kept statistics in the emitted network: each does what it says, alone."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from resnetgen.analysis.cost import cost
from tests.codegen import observation
from tests.codegen.training_specs import STRUCTURES, batch, gradients, loss, network, train
from tests.oracle import network as naive_network
from tests.oracle.differential import compiled
from tests.strategies.specs import random_spec

NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm)


def norms(module: nn.Module) -> list[nn.Module]:
    return [one for one in module.modules() if isinstance(one, NORMS)]


def synchronized(module: nn.Module) -> nn.Module:
    """The network with its batch norms synchronized between processes."""
    converted: nn.Module = nn.SyncBatchNorm.convert_sync_batchnorm(module)  # type: ignore[no-untyped-call]  # torch's own
    return converted


def held(module: nn.Module) -> dict[str, Tensor]:
    """Every tensor of a network as it is now: parameters, gradients and statistics."""
    found = dict(module.state_dict())
    found |= {f"{name}.grad": one for name, one in gradients(module).items() if one is not None}
    return {name: one.detach().clone() for name, one in found.items()}


def unlike(expected: dict[str, Tensor], actual: dict[str, Tensor]) -> list[str]:
    """The names of tensors that differ in any bit."""
    assert expected.keys() == actual.keys()
    return [name for name, one in expected.items() if not torch.equal(one, actual[name])]


def runs(module: nn.Module, path: str) -> Counter[str]:
    """A count of how often the modules below a path run, as it grows."""
    counts: Counter[str] = Counter()

    def watch(name: str, inner: nn.Module) -> None:
        inner.register_forward_pre_hook(lambda *_: counts.update([name]))

    for name, inner in module.named_modules():
        if name.startswith(f"{path}."):
            watch(name, inner)
    return counts


def saved(module: nn.Module, x: Tensor) -> int:
    """The bytes that a forward pass keeps for the backward pass, but for what checkpointed blocks keep."""
    sizes: dict[int, int] = {}

    def pack(tensor: Tensor) -> Tensor:
        sizes[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        loss(module, x)
    return sum(sizes.values())


# Checkpoints


@pytest.mark.parametrize("structure", STRUCTURES)
def test_a_checkpointed_network_trains_bit_for_bit_as_one_that_is_not(structure: str) -> None:
    """Masks are drawn again from the same state, and statistics count once; so nothing may differ at all."""
    plain, checkpointed = network(structure), network(structure, checkpoint=True)
    expected, actual = train(plain, batch(structure)), train(checkpointed, batch(structure))

    assert expected == actual
    assert [] == unlike(held(plain), held(checkpointed))


@pytest.mark.parametrize("first", [0, pytest.param(100, marks=pytest.mark.slow)])
def test_so_does_a_random_network(first: int) -> None:
    trained = 0
    for number in range(first, first + (40 if first == 0 else 1000)):
        spec = {key: value for key, value in random_spec(7, number).items() if key != "training"}
        traced, _ = compiled(spec)
        if traced is None or cost(traced).macs > 3_000_000:
            continue
        again, faults = compiled({**spec, "training": {"checkpoint": True}})
        assert again is not None, faults
        x = naive_network.example(spec, 2)
        results = []
        for one in (traced, again):
            torch.manual_seed(number)
            module = observation.emitted(one)
            torch.manual_seed(number)
            loss(module, x).backward()  # type: ignore[no-untyped-call]  # torch's own
            results.append({name: tensor.nan_to_num(0.5) for name, tensor in held(module).items()})
        assert [] == unlike(*results), spec
        trained += 1
    assert trained > 5


def test_statistics_count_a_batch_once() -> None:
    checkpointed = network(checkpoint=True)
    train(checkpointed, batch(), steps=3)
    assert {3} == {int(norm.num_batches_tracked) for norm in norms(checkpointed)}  # type: ignore[arg-type]  # a tensor


def test_a_block_of_a_checkpointed_stage_runs_twice_and_others_once() -> None:
    module = network(checkpoint=["layer2"])
    twice, once = runs(module, "layer2"), runs(module, "layer1")
    train(module, batch(), steps=1)

    assert {2} == {twice["layer2.0"], twice["layer2.1"], twice["layer2.1.conv1"]}
    assert {1} == set(once.values())


def test_less_is_kept() -> None:
    kept = {key: saved(network(checkpoint=key), batch()) for key in (False, True)}
    assert kept[True] < kept[False] / 3


def test_nothing_runs_twice_without_a_gradient_or_in_eval_mode() -> None:
    module = network(checkpoint=True)
    counts = runs(module, "layer1")
    with torch.no_grad():
        module(batch())
    loss(module.eval(), batch()).backward()  # type: ignore[no-untyped-call]  # torch's own
    assert {2} == set(counts.values())


class Broken(Exception):
    pass


def test_statistics_are_the_same_tensors_after_a_second_run_that_fails() -> None:
    module = network(checkpoint=True)
    value = loss(module, batch())
    before = {name: (id(one), one.clone()) for name, one in module.named_buffers()}

    def fail(*_: object) -> None:
        raise Broken

    handle = module.get_submodule("layer2.1.bn2").register_forward_hook(fail)
    with pytest.raises(Broken):
        value.backward()  # type: ignore[no-untyped-call]  # torch's own
    handle.remove()

    after = dict(module.named_buffers())
    assert {name: one for name, (one, _) in before.items()} == {name: id(one) for name, one in after.items()}
    assert [] == [name for name, (_, one) in before.items() if not torch.equal(one, after[name])]


@pytest.mark.parametrize("structure", ["batch norm", "spectral norm"])
def test_a_second_backward_pass_counts_nothing_either(structure: str) -> None:
    module = network(structure, checkpoint=True)
    value = loss(module, batch())
    counted = {name: one.clone() for name, one in module.named_buffers()}
    value.backward(retain_graph=True)  # type: ignore[no-untyped-call]  # torch's own
    value.backward()  # type: ignore[no-untyped-call]  # torch's own
    assert [] == unlike(counted, dict(module.named_buffers()))


def test_batches_of_one_step_start_from_the_vectors_that_each_had() -> None:
    """A discriminator sees two batches before the backward pass; the second changes the singular vectors again."""
    results = []
    for key in (False, True):
        module = network("spectral norm", checkpoint=key)
        value = loss(module, batch()) - loss(module, -batch())
        value.backward()  # type: ignore[no-untyped-call]  # torch's own
        results.append(held(module))
    assert [] == unlike(*results)


@pytest.mark.parametrize("structure", ["drop path", "spectral norm"])
def test_it_trains_the_same_under_autocast(structure: str) -> None:
    results = []
    for key in (False, True):
        module = network(structure, checkpoint=key)
        torch.manual_seed(3)
        with torch.autocast("cpu", torch.bfloat16):
            value = loss(module, batch())
        value.backward()  # type: ignore[no-untyped-call]  # torch's own
        results.append(held(module))
    assert [] == unlike(*results)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor that is not a leaf")  # torch's, without it too
def test_each_stage_can_be_compiled_by_itself() -> None:
    """Compiled blocks inside of a checkpoint are run again as they are."""
    plain, module = network(), network(checkpoint=True)
    for block in module.get_submodule("layer1").children():
        block.compile(backend="aot_eager")
    assert train(plain, batch()) == pytest.approx(train(module, batch()), rel=1e-6)
    assert {2} == {int(norm.num_batches_tracked) for norm in norms(module)}  # type: ignore[arg-type]  # a tensor


def assert_compiles(backend: str, structure: str) -> None:
    """Assert that compiled, in one graph, it trains as it does eagerly, but for the order of sums."""
    torch.compiler.reset()
    plain, module = network(structure), network(structure, checkpoint=True)
    expected = train(plain, batch(structure))
    module.compile(backend=backend, fullgraph=True)
    assert expected == pytest.approx(train(module, batch(structure)), rel=1e-4)
    for name, one in held(plain).items():
        torch.testing.assert_close(held(module)[name], one, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("structure", ["batch norm", pytest.param("spectral norm", marks=pytest.mark.slow)])
def test_it_compiles_to_one_graph(structure: str) -> None:
    assert_compiles("aot_eager", structure)


def test_compiled_gradients_are_those_of_the_vectors_of_the_first_run() -> None:
    """The vectors are far from those of the weight, and numbers are exact enough to tell one iteration from two."""
    torch.compiler.reset()
    results = []
    for backend in (None, "aot_eager"):
        module = network("spectral norm", checkpoint=backend is not None).double()
        stream = torch.Generator().manual_seed(5)
        for name, vector in module.named_buffers():
            if name.endswith(("._u", "._v")):
                vector.copy_(nn.functional.normalize(torch.randn(len(vector), generator=stream), dim=0))
        if backend is not None:
            module.compile(backend=backend, fullgraph=True)
        train(module, batch().double(), steps=1)
        results.append(held(module))
    torch.testing.assert_close(*results, rtol=1e-9, atol=1e-12)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:`torch.jit.script_method` is deprecated")  # inductor's own
@pytest.mark.parametrize("structure", ["batch norm", "group norm", "attention", "stages in blocks"])
def test_it_compiles_to_native_code(structure: str) -> None:
    assert_compiles("inductor", structure)


def test_masks_of_compiled_code_are_those_of_its_second_run() -> None:
    """The gradient of a network without weights is its own output divided by its input, mask for mask."""
    torch.compiler.reset()
    module = network("dropout", checkpoint=True)
    stage = type(module.get_submodule("layer1"))(*(nn.Dropout(0.5) for _ in range(3)))
    x = torch.rand(64, requires_grad=True)
    compiled = torch.compile(stage, backend="aot_eager", fullgraph=True)
    output = compiled(x)
    output.sum().backward()
    assert x.grad is not None
    torch.testing.assert_close(output, x.grad * x)


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")
@pytest.mark.parametrize("structure", ["batch norm", "group norm", "spectral norm", "stages in blocks"])
def test_torchscript_runs_it_once(structure: str) -> None:
    module = network(structure, checkpoint=True)
    expected = held_after(network(structure), batch(structure))
    assert [] == unlike(expected, held_after(torch.jit.script(module), batch(structure)))


def held_after(module: nn.Module, x: Tensor) -> dict[str, Tensor]:
    train(module, x, steps=1)
    return held(module)


@pytest.mark.parametrize("mode", [True, False])
def test_export_takes_it_in_either_mode(mode: bool) -> None:
    expected = torch.export.export(network().train(mode), (batch(),)).graph_module.code
    actual = torch.export.export(network(checkpoint=True).train(mode), (batch(),)).graph_module.code
    assert expected == actual


# Frozen parts


def frozen(module: nn.Module) -> set[str]:
    """The first steps of the names of parameters that take no gradient."""
    return {name.partition(".")[0] for name, one in module.named_parameters() if not one.requires_grad}


def test_frozen_parts_take_no_gradient_and_do_not_change() -> None:
    module = network(frozen=["stem", "layer1"])
    before = {name: one.clone() for name, one in module.named_parameters()}
    train(module, batch())

    assert {"conv1", "bn1", "layer1"} == frozen(module)
    for name, one in module.named_parameters():
        still = name.partition(".")[0] in frozen(module)
        assert (still, still) == (one.grad is None, torch.equal(one, before[name])), name


def test_a_frozen_head_trains_what_is_before_it() -> None:
    module = network(frozen=["head"])
    train(module, batch())
    assert {"fc"} == frozen(module)
    assert {"fc.weight", "fc.bias"} == {name for name, one in gradients(module).items() if one is None}


def test_frozen_statistics_go_on_where_nothing_else_is_said() -> None:
    module = network(frozen=["stem", "layer1"])
    train(module, batch())
    assert {2} == {int(norm.num_batches_tracked) for norm in norms(module)}  # type: ignore[arg-type]  # a tensor


def test_a_frozen_stage_in_a_container_is_frozen() -> None:
    module = network("stages in blocks", frozen=["layer2"])
    names = {name for name, one in module.named_parameters() if not one.requires_grad}
    assert names == {name for name, _ in module.named_parameters() if name.startswith("stages.1.")}


# Kept statistics


KEPT: dict[str, Any] = {"norm_eval": ["stem", "layer1"]}


def modes(module: nn.Module) -> dict[str, bool]:
    """The modes of the batch norms, by the first steps of their names."""
    return {name.partition(".")[0]: one.training for name, one in module.named_modules() if isinstance(one, NORMS)}


SOME = {"bn1": False, "layer1": False, "layer2": True, "layer3": True}


def test_some_norms_are_in_eval_mode_from_the_start_and_ever_after() -> None:
    module = network(**KEPT)
    assert SOME == modes(module)
    assert {True} == {one.training for one in module.modules() if not isinstance(one, NORMS)}
    assert SOME == modes(module.eval().train())
    assert dict.fromkeys(SOME, False) == modes(module.eval())
    assert module is module.train()
    assert SOME == modes(copy.deepcopy(module)) == modes(copy.deepcopy(module).eval().train())
    assert SOME == modes(nn.Sequential(module).eval().train()[0])


def test_every_norm_is_where_true_is_said() -> None:
    assert dict.fromkeys(SOME, False) == modes(network(norm_eval=True).eval().train())


def test_kept_statistics_stay_and_all_parameters_learn() -> None:
    module = network(**KEPT)
    before = {name: one.clone() for name, one in module.named_buffers()}
    train(module, batch())

    for name, one in module.named_buffers():
        assert SOME[name.partition(".")[0]] is not torch.equal(before[name], one), name
    assert [] == [name for name, gradient in gradients(module).items() if gradient is None]


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")
def test_a_script_of_it_keeps_the_modes_that_it_was_made_in() -> None:
    module = network(**KEPT)
    scripted = torch.jit.script(module)
    assert [] == unlike(held_after(network(**KEPT), batch()), held_after(scripted, batch()))


def test_norms_inside_of_other_modules_are_kept() -> None:
    module = network("split attention", norm_eval=["layer2"])
    assert {"layer2": False} == {name: mode for name, mode in modes(module).items() if not mode}


# All of them, and norms that are synchronized


ALL: dict[str, Any] = {"checkpoint": True, "frozen": ["stem"], "norm_eval": ["stem", "layer1"]}


@pytest.mark.parametrize("structure", STRUCTURES)
def test_synchronized_norms_answer_the_same(structure: str) -> None:
    module = network(structure).eval()
    expected = module(batch(structure))
    converted = synchronized(copy.deepcopy(module))

    assert len(norms(module)) == sum(isinstance(one, nn.SyncBatchNorm) for one in converted.modules())
    torch.testing.assert_close(converted(batch(structure)), expected, rtol=0, atol=0)


def test_synchronized_norms_train_the_same_in_one_process() -> None:
    plain, together = network(**{**ALL, "checkpoint": False}), network(**ALL)
    converted = synchronized(together)
    assert {nn.SyncBatchNorm} == {type(norm) for norm in norms(converted)}
    assert SOME == modes(converted) == modes(converted.eval().train())
    assert {"conv1", "bn1"} == frozen(converted)

    assert train(plain, batch()) == train(converted, batch())
    assert [] == unlike(held(plain), held(converted))


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device here")
@pytest.mark.parametrize("structure", STRUCTURES)
def test_synchronized_norms_train_on_a_gpu(structure: str) -> None:
    module = synchronized(network(structure, checkpoint=True)).cuda()
    train(module, batch(structure).cuda())
    assert {2} >= {int(norm.num_batches_tracked) for norm in norms(module)}  # type: ignore[arg-type]  # a tensor


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device here")
def test_a_checkpointed_step_takes_less_memory_on_a_gpu() -> None:
    peaks = {}
    for key in (False, True):
        module, x = network(checkpoint=key).cuda(), torch.randn(64, 3, 64, 64, device="cuda")
        torch.cuda.reset_peak_memory_stats()
        train(module, x)
        peaks[key] = torch.cuda.max_memory_allocated()
    assert peaks[True] < 0.7 * peaks[False]


def test_the_three_are_separate() -> None:
    """Each switch alone leaves what the others do."""
    assert (set(), dict.fromkeys(SOME, True)) == (frozen(network(checkpoint=True)), modes(network(checkpoint=True)))
    assert dict.fromkeys(SOME, True) == modes(network(frozen=["layer1"]))
    assert set() == frozen(network(norm_eval=True))
    assert {"Checkpointed"} == {
        type(stage).__name__ for stage in network(**ALL).children() if isinstance(stage, nn.Sequential)
    }
