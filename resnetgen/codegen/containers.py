"""Containers: nodes whose names share a path become one node.

`conv1.0`, `conv1.1` in a layout become a torch.nn.Sequential at `conv1`; `stem.conv`, `stem.norm` become a class.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from keyword import iskeyword
from typing import ClassVar

from resnetgen.codegen.stage_module import StageModule
from resnetgen.codegen.tree import Paths, merged
from resnetgen.ir.naming import capitals
from resnetgen.ir.network import Node
from resnetgen.ops.composite import Base, Composite, Part
from resnetgen.ops.conv import Conv
from resnetgen.ops.operator import Operator


class Sequential(Operator):
    """torch.nn.Sequential: operators in a row, which the state dict numbers."""

    label: ClassVar[str] = "chain"

    items: tuple[Node, ...]


class NamedContainer(Composite):
    """A container of operators with names of their own; its class is called `title`."""

    label: ClassVar[str] = "group"

    title: str
    items: tuple[Node, ...]

    def parts(self) -> tuple[Part, ...]:
        """Return the operators, each under its name in this module."""
        return tuple(Part(node.name, node.operator) for node in self.items)

    def widths(self) -> tuple[tuple[str, int], ...]:
        """Return the input and output channels of its convolution, if it has a single one."""
        weights = [(node.operator, entry.shape) for node in self.items for entry in node.operator.entries()]
        wide = [(operator, shape) for operator, shape in weights if len(shape) > 1]
        if len(wide) != 1:
            return ()
        operator, (out, each_reads, *_) = wide[0]
        groups = operator.groups if isinstance(operator, Conv) else 1
        return ("in", each_reads * groups), ("out", out)


class HoldingConv(NamedContainer):
    """A convolution that holds the modules after it, such as its norm: a class derived from `nn.Conv2d`."""

    imports: ClassVar[tuple[str, ...]] = ("import torch.nn.functional as F",)

    conv: Conv

    @property
    def base(self) -> Base:
        """The convolution that its class derives from."""
        attributes = ("weight", "bias", "stride", "padding", "dilation", "groups")
        function = f"F.conv{len(self.conv.window.kernel)}d"
        return Base(self.conv, self.conv.construction(), function, ("x", *(f"self.{name}" for name in attributes)))

    def widths(self) -> tuple[tuple[str, int], ...]:
        """Return the input and output channels of the convolution."""
        return ("in", self.conv.in_channels), ("out", self.conv.out_channels)


def grouped(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Group nodes whose names share their first part into one node each."""
    found: list[Node] = []
    for first, run in groupby(nodes, key=lambda node: node.name.partition(".")[0]):
        inside = tuple(run)
        numbered = inside[0].name.rpartition(".")[2].isdigit()
        apart = inside[0].name == first and len(inside) == 1
        if first and not apart and (numbered or any(node.operator.is_module for node in inside)):
            found.append(_container(first, inside))
        else:
            found += inside
    return tuple(found)


def _container(name: str, nodes: tuple[Node, ...]) -> Node:
    inside = [node._replace(name=node.name.removeprefix(name).removeprefix(".")) for node in nodes]
    return contained(name, inside)[0]


def contained(name: str, nodes: Sequence[Node], title: str = "") -> tuple[Node]:
    """Put nodes into one node: a Sequential if their names are numbers, else a class called `title`.

    If the first of several has no name, it is a convolution that holds the others.
    """
    if not nodes[0].name:
        return (_holding(name, nodes),)
    items = grouped(nodes)
    numbered = items[0].name.isdigit()
    if numbered:
        modules = tuple(item._replace(operator=item.operator.as_module()) for item in items)
        return (Node(name, Sequential(modules), nodes[0].at),)
    return (Node(name, _named(title or _title(name, items), items), nodes[0].at),)


def _holding(name: str, nodes: Sequence[Node]) -> Node:
    """Put a convolution and what it holds into one node; the convolution's own name is empty."""
    conv, items = nodes[0].operator, grouped(nodes[1:])
    assert isinstance(conv, Conv), "lowering checks it"
    title = "".join(capitals(role_of(node)) for node in (nodes[0], *items))
    return Node(name, HoldingConv(title, tuple(item._replace(injected=False) for item in items), conv), nodes[0].at)


def _named(title: str, items: tuple[Node, ...]) -> NamedContainer:
    """Put nodes into a class of their own, which builds each of them: none is passed in."""
    return NamedContainer(title, tuple(item._replace(injected=False) for item in items))


def _title(name: str, items: tuple[Node, ...]) -> str:
    """Name a container's class: by its roles if the name ends in a number, else by its name.

    A single letter, which says no more than `F` for torch.nn.functional, is `Layers`.
    """
    if len(name) == 1 and name.isalpha():
        return "Layers"
    if name.rstrip("0123456789") != name:
        return title_of_roles(items)
    title = capitals(name)
    return f"{title}Module" if iskeyword(title) else title


def title_of_roles(items: Sequence[Node]) -> str:
    """Name a class by what is in it: `ConvNormAct`."""
    return "".join(capitals(role_of(item)) for item in items)


def role_of(node: Node) -> str:
    """Return the role of a node; a container has that of its last operator."""
    if isinstance(node.operator, Sequential | NamedContainer):
        return role_of(node.operator.items[-1])
    return node.operator.role


def size(node: Node) -> int:
    """Count the operators of a node: those in a container, or one; a convolution counts beside what it holds."""
    if not isinstance(node.operator, Sequential | NamedContainer):
        return 1
    return sum(map(size, node.operator.items)) + isinstance(node.operator, HoldingConv)


def origin(node: Node) -> Paths:
    """Return the paths in the spec of a node; those of a container are its operators'."""
    if not isinstance(node.operator, Sequential | NamedContainer):
        return (node.at,) if node.at else ()
    own = (node.at,) if isinstance(node.operator, HoldingConv) and node.at else ()
    return merged([own, *map(origin, node.operator.items)])


def parted(nodes: Sequence[Node], count: int) -> tuple[list[Node], list[Node]]:
    """Split nodes after `count` operators; a container across the split is opened."""
    before: list[Node] = []
    for index, node in enumerate(nodes):
        if count < size(node):
            first, second = parted(opened(node), count) if count else ([], [node])
            return [*before, *first], [*second, *nodes[index + 1 :]]
        count -= size(node)
        before.append(node)
    return before, []


def opened(node: Node) -> list[Node]:
    """Return the nodes in a container, under their paths in the code."""
    container = node.operator
    assert isinstance(container, Sequential | NamedContainer)
    if isinstance(container, Sequential):
        return [item._replace(name=f"{node.name}[{_index(item)}]") for item in container.items]
    return [item._replace(name=f"{node.name}.{item.name}") for item in container.items]


def _index(item: Node) -> str:
    """Return the index of a module in its Sequential, a slice for several blocks."""
    if isinstance(item.operator, StageModule) and item.operator.stage.joined:
        return item.operator.index()
    return item.name
