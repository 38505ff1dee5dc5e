"""The exceptions that the package raises on purpose, as one tree.

    ResnetgenError
    |-- SpecError           a spec cannot be compiled
    |   |-- AbstractSpecError   it is right, and only for other specs to extend
    |   `-- DesignSpaceError    it is a design space, which may be right
    |-- WeightsError        a file of weights cannot be read
    |-- RunError            a network cannot be run as asked
    |   `-- ExportError     a network has no form in the format asked for
    |-- OutputError         standard output cannot be written
    `-- for the modules that catch them to say where in the spec they arose:
        |-- FaultError
        |   |-- LoweringError   a spec's layers make no network
        |   `-- ShapeError      a map has no shape from some operator on
        |-- SpaceError          a part of a design space is wrong
        |-- OperatorError       an operator cannot have such numbers
        |-- ExpressionError     a width expression has no value
        |-- BaseNotFound        `extends` names no spec
        `-- WorkLimitError      a search or a reader has spent its budget of work

Any other exception that leaves the package is a fault of resnetgen itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from resnetgen.diagnostics.model import Diagnostic, Fault, Indivisible


class ResnetgenError(Exception):
    """The base of all: what is wrong, a way out, and the diagnostic code for it; the latter two may be empty."""

    def __init__(self, message: str, help: str = "", code: str = "") -> None:
        self.message = message
        self.help = help
        self.code = code
        super().__init__(message)


class SpecError(ResnetgenError):
    """A spec cannot be compiled. `diagnostics` holds every fault that was found, in the order of the text.

    `str(error)` is the text with source lines that the command line prints; `message` has a line for each fault.
    """

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        self.diagnostics = diagnostics
        super().__init__("\n".join(f"{each.code}: {each.message}" for each in diagnostics))

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.diagnostics))

    def __reduce__(self) -> tuple[type[SpecError], tuple[tuple[Diagnostic, ...]]]:
        return SpecError, (self.diagnostics,)


class AbstractSpecError(SpecError):
    """A spec that is right and says `abstract: true`: it has no network of its own."""

    def __reduce__(self) -> tuple[type[SpecError], tuple[tuple[Diagnostic, ...]]]:
        return AbstractSpecError, (self.diagnostics,)


class DesignSpaceError(SpecError):
    """A spec that is a design space, which has no network of its own. `found` is what is wrong with the space."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...], found: tuple[Diagnostic, ...]) -> None:
        self.found = found
        super().__init__(diagnostics)

    def __reduce__(self) -> tuple[type[DesignSpaceError], tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...]]]:  # type: ignore[override]
        return DesignSpaceError, (self.diagnostics, self.found)


class WeightsError(ResnetgenError):
    """A file of weights cannot be read, or holds what no network takes."""


class RunError(ResnetgenError):
    """A network cannot be run as asked: a package or a device is missing, the memory is too small, it answers wrong."""


class ExportError(RunError):
    """A network is right and has no form in the format asked for."""

    def __init__(self, message: str, help: str = "", code: str = "RG804") -> None:
        super().__init__(message, help, code)


class OutputError(ResnetgenError):
    """Standard output cannot be written."""


class FaultError(ResnetgenError):
    """Carries a fault of a spec to where the faults are collected."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.message, fault.help, fault.code)


class LoweringError(FaultError):
    """The rest of a stem, of a stage or of a head cannot be lowered."""


class ShapeError(FaultError):
    """The rest of a network has no shapes."""


class SpaceError(ResnetgenError):
    """A part of a design space is wrong. `faults` has all that is."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(each.message for each in faults))


class OperatorError(ResnetgenError):
    """There is no operator of such numbers.

    `option` is the key of the slot at fault, or the path to it with dots, where there is one; `indivisible` the
    channels that its number should divide, where the fault is that it does not.
    """

    def __init__(
        self,
        message: str,
        help: str = "",
        code: str = "RG303",
        *,
        option: str = "",
        indivisible: Indivisible | None = None,
    ) -> None:
        self.option = option
        self.indivisible = indivisible
        super().__init__(message, help if indivisible is None else indivisible.help(), code)

    def inside(self, key: str) -> OperatorError:
        """Return the error of the same operator as a part of another, whose slot has the part's own under a key."""
        option = f"{key}.{self.option}".removesuffix(".")
        return OperatorError(self.message, self.help, self.code, option=option, indivisible=self.indivisible)


class ExpressionError(ResnetgenError):
    """A width expression does not parse, names an unknown width, or has no whole value.

    `unknown` is a name that stands for `suggestion`, where that is certain.
    """

    def __init__(self, message: str, help: str = "", unknown: str = "", suggestion: str = "") -> None:
        self.unknown = unknown
        self.suggestion = suggestion
        super().__init__(message, help)

    def instead(self, text: str) -> str:
        """The expression with the name that was meant; empty where that is not certain."""
        return re.sub(rf"\b{self.unknown}\b", self.suggestion, text) if self.suggestion else ""


class BaseNotFound(ResnetgenError):
    """`extends` names no spec: none that ships, or no file.

    `suggestion` is the name that is certainly meant, if there is one.
    """

    def __init__(self, name: str, help: str, suggestion: str = "", *, is_path: bool = False) -> None:
        self.suggestion = suggestion
        what = "a file that does not exist:" if is_path else "an unknown spec"
        super().__init__(f"`extends` names {what} `{name}`", help, "RG110")


class WorkLimitError(ResnetgenError):
    """A budget of work is spent. Who gave the budget says what was too much, and where."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"more than {limit:,} steps of work")
