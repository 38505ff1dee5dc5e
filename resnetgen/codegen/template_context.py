"""What the templates are given: the parts of the file as text, every choice already made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from resnetgen.analysis.cost import Cost, cost, stage_cost, steps_cost
from resnetgen.analysis.shape_inference import Trace, written
from resnetgen.codegen import training
from resnetgen.codegen.blocks import Definitions, definitions
from resnetgen.codegen.classes import Definition, assignments
from resnetgen.codegen.containers import grouped
from resnetgen.codegen.file_extras import Beside
from resnetgen.codegen.modules import Modules
from resnetgen.codegen.network_forward import forward
from resnetgen.codegen.parameters import Parameters
from resnetgen.codegen.python import call, docstring, paragraphs
from resnetgen.codegen.stages import stage_assignments, stage_classes
from resnetgen.ir.network import Network, last_norm
from resnetgen.ops.operator import Operator


def contents(trace: Trace, render: Callable[[str, dict[str, str]], str], beside: Beside) -> dict[str, Any]:
    """The variables of network.py.j2; `render` fills a template of the folder `ops`."""
    network = trace.network

    def rendered(operator: Operator, name: str) -> str:
        return render(operator.template, {"name": name, **_operator_values(network, operator)})

    taken = {network.class_name, "F", "Stage", "Tensor", *training.names(network)}
    found = definitions(network, Modules(rendered, taken))
    return {
        "name": network.class_name,
        "head": _class_head(network.class_name),
        "words": _module_words(trace),
        "network_words": docstring("\n\n".join(filter(None, (_network_words(trace), beside.words)))),
        "command": beside.command,
        "exports": beside.all(network.class_name),
        "beside": beside.functions,
        "imports": training.imports(network, found.modules.imports()),
        "operators": [text for _, text in sorted(found.modules.templated.items())],
        "functions": [_function_values(definition) for definition in found.functions],
        "classes": [_class_values(each) for each in (*found.modules.classes, *found.classes)],
        "stages": stage_classes(network),
        "assignments": _assignments(network, found),
        "init": _init(network, found),
        **forward(trace),
        **training.training(network),
    }


def _operator_values(network: Network, operator: Operator) -> dict[str, str]:
    """What an operator's template may want to know: how the number of axes is written."""
    rank = network.rank
    ones = ", 1" * rank
    return {
        "channel_shape": f"(1, -1{ones})",
        "sample_shape": f"(x.shape[0], 1{ones})",
        "spatial_axes": str(tuple(range(2, 2 + rank))) if rank > 1 else "2",
        **operator.template_values(),
    }


def _function_values(definition: Definition) -> dict[str, Any]:
    before = f"def {definition.name}"
    signature = call(before, definition.signature(), indent=0, after=" -> nn.Sequential:")
    return {"signature": signature, "words": docstring(definition.words), "lines": definition.lines}


def _class_values(definition: Definition) -> dict[str, Any]:
    signature = call("def __init__", ["self", *definition.signature()], indent=4, after=" -> None:")
    return {
        "head": _class_head(definition.name),
        "words": docstring(definition.words),
        "signature": signature,
        "lines": definition.lines,
        "forward": definition.forward,
        "methods": definition.methods,
    }


def _class_head(name: str) -> str:
    return call(f"class {name}", ["nn.Module"], indent=0, after=":")


def _assignments(network: Network, found: Definitions) -> list[str]:
    """The network's constructor: stem, stages, head."""
    known = found.modules.known
    lines = assignments(Parameters({}), [grouped(network.stem)], known)
    lines += stage_assignments(network, found)
    return lines + assignments(Parameters({}), [grouped(network.head)], known)


def _init(network: Network, found: Definitions) -> list[str]:
    """The statements for each module `m` that set the first weights."""
    lines = []
    if network.init.conv:
        function = f"nn.init.{network.init.conv}_"
        options = f', mode="{network.init.fan}", nonlinearity="relu"' if network.init.fan else ""
        lines.append(f"if isinstance(m, nn.Conv{network.rank}d):\n    {function}(m.weight{options})")
    if network.init.zero_init_residual:
        for name, norm in _last_norms(network, found):
            weight = f'm.get_parameter("{norm}.weight")' if _counts(norm) else f"m.{norm}.weight"
            lines.append(f"if isinstance(m, {name}):\n    nn.init.zeros_({weight})")
    return [line.replace("\n", "\n" + " " * 12) for line in lines]


def _counts(path: str) -> bool:
    """Whether a path goes through a numbered module, of which Python's types know no attributes."""
    return any(step.isdigit() for step in path.split("."))


def _last_norms(network: Network, found: Definitions) -> list[tuple[str, str]]:
    """For each block class the norm that its branch ends in."""
    ends = {}
    for stage in network.stages:
        for run in stage.runs:
            norm = last_norm(run.block)
            assert norm is not None, "checked before anything is emitted"
            ends[found.of_block[id(run.block)][0].name] = norm.name
    return list(ends.items())


def _network_words(trace: Trace) -> str:
    network = trace.network
    axes = {1: "L", 2: "H, W", 3: "D, H, W"}[network.rank]
    given = f"(N, {network.channels}, {axes})"
    if network.features:
        return f"{given} to the maps of {', '.join(network.features)}."
    return f"{given} to (N, {trace.output[0]})."


def _module_words(trace: Trace) -> str:
    network = trace.network
    texts = [network.description.strip() or network.class_name, network.reference]
    return "\n\n".join([*(paragraphs(text, indent=0) for text in texts if text.strip()), _table(trace)])


def _table(trace: Trace) -> str:
    """Stages with their output shapes and costs at the spec's own input size."""
    rows = [("stage", "output", "blocks", "parameters", "multiply-adds")]
    if trace.stem:
        rows.append(("stem", written(trace.stem[-1].output), "", *_figures(steps_cost(trace.stem))))
    for stage in trace.stages:
        kinds = dict.fromkeys(run.block.type for run in stage.stage.runs)
        blocks = f"{stage.stage.blocks()} {', '.join(kinds)}"
        rows.append((stage.stage.name, written(stage.output), blocks, *_figures(stage_cost(stage))))
    if trace.head:
        rows.append(("head", written(trace.head[-1].output), "", *_figures(steps_cost(trace.head))))
    rows.append(("total", "", "", *_figures(cost(trace))))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = [_row(row, widths) for row in rows]
    return f"At an input of {written(trace.input)}:\n\n" + "\n".join(lines)


def _row(row: tuple[str, ...], widths: list[int]) -> str:
    left = [cell.ljust(width) for cell, width in zip(row[:3], widths[:3], strict=True)]
    right = [cell.rjust(width) for cell, width in zip(row[3:], widths[3:], strict=True)]
    cells = [*left, *right]
    return ("  " + "  ".join(cells)).rstrip()


def _figures(found: Cost) -> tuple[str, str]:
    return f"{found.params:,}", f"{found.macs:,}"
