"""The names of a naive network's modules by the spec's layout, for tests/oracle/network.py."""

from __future__ import annotations

import keyword
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import torch
from torch import nn

from tests.oracle.modules import Impossible
from tests.oracle.parts import Part

Data = Mapping[str, Any]
Pairs = list[tuple[str, nn.Module]]
Module = nn.Module | Part | None
"""A module, or one that is not made yet; None for what is none of its own."""

_EITHER = {
    **{role: f"{role}*" for role in ("conv", "act", "dropout")},
    **{role: role for role in ("pad", "drop_block", "drop_path", "branch_scale")},
    **{"norm": "bn*", "sum_act": "act*", "max_pool": "maxpool", "avg_pool": "avgpool"},
    **{"antialias": "aa", "multiply": "multiply", "attention": "se", "spatial": "conv*"},
}
_AFTER = {
    **{"global_avg_pool": "avgpool", "global_pool": "global_pool", "head_dropout": "dropout"},
    **{"flatten": "flatten", "hidden": "fc*", "linear": "fc", "output_activation": "activation"},
    **{"normalize": "normalize"},
}
_NUMBERS = dict.fromkeys(_EITHER, "*")
_TORCHVISION: Data = {
    **{
        "stem": {**_EITHER, "avg_pool": "pool"},
        "block": _EITHER,
        "projection": _NUMBERS,
        "head": {**_EITHER, **_AFTER},
    },
    **{"stage": "", "transition": "transition", "shortcut": "downsample", "shortcut_first": False},
    **{"prefix": "", "in_stage": "*", "first": {}, "attention": {}},
}
_DEEP = [*(f"conv1.{index}" for index in range(7)), "bn1", "act1"]
_RESNETV2: Data = {
    "stem": {**{role: f"stem.{name}" for role, name in _EITHER.items()}, "norm": "stem.norm*", "max_pool": "stem.pool"}
    | {"attention": "stem.attn"},
    "stage": "stages.*.blocks",
    "block": {"norm": "norm*", "attention": "attn"},
    "shortcut_first": True,
    "projection": {**_EITHER, "conv": "conv", "norm": "norm", "act": "act", "avg_pool": "pool"},
    "head": {"norm": "norm", "act": "act", **{role: f"head.{name}" for role, name in _AFTER.items()}},
}
_SKNET: Data = {"block": {"conv": "conv*.conv", "norm": "conv*.bn", "act": "conv*.act", "sum_act": "act"}}
_EMBEDDER = "embedder.embedder"
_HUGGINGFACE: Data = {
    "prefix": "resnet",
    "stem": {
        **{"conv": f"{_EMBEDDER}.convolution", "norm": f"{_EMBEDDER}.normalization"},
        **{"act": f"{_EMBEDDER}.activation", "max_pool": "embedder.pooler"},
    },
    **{"stage": "encoder.stages.*.layers", "first": {"layer": 0}, "shortcut": "shortcut", "shortcut_first": True},
    "block": {
        **{"conv": "layer.*.convolution", "norm": "layer.*.normalization", "act": "layer.*.activation"},
        "sum_act": "activation",
    },
    "projection": {"conv": "convolution", "norm": "normalization"},
    "head": {"global_avg_pool": "resnet.pooler", "flatten": "classifier.0", "linear": "classifier.1"},
}
_DETECTRON2: Data = {
    "stem": {"conv": "stem.conv*", "norm": "stem.conv*.norm", "act": "stem.act*", "max_pool": "stem.pool"},
    **{"stage": "res*", "first": {"stage": 2}, "shortcut": "shortcut", "shortcut_first": True},
    "block": {"norm": "conv*.norm"},
    "projection": {"conv": ".", "norm": "norm"},
    "head": {"linear": "linear"},
}
_BASES: dict[str, Data] = {
    "torchvision": {},
    "huggingface": _HUGGINGFACE,
    "detectron2": _DETECTRON2,
    "mmpretrain": {"prefix": "backbone", "head": {"linear": "head.fc"}},
    "deep_stem": {"stem": _DEEP},
    "efficientnet": {
        **{"stem": {"conv": "conv_stem"}, "stage": "blocks.*"},
        "blocks": {
            "inverted": {"conv": ["conv_pw", "conv_dw", "conv_pwl"]},
            "separable": {"conv": ["conv_dw", "conv_pw"]},
        },
        "attention": {"fc1": "conv_reduce", "fc2": "conv_expand"},
        "head": {"conv": "conv_head", "global_avg_pool": "global_pool", "linear": "classifier"},
    },
    "sknet": _SKNET,
    "resnetv2": _RESNETV2,
}


