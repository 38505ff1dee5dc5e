"""`layout: ...`: a user's naming table, with the keys of the built-in ones."""

import re
from typing import Annotated, Any

from resnetgen.diagnostics.suggestions import any_of, did_you_mean
from resnetgen.schema.fields import KEY, LONGEST_NAME, Flag, kind, validation_error
from resnetgen.schema.json_forms import Json
from resnetgen.schema.layouts import HEAD, OPERATORS, ROLES, TABLES, Layout, layout
from resnetgen.schema.marks import Discriminator, Length, Shorthand, Validator
from resnetgen.schema.record import Record
from resnetgen.source.unambiguous import unambiguous_match
from resnetgen.source.yaml_scalars import clip

MOST_PARTS = 8
"""The most modules inside one another that a name may have. Published networks have four."""

_PATTERN = r"(?![0-9])[A-Za-z0-9_]*\*?|[0-9]+|\*"


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
        number = "`*` for a number, alone as in `f.*.bn` or at the end of a name as in `bn*`"
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
    prefix, star, suffix = path.partition(".*")
    if not star or "*" in prefix + suffix or "." in prefix or suffix.count(".") > 1:
        help = "write a path such as `stages.*` or `stages.*.blocks`, in which the number is a part of its own"
        if _ends_a_name(path):
            help += f"; without `stage`, each stage has its own name, such as `{path.partition('*')[0]}1`"
        raise validation_error("RG205", f"{clip(path, 60)!r} is not a path of numbered stages", help)
    return path


def _ends_a_name(path: str) -> bool:
    """Return True if a path begins with a name that a number ends: `block*`."""
    return re.match(r"\w+\*", path) is not None


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
_PART = rf"(?:{_ATTRIBUTE}\*?|[0-9]+|\*)"
_PLAIN_PART = f"(?:{_ATTRIBUTE}|[0-9]+)"


def _form(pattern: str) -> Json:
    return {"type": "string", "maxLength": LONGEST_NAME, "pattern": f"^{pattern}{_ENDS}"}


_BASE = Validator(_base, {"enum": list(TABLES)})

ModulePath = Annotated[str, Validator(_path, _form(rf"{_PART}(?:\.{_PART}){{0,{MOST_PARTS - 1}}}"))]
_IN_BLOCKS = ("sum_act", "branch_scale", "drop_path")

StemTable = dict[Annotated[str, _role_of(*(role for role in OPERATORS if role not in _IN_BLOCKS))], ModulePath]
BlockTable = dict[Annotated[str, _role_of(*OPERATORS)], ModulePath]
ShortcutTable = dict[Annotated[str, _role_of("conv", "norm", "avg_pool", "attention", "pad")], ModulePath]
HeadTable = dict[
    Annotated[str, _role_of(*(role for role in (*OPERATORS, *HEAD) if role not in _IN_BLOCKS))], ModulePath
]


_Stem = Annotated[
    StemTable | Annotated[list[ModulePath], Length(1, 1000)] | Annotated[str, _BASE],
    Discriminator(_form_of_stem, ("<table>", "<list>", "<name>")),
]


class LayoutOptions(Record):
    """A naming table: a base layout, and the names that differ from it."""

    base: Annotated[str, _BASE] = "torchvision"
    """The layout that gives all other names."""
    stem: _Stem | None = None
    """The names in the stem: by role; a list for the first operators, in order; or another layout, whose stem gives
    the names.
    """
    stage: Annotated[str, Validator(_stage, _form(rf"{_PLAIN_PART}\.\*(?:\.{_PLAIN_PART})?"))] | None = None
    """The path of a stage. `*` is the stage's index from 0: `stages.*`, or `stages.*.blocks`."""
    block: BlockTable | None = None
    """The names in a block, by role."""
    shortcut: Annotated[str, Validator(_attribute, _form(_ATTRIBUTE))] | None = None
    """The name of a block's shortcut. It has no dot and no `*`."""
    shortcut_first: Flag | None = None
    """If true, a block's shortcut comes before its branch in the state dict."""
    projection: ShortcutTable | None = None
    """The names in the shortcut, by role."""
    head: HeadTable | None = None
    """The names in the head, by role."""

    def is_default(self) -> bool:
        """Tell whether this is plain torchvision, whose names make modules with any operators."""
        return self.base == "torchvision" and self.model_fields_set <= {"base"}

    def layout(self) -> Layout:
        """Return the complete layout; equal tables share one object."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        return layout(_frozen({"base": "torchvision", **given}))


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple((key, _frozen(item)) for key, item in value.items())
    return tuple(value) if isinstance(value, list) else value


def named_layout(value: Any) -> Any:
    """Expand a word: `resnetv2` is short for `{base: resnetv2}`."""
    return {"base": value} if isinstance(value, str) else value


LayoutSlot = Annotated[LayoutOptions, Shorthand(named_layout, ("base",))]
