"""Layouts: the names of a network's parts in its state dict, as tables from an operator's role to its name.

A user writes a table with the same keys: `layout: {base: torchvision, block: {norm: norm*}}`. A name is an attribute,
or a path of attributes with dots between them, and `*` stands for a number, or for the name that a layer has.
"""

from collections.abc import Iterator, Mapping, Set
from functools import lru_cache
from typing import Any

from resnetgen.frozen import FrozenIdentity

OPERATORS = {
    "conv": "conv*",
    "spatial": "conv*",
    "norm": "bn*",
    "act": "act*",
    "sum_act": "act*",
    "max_pool": "maxpool",
    "avg_pool": "avgpool",
    "pad": "pad",
    "dropout": "dropout*",
    "drop_block": "drop_block",
    "drop_path": "drop_path",
    "antialias": "aa",
    "attention": "se",
    "branch_scale": "branch_scale",
}
"""The names of torchvision.models.resnet, timm.models.resnet and res2net, which build on one another."""

HEAD = {
    "global_avg_pool": "avgpool",
    "global_pool": "global_pool",
    "head_dropout": "dropout",
    "flatten": "flatten",
    "hidden": "fc*",
    "linear": "fc",
    "normalize": "normalize",
    "output_activation": "activation",
}

_NUMBERED = dict.fromkeys(OPERATORS, "*")

TRANSITION: Mapping[str, str] = _NUMBERED
"""The names of the operators before the blocks of a stage: their numbers."""

ROLES = (*OPERATORS, *HEAD)
"""Everything that has a name: the words on the left of a table."""

_DEEP_STEM = "conv1.0 conv1.1 conv1.2 conv1.3 conv1.4 conv1.5 conv1.6 bn1 act1"

_V2 = {"norm": "norm*", "attention": "attn"}

TABLES: dict[str, dict[str, Any]] = {
    "torchvision": {
        "stem": {**OPERATORS, "avg_pool": "pool"},
        "prefix": "",
        "stage": "",
        "in_stage": "*",
        "first": (),
        "transition": "transition",
        "block": OPERATORS,
        "shortcut": "downsample",
        "shortcut_first": False,
        "projection": _NUMBERED,
        "head": {**OPERATORS, **HEAD},
    },
    "deep_stem": {"base": "torchvision", "stem": _DEEP_STEM.split()},
    "sknet": {
        "base": "torchvision",
        "block": {"conv": "conv*.conv", "norm": "conv*.bn", "act": "conv*.act", "sum_act": "act"},
    },
    "resnetv2": {
        "base": "torchvision",
        "stem": {role: f"stem.{name}" for role, name in (OPERATORS | _V2 | {"max_pool": "pool"}).items()},
        "stage": "stages.*.blocks",
        "block": _V2,
        "shortcut_first": True,
        "projection": {**OPERATORS, "conv": "conv", "norm": "norm", "act": "act", "avg_pool": "pool"},
        "head": {"norm": "norm", "act": "act", **{role: f"head.{name}" for role, name in HEAD.items()}},
    },
}
"""The conventions that are built in; each says what it has that its base has not."""


class Naming(FrozenIdentity):
    """The names of one part of a network: a table by role, and for a stem also a list of its first names in order.

    `first` is the number of the first layer, `prefix` a path before every name.
    """

    patterns: Mapping[str, str]
    listed: tuple[str, ...] = ()
    first: int = 1
    prefix: str = ""

    def name(self, role: str, label: int | str, position: int, taken: Set[str]) -> str:
        """Return the name of an operator, made unique by a number if necessary.

        Args:
            role: the operator's role; a role that the table lacks is a name itself.
            label: the text for a `*` in the name: the layer's name, or its number, counted from 1.
            position: the operator's place in its part, for a list of names.
            taken: names in use.
        """
        if position < len(self.listed):
            return _substituted(join_path(self.prefix, self.listed[position]), "*")
        name = _labelled(self, role, label)
        if not name or name not in taken:
            return name
        return next(numbered for k in range(2, len(taken) + 3) if (numbered := f"{name}_{k}") not in taken)

    def has(self, role: str, label: int | str, taken: Set[str]) -> bool:
        """Tell whether the name of this role and label is in use."""
        return _labelled(self, role, label) in taken

    def labels(self, role: str) -> bool:
        """Tell whether the name of this role depends on the layer: it has a `*`."""
        return "*" in self.patterns.get(role, role)

    def key(self, position: int, role: str) -> tuple[str | int, ...]:
        """Return the place of an operator's name in the table of its part: an index of the list, or the role."""
        return (position,) if position < len(self.listed) else (role,)