class Layout:
    """The names of every part, those that the spec writes before those of its base."""

    def __init__(self, layout: str | Data) -> None:
        own: Data = {"base": layout} if isinstance(layout, str) else layout
        base = _BASES[own.get("base", "torchvision")]
        self.own_types: Data = own.get("blocks", {})
        self.by_type: Data = {**base.get("blocks", {}), **self.own_types}
        self.by_head: Data = own.get("heads", {})
        self.attention: Data = {**base.get("attention", {}), **own.get("attention", {})}
        self.namers: dict[str, list[Namer]] = {}
        self.stem_names: set[str] = set()
        self.tables = [own, base, _TORCHVISION]

    def one(self, key: str) -> Any:
        """Return the value of a key in the nearest table that has it."""
        return next(table[key] for table in self.tables if key in table)

    def namer(self, part: str, taken: set[str] | None = None, kind: str = "", head: str = "") -> Namer:
        """Return the namer for one part of the network, for a block by its type, for a head by its name."""
        names: dict[str, str] = {}
        several: dict[str, list[str]] = {}
        listed: Sequence[str] = ()
        own = self.by_type
        for entry in [
            *([own[kind]] if kind in own else []),
            *([self.by_head[head]] if head in self.by_head else []),
            *self.entries(part),
        ]:
            if isinstance(entry, dict):
                new = {role: name for role, name in entry.items() if role not in names}
                several = {**{role: name for role, name in new.items() if isinstance(name, list)}, **several}
                names |= {role: name for role, name in new.items() if isinstance(name, str)}
            elif not (names or listed or several):
                listed = entry
        first = self.one("first").get("layer", 1) if part != "projection" else 1
        before = self.one("prefix") if part == "stem" else ""
        prefix = f"{before}." if before else ""
        namer = Namer(names, listed, set() if taken is None else taken, first, prefix, several)
        self.namers.setdefault(kind if kind in own else f"head {head}" if head else part, []).append(namer)
        return namer

    def done(self) -> None:
        """Check that each name in a list is some module's, and each block type some block's."""
        if idle := self.own_types.keys() - self.namers.keys():
            raise Impossible(f"no block is {idle}")
        if idle := {f"head {name}" for name in self.by_head} - self.namers.keys():
            raise Impossible(f"no head is {idle}")
        written = [namers for kind, namers in self.namers.items() if kind not in {*self.by_type} - {*self.own_types}]
        for namers in written:
            for role, names in namers[0].several.items():
                if max(namer.counts[role] for namer in namers) < len(names):
                    raise Impossible(f"names for {len(names)} of {role}")

    @property
    def joins_stages(self) -> bool:
        """True if the blocks of all stages are in one module."""
        return self.one("stage") != "" and "*" not in self.one("stage")

    def joined_path(self, block: int) -> str:
        """Return the path of a block by its number in the network, where one module holds all."""
        return f"{self.stage_path('', 0)}.{self.joined_number(block)}"

    def joined_number(self, block: int) -> int:
        """Return the number of a block in the module that holds all, by its number in the network."""
        before = f"{self.stage_path('', 0)}."
        others = [name.removeprefix(before).split(".")[0] for name in self.stem_names if name.startswith(before)]
        behind = max((int(other) + 1 for other in others if other.isdigit()), default=0)
        start: int = self.one("first").get("block", behind)
        return start + block

    def stage_path(self, name: str, index: int) -> str:
        """Return the path to a stage's blocks, with what their names begin with."""
        number = str(index + self.one("first").get("stage", 0))
        path = self.one("stage").replace("*", number) or name
        before = self.one("prefix")
        return f"{before}.{path}" if before else path

    def transition_path(self, name: str, index: int) -> str:
        """Return the path of the layers before the blocks of a stage."""
        if self.joins_stages:
            raise Impossible("layers before the blocks of a stage that is no module")
        holder = self.one("stage").rpartition("*")[2].partition(".")[2]
        path = self.stage_path(name, index)
        path = path.removesuffix(f".{holder}") if holder else path
        beside = [holder] if holder else [self.block_name(index, number) for number in range(99)]
        if self.one("transition") in beside:
            raise Impossible(f"{self.one('transition')} names blocks too")
        check([self.one("transition")])
        return f"{path}.{self.one('transition')}"

    def block_name(self, index: int, block: int) -> str:
        """Return the name of a block, by the indices of its stage and of itself."""
        first = self.one("first")
        name: str = self.one("in_stage")
        counted = name.replace("*", str(block + first.get("block", 0)))
        return counted.replace("@", str(index + first.get("stage", 0)))

    def entries(self, part: str) -> Iterator[Any]:
        """Yield the tables' entries for a part; a word abbreviates a convention and all its entries."""
        for table in self.tables:
            if isinstance(table.get(part), str):
                yield from Layout(table[part]).entries(part)
                return
            if part in table:
                yield table[part]


