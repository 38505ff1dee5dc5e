"""The check of an abstract spec, which is only for others to extend."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.diagnostics.model import Fault, Part, Place
from resnetgen.lower.network import lower
from resnetgen.spec.spec import Spec
from resnetgen.spec.validate import validate_part


class AbstractFaults(NamedTuple):
    """The faults of an abstract spec, and the one of any use of it as a network."""

    faults: list[Fault]
    has_no_network: Fault


def abstract_faults(data: dict[str, object]) -> AbstractFaults:
    """Return what is wrong with an abstract spec. It may lack keys; one that lacks none is lowered as well."""
    spec, faults = validate_part(data, Spec)
    if spec is not None:
        faults = lower(spec, lambda path: True)[1]
    message = "this spec is abstract: it is for other specs to extend, and has no network of its own"
    help = "name a spec that extends it; or write what is missing, and remove `abstract`"
    return AbstractFaults(faults, Fault("RG114", message, Place(("abstract",), Part.KEY), help=help))
