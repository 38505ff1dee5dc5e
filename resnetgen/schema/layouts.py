"""Layouts: the names of a network's parts in its state dict, as tables from an operator's role to its name.

A user writes a table with the same keys: `layout: {base: torchvision, block: {norm: norm*}}`. A name is an attribute,
or a path of attributes with dots between them, and `*` stands for a number.
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

ROLES = (*OPERATORS, *HEAD)
"""Everything that has a name: the words on the left of a table."""

_DEEP_STEM = "conv1.0 conv1.1 conv1.2 conv1.3 conv1.4 conv1.5 conv1.6 bn1 act1"

_V2 = {"norm": "norm*", "attention": "attn"}

TABLES: dict[str, dict[str, Any]] = {
    "torchvision": {
        "stem": {**OPERATORS, "avg_pool": "pool"},
        "stage": "",
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
    """The names of one part of a network: a table by role, and for a stem also a list of its first names in order."""

    patterns: Mapping[str, str]
    listed: tuple[str, ...] = ()

    def name(self, role: str, number: int, position: int, taken: Set[str]) -> str:
        """Return the name of an operator, made unique by a number if necessary.

        Args:
            role: the operator's role; a role that the table lacks is a name itself.
            number: the number for a `*` in the name.
            position: the operator's place in its part, for a list of names.
            taken: names in use.
        """
        if position < len(self.listed):
            return self.listed[position]
        name = _numbered(self.patterns.get(role, role), number)
        if name not in taken:
            return name
        return next(numbered for k in range(2, len(taken) + 3) if (numbered := f"{name}_{k}") not in taken)

    def has(self, role: str, number: int, taken: Set[str]) -> bool:
        """Tell whether the name of this role and number is in use."""
        return _numbered(self.patterns.get(role, role), number) in taken


@lru_cache(maxsize=4096)
def _numbered(pattern: str, number: int) -> str:
    return pattern.replace("*", str(number))


class Layout(FrozenIdentity):
    """The names of a network's parts.

    `stage` is the path of a stage by its index; if it is empty, the stage's name is its path.
    """

    stem: Naming
    block: Naming
    projection: Naming
    head: Naming
    stage: str
    shortcut: str
    shortcut_first: bool

    def stage_path(self, name: str, index: int) -> str:
        """Return the path of a stage in the state dict, without the number of a block."""
        return self.stage.replace("*", str(index)) if self.stage else name


@lru_cache(maxsize=256)  # an editor's session may try many
def layout(frozen: tuple[tuple[str, Any], ...]) -> Layout:
    """Return the layout of a table.

    Args:
        frozen: the table, with mappings as pairs and lists as tuples. Equal tables share one layout.
    """
    own = dict(frozen)
    chain = [own, *_chain(own["base"])]
    return Layout(
        stem=_naming(chain, "stem"),
        block=_naming(chain, "block"),
        projection=_naming(chain, "projection"),
        head=_naming(chain, "head"),
        stage=_first(chain, "stage"),
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
