"""The sections of a report about one network, in their order."""

from __future__ import annotations

from collections.abc import Callable

from resnetgen.cli.report.sections import (
    architecture,
    base,
    code,
    costs,
    input_sizes,
    overview,
    picture,
    receptive_field,
    warnings,
)
from resnetgen.cli.report.subject import Subject
from resnetgen.pages.page import Section

SECTIONS: tuple[Callable[[Subject], Section | None], ...] = (
    overview.section,
    warnings.section,
    picture.section,
    architecture.section,
    costs.section,
    receptive_field.section,
    input_sizes.section,
    base.section,
    code.section,
)
"""Each returns None where a network has nothing of the kind."""


def sections(subject: Subject) -> tuple[Section, ...]:
    """Return the sections about a network."""
    made = (section(subject) for section in SECTIONS)
    return tuple(each for each in made if each is not None)
