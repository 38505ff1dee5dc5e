"""Check that a layout's names form modules: unique, and those of one module consecutive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from keyword import iskeyword
from typing import NamedTuple

from resnetgen.diagnostics.model import Fault, Place
from resnetgen.ir.network import Block, Node, Stage
from resnetgen.ir.reserved import MODULE_ATTRIBUTES, NETWORK_ATTRIBUTES
from resnetgen.ops.composite import Composite
from resnetgen.schema.layouts import Naming


def misnamed(naming: Naming, stem: Sequence[Node], stages: Sequence[Stage], head: Sequence[Node]) -> list[Fault]:
    """Return the first fault of the names in the network, in the stem's list, or in a block; at most one."""
    if len(naming.listed) > len(stem):
        operators = ", ".join(node.operator.role for node in stem)
        message = (
            f"the layout names {len(naming.listed)} operators of the stem, but the stem has {len(stem)}: {operators}"
        )
        help = "write a `stem` with fewer names under `layout`, or a table by role"
        return [Fault("RG210", message, Place(("layout",)), help=help)]
    whole = (*_names(stem), *(stage.path for stage in stages), *_names(head))
    found = [*_faults(whole, "the network", len(naming.listed))]
    for block in _distinct(run.block for stage in stages for run in stage.runs):
        found += _faults((*_names((*block.branch, *block.post_add)), block.shortcut.name), "a block")
        found += _faults(_names(block.shortcut.nodes), "a shortcut")
        found += _split_modules(block)
    return found[:1]


def _split_modules(block: Block) -> Iterator[Fault]:
    """Yield a fault for a module that would be split: by the shortcut's tap, or by a part that is passed in."""
    firsts = [node.name.partition(".")[0] for node in block.branch]
    tap = block.shortcut.tap
    why = ""
    if tap and firsts[tap - 1] == firsts[tap] != "":
        why = f"the projection begins in the middle of `{firsts[tap]}`"
    for node in block.branch:
        if node.injected and "." in node.name:
            why = f"`{node.name}` is passed in, because it depends on the stride, so it cannot be inside another module"
    if why:
        help = f"choose other names for the blocks of the type `{block.type}` under `layout`"
        yield Fault(
            "RG210", f"the layout's names for a block do not form modules: {why}", Place(("layout",)), help=help
        )


def _distinct(blocks: Iterable[Block]) -> Iterable[Block]:
    return {id(block): block for block in blocks}.values()


def _names(nodes: Iterable[Node]) -> tuple[str, ...]:
    return tuple(name for node in nodes for name in _names_of(node) if name)


def _names_of(node: Node) -> tuple[str, ...]:
    """Return a node's name, or the block's names for its parts if it has none; a numbered function counts too."""
    operator = node.operator
    if not node.name and isinstance(operator, Composite):
        return operator.inline_names()
    return (node.name,) if operator.is_module or node.name[-1:].isdigit() else ()


def _faults(names: tuple[str, ...], where: str, listed: int = 0) -> Iterator[Fault]:
    """Yield the first fault of some names; for one of the first `listed`, it is at its entry in the list."""
    wrong = _first_bad_name(names)
    if wrong is not None:
        at = ("layout", "stem", wrong.name) if wrong.name < listed else ("layout",)
        help = "choose other names under `layout`" + (", or for the stages" if where == "the network" else "")
        yield Fault("RG210", f"the layout's names for {where} do not form modules: {wrong.why}", Place(at), help=help)


class _BadName(NamedTuple):
    """The reason why names do not form modules, and the index of the name at fault."""

    why: str
    name: int


Indexed = list[tuple[int, list[str]]]
"""Names as paths, each with its index among all."""


@lru_cache(maxsize=4096)
def _first_bad_name(names: tuple[str, ...]) -> _BadName | None:
    """Return the first name at fault. The result is cached: most blocks have the same names."""
    return next(_bad_names([(index, name.split(".")) for index, name in enumerate(names)], ""), None)


def _bad_names(paths: Indexed, inside: str) -> Iterator[_BadName]:
    """Yield what is at fault with the names of one module, in this order."""
    runs = [(first, list(run)) for first, run in groupby(paths, key=lambda entry: entry[1][0])]
    counts = any(first.isdigit() for first, _ in runs)
    known: set[str] = set()
    for position, (first, run) in enumerate(runs):
        at, index = f"{inside}{first}", run[0][0]
        within = [(index, path[1:]) for index, path in run]
        if first in known:
            yield _BadName(f"the modules in `{at}` are not consecutive", _intruder(runs, first))
        elif len(within) > 1 and not all(path for _, path in within):
            yield _BadName(f"`{at}` names more than one operator", within[1][0])
        elif not first.isdigit() and (first in MODULE_ATTRIBUTES or iskeyword(first) or first.startswith("_")):
            yield _BadName(f"`{at}` is reserved by Python or PyTorch", index)
        elif not inside and first in NETWORK_ATTRIBUTES:
            yield _BadName(f"`{at}` is reserved by the emitted network", index)
        elif within[0][1]:
            yield from _bad_names(within, f"{at}.")
        known.add(first)
        if counts and first != str(position):
            yield _BadName(f"the numbers of `{at}` and its siblings do not count from 0", index)


def _intruder(runs: list[tuple[str, Indexed]], first: str) -> int:
    """Return the index of the first name between two of one module."""
    names = [name for name, _ in runs]
    return runs[names.index(first) + 1][1][0][0]
