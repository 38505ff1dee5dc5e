"""Layouts: the names of a network's parts in its state dict, as tables from an operator's role to its name.

A user writes a table with the same keys: `layout: {base: torchvision, block: {norm: norm*}}`. A name is an attribute,
or a path of attributes with dots between them, and `*` stands for a number, or for the name that a layer has. A part
`+` is the next number in its module. A list of names is for the first, second, ... operator of a role: `{conv:
[conv_pw, conv_dw, conv_pwl]}`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from resnetgen.frozen import FrozenIdentity
from resnetgen.schema.layout_tables import ROLES, TABLES

NEXT = "+"
"""The part of a name for the next number in its module."""


class Naming(FrozenIdentity):
    """The names of one part of a network: a table by role, and for a stem also a list of its first names in order.

    `ordered` has the names of the first operators of a role, in order; the others have the name in `patterns`. `first`
    is the number of the first layer, `prefix` a path before every name. With `by_operator`, each name is the number of
    the operator, counted from 0, and a layer's own name is in none of them.
    """

    patterns: Mapping[str, str]
    listed: tuple[str, ...] = ()
    ordered: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    first: int = 1
    prefix: str = ""
    by_operator: bool = False

    def name(self, role: str, label: int | str, position: int, taken: Set[str], before: int = 0) -> str:
        """Return the name of an operator, made unique by a number if necessary.

        Args:
            role: the operator's role; a role that the table lacks is a name itself.
            label: the text for a `*` in the name: the layer's name, or its number, counted from 1.
            position: the operator's place in its part, for a list of names.
            taken: names in use.
            before: the number of operators of this role before it, for a list of their names.
        """
        if position < len(self.listed):
            return _counted(_substituted(join_path(self.prefix, self.listed[position]), "*"), taken)
        name = _labelled(self, role, label, before)
        if NEXT in name:
            return _counted(name, taken)
        if not name or name not in taken or name.rpartition(".")[2].isdigit():
            return name
        return next(numbered for k in range(2, len(taken) + 3) if (numbered := f"{name}_{k}") not in taken)

    def has(self, role: str, label: int | str, taken: Set[str]) -> bool:
        """Tell whether the name of this role and label is in use."""
        return _labelled(self, role, label, 0) in taken

    def labels(self, role: str, before: int = 0) -> bool:
        """Tell whether the name of an operator of this role, behind so many others, depends on the layer: has a `*`."""
        return not self.by_operator and "*" in self.pattern(role, before)

    def pattern(self, role: str, before: int) -> str:
        """Return the name of an operator of this role, behind so many others, without a label for its `*`."""
        names = self.ordered.get(role, ())
        return names[before] if before < len(names) else self.patterns.get(role, role)

    def key(self, position: int, role: str, before: int) -> tuple[str | int, ...]:
        """Return the place of an operator's name in the table of its part: an index of a list, or the role."""
        if position < len(self.listed):
            return (position,)
        return (role, before) if before < len(self.ordered.get(role, ())) else (role,)


@lru_cache(maxsize=4096)
def _labelled(naming: Naming, role: str, label: int | str, before: int) -> str:
    """Return the name of an operator of a role, behind so many others, with a label for its `*`."""
    first = 0 if naming.by_operator else naming.first - 1
    text = label if isinstance(label, str) else str(label + first)
    return _substituted(join_path(naming.prefix, naming.pattern(role, before)), text)


def _substituted(pattern: str, label: str) -> str:
    """Return a pattern with a label in place of its `*`; a part that is `.` alone is the module around it."""
    return "" if pattern == "." else pattern.replace("*", label)


def _counted(pattern: str, taken: Set[str]) -> str:
    """Return a pattern with a number in place of each part `+`: the last one in its module, or the next one.

    It is the last one if that is a module with others inside, and the rest of the name is free in it.
    """
    before: list[str] = []
    parts = pattern.split(".")
    for index, part in enumerate(parts):
        before.append(str(next_number(before, taken, parts[index + 1 :])) if part == NEXT else part)
    return ".".join(before)


def next_number(before: Sequence[str], taken: Set[str], after: Sequence[str] = ()) -> int:
    """Return the number of the next name in a module.

    Args:
        before: the path of the module.
        taken: names in use.
        after: the rest of the name. If it is free in the last of the numbers, and that holds others, it is there.
    """
    inside = "".join(f"{part}." for part in before)
    others = [name.removeprefix(inside).split(".") for name in taken if name.startswith(inside)]
    last = max((int(other[0]) for other in others if other[0].isdigit()), default=-1)
    same = [other[1:] for other in others if other[0] == str(last)]
    holds = bool(same) and [] not in same
    return last if holds and after and [*after] not in same else last + 1


def join_path(before: str, after: str) -> str:
    """Join two paths of modules; the first may be empty."""
    return f"{before}.{after}" if before else after


