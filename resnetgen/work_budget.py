"""Budgets of work: how much a search, a recursion or a reader may do for one spec, file or message.

Work is counted in steps, entries or bytes, never in time, so a result is the same on every machine. Each stage names
its own limit beside the code that spends from it. All of them together keep every command and every request of an
editor within a second and 200 MB, whatever the input (docs/explanation/security.md).
"""

from __future__ import annotations

from resnetgen.errors import WorkLimitError


class WorkBudget:
    """An amount of work, and how much of it is spent."""

    __slots__ = ("limit", "spent")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.spent = 0

    def spend(self, amount: int = 1) -> None:
        """Spend an amount.

        Raises:
            WorkLimitError: it is more than what is left.
        """
        self.spent += amount
        if self.spent > self.limit:
            raise WorkLimitError(self.limit)