def is_function(role: str, name: str) -> bool:
    """Return whether this is a function call in `forward`, not a module: flattening, unless its place is numbered."""
    return role == "flatten" and not name[-1:].isdigit()


class Namer:
    """Gives one name after another."""

    def __init__(
        self,
        names: Mapping[str, str],
        listed: Sequence[str],
        taken: set[str],
        first: int = 1,
        before: str = "",
        several: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.names = names
        self.first = first
        self.before = before
        self.listed = listed
        self.taken = taken
        self.several = several or {}
        self.counts: Counter[str] = Counter()
        self.given: list[str] = []

    def name(self, role: str, number: int | str) -> str:
        """The next name; empty for what has none, and stands in the block itself."""
        at = len(self.given)
        listed = self.listed[at] if at < len(self.listed) else ""
        name = "" if listed == "." else f"{self.before}{listed}" if listed else self._free(role, number)
        while "+" in name:
            name = self._counted(*name.split("+", 1))
        self.given.append(name)
        self.counts[role] += 1
        if not is_function(role, name):
            self.taken.add(name)
        return name

    def holds(self, role: str, number: int) -> bool:
        """Return whether the name of a role is taken."""
        return self._plain(role, number) in self.taken

    def _plain(self, role: str, number: int | str) -> str:
        """Return the name of a role: `*` is the layer's own name, or its number, of which the first is known."""
        shown = number if isinstance(number, str) else str(number + self.first - 1)
        left = self.several.get(role, ())[self.counts[role] :]
        pattern = left[0] if left else self.names[role]
        return "" if pattern == "." else f"{self.before}{pattern.replace('*', shown)}"

    def _free(self, role: str, number: int | str) -> str:
        if role not in self.names:
            return ""
        name = plain = self._plain(role, number)
        count = 1
        while name in self.taken and "+" not in name:
            count += 1
            name = f"{plain}_{count}"
        return name

    def _counted(self, before: str, after: str) -> str:
        """Return a name with a number between: the lowest that is free and behind all others, in a module or alone."""
        number = 0
        while any(name == f"{before}{number}" or name.startswith(f"{before}{number}.") for name in self.taken):
            number += 1
        last = f"{before}{number - 1}"
        if number and after and last not in self.taken and f"{last}{after}" not in self.taken:
            return f"{last}{after}"
        return f"{before}{number}{after}"

    def done(self) -> None:
        """Check that all listed names are used."""
        if len(self.given) < len(self.listed):
            raise Impossible(f"{len(self.listed)} names, and {len(self.given)} modules")


def renamed(name: str, module: nn.Module, names: Mapping[str, str]) -> Pairs:
    """Return what an attention module holds, each by its path with the names that the layout has for its steps."""
    inside = [(path, each) for path, each in module.named_modules() if path and not list(each.children())]
    own = {names.get(key, key): parameter for key, parameter in held_parameters(module).items()}
    held: Pairs = [(name, nn.ParameterDict(own))] if own else []
    return [
        *held,
        *((".".join([name, *(names.get(step, step) for step in path.split("."))]), each) for path, each in inside),
    ]


def held_parameters(module: nn.Module) -> dict[str, nn.Parameter]:
    """Return the parameters that a module with others inside it owns itself."""
    return dict(module.named_parameters(recurse=False)) if list(module.children()) else {}


def check(names: Sequence[str], parts: Sequence[Module] = ()) -> None:
    """Check that sibling modules can have these names; `parts` are the modules.

    Raises:
        OperatorError: they cannot.
    """
    given = parts or [None] * len(names)
    _check([(name.split("."), part) for name, part in zip(names, given, strict=True) if name])


def _check(paths: list[tuple[list[str], Module]]) -> None:
    runs = groupby(paths, key=lambda each: each[0][0])
    groups = [(first, [(path[1:], part) for path, part in some]) for first, some in runs]
    firsts = [first for first, _ in groups]
    if len(set(firsts)) < len(firsts):
        raise Impossible(f"{firsts}: what belongs together stands apart")
    if any(first.isdigit() for first in firsts) and firsts != [str(number) for number in range(len(firsts))]:
        raise Impossible(f"{firsts} do not count")
    for first, inside in groups:
        if not first.isdigit() and (hasattr(nn.Module(), first) or keyword.iskeyword(first) or first[0] == "_"):
            raise Impossible(f"{first} is no name for a module")
        own, *others = inside
        if others and not own[0]:
            check_held(own[1], [path for path, _ in others], first)
        within = others if others and not own[0] else inside
        if len(within) > 1 and any(not path for path, _ in within):
            raise Impossible(f"{first} is twice there")
        if within[0][0]:
            _check(within)


def check_held(part: Module, paths: Sequence[list[str]], name: str) -> None:
    """Check that a module can hold others: it is one of torch's convolutions, unframed, with other attributes.

    Raises:
        OperatorError: it cannot.
    """
    with torch.device("meta"):
        module = part.make() if isinstance(part, Part) else part
    if type(module) not in (nn.Conv1d, nn.Conv2d, nn.Conv3d) or "forward" in vars(module):
        raise Impossible(f"{name} is a module and more")
    for path in paths:
        if path and (path[0].isdigit() or hasattr(module, path[0])):
            raise Impossible(f"{name} has {path[0]} already")


def check_whole(names: Sequence[str], tap: int, given: Sequence[str]) -> None:
    """Check that each module of a block is self-contained: no shortcut starts in it, nothing is passed in.

    Raises:
        OperatorError: one is not.
    """
    first, _, inside = names[tap].partition(".")
    if tap and inside and names[tap - 1].partition(".")[0] == first:
        raise Impossible(f"the shortcut begins inside {first}")
    if any("." in name for name in given):
        raise Impossible(f"{given} lies in another module")


def entries(pairs: Pairs) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The state dict's keys and shapes, from modules with their names."""
    for name, module in pairs:
        for key, value in module.state_dict().items():
            yield f"{name}.{key}", tuple(value.shape)
