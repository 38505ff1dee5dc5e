"""The training-only parts of an emitted file: checkpointed stages, frozen parts, norms in eval mode."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from resnetgen.codegen.network_tree import leaves, network_tree, stage_modules
from resnetgen.codegen.tree import Blank, Bracket, Do, For, Function, If, Return, Statement, call
from resnetgen.diagnostics.model import Path
from resnetgen.ir.network import Network, Node
from resnetgen.ops.activation import Activation
from resnetgen.ops.batch_norm import BatchNorm, tracks
from resnetgen.ops.composite import inside

_NORMS = "nn.modules.batchnorm._BatchNorm"
"""The base of every batch norm, also of those that torch.nn.SyncBatchNorm.convert_sync_batchnorm makes."""


_KEEPS = "context_fn=lambda: (torch.enable_grad(), KeptStatistics(block))"
"""The contexts of the first run, where gradients are on already, and of the second."""


def checkpoint_values(network: Network) -> dict[str, object]:
    """Return the values for checkpointed.py.j2."""
    recomputed = _recomputed(network)
    counts, restarts = any(map(_tracks, recomputed)), any(map(_trains_by_buffers, recomputed))
    return {
        "recounts": counts,
        "restarts": restarts,
        "draws": any(map(_draws, recomputed)),
        "arguments": ["block", "x", "use_reentrant=False", *([_KEEPS] if counts or restarts else [])],
    }


def _recomputed(network: Network) -> list[Node]:
    """Return the operators of the checkpointed stages."""
    parts = dict(network.parts())
    return [node for stage in network.stages if stage.name in network.training.checkpoint for node in parts[stage.at]]


def names(network: Network) -> set[str]:
    """Return the names of the classes that checkpointing defines."""
    return {"Checkpointed", "CheckpointedStage", "KeptStatistics"} if network.training.checkpoint else set()


def imports(network: Network, others: list[str]) -> list[str]:
    """Return the import lines: those of the operators, of `nn`, and of the checkpoint functions if they are used."""
    if not network.training.checkpoint:
        return [*others, "from torch import Tensor, nn"]
    plain = sorted({*others, "import torch"})
    checkpoint = "checkpoint, set_checkpoint_early_stop" if any(map(_draws, _recomputed(network))) else "checkpoint"
    return [*plain, "from torch import Tensor, nn", f"from torch.utils.checkpoint import {checkpoint}"]


def frozen(network: Network) -> Iterator[Statement]:
    """Yield the constructor's statements that turn off gradients."""
    modules = _modules(network, network.training.frozen, _is_trained)
    if len(modules) == 1:
        yield Blank()
        yield Do(f"{modules[0]}.requires_grad_(False)")
    elif modules:
        yield Blank()
        yield _each(modules, Do("part.requires_grad_(False)"))


def train(network: Network) -> Iterator[Function]:
    """Yield the method `train`, which keeps norms in eval mode, if the spec asks for that."""
    kept = network.training.norm_eval
    if not kept:
        return
    kept_modes = _in_eval_mode(["self"]) if _is_everywhere(network) else _kept_modes(network)
    yield Function(
        "train",
        ("self", "mode: bool = True"),
        f'"{network.class_name}"',
        _train_words(network),
        (Do("super().train(mode)"), *kept_modes, Return("self")),
    )


def _kept_modes(network: Network) -> Iterator[Statement]:
    """Yield the statements for the batch norms of some parts: those of stem and heads by name, others in a loop."""
    kept = network.training.norm_eval
    for at, nodes in network.parts():
        if at in kept and at[0] != "stages":
            norms = [node for node in nodes if isinstance(node.operator, BatchNorm)]
            yield from (Do(f"self.{_typed(node.name)}.eval()") for node in norms)
    yield from _in_eval_mode(_modules(network, kept, _tracks_inside))


def _in_eval_mode(modules: list[str]) -> Iterator[Statement]:
    """Yield the loop that puts the batch norms inside some modules in eval mode, if there are any."""
    body = (If(call("isinstance", ["m", _NORMS]), (Do("m.eval()"),)),)
    if len(modules) == 1:
        yield For("m", call(f"{modules[0]}.modules"), body)
    elif modules:
        yield _each(modules, For("m", "part.modules()", body))


def _train_words(network: Network) -> str:
    kept = "" if _is_everywhere(network) else f" of {', '.join(str(at[-1]) for at in network.training.norm_eval)}"
    return f"Set the mode of all modules, but keep the batch norms{kept} in eval mode."


def _is_everywhere(network: Network) -> bool:
    """Tell whether every batch norm of the network keeps its statistics."""
    return {at for at, nodes in network.parts() if any(map(_tracks, nodes))} <= {*network.training.norm_eval}


def _modules(network: Network, wanted: Collection[Path], holds: Callable[[Node], bool]) -> list[str]:
    """Return the modules with a property in some parts: whole stages, but single modules of stem and heads."""
    found: dict[str, None] = {}
    tree = network_tree(network)
    paths = stage_modules(tree)
    stages = {stage.at: f"self.{paths[stage.name]}" for stage in network.stages}
    tops = [node.name for node in leaves(tree)]
    for at, nodes in network.parts():
        if at not in wanted:
            continue
        own = [stages[at]] if at in stages else [f"self.{_top(node, tops)}" for node in nodes if holds(node)]
        found |= dict.fromkeys(own)
    return list(found)


def _each(modules: list[str], statement: Statement) -> For:
    """Write a loop over modules."""
    return For("part", Bracket("(", tuple(modules), ")"), (statement,))


def _top(node: Node, tops: Collection[str]) -> str:
    """Return the module that is or contains an operator of the stem or a head, and no stage."""
    path = _path(node.name)
    return next(top for top in tops if path == top or path.startswith((f"{top}.", f"{top}[")))


def _typed(name: str) -> str:
    """Return the expression for a module; type checkers know nothing of what is inside a numbered one."""
    path = _path(name)
    return f'get_submodule("{name}")' if "]" in path[:-1] else path


def _path(name: str) -> str:
    """Return the path of an operator in the code: `conv1[1]` for `conv1.1`."""
    return re.sub(r"\.(\d+)", r"[\1]", name)


def _is_trained(node: Node) -> bool:
    return any(entry.trained for entry in node.operator.entries())


def _tracks(node: Node) -> bool:
    return tracks(node.operator)


def _tracks_inside(node: Node) -> bool:
    return _tracks(node) and not isinstance(node.operator, BatchNorm)


def _trains_by_buffers(node: Node) -> bool:
    return any(each.trains_by_buffers for each in inside(node.operator))


def _draws(node: Node) -> bool:
    """Tell whether a node has an rrelu, which saves its noise for backward before it draws it.

    torch.utils.checkpoint stops the second run as soon as everything saved is there, which is too early then.
    """
    return any(isinstance(each, Activation) and each.type == "rrelu" for each in inside(node.operator))
