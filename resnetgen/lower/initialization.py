"""The initialization of a network, and what it cannot set to zero."""

from __future__ import annotations

from resnetgen.diagnostics.model import Fault, Part, Place
from resnetgen.ir.network import Block, Init, Stage, last_norm
from resnetgen.spec.spec import InitOptions


def initialization(options: InitOptions, stages: tuple[Stage, ...]) -> tuple[Init, list[Fault]]:
    """Return the initialization that a spec asks for, and its faults."""
    faults = []
    kaiming = options.conv.startswith("kaiming")
    if options.fan is not None and not kaiming:
        message = f"`fan` scales a kaiming init, and `conv` is {options.conv}"
        faults.append(Fault("RG209", message, Place(("init", "fan"), Part.KEY), help="remove `fan`"))
    if options.zero_init_residual:
        faults += _zero_init_faults(stages)
    fan = (options.fan or "fan_out") if kaiming else ""
    return Init("" if options.conv == "default" else options.conv, fan, options.zero_init_residual), faults


def _zero_init_faults(stages: tuple[Stage, ...]) -> list[Fault]:
    """Return the fault of the first block without a trained last norm or without a shortcut, which zero-init needs."""
    for run in (run for stage in stages for run in stage.block_runs):
        message = _without_zero_init(run.block)
        if message:
            related = ((Place(run.at, Part.KEY), "used here"),)
            at = Place(("init", "zero_init_residual"))
            return [Fault("RG307", message, at, related=related, help="use false")]
    return []


def _without_zero_init(block: Block) -> str:
    """Return the reason why a block's last norm cannot be initialized to zero, empty if it can."""
    nothing = "`zero_init_residual` has nothing to set to zero"
    if last_norm(block) is None:
        return f"{nothing}: the branch of `{block.type}` does not end in a norm with weights"
    if block.shortcut.kind == "none":
        return f"{nothing}: the branch of `{block.type}` has no shortcut beside it"
    zeros = [node.operator.label for node in block.branch if node.operator.starts_at_zero()]
    if zeros:
        return f"the branch of `{block.type}` could never learn: the {zeros[0]} after its norm is zero as well"
    return ""