@lru_cache(maxsize=4096)
def _labelled(naming: Naming, role: str, label: int | str) -> str:
    """Return the name of a role with a label for its `*`."""
    text = label if isinstance(label, str) else str(label + naming.first - 1)
    return _substituted(join_path(naming.prefix, naming.patterns.get(role, role)), text)


def _substituted(pattern: str, label: str) -> str:
    """Return a pattern with a label in place of its `*`; a part that is `.` alone is the module around it."""
    return "" if pattern == "." else pattern.replace("*", label)


def join_path(before: str, after: str) -> str:
    """Join two paths of modules; the first may be empty."""
    return f"{before}.{after}" if before else after


class Layout(FrozenIdentity):
    """The names of a network's parts.

    `stage` is the path of a stage by its number; if it is empty, the stage's name is its path. `in_stage` is the name
    of a block in it. Stages are counted from `first_stage`, blocks of each from `first_block`. `transition` is the
    name of the layers before the blocks.
    """

    stem: Naming
    block: Naming
    projection: Naming
    head: Naming
    stage: str
    in_stage: str
    prefix: str
    first_stage: int
    first_block: int
    transition: str
    shortcut: str
    shortcut_first: bool

    def stage_path(self, name: str, index: int) -> str:
        """Return the path of a stage's module in the state dict."""
        pattern = self.stage.removesuffix(f".{self.holder}") if self.holder else self.stage
        return join_path(self.prefix, _substituted(pattern, str(index + self.first_stage)) if pattern else name)

    @property
    def holder(self) -> str:
        """The attribute of a stage that holds its blocks, empty if the stage itself holds them."""
        return self.stage.rpartition("*")[2].partition(".")[2]

    def block_name(self, index: int) -> str:
        """Return the name of a block in the stage of an index, without the block's own number."""
        return self.in_stage.removesuffix("*").replace("@", str(index + self.first_stage))


@lru_cache(maxsize=256)  # an editor's session may try many
def layout(frozen: tuple[tuple[str, Any], ...]) -> Layout:
    """Return the layout of a table.

    Args:
        frozen: the table, with mappings as pairs and lists as tuples. Equal tables share one layout.
    """
    own = dict(frozen)
    chain = [own, *_chain(own["base"])]
    first = {"stage": 0, "block": 0, "layer": 1} | dict(_first(chain, "first"))
    prefix = _first(chain, "prefix")
    return Layout(
        stem=_naming(chain, "stem").replace(first=first["layer"], prefix=prefix),
        block=_naming(chain, "block").replace(first=first["layer"]),
        projection=_naming(chain, "projection"),
        head=_naming(chain, "head").replace(first=first["layer"]),
        stage=_first(chain, "stage"),
        in_stage=_first(chain, "in_stage"),
        prefix=prefix,
        first_stage=first["stage"],
        first_block=first["block"],
        transition=_first(chain, "transition"),
        shortcut=_first(chain, "shortcut"),
        shortcut_first=_first(chain, "shortcut_first"),
    )


def _chain(name: str) -> Iterator[dict[str, Any]]:
    """Yield the tables of a built-in layout and of its bases."""
    while name:
        yield TABLES[name]
        name = TABLES[name].get("base", "")


def _first(chain: list[dict[str, Any]], key: str) -> Any:
    return next(table[key] for table in chain if key in table)


def _naming(chain: list[dict[str, Any]], key: str) -> Naming:
    """Merge the tables of a part, the nearest on top; of lists, the nearest replaces the others."""
    patterns: dict[str, str] = {}
    listed: tuple[str, ...] = ()
    for table in _tables(chain, key):
        if not _is_list(table):
            patterns = {**dict(table), **patterns}
        elif not (listed or patterns):
            listed = tuple(table)
    return Naming(patterns, listed)


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
