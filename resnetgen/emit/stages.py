"""The expressions that build the stages: one line for each run of blocks, however long it is."""

from __future__ import annotations

from resnetgen.emit.blocks import Definitions, shortcut_expression
from resnetgen.emit.python import call, exploded, repeated
from resnetgen.ir import Run, Stage
from resnetgen.ops.operator import Schedule


def stage_assignment(stage: Stage, found: Definitions) -> str:
    """`self.layer1 = nn.Sequential(...)`."""
    runs = _merged(stage, found)
    elements = [_element(run, found) for run in runs]
    return exploded("nn.Sequential", elements, indent=8, before=f"self.{stage.name} = ")


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


def _element(run: Run, found: Definitions) -> str:
    if run.repeat == 1:
        return _block(run, found, str(run.first), indent=12)
    if not _counts(run):
        return repeated(_block(run, found, "_", indent=16), f"for _ in range({run.repeat})", indent=12)
    numbers = f"{run.first}, {run.first + run.repeat}" if run.first else str(run.repeat)
    return repeated(_block(run, found, "i", indent=16), f"for i in range({numbers})", indent=12)


def _counts(run: Run) -> bool:
    """Whether the blocks of a run differ by their number: a schedule grows along them."""
    arguments = [
        argument
        for node in run.block.nodes()
        if (construction := node.operator.construction()) is not None
        for argument in construction.arguments
    ]
    return any(isinstance(argument.value, Schedule) for argument in arguments)


def _block(run: Run, found: Definitions, number: str, indent: int = 0) -> str:
    definition, index = found.of_block[id(run.block)]
    arguments = definition.use(index, block=number, shortcut=shortcut_expression(run.block, found))
    return call(definition.name, arguments, indent=indent, after="," if indent == 12 else "").removesuffix(",")
