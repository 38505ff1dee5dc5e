"""RG511: a spec ignores a warning that does not come up."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from resnetgen.diagnostics.model import EditKind, Fault, Part, Place, Severity, Suggestion


def unused_ignores(ignored: Mapping[str, object], found: Collection[str]) -> Iterator[Fault]:
    """Unused entry of `ignore`.

    A code under `ignore` whose warning does not come up no longer describes the spec, and would hide the warning if it
    came back for another reason. The rule looks only at the entries of the spec that is checked, since a base may have
    its entries for other specs, and only at the spec's own input size.

    Fails:

        extends: resnet18
        name: quiet
        ignore: {RG503: this is a plain network}

    Mend:

        extends: resnet18
        name: quiet
    """
    for code in ignored:
        if code not in found:
            message = f"there is no warning {code} here to ignore"
            place = Place(("ignore", code), Part.KEY)
            suggestion = Suggestion("take it out", place, kind=EditKind.REMOVE)
            yield Fault("RG511", message, place, help="take it out", severity=Severity.WARNING, fix=suggestion)
