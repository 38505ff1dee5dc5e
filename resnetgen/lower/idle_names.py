"""Find names in a layout that no module has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from resnetgen.diagnostics.model import Fault, Part, Place
from resnetgen.diagnostics.suggestions import did_you_mean, join_words
from resnetgen.ir.network import Head, Node, Stage
from resnetgen.ops.composite import Composite, inside
from resnetgen.schema.layouts import Layout, Naming

Step = tuple[str | int, ...]
"""A path in a layout: `("block", "norm")`, `("stem", 0)`."""


def idle_names(layout: Layout, stem: Sequence[Node], stages: Sequence[Stage], heads: Sequence[Head]) -> list[Fault]:
    """Return the faults of block types without a block, of lists too long, and of modules that no attention has."""
    return [
        *_idle_types(layout, stages),
        *_idle_heads(layout, heads),
        *_idle_in_lists(layout, stem, stages, heads),
        *_idle(layout, stem, stages, heads),
    ]


def table_of(layout: Layout, kind: str) -> Step:
    """Return the path of the table with the names of a block type."""
    return ("blocks", kind) if kind in layout.by_type else ("block",)


def table_of_head(layout: Layout, head: Head) -> Step | None:
    """Return the path of the table with the names in a head; None where the layout gives none."""
    if not head.name:
        return ("head",)
    return ("heads", head.name) if head.name in layout.by_head else None


def role_of(node: Node) -> str:
    """Return the role by which a layout names a node."""
    return node.role or node.operator.role


def composites(stem: Sequence[Node], stages: Sequence[Stage], heads: Sequence[Head]) -> Iterator[Composite]:
    """Yield the attention modules and attention pools of a network, and the modules with submodules inside them."""
    blocks = (run.block.nodes() for stage in stages for run in stage.runs)
    in_heads = (node for head in heads for node in head.nodes)
    for node in (*stem, *(node for nodes in blocks for node in nodes), *in_heads):
        if isinstance(node.operator, Composite) and node.operator.is_renamable:
            yield from (each for each in inside(node.operator) if isinstance(each, Composite))


def _idle_types(layout: Layout, stages: Sequence[Stage]) -> Iterator[Fault]:
    used = list(dict.fromkeys(run.block.type for stage in stages for run in stage.runs))
    for kind in layout.by_type:
        if kind not in used:
            message = f"the layout names modules of the block type `{kind}`, but no block has it"
            help = f"the blocks here have the types {join_words(used)}" if len(used) > 1 else f"use `{used[0]}`"
            at = Place(("layout", "blocks", kind), Part.KEY)
            message += did_you_mean(kind, used)
            yield Fault("RG206", message, at, help=help, unless_inherited=True)


def _idle_heads(layout: Layout, heads: Sequence[Head]) -> Iterator[Fault]:
    names = [head.name for head in heads if head.name]
    for name in layout.by_head:
        if name not in names:
            message = f"the layout names modules of the head `{name}`, but there is no such head"
            help = (
                f"the heads here are {join_words(names)}" if names else "write `head` under `layout` for a single one"
            )
            at = Place(("layout", "heads", name), Part.KEY)
            yield Fault("RG206", message + did_you_mean(name, names), at, help=help, unless_inherited=True)
    if heads and all(table_of_head(layout, head) is None for head in heads):
        message = "`head` has no effect: with `heads`, the modules of each head have numbers"
        help = f"write `heads: {{{names[0]}: {{...}}}}` under `layout`"
        yield Fault("RG209", message, Place(("layout", "head"), Part.KEY), help=help, unless_inherited=True)


def _idle_in_lists(
    layout: Layout, stem: Sequence[Node], stages: Sequence[Stage], heads: Sequence[Head]
) -> Iterator[Fault]:
    """Yield the faults of lists for a role with more names than any part has operators of that role."""
    parts: dict[Step, tuple[Naming, list[Sequence[Node]]]] = {
        ("stem",): (layout.stem, [stem]),
    }
    for head in heads or (Head(()),):
        if (at := table_of_head(layout, head)) is not None:
            parts[at] = (layout.of_head(head.name), [head.nodes])
    for run in (run for stage in stages for run in stage.runs):
        at = table_of(layout, run.block.type)
        nodes = (*run.block.branch, *run.block.post_add)
        parts.setdefault(at, (layout.of_block(run.block.type), []))[1].append(nodes)
    for at, (naming, found) in parts.items():
        for role, names in naming.ordered.items():
            most = max(sum(role_of(node) == role for node in nodes) for nodes in found)
            if most < len(names):
                ends = {"stem": "the stem", "head": "the head", "heads": f"the head `{at[-1]}`"}
                where = ends.get(str(at[0]), "a block") if len(found) == 1 else "a block"
                message = f"the layout names {len(names)} operators of the role `{role}`, but {where} has {most}"
                place = Place(("layout", *at, role, most))
                yield Fault("RG210", message, place, help="remove the names that are left", unless_inherited=True)


def _idle(layout: Layout, stem: Sequence[Node], stages: Sequence[Stage], heads: Sequence[Head]) -> Iterator[Fault]:
    if not layout.attention:
        return
    known = {part.name for composite in composites(stem, stages, heads) for part in composite.parts()}
    for own, name in layout.attention:
        if name not in known:
            message = f"`{own}` has no effect: no attention of this network has a module of this name"
            at = Place(("layout", "attention", own), Part.KEY)
            yield Fault("RG209", message, at, help="remove it", unless_inherited=True)
