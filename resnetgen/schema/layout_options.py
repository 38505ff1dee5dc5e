"""`layout: ...`: a user's naming table, with the keys of the built-in ones."""

import re
from collections.abc import Sequence
from typing import Annotated, Any

from resnetgen.diagnostics.suggestions import any_of, did_you_mean
from resnetgen.schema.fields import KEY, LONGEST_NAME, Flag, Identifier, Index, kind, validation_error
from resnetgen.schema.json_forms import Json
from resnetgen.schema.layout_tables import ATTENTION, HEAD, OPERATORS, ROLES, TABLES
from resnetgen.schema.layouts import NEXT, Layout, layout
from resnetgen.schema.marks import Discriminator, Length, Shorthand, Validator
from resnetgen.schema.record import Record
from resnetgen.source.unambiguous import unambiguous_match
from resnetgen.source.yaml_scalars import clip

MOST_PARTS = 8
"""The most modules inside one another that a name may have. Published networks have four."""

_PATTERN = r"(?![0-9])[A-Za-z0-9_*]+|[0-9]+|\+"


def _path(value: object) -> str:
    if not isinstance(value, str):
        raise validation_error("RG203", f"{KEY} must be text, not {kind(value)}")
    if len(value) > LONGEST_NAME:
        message = f"a module name has at most {LONGEST_NAME} characters, its dots included, not {len(value):,}"
        raise validation_error("RG205", message, "use shorter names of modules")
    parts = value.split(".")
    if len(parts) > MOST_PARTS:
        message = f"a module name has at most {MOST_PARTS} parts with dots between them, not {len(parts)}"
        raise validation_error("RG205", message, "put fewer modules inside one another")
    if not all(part and re.fullmatch(_PATTERN, part) for part in parts):
        message = f"{clip(value, 60)!r} is not a valid module name"
        number = "`*` for a number, as in `f.*.bn` or `bn*`, or `+` for the next number, as in `layers.+`"
        raise validation_error("RG205", message, f"use letters, digits and `_`, dots between modules, and {number}")
    return value


def _attribute(value: object) -> str:
    name = _path(value)
    if not name.isidentifier():
        raise validation_error(
            "RG205", f"{clip(name, 60)!r} is not a valid attribute name", "use a name without dots and numbers"
        )
    return name


def _role_of(*known: str) -> Validator:
    """Return a validator for the roles of operators in one part of a network."""
    return Validator(lambda value: _role(value, known), {"enum": list(known)})


