"""The expressions that build the stages: one line for each run of blocks, however long it is."""

from __future__ import annotations

from resnetgen.codegen.blocks import Definitions
from resnetgen.codegen.python import call, exploded, repeated
from resnetgen.ir.network import Network, Run, Stage
from resnetgen.ops.operator import Schedule


def stage_assignments(network: Network, found: Definitions) -> list[str]:
    """`self.layer1 = nn.Sequential(...)` for each stage, or all of them in one container where the layout has that."""
    container = network.stages and _container(network.stages[0])
    if not container:
        return [
            _sequence(stage, found, 8, _function(stage, network), before=f"self.{stage.path} = ")
            for stage in network.stages
        ]
    elements = [_sequence(stage, found, 12, _function(stage, network)) for stage in network.stages]
    return [exploded("nn.Sequential", elements, indent=8, before=f"self.{container} = ")]


def _function(stage: Stage, network: Network) -> str:
    """What makes a stage of its blocks."""
    kept = stage.name not in network.training.checkpoint
    if stage_attribute(network):
        return "Stage" if kept else "CheckpointedStage"
    return "nn.Sequential" if kept else "Checkpointed"


def stage_classes(network: Network) -> list[dict[str, str]]:
    """The classes for stages that hold their blocks in an attribute, as `stage.py.j2` wants them."""
    attribute = stage_attribute(network)
    if not attribute:
        return []
    used = {_function(stage, network) for stage in network.stages}
    made = (
        ("Stage", "Blocks in a row.", "nn.Sequential"),
        ("CheckpointedStage", "Blocks in a row, each run again in the backward pass.", "Checkpointed"),
    )
    return [
        {"name": name, "words": words, "attribute": attribute, "container": container}
        for name, words, container in made
        if name in used
    ]


def stage_attribute(network: Network) -> str:
    """The attribute of the class `Stage` that holds a stage's blocks; empty where there is no such class."""
    return ".".join(network.stages[0].path.split(".")[2:]) if network.stages else ""


def stage_module(stage: Stage, index: int) -> str:
    """The expression of a stage's module after `self.`."""
    container = _container(stage)
    return f"{container}[{index}]" if container else stage.path


def _container(stage: Stage) -> str:
    """The module that holds all stages, numbered; empty where they stand in the network."""
    first, _, rest = stage.path.partition(".")
    return first if rest else ""


def _sequence(stage: Stage, found: Definitions, indent: int, function: str, before: str = "") -> str:
    elements = [_element(run, found, indent + 4) for run in _merged(stage, found)]
    return exploded(function, elements, indent=indent, before=before)


def _merged(stage: Stage, found: Definitions) -> list[Run]:
    """The stage's runs, neighbours that are written alike as one."""
    merged: list[Run] = []
    for run in stage.runs:
        if merged and _block(merged[-1], found, "i") == _block(run, found, "i"):
            last = merged.pop()
            merged.append(Run(last.block, last.repeat + run.repeat, last.first))
        else:
            merged.append(run)
    return merged


def _element(run: Run, found: Definitions, indent: int) -> str:
    if run.repeat == 1:
        return _block(run, found, str(run.first), indent, after=",")
    if not _counts(run, found):
        return repeated(_block(run, found, "_", indent + 4), f"for _ in range({run.repeat})", indent=indent)
    numbers = f"{run.first}, {run.first + run.repeat}" if run.first else str(run.repeat)
    return repeated(_block(run, found, "i", indent + 4), f"for i in range({numbers})", indent=indent)


def _counts(run: Run, found: Definitions) -> bool:
    """Whether the blocks of a run differ by their number: a schedule grows along them."""
    made = [found.modules.known[node.operator] for node in run.block.nodes()]
    arguments = [argument for construction in made if construction for argument in construction.arguments]
    return any(isinstance(argument.value, Schedule) for argument in arguments)


def _block(run: Run, found: Definitions, number: str, indent: int = 0, after: str = "") -> str:
    definition, index = found.of_block[id(run.block)]
    arguments = definition.use(index, block=number)
    return call(definition.name, arguments, indent=indent, after=after).removesuffix(",")
