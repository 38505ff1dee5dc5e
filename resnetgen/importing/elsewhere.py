"""Networks by their names elsewhere: those of the collection, and the families of which we know the parameters."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from resnetgen.diagnostics.suggestions import did_you_mean
from resnetgen.errors import ResnetgenError
from resnetgen.importing.draft import Draft
from resnetgen.importing.families import FAMILIES
from resnetgen.importing.naming import name_for
from resnetgen.importing.shorten import inherited
from resnetgen.source.collection import names, shipped


class Elsewhere(NamedTuple):
    """A name that a library has for a network, and the spec of the collection that has the same state dict.

    `spec` is empty for a network that the collection does not have: its family in `families/` says what it is.
    """

    library: str
    name: str
    spec: str

    def draft(self) -> Draft:
        """Return the network."""
        name, description = name_for(self.name), f"{self.library}'s {self.name}."
        if self.spec:
            return Draft(name, description, inherited(self.spec), base=self.spec)
        family = next(each for each in FAMILIES if each.library == self.library and self.name in each.names)
        data, base = family.data(self.name), family.base(self.name)
        return Draft(name, description, data, base, reference=family.reference)


_LIST = "`resnetgen list` shows the collection"


class UnknownNetwork(ResnetgenError):
    """No network of the collection is the one that is meant, or several may be."""


@cache
def published() -> tuple[Elsewhere, ...]:
    """Return all names elsewhere, in the order of the collection; then those of families."""
    shipped_ones = (
        Elsewhere(library, name, spec)
        for spec in names()
        for library, name in _aka(spec).items()
        if isinstance(library, str) and isinstance(name, str)
    )
    others = (Elsewhere(family.library, name, "") for family in FAMILIES for name in family.names)
    return (*shipped_ones, *others)


def _aka(spec: str) -> dict[object, object]:
    found = shipped(spec).data.get("aka")
    return found if isinstance(found, dict) else {}


def libraries() -> tuple[str, ...]:
    """Return the libraries, in the order of the collection."""
    return tuple(dict.fromkeys(each.library for each in published()))


def find_published(words: str) -> Elsewhere:
    """Return the network that `LIBRARY:NAME` or `NAME` means; a timm name may have the tag of its weights.

    Raises:
        UnknownNetwork: there is none, or the libraries have different networks of this name.
    """
    library, colon, name = words.rpartition(":")
    if colon and library not in libraries():
        message = f"the collection has no networks of `{library}`{did_you_mean(library, libraries())}"
        raise UnknownNetwork(message, f"the libraries are {', '.join(libraries())}")
    known = [each for each in published() if not colon or each.library == library]
    found = _matches(known, name)
    if not found:
        hint = did_you_mean(name.partition(".")[0], tuple(each.name for each in known))
        where = f" of {library}" if library else ""
        raise UnknownNetwork(
            f"no network `{name}`{where} is known{hint}",
            _LIST if colon else f"{_LIST}; a file ends in .json, .yaml, .pth, .safetensors or the like",
        )
    if len({(each.spec, each.spec or each.name) for each in found}) > 1:
        choices = " or ".join(f"`{each.library}:{each.name}`" for each in found)
        raise UnknownNetwork(f"`{name}` is the name of different networks", f"write {choices}")
    return found[0]


def _matches(known: list[Elsewhere], name: str) -> list[Elsewhere]:
    """Return the networks of a name; `timm/resnet50.a1_in1k` is timm's resnet50, with the tag of its weights."""
    bare = name.removeprefix("timm/").partition(".")[0]
    return [each for each in known if each.name == name or (each.library == "timm" and each.name == bare)]