def _role(value: object, known: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in known:
        shown = clip(str(value), 60)
        what = f"no operator of this part has the role {shown!r}" if value in ROLES else f"unknown role {shown!r}"
        help = f"the roles here are {', '.join(known)}"
        raise validation_error(
            "RG206", f"{what}{did_you_mean(value, known)}", help, instead=unambiguous_match(value, known)
        )
    return value


def _stage(value: object) -> str:
    path = _path(value)
    after = path.partition("*")[2]
    if "*" in after or "." in after.partition(".")[2] or NEXT in path:
        help = (
            "write `*` at most once, for the number, as in `layer*`, `stages.*` or `stages.*.blocks`, and at most one "
            "module after it"
        )
        raise validation_error("RG205", f"{clip(path, 60)!r} is not a path of numbered stages", help)
    return path


_IN_STAGE = r"[A-Za-z0-9_@-]*\*"


def _in_stage(value: object) -> str:
    if not isinstance(value, str):
        raise validation_error("RG203", f"{KEY} must be text, not {kind(value)}")
    if len(value) > LONGEST_NAME or not re.fullmatch(_IN_STAGE, value):
        help = (
            "use letters, digits, `_` and `-`, and end it with `*` for the number of the block, as in `block*`; `@` is "
            "the number of the stage"
        )
        raise validation_error("RG205", f"{clip(value, 60)!r} is not a name of numbered blocks", help)
    return value


def _itself(value: object) -> str:
    return value if isinstance(value, str) and value == ITSELF else _path(value)


def _plain_path(value: object) -> str:
    path = _path(value)
    if "*" in path or NEXT in path:
        help = "write a path without `*` and `+`, such as `backbone`"
        raise validation_error("RG205", f"{clip(path, 60)!r} is not a path without numbers", help)
    return path


def _prefix(value: object) -> str:
    return "" if value == "" else _plain_path(value)


def _inner(value: object) -> str:
    if not isinstance(value, str) or value not in ATTENTION:
        message = f"no attention has a module {clip(str(value), 60)!r}{did_you_mean(value, ATTENTION)}"
        help = f"the modules inside attention modules are {', '.join(ATTENTION)}"
        raise validation_error("RG206", message, help, instead=unambiguous_match(value, ATTENTION))
    return value


def _inner_path(value: object) -> str:
    path = _path(value)
    if "*" in path or NEXT in path or path[0].isdigit():
        help = "write a path that begins with a name and has no `*` or `+`, such as `conv_reduce` or `attention.0`"
        raise validation_error("RG205", f"{clip(path, 60)!r} is not the path of a module inside another", help)
    return path


def _base(value: object) -> str:
    if not isinstance(value, str):
        raise validation_error("RG203", f"{KEY} must be text, not {kind(value)}")
    if value not in TABLES:
        message = f"unknown layout {clip(value, 60)!r}{did_you_mean(value, TABLES)}"
        raise validation_error("RG206", message, f"use {any_of(TABLES)}", instead=unambiguous_match(value, TABLES))
    return value


def _form_of_stem(value: Any) -> str:
    return "<list>" if isinstance(value, list) else "<name>" if isinstance(value, str) else "<table>"


_ENDS = r"$(?!\n)"
_ATTRIBUTE = "[A-Za-z_][A-Za-z0-9_]*"
_PART = r"(?:[A-Za-z_*][A-Za-z0-9_*]*|[0-9]+|\+)"
_PLAIN_PART = f"(?:{_ATTRIBUTE}|[0-9]+)"


def _form(pattern: str) -> Json:
    return {"type": "string", "maxLength": LONGEST_NAME, "pattern": f"^{pattern}{_ENDS}"}


_PLAIN_PATH = rf"{_PLAIN_PART}(?:\.{_PLAIN_PART}){{0,{MOST_PARTS - 1}}}"
_NUMBERED_PATH = rf"(?:{_PLAIN_PART}\.){{0,{MOST_PARTS - 1}}}(?:{_ATTRIBUTE})?\*[A-Za-z0-9_]*(?:\.{_PLAIN_PART})?"
_STAGE_PATH = rf"(?:{_NUMBERED_PATH}|{_PLAIN_PATH})"
_INNER_PATH = rf"{_ATTRIBUTE}(?:\.{_PLAIN_PART}){{0,{MOST_PARTS - 1}}}"
_BASE = Validator(_base, {"enum": list(TABLES)})

_PATHS = rf"{_PART}(?:\.{_PART}){{0,{MOST_PARTS - 1}}}"

ModulePath = Annotated[str, Validator(_path, _form(_PATHS))]

InnerPath = Annotated[str, Validator(_inner_path, _form(_INNER_PATH))]

ITSELF = "."
"""The name of what is the shortcut itself, with nothing around it, or a parameter of the block itself."""

ModuleOrItself = Annotated[str, Validator(_itself, _form(rf"(?:\.|{_PATHS})"))]
_IN_BLOCKS = ("sum_act", "branch_scale", "drop_path")


def _form_of_names(value: Any) -> str:
    return "<list>" if isinstance(value, list) else "<name>"


ModulePaths = Annotated[
    ModulePath | Annotated[list[ModulePath], Length(1, 100)], Discriminator(_form_of_names, ("<name>", "<list>"))
]
"""A name, or the names of the first, second, ... operator of a role."""

StemTable = Annotated[
    dict[Annotated[str, _role_of(*(role for role in OPERATORS if role not in _IN_BLOCKS))], ModulePaths], Length(1, 100)
]
BlockPaths = Annotated[
    ModuleOrItself | Annotated[list[ModulePath], Length(1, 100)], Discriminator(_form_of_names, ("<name>", "<list>"))
]
BlockTable = Annotated[dict[Annotated[str, _role_of(*OPERATORS)], BlockPaths], Length(1, 100)]
ShortcutTable = Annotated[
    dict[Annotated[str, _role_of(*(role for role in OPERATORS if role not in _IN_BLOCKS))], ModuleOrItself],
    Length(1, 100),
]
HeadTable = Annotated[
    dict[Annotated[str, _role_of(*(role for role in (*OPERATORS, *HEAD) if role not in _IN_BLOCKS))], ModulePaths],
    Length(1, 100),
]
AttentionTable = Annotated[
    dict[Annotated[str, Validator(_inner, {"enum": list(ATTENTION)})], InnerPath], Length(1, 100)
]


_Stem = Annotated[
    StemTable | Annotated[list[ModulePath], Length(1, 1000)] | Annotated[str, _BASE],
    Discriminator(_form_of_stem, ("<table>", "<list>", "<name>")),
]


def _form_of_block(value: Any) -> str:
    return "<list>" if isinstance(value, list) else "<table>"


_Block = Annotated[
    BlockTable | Annotated[list[ModuleOrItself], Length(1, 1000)],
    Discriminator(_form_of_block, ("<table>", "<list>")),
]


class FirstNumbers(Record):
    """`first: ...`: where numbers in names start."""

    stage: Index = 0
    """The number of the first stage, for the `*` in `stage` and the `@` in `in_stage`."""
    block: Index = 0
    """The number of a stage's first block. If one module holds the blocks of all stages, they are numbered on from
    what else it holds, or from this number.
    """
    layer: Index = 1
    """The number of the first layer of the stem and of each block."""


class LayoutOptions(Record):
    """A naming table: a base layout, and the names that differ from it."""

    base: Annotated[str, _BASE] = "torchvision"
    """The layout that gives all other names."""
    stem: _Stem | None = None
    """The names in the stem: by role; a list for the first operators, in order; or another layout, whose stem gives
    the names.
    """
    prefix: Annotated[str, Validator(_prefix, _form(rf"(?:{_PLAIN_PATH})?"))] | None = None
    """A path before the names of the stem and the stages: `backbone`. An empty text is none, where the base has one."""
    stage: Annotated[str, Validator(_stage, _form(_STAGE_PATH))] | None = None
    """The path of a stage. `*` is the stage's number: `layer*`, `stages.*`, or `stages.*.blocks`. Without `*`, one
    module of this path holds the blocks of all stages, numbered from the first stage to the last: `features`.
    """
    in_stage: Annotated[str, Validator(_in_stage, _form(_IN_STAGE))] | None = None
    """The name of a block in its stage. `*` at its end is the block's number, `@` that of the stage: `block@-*`."""
    transition: Annotated[str, Validator(_attribute, _form(_ATTRIBUTE))] | None = None
    """The name of the layers before a stage's blocks, which are numbered in it. It has no dot and no `*`."""
    first: FirstNumbers | None = None
    """The numbers of the first stage, the first block of a stage and the first layer."""
    block: _Block | None = None
    """The names in a block: by role, or a list for the first operators, in order. A `branch_scale` called `.` is a
    parameter of the block itself.
    """
    blocks: Annotated[dict[Identifier, _Block], Length(1, 1000)] | None = None
    """The names in blocks of single types: for each type, a table that overrides `block`, or a list."""
    attention: AttentionTable | None = None
    """The names of the modules inside attention modules and the attention pool, by their default names:
    `{fc1: conv_reduce}`.
    """
    shortcut: Annotated[str, Validator(_attribute, _form(_ATTRIBUTE))] | None = None
    """The name of a block's shortcut. It has no dot and no `*`."""
    shortcut_first: Flag | None = None
    """If true, a block's shortcut comes before its branch in the state dict."""
    projection: ShortcutTable | None = None
    """The names in the shortcut, by role."""
    head: HeadTable | None = None
    """The names in the head, by role."""
    heads: Annotated[dict[Identifier, HeadTable], Length(1, 100)] | None = None
    """The names in single heads of several, by role: for each head, a table that overrides `head`."""

    def is_default(self) -> bool:
        """Tell whether this is plain torchvision, whose names make modules with any operators."""
        return self.base == "torchvision" and self.model_fields_set <= {"base"}

    def has(self, path: Sequence[str | int]) -> bool:
        """Tell whether the user wrote what is at a path in this table."""
        if not path or path[0] not in self.model_fields_set:
            return False
        value = getattr(self, str(path[0]))
        for step in path[1:]:
            if isinstance(value, str) or step not in (range(len(value)) if isinstance(value, list) else value):
                return False  # a string is the name of a layout, whose table has the names
            value = value[step]
        return True

    def layout(self) -> Layout:
        """Return the complete layout; equal tables share one object."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        return layout(_frozen({"base": "torchvision", **given}))


def _frozen(value: Any) -> Any:
    if isinstance(value, Record):
        value = {name: getattr(value, name) for name in value.model_fields_set}
    if isinstance(value, dict):
        return tuple((key, _frozen(item)) for key, item in value.items())
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def named_layout(value: Any) -> Any:
    """Expand a word: `resnetv2` is short for `{base: resnetv2}`."""
    return {"base": value} if isinstance(value, str) else value


LayoutSlot = Annotated[LayoutOptions, Shorthand(named_layout, ("base",))]
