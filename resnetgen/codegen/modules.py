"""Module classes beside PyTorch's own, and the construction of each operator.

An operator with a template has its class from there. A composite, such as an attention module or a container, has a
class whose constructor is derived from all its uses, as a block's is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from resnetgen.codegen.block_forward import chain
from resnetgen.codegen.classes import SUPER, Definition, assignments, fixed, form, method, symbols
from resnetgen.codegen.containers import NamedContainer, Sequential, grouped, title_of_roles
from resnetgen.codegen.parameters import Parameters
from resnetgen.codegen.template_lines import statements
from resnetgen.codegen.tree import Assign, Expression, Paths, Return, Statement, call, merged
from resnetgen.ir.network import Node
from resnetgen.ops.composite import Base, Composite, ModuleList
from resnetgen.ops.operator import Construction, Operator
from resnetgen.ops.window import by_axis

MOST_ROLES = 3
"""The most roles in the name of a class: `ConvNormAct`."""

Render = Callable[[Operator, str], str]
"""The text of an operator's template under the name that its class is to have."""


@dataclass(slots=True)
class Modules:
    """The construction of every operator of a network, and the classes for them."""

    render: Render
    taken: set[str]
    classes: list[Definition] = field(default_factory=list)
    templated: dict[str, str] = field(default_factory=dict)
    known: dict[Operator, Construction | None] = field(default_factory=dict)
    _functions: dict[str, str] = field(default_factory=dict)

    def add(self, nodes: Iterable[Node]) -> None:
        """Define the classes that nodes need: inner operators first, and one class for equal forms."""
        operators = dict.fromkeys(operator for node in nodes for operator in _inside(node.operator))
        for level in range(max((_depth(operator) for operator in operators), default=0) + 1):
            self._define([operator for operator in operators if _depth(operator) == level])

    def _define(self, operators: list[Operator]) -> None:
        forms: dict[tuple[object, ...], list[Composite]] = {}
        for operator in operators:
            if isinstance(operator, Composite):
                forms.setdefault(self._form(operator), []).append(operator)
            else:
                self.known[operator] = self._simple(operator)
        for uses in forms.values():
            self._class(uses)

    def _simple(self, operator: Operator) -> Construction | None:
        if isinstance(operator, Sequential):
            made = [self.known[item.operator] for item in operator.items]
            return Construction("nn.Sequential", inner=tuple(each for each in made if each is not None))
        if isinstance(operator, ModuleList):
            return self._list(operator)
        construction = operator.construction()
        if operator.template and construction is not None:
            return construction._replace(function=self._templated(operator, construction.function))
        return construction

    def imports(self) -> list[str]:
        """Return the import lines that the operators need: for templates, parameters or plain functions."""
        used = [
            each
            for each, made in self.known.items()
            if each.template or made is None or each.is_parameter or _base_of(each) is not None
        ]
        return sorted({line for operator in used for line in operator.imported()})

    def asked_for(self, nodes: Iterable[Node]) -> dict[str, Paths]:
        """Return, for each class, the parts of the spec that ask for its modules."""
        found: dict[str, list[Paths]] = {}
        for node in nodes:
            for operator in _inside(node.operator) if node.at else ():
                made = self.known.get(operator)
                if made is not None:
                    found.setdefault(made.function, []).append((node.at,))
        return {name: merged(several) for name, several in found.items()}

    def _list(self, operator: ModuleList) -> Construction:
        made = [self.known[item] for item in operator.items]
        inner = tuple(each for each in made if each is not None)
        if len(inner) > 1 and len(set(inner)) == 1:
            return Construction("nn.ModuleList", inner=inner[:1], repeat=len(inner))
        return Construction("nn.ModuleList", inner=inner)

    def _templated(self, operator: Operator, function: str) -> str:
        """Return the name of the class that an operator's template defines; a second form has a number in its name."""
        text = self.render(operator, function)
        if text not in self._functions:
            self._functions[text] = self.free(function, operator.helper)
            self.templated[self._functions[text]] = self.render(operator, self._functions[text])
        return self._functions[text]

    def free(self, name: str, helper: str = "") -> str:
        """Take a class name that is free: this one, or else with a number at its end.

        With `helper`, the end of the name of a second class, that name is free too.
        """
        names = [name, *(f"{name}{number}" for number in range(2, len(self.taken) + 3))]
        found = next(each for each in names if self.taken.isdisjoint((each, f"{each}{helper}")))
        self.taken.update((found, f"{found}{helper}"))
        return found

    def _form(self, operator: Composite) -> tuple[object, ...]:
        values = tuple(operator.template_values().items())
        base = () if operator.base is None else fixed(operator.base.construction)
        own = operator.class_name if operator.template else ""  # other computations are told by their form alone
        return (own, values, base, form(_nodes(operator), self.known))

    def _class(self, uses: list[Composite]) -> None:
        first = uses[0]
        if first.inline:
            self.known |= dict.fromkeys(uses)
            return
        parameters = Parameters(symbols([use.widths() for use in uses]), has_convolutions=False)
        base, start = _base(uses, parameters)
        body = assignments(parameters, [_nodes(use) for use in uses], self.known)
        name = self.free(_title(uses))
        forward = method("forward", "", self._body(first))
        own = tuple(parameters.in_order())
        definition = Definition(name, _words(uses), own, tuple(body), (forward,), base=base, start=start)
        self.classes.append(definition)
        for index, use in enumerate(uses):
            self.known[use] = Construction(name, tuple(definition.arguments(index)))

    def _body(self, operator: Composite) -> tuple[Statement, ...]:
        if operator.template:
            return self.method_lines(operator)
        base = operator.base
        first = [] if base is None else [Assign("x", call(base.function, base.arguments))]
        return (*first, *chain(_nodes(operator), "x", "x"), Return("x"))

    def method_lines(self, operator: Composite) -> tuple[Statement, ...]:
        """Return the body of an operator's own computation."""
        return tuple(statements(self.render(operator, "")))


