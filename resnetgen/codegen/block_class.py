"""Block classes: their constructors, parameters and `forward`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from resnetgen.codegen.block_forward import Sum, block_forward
from resnetgen.codegen.block_layout import BlockLayout
from resnetgen.codegen.block_words import described
from resnetgen.codegen.classes import IDENTITY, Definition, Slot, method, symbols
from resnetgen.codegen.conditions import NoRule, Uses
from resnetgen.codegen.containers import origin
from resnetgen.codegen.modules import Modules
from resnetgen.codegen.parameters import Parameters
from resnetgen.codegen.tree import Assign, Bracket, Conditional, Expression, If, Paths, Statement, merged
from resnetgen.ir.network import Node
from resnetgen.ops.operator import Construction

HAS_SHORTCUT = "has_shortcut"


def block_class(
    layouts: Sequence[BlockLayout], modules: Modules, passed_in: Sequence[Bracket | None] | None = None
) -> Definition:
    """Return one class for blocks of one form; its name is still empty.

    Args:
        layouts: the blocks, each one use of the class.
        modules: the constructions of all operators.
        passed_in: the shortcut of each block, which the constructor takes as an argument. By default, the class builds
            its shortcut itself.

    Raises:
        NoRule: no condition on its parameters tells its variants apart, or its shortcuts do not follow from them.
    """
    return _Builder(layouts, modules).built(passed_in)


@dataclass(slots=True)
class _Builder:
    layouts: Sequence[BlockLayout]
    modules: Modules
    parameters: Parameters = field(init=False)
    uses: Uses = field(init=False)
    slots: list[Slot] = field(default_factory=list)
    flags: dict[str, str] = field(default_factory=dict)
    """The attributes with the truth of a condition, by the condition."""

    def __post_init__(self) -> None:
        if len({layout.variant()[2] for layout in self.layouts}) > 1:
            self.layouts = [layout.flagged() for layout in self.layouts]
        self.parameters = Parameters(symbols([layout.widths() for layout in self.layouts]))
        blocks = [layout.block for layout in self.layouts]
        self.uses = Uses(self.parameters, blocks, tuple(range(len(blocks))))

    def built(self, passed_in: Sequence[Bracket | None] | None) -> Definition:
        first = self.layouts[0]
        body = [*self._flag(), *self._assignments()]
        shortcut, attribute = self._shortcut() if passed_in is None else self._passed_in(passed_in)
        body = [*shortcut, *body] if first.block.shortcut.first else [*body, *shortcut]
        body += self._adds()
        methods = [method(one.class_name, one.sentence(), self.modules.method_lines(one)) for one in first.methods()]
        methods.append(method("forward", "", self._forward(attribute)))
        words = first.block.description.strip() or described([layout.block for layout in self.layouts])
        parameters = tuple(self.parameters.in_order())
        at = merged(layout.at for layout in self.layouts)
        return Definition("", words, parameters, tuple(body), tuple(methods), tuple(self.slots), at=at)

    def _assignments(self) -> list[Statement]:
        """Assign the modules of the branch and after the addition.

        Modules of some uses reuse the parameters of those that all uses have.
        """
        rows = list(zip(*(layout.attributes() for layout in self.layouts), strict=True))
        made: dict[int, Expression | None]
        made = {index: self._made(row) for index, row in enumerate(rows) if not _is_mixed(row)}
        made |= {index: self._optional(row) for index, row in enumerate(rows) if _is_mixed(row)}
        return [
            Assign(f"self.{rows[index][0].name}", value, at=merged(map(origin, rows[index])))
            for index, value in sorted(made.items())
            if value is not None
        ]

    def _made(self, row: Sequence[Node]) -> Bracket | None:
        """Build a module that all uses have; None for a plain function, and for a slot that these blocks do not use."""
        if row[0].injected and row[0].operator.role == "identity":
            return None
        same = self._constructions(row)
        return self.parameters.made(same, row[0].name) if same else None

    def _optional(self, row: Sequence[Node]) -> Expression:
        """Build a module that only some uses have; if no rule covers it, the constructor takes it as an argument."""
        same, name = self._constructions(row), row[0].name
        try:
            made = self.uses.made(same, name)
            return made._replace(test=self.flags.get(made.test, made.test)) if isinstance(made, Conditional) else made
        except NoRule:
            if not row[0].injected:
                raise
        passed_in = tuple(Parameters({}).made([each], name) for each in same)
        self.slots.append(Slot(self.parameters.pass_in(name), name, passed_in))
        return self.slots[-1].assigned()

    def _constructions(self, row: Sequence[Node]) -> list[Construction]:
        found = (self.modules.known[node.operator] for node in row)
        return [construction for construction in found if construction is not None]

    def _flag(self) -> list[Statement]:
        """Assign the flag that a method of the class reads."""
        values = [layout.variant()[2] for layout in self.layouts]
        flag = self.layouts[0].flag()
        if flag is None or len(set(values)) == 1:
            return []
        self._free(flag.flag)
        test = self.uses.condition([bool(value) for value in values])
        self.flags[test] = f"self.{flag.flag}"
        return [Assign(f"self.{flag.flag}", test)]

    def _adds(self) -> list[Statement]:
        """Assign a flag for the addition, if only some uses add a shortcut."""
        adds = [layout.adds() for layout in self.layouts]
        if len(set(adds)) == 1:
            return []
        if any(layout.shortcut for layout in self.layouts):
            raise NoRule
        self._free(HAS_SHORTCUT)
        return [Assign(f"self.{HAS_SHORTCUT}", self.uses.condition(adds))]

    def _free(self, name: str) -> None:
        if name in {node.name.partition(".")[0] for node in self.layouts[0].attributes()}:
            raise NoRule

    def _shortcut(self) -> tuple[list[Statement], str]:
        """Return the statements that build the shortcut, and its attribute in `forward`."""
        present = [bool(layout.shortcut) for layout in self.layouts]
        own = [layout for layout in self.layouts if layout.shortcut]
        if not own:
            return [], ""
        if len({layout.tap() for layout in own}) > 1 or not all(layout.adds() for layout in self.layouts):
            raise NoRule
        name = own[0].block.shortcut.name
        made = self.uses.where(present).made(self._constructions([layout.shortcut[0] for layout in own]), name)
        if all(present):
            return [Assign(f"self.{name}", made, at=self._shortcut_at())], name
        test, at = self.uses.condition(present), self._shortcut_at()
        built = If(test, (Assign(f"self.{name}", made, at=at),))
        if own[0].tap():
            return [Assign(f"self.{name}", "None", at=at), built], name
        return [Assign(f"self.{name}: nn.Module", IDENTITY, at=at), built], name

    def _passed_in(self, passed_in: Sequence[Bracket | None]) -> tuple[list[Statement], str]:
        if len({layout.variant() for layout in self.layouts}) > 1:
            raise NoRule
        name = self.layouts[0].block.shortcut.name
        self.slots.append(Slot("shortcut", name, tuple(each or IDENTITY for each in passed_in)))
        return [Assign(f"self.{name}", self.slots[-1].assigned(), at=self._shortcut_at())], name

    def _shortcut_at(self) -> Paths:
        """Return the parts of the spec that ask for the shortcuts."""
        return merged(layout.shortcut_at for layout in self.layouts)

    def _forward(self, attribute: str) -> list[Statement]:
        first = self.layouts[0]
        branch = [node for index, node in enumerate(first.branch) if not self._is_idle(index)]
        adding = [layout for layout in self.layouts if layout.adds()]
        if not adding:
            return block_forward(branch, first.post_add, None)
        reading = [layout for layout in self.layouts if layout.shortcut]
        tap = reading[0].tap() if reading else first.tap()
        some = len(adding) < len(self.layouts)
        over = all(layout.block.shortcut.over for layout in adding)
        optional = bool(tap) and attribute != "" and len(reading) < len(self.layouts)
        found = Sum(tap, over, attribute, optional, f"self.{HAS_SHORTCUT}" if some else "", self._shortcut_at())
        return block_forward(branch, first.post_add, found)

    def _is_idle(self, index: int) -> bool:
        """Tell whether a node is a slot that no block of this class uses."""
        return all(
            layout.branch[index].injected and layout.branch[index].operator.role == "identity"
            for layout in self.layouts
        )


def _is_mixed(row: Sequence[Node]) -> bool:
    """Tell whether only some uses have a module in a place."""
    idle = {node.operator.role == "identity" for node in row}
    return len(idle) > 1 or (row[0].injected and not idle.pop())
