"""The program that torchrun runs in two processes: `-m tests.codegen.distributed_training FILE`.

Networks are trained on halves of a batch, by DistributedDataParallel and by FSDP2; what came of it is written to FILE
as JSON, by name: an error, or by how much the gradients or weights differ from those of one process on the whole batch.
"""

from __future__ import annotations

import copy
import json
import os
import sys
import traceback
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NoReturn

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict, set_model_state_dict
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor
from torch.nn.parallel import DistributedDataParallel

from tests.codegen.training_specs import STRUCTURES, batch, gradients, network, train

PARTS: dict[str, Any] = {"frozen": ["stem", "layer1"], "norm_eval": True, "checkpoint": True}

PARALLEL: dict[str, tuple[str, dict[str, Any]]] = {
    **{name: (name, {}) for name in STRUCTURES},
    **{f"{name}, checkpointed": (name, {"checkpoint": True}) for name in ("batch norm", "drop path", "features")},
    "group norm, checkpointed": ("group norm", {"checkpoint": True}),
    "kept norms": ("batch norm", {"norm_eval": True}),
    "all of training": ("batch norm", PARTS),
}
"""The runs of DistributedDataParallel: the structure, and the keys under `training`."""

EXACT = ("group norm", "group norm, checkpointed", "kept norms", "all of training")
"""Of these, no sample depends on another, so that two halves have the gradients of the whole."""

SHARDED: dict[str, tuple[str, dict[str, Any]]] = {
    "group norm": ("group norm", {}),
    "group norm, checkpointed": ("group norm", {"checkpoint": True}),
    "kept norms": ("batch norm", {"norm_eval": True}),
    "all of training": ("batch norm", PARTS),
}
"""The runs of FSDP2, likewise."""

SAMPLES = 8

PATIENCE = timedelta(seconds=120)
"""The longest that a process waits for the other one, as where that has died; all takes half a minute."""


def half(x: Tensor) -> Tensor:
    """The samples of this process."""
    return x.chunk(dist.get_world_size())[dist.get_rank()]


def parallel(name: str) -> float:
    """Two steps; parameters that are not used, or gradients that are not theirs, are errors."""
    structure, training = PARALLEL[name]
    module = network(structure, **training)
    together = DistributedDataParallel(module, find_unused_parameters=False)
    train(together, half(batch(structure, SAMPLES)))
    unused = [name for name, one in module.named_parameters() if one.requires_grad and one.grad is None]
    if unused:
        raise AssertionError(f"no gradient for {unused}")
    if name not in EXACT:
        return 0.0
    alone = network(structure, **training)
    train(alone, batch(structure, SAMPLES))
    return max(apart(gradients(alone), gradients(module)), apart(alone.state_dict(), module.state_dict()))


def sharded(name: str) -> float:
    """Two steps of a network that is sharded block by block, then its state dict, as a whole and back again."""
    structure, training = SHARDED[name]
    module, alone = network(structure, **training), network(structure, **training)
    mesh = init_device_mesh("cpu", (dist.get_world_size(),))
    for stage in (module.get_submodule(f"layer{number}") for number in (1, 2, 3)):
        for block in stage.children():
            fully_shard(block, mesh=mesh)
    fully_shard(module, mesh=mesh)
    train(module, half(batch(structure, SAMPLES)))
    train(alone, batch(structure, SAMPLES))

    options = StateDictOptions(full_state_dict=True)
    state = get_model_state_dict(module, options=options)
    difference = max(apart(alone.state_dict(), state), apart(gradients(alone), whole(gradients(module))))
    changed: dict[str, Any] = {key: torch.as_tensor(value) + 1 for key, value in state.items()}
    set_model_state_dict(module, copy.deepcopy(changed), options=options)
    return max(difference, apart(changed, whole(dict(module.state_dict()))))


def whole(tensors: dict[str, Any]) -> dict[str, Any]:
    """Tensors of which each process has a part, put together."""
    return {key: value.full_tensor() if isinstance(value, DTensor) else value for key, value in tensors.items()}


def apart(expected: dict[str, Any], actual: dict[str, Any]) -> float:
    """The greatest difference between tensors of the same names."""
    if expected.keys() != actual.keys():
        raise AssertionError(f"{sorted(expected)} are not {sorted(actual)}")
    lacking = [key for key, one in expected.items() if (one is None) != (actual[key] is None)]
    if lacking:
        raise AssertionError(f"one of the two has nothing for {lacking}")
    pairs = [(one.detach().double(), actual[key].detach().double()) for key, one in expected.items() if one is not None]
    return max(float((one - other).abs().max()) for one, other in pairs)


def outcome(run: Callable[[str], float], name: str) -> float | str:
    """Return the result of a run over both processes: the greater difference, or the error of either."""
    try:
        own: float | str = run(name)
    except Exception:
        own = traceback.format_exc(limit=-3)
    every: list[float | str] = [0.0] * dist.get_world_size()
    dist.all_gather_object(every, own)
    errors = [one for one in every if isinstance(one, str)]
    return errors[0] if errors else max(one for one in every if isinstance(one, float))


def main(path: str) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", timeout=PATIENCE)
    try:
        found = {
            "parallel": {name: outcome(parallel, name) for name in PARALLEL},
            "sharded": {name: outcome(sharded, name) for name in SHARDED},
        }
        if dist.get_rank() == 0:
            with open(path, "w", encoding="utf-8") as file:
                json.dump(found, file)
        dist.barrier()  # the one that has done its part waits, so that the group ends for both at a time
    finally:
        dist.destroy_process_group()


def leave(code: int) -> NoReturn:
    """End the process without finalizing Python.

    DTensor's caches keep the mesh of a sharded network, and so the group, after its destruction, and the threads of the
    group release tensors whenever they come to it. A thread that wants the interpreter's lock while Python is finalized
    is ended by force, which C++ answers with `terminate called without an active exception` and SIGABRT. The busier
    the machine, the likelier.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except BaseException:
        traceback.print_exc()
        leave(1)
    leave(0)