def _base(uses: Sequence[Composite], parameters: Parameters) -> tuple[str, Expression]:
    """Return the base of a class, and the call of its constructor."""
    made = [use.base.construction for use in uses if use.base is not None]
    if not made:
        return "nn.Module", SUPER
    return made[0].function, call("super().__init__", parameters.arguments(made, ""))


def _base_of(operator: Operator) -> Base | None:
    return operator.base if isinstance(operator, Composite) else None


def _title(uses: Sequence[Composite]) -> str:
    """Name the class of composites; if they have several names, by the roles of what is in them."""
    titles = list(dict.fromkeys(use.title if isinstance(use, NamedContainer) else use.class_name for use in uses))
    nodes = _nodes(uses[0])
    return titles[0] if len(titles) == 1 or len(nodes) > MOST_ROLES else title_of_roles(nodes)


def _words(uses: Sequence[Composite]) -> str:
    """Write the docstring of a class; of a plain sequence, a list of its parts."""
    if uses[0].template:
        return uses[0].sentence()
    columns = zip(*(_operators(use) for use in uses), strict=True)
    words = [_described(column) for column in columns]
    return f"{', '.join(filter(None, words)).capitalize()}."


def _described(same: Sequence[Operator]) -> str:
    """Describe one part in all uses: its label, with its kernel if it has one, where they differ in more."""
    if same[0].role == "flatten":
        return ""
    if isinstance(same[0], Sequential | NamedContainer):
        same = [_main_operator(operator) for operator in same]
    words = {operator.describe() for operator in same}
    if len(words) == 1:
        return words.pop()
    windows = [operator.receptive_window() for operator in same]
    kernels = {window.kernel if window is not None else () for window in windows}
    kernel = by_axis(kernels.pop()) if len(kernels) == 1 else ""
    return f"{same[0].label} {kernel}".rstrip()


def _main_operator(operator: Operator) -> Operator:
    """Return what a container is there for: its first operator with weights that count as depth, else its first."""
    base = _base_of(operator)
    if base is not None:
        return base.operator
    if not isinstance(operator, Sequential | NamedContainer):
        return operator
    inside = [_main_operator(item.operator) for item in operator.items]
    return next((each for each in inside if each.is_weighted), inside[0])


def _operators(operator: Composite) -> list[Operator]:
    """Return its operators in the order of `forward`."""
    base = [] if operator.base is None else [operator.base.operator]
    return [*base, *(node.operator for node in _nodes(operator))]


def _nodes(operator: Composite) -> Sequence[Node]:
    if isinstance(operator, NamedContainer):
        return operator.items
    nodes = [Node(part.name, part.operator) for part in operator.parts()]
    return grouped(nodes) if any("." in node.name for node in nodes) else nodes


def _inside(operator: Operator) -> Iterator[Operator]:
    """Yield an operator and all operators inside it."""
    yield operator
    for part in _parts(operator):
        yield from _inside(part)


def _parts(operator: Operator) -> list[Operator]:
    if isinstance(operator, ModuleList):
        return list(operator.items)
    if isinstance(operator, Sequential):
        return [item.operator for item in operator.items]
    return _operators(operator) if isinstance(operator, Composite) else []


def _depth(operator: Operator) -> int:
    return max((_depth(part) + 1 for part in _parts(operator)), default=0)
