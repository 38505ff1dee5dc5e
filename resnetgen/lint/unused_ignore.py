"""Whether what a spec ignores is there to be ignored."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from resnetgen.diagnostics.model import EditKind, Fault, Part, Place, Severity, Suggestion


def unused_ignores(ignored: Mapping[str, object], found: Collection[str]) -> Iterator[Fault]:
    """Warning that is ignored in vain.

    A code under `ignore` whose warning does not come up says something of the spec that is no longer so, and would hide
    the warning if it came back for another reason. Only what the spec that is checked ignores itself is told, as a base
    may say it for other specs, and only at its own input size.

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
            mend = Suggestion("take it out", place, act=EditKind.REMOVE)
            yield Fault("RG511", message, place, help="take it out", severity=Severity.WARNING, mend=mend)
