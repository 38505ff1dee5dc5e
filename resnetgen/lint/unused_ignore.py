"""RG511: a spec ignores a warning that it does not give."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from resnetgen.diagnostics.model import EditKind, Fault, Part, Place, Severity, Suggestion


def unused_ignores(ignored: Mapping[str, object], found: Collection[str]) -> Iterator[Fault]:
    """Ignored warning that is not given.

    If the spec does not give a warning that it ignores, the entry no longer describes the spec, and would hide the
    warning if it came back for another reason. Only the entries of the checked spec itself are examined, because a base
    may have them for other specs, and only at the spec's own input size.

    Fails:

        extends: resnet18
        name: quiet
        ignore: {RG503: this is a plain network}

    Fixed:

        extends: resnet18
        name: quiet
    """
    for code in ignored:
        if code not in found:
            message = f"`ignore` has no effect: this spec does not give the warning {code}"
            place = Place(("ignore", code), Part.KEY)
            fix = Suggestion("remove it", place, kind=EditKind.REMOVE)
            yield Fault("RG511", message, place, help="remove it", severity=Severity.WARNING, fix=fix)
