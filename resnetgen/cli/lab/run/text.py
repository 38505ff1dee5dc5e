"""The results of an experiment as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resnetgen.cli.tables import as_text as table_as_text
from resnetgen.cli.tables import terminal_width
from resnetgen.diagnostics.terminal import escape, wrap
from resnetgen.tables.table import Column

if TYPE_CHECKING:
    from resnetgen.lab.page.document import Run


def as_text(run: Run, page: str) -> str:
    """Return the last epochs as a table, the conclusions below it, and the path of the page.

    Args:
        run: the results.
        page: the path.
    """
    from resnetgen.lab.page.document import outcome

    columns = [
        Column("network"),
        Column("layers", number=True),
        *(Column(title, number=True) for title in ("training loss", "test error")),
    ]
    rows = [
        [escape(each.name), str(each.depth), each.last("loss").text(), each.last("test_error").text()]
        for each in run.networks
        if any(trial.epochs for trial in each.trials)
    ]
    text = table_as_text(columns, rows) if rows else ""
    for network in run.networks:
        for trial in network.trials:
            if trial.diverged:
                text += _wrapped(f"stopped early: {network.name}, seed {trial.seed}: {trial.diverged}")
    for each in run.conclusions:
        text += "\n" + _wrapped(f"{each.title} ({each.source})", indent=0)
        text += _wrapped(f"claim: {each.claim}") + _wrapped(f"found: {each.verdict}") + _wrapped(outcome(each))
    return f"{text}\n{page}\n"


def _wrapped(line: str, indent: int = 2) -> str:
    room = terminal_width()
    lines = [escape(line)] if room is None else wrap(escape(line), room - indent)
    return "".join(f"{' ' * indent}{each}\n" for each in lines)
