"""Compare two networks: their structure and their state dicts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from resnetgen.analysis.diff.blocks import BlockChange, block_changes
from resnetgen.analysis.diff.operators import Change, operator_changes
from resnetgen.analysis.diff.state_dict import StateDictDiff, diff_state_dicts
from resnetgen.diagnostics.model import Path
from resnetgen.ir.network import Network, Training
from resnetgen.ops.window import per_axis

__all__ = ["BlockChange", "Change", "NetworkDiff", "StateDictDiff", "diff_networks"]


class NetworkDiff(NamedTuple):
    """The changes from one network to another.

    `network` has the changes that concern the whole, `stem` those of its operators, `heads` those of a head's operators
    by its label, `stages` those of the blocks by stage; without stages and heads that did not change. Names and
    descriptions of the networks do not count.
    """

    network: tuple[Change, ...]
    stem: tuple[Change, ...]
    stages: dict[str, tuple[BlockChange, ...]]
    heads: dict[str, tuple[Change, ...]]
    keys: StateDictDiff

    def __bool__(self) -> bool:
        """Return whether there are changes."""
        return bool(self.network or self.stem or self.stages or self.heads or self.keys.groups)


def diff_networks(before: Network, after: Network) -> NetworkDiff:
    """Compare two networks. The time depends on the length of the specs, not on how often blocks repeat."""
    old = {stage.name: stage for stage in before.stages}
    new = {stage.name: stage for stage in after.stages}
    changes = {name: block_changes(old.get(name), new.get(name)) for name in dict.fromkeys((*old, *new))}
    return NetworkDiff(
        network=tuple(_network_changes(before, after)),
        stem=tuple(operator_changes(before.stem, after.stem)),
        stages={name: each for name, each in changes.items() if each},
        heads=_head_changes(before, after),
        keys=diff_state_dicts(before, after),
    )


def _head_changes(before: Network, after: Network) -> dict[str, tuple[Change, ...]]:
    old, new = ({head.label: head.nodes for head in network.heads} for network in (before, after))
    changes = {name: operator_changes(old.get(name, ()), new.get(name, ())) for name in dict.fromkeys((*old, *new))}
    return {name: tuple(each) for name, each in changes.items() if each}


def _training_facts(before: Training, after: Training) -> Iterator[tuple[str, str | None, str | None]]:
    yield "checkpoint", ", ".join(before.checkpoint) or None, ", ".join(after.checkpoint) or None
    yield "frozen", _listed(before.frozen), _listed(after.frozen)
    yield "norm_eval", _listed(before.norm_eval), _listed(after.norm_eval)


def _named_heads(network: Network) -> str | None:
    return ", ".join(head.name for head in network.heads if head.name) or None


def _listed(parts: tuple[Path, ...]) -> str | None:
    return ", ".join(str(at[-1]) for at in parts) or None


def _network_changes(before: Network, after: Network) -> Iterator[Change]:
    old, new = before.init, after.init
    facts = (
        ("input channels", before.channels, after.channels),
        ("input size", per_axis(before.size), per_axis(after.size)),
        ("features", ", ".join(before.features) or None, ", ".join(after.features) or None),
        ("heads", _named_heads(before), _named_heads(after)),
        ("init", old.conv or "default", new.conv or "default"),
        ("init fan", old.fan or None, new.fan or None),
        ("zero_init_residual", old.zero_init_residual, new.zero_init_residual),
        *_training_facts(before.training, after.training),
    )
    yield from (Change(*fact) for fact in facts if fact[1] != fact[2])
    old_names, new_names = [[stage.name for stage in network.stages] for network in (before, after)]
    common = [[name for name in names if name in old_names and name in new_names] for names in (old_names, new_names)]
    if common[0] != common[1]:
        yield Change("order of the stages", ", ".join(common[0]), ", ".join(common[1]))
    paths = {stage.name: stage.blocks_path for stage in before.stages}
    for stage in after.stages:
        path = paths.get(stage.name, stage.blocks_path)
        if path != stage.blocks_path:
            yield Change(f"path of {stage.name}", path.removesuffix("."), stage.blocks_path.removesuffix("."))
