"""The statements that build the modules of a network, and the classes of containers with stages in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from resnetgen.codegen.blocks import Definitions
from resnetgen.codegen.classes import assignments, method, module_class
from resnetgen.codegen.containers import NamedContainer, Sequential, origin, size
from resnetgen.codegen.network_forward import Passage, applied
from resnetgen.codegen.network_tree import called, holds_stages, is_joined, leaves
from resnetgen.codegen.parameters import Parameters
from resnetgen.codegen.stage_module import StageModule
from resnetgen.codegen.stages import Stages
from resnetgen.codegen.tree import Assign, Bracket, Class, Expression, Located, Return, call
from resnetgen.ir.network import Node


class NetworkModules:
    """Writes constructors, of the network and of each container with stages; the classes of these are in `classes`.

    `joined` is the class of a module that holds the blocks of all stages.
    """

    def __init__(self, found: Definitions, stages: Stages, joined: str = "nn.Sequential") -> None:
        self.found = found
        self.stages = stages
        self.joined = joined
        self.classes: list[Class] = []

    def assignments(self, nodes: Sequence[Node], passages: Sequence[Passage]) -> list[Assign]:
        """Return the statements of one constructor.

        Args:
            nodes: the attributes.
            passages: what the operators and stages in them do to the map.
        """
        return list(self._assignments(nodes, passages))

    def _assignments(self, nodes: Sequence[Node], passages: Sequence[Passage]) -> Iterator[Assign]:
        before = list(self.stages.before)
        start = 0
        for node in nodes:
            inside = passages[start : start + size(node)]
            start += size(node)
            if not holds_stages(node.operator):
                yield from assignments(Parameters({}), [[node]], self.found.modules.known)
                continue
            if not isinstance(node.operator, NamedContainer):
                yield from before
                before = []
            yield Assign(f"self.{node.name}", self._made(node, inside), at=origin(node))

    def _made(self, node: Node, passages: Sequence[Passage]) -> Expression:
        operator = node.operator
        if isinstance(operator, StageModule):
            return self.stages.made[operator.stage.name]
        if isinstance(operator, NamedContainer) and holds_stages(operator):
            return call(self._class(operator, passages))
        if isinstance(operator, Sequential) and holds_stages(operator):
            function = self.joined if any(map(is_joined, operator.items)) else "nn.Sequential"
            return call(function, self._items(operator, passages), exploded=True)
        construction = self.found.modules.known[operator]
        assert construction is not None, "what is numbered is a module"
        return Parameters({}).made([construction], node.name)

    def _items(self, operator: Sequential, passages: Sequence[Passage]) -> Iterator[Expression]:
        start = 0
        for item in operator.items:
            made = self._made(item, passages[start : start + size(item)])
            items = made.items if is_joined(item) and isinstance(made, Bracket) else (made,)
            yield from (Located(each, origin(item)) for each in items)
            start += size(item)

    def _class(self, operator: NamedContainer, passages: Sequence[Passage]) -> str:
        """Define the class of a container and return its name."""
        name = self.found.modules.free(operator.title)
        body = self.assignments(operator.items, passages)
        forward = [*applied(called(operator.items), passages), Return("x")]
        self.classes.append(module_class(name, _words(operator), [], body, [method("forward", "", forward)]))
        return name


def _words(operator: NamedContainer) -> str:
    """Return the docstring of a container: what is in it."""
    names = [node.operator.stage.name for node in leaves(operator.items) if isinstance(node.operator, StageModule)]
    stages = "A stage" if len(names) == 1 else "The stages"
    others = {node.at[0] for node in leaves(operator.items) if node.at and not isinstance(node.operator, StageModule)}
    if "stem" in others:
        return f"The stem and {stages.lower()}."
    return f"{stages}."
