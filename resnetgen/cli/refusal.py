"""The end of a command that writes files, and does not because of errors."""

from __future__ import annotations

from collections.abc import Collection

from resnetgen.cli.exit import FAILURE
from resnetgen.cli.output import print_diagnostics, print_more, print_note
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.number_format import pluralize


def refuse(faults: Collection[Diagnostic], outcome: str = "nothing was written") -> int:
    """Print errors, their number and the outcome.

    Returns:
        The exit code.
    """
    print_diagnostics(faults)
    print_note(f"\n{pluralize(len(faults), 'error')}; {outcome}\n")
    print_more(faults)
    return FAILURE
