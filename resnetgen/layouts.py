"""How the parts of a network are named in its state dict: tables from an operator's role to its name.

A user writes a table in the same words: `layout: {base: torchvision, block: {norm: norm*}}`. A name is an attribute, or
a path of attributes with dots between them, and `*` stands for a number.
"""

import re
from collections.abc import Iterator, Mapping, Set
from functools import cache, lru_cache
from typing import Annotated, Any

from resnetgen.fields import Flag, kind, wrong
from resnetgen.frozen import Distinct
from resnetgen.record import Before, Check, Record, Size, Tagged
from resnetgen.scalars import clip

_OPERATORS = {
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

_HEAD = {
    "global_avg_pool": "avgpool",
    "global_pool": "global_pool",
    "head_dropout": "dropout",
    "flatten": "flatten",
    "linear": "fc",
    "output_activation": "activation",
}

_NUMBERED = dict.fromkeys(_OPERATORS, "*")

ROLES = (*_OPERATORS, *_HEAD)
"""Everything that has a name: the words on the left of a table."""

_DEEP_STEM = "conv1.0 conv1.1 conv1.2 conv1.3 conv1.4 conv1.5 conv1.6 bn1 act1"

_V2 = {"norm": "norm*", "attention": "attn"}

TABLES: dict[str, dict[str, Any]] = {
    "torchvision": {
        "stem": {**_OPERATORS, "avg_pool": "pool"},
        "stage": "",
        "block": _OPERATORS,
        "shortcut": "downsample",
        "shortcut_first": False,
        "projection": _NUMBERED,
        "head": {**_OPERATORS, **_HEAD},
    },
    "deep_stem": {"base": "torchvision", "stem": _DEEP_STEM.split()},
    "sknet": {
        "base": "torchvision",
        "block": {"conv": "conv*.conv", "norm": "conv*.bn", "act": "conv*.act", "sum_act": "act"},
    },
    "resnetv2": {
        "base": "torchvision",
        "stem": {role: f"stem.{name}" for role, name in (_OPERATORS | _V2 | {"max_pool": "pool"}).items()},
        "stage": "stages.*.blocks",
        "block": _V2,
        "shortcut_first": True,
        "projection": {**_OPERATORS, "conv": "conv", "norm": "norm", "act": "act", "avg_pool": "pool"},
        "head": {"norm": "norm", "act": "act", **{role: f"head.{name}" for role, name in _HEAD.items()}},
    },
}
"""The conventions that are built in; each says what it has that its base has not."""

_PATTERN = re.compile(r"(?![0-9])[A-Za-z0-9_]*\*?|\d+|\*")


class Naming(Distinct):
    """The names of one part of a network: a table by role, in a stem also a list of the first names in order."""

    patterns: Mapping[str, str]
    listed: tuple[str, ...] = ()

    def name(self, role: str, number: int, position: int, taken: Set[str]) -> str:
        """The name for an operator in this role, the one at this position; made unique by a number if it must be."""
        if position < len(self.listed):
            return self.listed[position]
        name = _numbered(self.patterns[role], number)
        if name not in taken:
            return name
        return next(numbered for k in range(2, len(taken) + 3) if (numbered := f"{name}_{k}") not in taken)

    def has(self, role: str, number: int, taken: Set[str]) -> bool:
        """Whether the name of this role and number is in use."""
        return _numbered(self.patterns[role], number) in taken


@lru_cache(maxsize=4096)
def _numbered(pattern: str, number: int) -> str:
    return pattern.replace("*", str(number))


class Layout(Distinct):
    """A convention. `stage` is the path of a stage by its index, empty where its name in the spec is its path."""

    stem: Naming
    block: Naming
    projection: Naming
    head: Naming
    stage: str
    shortcut: str
    shortcut_first: bool

    def stage_path(self, name: str, index: int) -> str:
        """The path of a stage in the state dict, without the number of a block."""
        return self.stage.replace("*", str(index)) if self.stage else name


def _path(value: object) -> str:
    if not isinstance(value, str):
        raise wrong("RG203", f"a name must be text, not {kind(value)}")
    if not all(part and _PATTERN.fullmatch(part) for part in value.split(".")):
        message = f"{clip(value, 60)!r} is no name of a module"
        raise wrong("RG205", message, "use letters, digits and `_`, dots between modules, and `*` for a number")
    return value


def _attribute(value: object) -> str:
    name = _path(value)
    if not name.isidentifier():
        raise wrong("RG205", f"{clip(name, 60)!r} is no attribute of a block", "use a name without dots and numbers")
    return name


def _role_of(*known: str) -> Check:
    """A check for a role that operators of one part of a network can have."""
    return Check(lambda value: _role(value, known))


def _role(value: object, known: tuple[str, ...]) -> str:
    from resnetgen.diagnostics.nearest import nearest

    if not isinstance(value, str) or value not in known:
        said = clip(str(value), 60)
        what = f"no operator of this part has the role {said!r}" if value in ROLES else f"there is no role {said!r}"
        raise wrong("RG206", f"{what}{nearest(value, known)}", f"the roles here are {', '.join(known)}")
    return value


def _stage(value: object) -> str:
    path = _path(value)
    prefix, star, suffix = path.partition(".*")
    if not star or "*" in prefix + suffix or "." in prefix or suffix.count(".") > 1:
        help = "write a path such as `stages.*` or `stages.*.blocks`"
        raise wrong("RG205", f"{clip(path, 60)!r} is no path of numbered stages", help)
    return path


def _base(value: object) -> str:
    from resnetgen.diagnostics.nearest import nearest

    if not isinstance(value, str):
        raise wrong("RG203", f"the name of a layout must be text, not {kind(value)}")
    if value not in TABLES:
        raise wrong(
            "RG206", f"there is no layout {clip(value, 60)!r}{nearest(value, TABLES)}", f"use {', '.join(TABLES)}"
        )
    return value


def _form_of_stem(value: Any) -> str:
    return "<list>" if isinstance(value, list) else "<name>" if isinstance(value, str) else "<table>"


ModulePath = Annotated[str, Check(_path)]
_IN_BLOCKS = ("sum_act", "branch_scale", "drop_path")

StemTable = dict[Annotated[str, _role_of(*(role for role in _OPERATORS if role not in _IN_BLOCKS))], ModulePath]
BlockTable = dict[Annotated[str, _role_of(*_OPERATORS)], ModulePath]
ShortcutTable = dict[Annotated[str, _role_of("conv", "norm", "avg_pool", "attention", "pad")], ModulePath]
HeadTable = dict[
    Annotated[str, _role_of(*(role for role in (*_OPERATORS, *_HEAD) if role not in _IN_BLOCKS))], ModulePath
]


_Stem = Annotated[
    StemTable | Annotated[list[ModulePath], Size(1, 1000)] | Annotated[str, Check(_base)],
    Tagged(_form_of_stem, ("<table>", "<list>", "<name>")),
]


class LayoutOptions(Record):
    """A naming table: a convention, and what is named otherwise."""

    base: Annotated[str, Check(_base)] = "torchvision"
    stem: _Stem | None = None
    stage: Annotated[str, Check(_stage)] | None = None
    block: BlockTable | None = None
    shortcut: Annotated[str, Check(_attribute)] | None = None
    shortcut_first: Flag | None = None
    projection: ShortcutTable | None = None
    head: HeadTable | None = None

    def is_default(self) -> bool:
        """Whether it is torchvision's as it is, whose names make modules with any operators."""
        return self.base == "torchvision" and self.written <= {"base"}

    def layout(self) -> Layout:
        """The whole convention; the same object for equal tables."""
        said = {name: getattr(self, name) for name in self.written}
        return _layout(_frozen({"base": "torchvision", **said}))


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple((key, _frozen(item)) for key, item in value.items())
    return tuple(value) if isinstance(value, list) else value


@cache
def _layout(frozen: tuple[tuple[str, Any], ...]) -> Layout:
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
    """The tables of a built-in convention and of its bases."""
    while name:
        yield TABLES[name]
        name = TABLES[name].get("base", "")


def _first(chain: list[dict[str, Any]], key: str) -> Any:
    return next(table[key] for table in chain if key in table)


def _naming(chain: list[dict[str, Any]], key: str) -> Naming:
    """The tables of a part laid over one another, the nearest on top; of lists, the nearest."""
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
    """What the tables say of a part, the nearest first; where one names another convention, that is what it says."""
    for said in (table[key] for table in chain if key in table):
        if not isinstance(said, str):
            yield said
            continue
        yield from (other[key] for other in _chain(said) if key in other)
        return


def named_layout(value: Any) -> Any:
    """`resnetv2` is short for `{base: resnetv2}`."""
    return {"base": value} if isinstance(value, str) else value


LayoutSlot = Annotated[LayoutOptions, Before(named_layout)]