class Layout(FrozenIdentity):
    """The names of a network's parts.

    `stage` is the path of a stage by its number; if it is empty, the stage's name is its path; without a number, it is
    that of one module, which holds the blocks of all stages. `in_stage` is the name of a block in its stage. Stages are
    counted from `first_stage`, blocks of each from `first_block`, or in one module on from what is there if that is
    None. `by_type` has the names in blocks of some types, `by_head` those in some of several heads, `attention` the
    names that modules inside attention modules have in place of their own. `transition` is the name of the layers
    before the blocks.
    """

    stem: Naming
    block: Naming
    by_type: Mapping[str, Naming]
    by_head: Mapping[str, Naming]
    attention: tuple[tuple[str, str], ...]
    projection: Naming
    head: Naming
    stage: str
    in_stage: str
    prefix: str
    first_stage: int
    first_block: int | None
    transition: str
    shortcut: str
    shortcut_first: bool

    def of_block(self, kind: str) -> Naming:
        """Return the names in blocks of a type."""
        return self.by_type.get(kind, self.block)

    def of_head(self, name: str) -> Naming:
        """Return the names in a head; one with a name and without a table has numbers in a module of that name."""
        return self.by_head.get(name) or (numbered_in(name) if name else self.head)

    def stage_path(self, name: str, index: int) -> str:
        """Return the path of a stage's module in the state dict."""
        pattern = self.stage.removesuffix(f".{self.holder}") if self.holder else self.stage
        return join_path(self.prefix, _substituted(pattern, str(index + self.first_stage)) if pattern else name)

    @property
    def holder(self) -> str:
        """The attribute of a stage that holds its blocks, empty if the stage itself holds them."""
        _, star, after = self.stage.rpartition("*")
        return after.partition(".")[2] if star else ""

    @property
    def joins_stages(self) -> bool:
        """True if one module holds the blocks of all stages, which are numbered from the first stage to the last."""
        return bool(self.stage) and "*" not in self.stage

    def first_block_path(self, name: str) -> str:
        """Return the path of the first block of the first stage, which has this name, with a dot at its end.

        Where one module holds the blocks of all stages, it is the path of that.
        """
        path = f"{join_path(self.stage_path(name, 0), self.holder).removesuffix('.')}."
        return path if self.joins_stages else f"{path}{self.block_name(0)}{self.first_block or 0}."

    def block_name(self, index: int) -> str:
        """Return the name of a block in the stage of an index, without the block's own number."""
        return self.in_stage.removesuffix("*").replace("@", str(index + self.first_stage))


@lru_cache(maxsize=256)
def numbered_in(path: str) -> Naming:
    """Return the names of operators that are numbered in the module at a path."""
    return Naming(dict.fromkeys(ROLES, "*"), first=0, prefix=path, by_operator=True)


@lru_cache(maxsize=256)  # an editor's session may try many
def layout(frozen: tuple[tuple[str, Any], ...]) -> Layout:
    """Return the layout of a table.

    Args:
        frozen: the table, with mappings as pairs and lists as tuples. Equal tables share one layout.
    """
    own = dict(frozen)
    chain = [own, *_chain(own["base"])]
    first = {"stage": 0, "layer": 1} | dict(_first(chain, "first"))
    prefix = _first(chain, "prefix")
    return Layout(
        stem=_naming(chain, "stem").replace(first=first["layer"], prefix=prefix),
        block=_naming(chain, "block").replace(first=first["layer"]),
        by_type={
            kind: _naming([{"block": table}, *chain], "block").replace(first=first["layer"])
            for kind, table in _merged(chain, "blocks")
        },
        by_head={
            name: _naming([{"head": table}, *chain], "head").replace(first=first["layer"])
            for name, table in _merged(chain, "heads")
        },
        attention=tuple(_merged(chain, "attention")),
        projection=_naming(chain, "projection"),
        head=_naming(chain, "head").replace(first=first["layer"]),
        stage=_first(chain, "stage"),
        in_stage=_first(chain, "in_stage"),
        prefix=prefix,
        first_stage=first["stage"],
        first_block=first.get("block"),
        transition=_first(chain, "transition"),
        shortcut=_first(chain, "shortcut"),
        shortcut_first=_first(chain, "shortcut_first"),
    )


def _chain(name: str) -> Iterator[dict[str, Any]]:
    """Yield the tables of a built-in layout and of its bases."""
    while name:
        yield TABLES[name]
        name = TABLES[name].get("base", "")


def _merged(chain: list[dict[str, Any]], key: str) -> Iterable[tuple[str, Any]]:
    """Return the entries of a key in all tables, those of the nearest on top."""
    merged: dict[str, Any] = {}
    for table in reversed(chain):
        merged |= dict(table.get(key, ()))
    return merged.items()


def _first(chain: list[dict[str, Any]], key: str) -> Any:
    return next(table[key] for table in chain if key in table)


def _naming(chain: list[dict[str, Any]], key: str) -> Naming:
    """Merge the tables of a part, the nearest on top; of lists, the nearest replaces the others."""
    patterns: dict[str, str] = {}
    listed: tuple[str, ...] = ()
    ordered: dict[str, tuple[str, ...]] = {}
    for table in _tables(chain, key):
        if not _is_list(table):
            names = {role: name for role, name in dict(table).items() if role not in patterns}
            patterns |= {role: name for role, name in names.items() if isinstance(name, str)}
            lists = {role: tuple(name) for role, name in names.items() if not isinstance(name, str)}
            ordered = {**lists, **ordered}
        elif not (listed or patterns or ordered):
            listed = tuple(table)
    return Naming(patterns, listed, ordered)


def _is_list(table: Any) -> bool:
    return not isinstance(table, dict) and all(isinstance(item, str) for item in table)


def _tables(chain: list[dict[str, Any]], key: str) -> Iterator[Any]:
    """Yield the entries for a part, the nearest first; a layout's name stands for its entry."""
    for named in (table[key] for table in chain if key in table):
        if not isinstance(named, str):
            yield named
            continue
        yield from (other[key] for other in _chain(named) if key in other)
        return
