"""The schedules of the learning rate: each gives the factor of the rate by the share of the training that is done."""

from collections.abc import Callable
from math import cos, pi
from typing import Annotated, Literal

from resnetgen.schema.fields import spelled_out
from resnetgen.schema.marks import Discriminator, Length, Shorthand
from resnetgen.schema.numbers import Share
from resnetgen.schema.record import Record


class Constant(Record):
    """No change."""

    type: Literal["constant"]
    """`constant`: always the same rate."""

    def factor(self, done: float) -> float:
        """Return the factor of the learning rate.

        Args:
            done: the share of the steps that are done, from 0 to 1; a warmup counts as part of them.
        """
        return 1.0


class Steps(Record):
    """A smaller rate from some epochs on."""

    type: Literal["steps"]
    """`steps`: a rate that falls at some points, as in He et al. 2015."""

    at: Annotated[list[Share], Length(1, 100)] = [0.5, 0.75]  # noqa: RUF012  # a record never changes
    """The shares of the training after which the rate falls."""

    factor_each: Share = 0.1
    """The factor by which it falls each time."""

    def factor(self, done: float) -> float:
        """Return the factor of the learning rate; see `Constant.factor`."""
        return self.factor_each ** sum(done >= share for share in self.at)


class Cosine(Record):
    """Half a period of a cosine (Loshchilov and Hutter, arXiv:1608.03983)."""

    type: Literal["cosine"]
    """`cosine`: a rate that falls to zero along half a period of a cosine (arXiv:1608.03983)."""

    def factor(self, done: float) -> float:
        """Return the factor of the learning rate; see `Constant.factor`."""
        return (1 + cos(pi * done)) / 2


Schedule = Annotated[Constant | Steps | Cosine, Discriminator("type"), Shorthand(spelled_out, ("type",))]
"""Every schedule. A new one is a class here and a name in this line."""


def factor_at(step: int, steps: int, warmup: int, factor: Callable[[float], float]) -> float:
    """Return the factor of the learning rate in a step.

    In step s of a warmup of w steps, it is (s + 1) / w of the schedule's factor there.

    Args:
        step: the number of the step, from 0.
        steps: the steps of the whole training.
        warmup: the steps in which the rate grows.
        factor: that of a schedule.

    Example:
        >>> factor_at(0, 100, 10, Constant(type="constant").factor)
        0.1
    """
    grown = min(1.0, (step + 1) / warmup) if warmup else 1.0
    return grown * factor(step / steps)
