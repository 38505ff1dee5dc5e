"""The context of the templates: all parts of the file as text, every decision already made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from resnetgen.analysis.shape_inference import HeadTrace, Trace
from resnetgen.codegen import training
from resnetgen.codegen.blocks import Definitions, definitions
from resnetgen.codegen.classes import module_class
from resnetgen.codegen.file_extras import FileExtras
from resnetgen.codegen.module_docstring import module_docstring
from resnetgen.codegen.modules import Modules
from resnetgen.codegen.network_forward import forward, passages, runs_in_parts
from resnetgen.codegen.network_modules import NetworkModules
from resnetgen.codegen.network_tree import network_tree
from resnetgen.codegen.printer import Line, printed_lines
from resnetgen.codegen.stages import JOINED, Stages, joined_class, stage_classes
from resnetgen.codegen.stages import stages as made_stages
from resnetgen.codegen.tree import Blank, Class, Do, For, Function, If, Paths, Statement, call
from resnetgen.ir.network import Network, last_norm
from resnetgen.ops.operator import Operator

Render = Callable[[str, Mapping[str, object]], str]
"""Fills a template of the folder."""


class Contents(NamedTuple):
    """The lines of a file's docstring and of each definition, and the other variables of network.py.j2."""

    docstring: list[Line]
    definitions: list[list[Line]]
    others: dict[str, object]


def contents(trace: Trace, render: Render, extras: FileExtras) -> Contents:
    """Return the parts of a file."""
    network = trace.network

    def rendered(operator: Operator, name: str) -> str:
        return render(f"ops/{operator.template}", {"name": name, **_operator_values(network, operator)})

    taken = {network.class_name, "F", "Stage", JOINED, "Tensor", *training.names(network)}
    found = definitions(network, Modules(rendered, taken))
    stages = made_stages(network, found)
    made = [*_made(found, network), *_checkpointed(network, render), *map(printed_lines, stage_classes(network))]
    made += [printed_lines(stages.function)] if stages.function else []
    made += map(printed_lines, _classes(trace, found, stages, extras.words))
    others: dict[str, object] = {
        "generator": extras.generator,
        "exports": extras.all(network.class_name),
        "imports": training.imports(network, found.modules.imports()),
    }
    return Contents(module_docstring(trace), [*made, *map(_lines, extras.functions)], others)


def _made(found: Definitions, network: Network) -> Iterator[list[Line]]:
    """Yield the lines of the classes and functions that a network uses: those of templates first."""
    asked = found.modules.asked_for(node for _, nodes in network.parts() for node in nodes)
    for name, text in sorted(found.modules.templated.items()):
        yield _lines(text, asked.get(name, ()))
    for one in found.functions:
        parameters = tuple(one.signature())
        yield printed_lines(Function(one.name, parameters, "nn.Sequential", one.words, one.body, one.at))
    for one in (*found.modules.classes, *found.classes):
        yield printed_lines(
            module_class(
                one.name,
                one.words,
                one.signature(),
                one.body,
                one.methods,
                one.base,
                one.start,
                one.at or asked.get(one.name, ()),
            )
        )


def _lines(text: str, at: Paths = ()) -> list[Line]:
    return [Line(line, at) for line in text.rstrip("\n").split("\n")]


def _checkpointed(network: Network, render: Render) -> Iterator[list[Line]]:
    if network.training.checkpoint:
        yield _lines(render("checkpointed.py.j2", training.checkpoint_values(network)))


def _operator_values(network: Network, operator: Operator) -> dict[str, str]:
    """Return the values for an operator's template, such as the spelling of the number of axes."""
    rank = network.rank
    ones = ", 1" * rank
    return {
        "channel_shape": f"(1, -1{ones})",
        "sample_shape": f"(x.shape[0], 1{ones})",
        "spatial_axes": str(tuple(range(2, 2 + rank))) if rank > 1 else "2",
        **operator.template_values(),
    }


def _classes(trace: Trace, found: Definitions, stages: Stages, words: str) -> list[Class]:
    """Return the class of the network, after those of containers with stages in them; `words` end its docstring."""
    network = trace.network
    parts = runs_in_parts(trace)
    modules = NetworkModules(found, stages, JOINED if parts else "nn.Sequential")
    facts, methods = forward(trace)
    own = tuple(training.train(network))
    body = [
        *modules.assignments(network_tree(network), passages(trace)),
        *facts,
        *_init(network, found),
        *training.frozen(network),
        *((Blank(), Do("self.train()")) if own else ()),
    ]
    text = "\n\n".join(filter(None, (_network_words(trace), words)))
    return [
        *((joined_class(),) if parts else ()),
        *modules.classes,
        module_class(network.class_name, text, [], body, [*own, *methods]),
    ]


def _init(network: Network, found: Definitions) -> Iterator[Statement]:
    """Write the loop over all modules that initializes weights, if there is anything to initialize."""
    body: list[Statement] = []
    if network.init.conv:
        options = [f'mode="{network.init.fan}"', 'nonlinearity="relu"'] if network.init.fan else []
        made = call(f"nn.init.{network.init.conv}_", ["m.weight", *options])
        body.append(If(call("isinstance", ["m", f"nn.Conv{network.rank}d"]), (Do(made),)))
    if network.init.zero_init_residual:
        for name, norm in _last_norms(network, found):
            weight = f'm.get_parameter("{norm}.weight")' if _counts(norm) else f"m.{norm}.weight"
            body.append(If(call("isinstance", ["m", name]), (Do(call("nn.init.zeros_", [weight])),)))
    if body:
        yield Blank()
        yield For("m", "self.modules()", tuple(body), at=(("init",),))


def _counts(path: str) -> bool:
    """Tell whether a path goes through a numbered module, whose attributes Python's types do not know."""
    return any(step.isdigit() for step in path.split("."))


def _last_norms(network: Network, found: Definitions) -> list[tuple[str, str]]:
    """Return, for each block class, the norm at the end of its branch."""
    ends = {}
    for stage in network.stages:
        for run in stage.block_runs:
            norm = last_norm(run.block)
            assert norm is not None, "checked before anything is emitted"
            ends[found.of_block[id(run.block)][0].name] = norm.name
    return list(ends.items())


_AXES = ("", "l", "hw", "dhw")
"""The names of a map's axes, by their number; in small letters, since they differ from those of the input."""

_INPUTS = {1: "Signals (N, {}, L)", 2: "Images (N, {}, H, W)", 3: "Volumes (N, {}, D, H, W)"}


def _network_words(trace: Trace) -> str:
    """Describe the network's input and output."""
    network = trace.network
    given = _INPUTS[network.rank].format(network.channels)
    if network.gives_maps:
        return f"{given} to the maps of {', '.join(network.features)}."
    return f"{given} to {_listed([_output_words(each) for each in trace.heads])}."


def _listed(words: list[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _output_words(traced: HeadTrace) -> str:
    """Describe an output: `logits (N, 1000)`, or `policy (N, 362)`."""
    rest = "".join(f", {axis}" for axis in _AXES[len(traced.output) - 1])
    return f"{traced.head.name or traced.head.kind} (N, {traced.output[0]}{rest})"
