"""Parameters of tests that take long, most of which are left to the nightly workflow: they are marked `slow`."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from tests.subjects import CASES, Subject, repeating


def networks(subjects: Iterable[Subject], *, every: int = 1) -> list[Any]:
    """Leave networks that only repeat smaller ones to the night, and of the cases all but one in so many."""
    subjects = list(subjects)
    cases = [each.name for each in subjects if CASES in each.spec.parents][::every]
    by_day = {*cases, *(each.name for each in subjects if CASES not in each.spec.parents)} - repeating()
    return [_parameter(each, each.name, by_day=each.name in by_day) for each in subjects]


def one_in(count: int, named: Mapping[str, Any]) -> list[Any]:
    """Leave all but one in so many to the night."""
    return [_parameter(value, name, by_day=not at % count) for at, (name, value) in enumerate(named.items())]


def _parameter(value: Any, name: str, *, by_day: bool) -> Any:
    return pytest.param(value, marks=() if by_day else pytest.mark.slow, id=name)
