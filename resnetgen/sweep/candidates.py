"""Candidates: specs that are drawn from a space, compiled, and compared with its constraints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from resnetgen.analysis.cost import cost
from resnetgen.compiler import compile_document
from resnetgen.diagnostics.model import Diagnostic, Path
from resnetgen.errors import SpecError
from resnetgen.source.digest import DocumentDigest
from resnetgen.source.source import Source, parse
from resnetgen.spaces.figures import FIGURES, Figures, figures_of
from resnetgen.spaces.space import read_space
from resnetgen.sweep.drafting import Drafting


class Candidate(NamedTuple):
    """A candidate by its number in a sweep.

    `patch` is what it writes of its spec, still with the name of the space, and `digest` the digest of the whole spec
    with that name, which equal candidates share. One whose stages do not fit its names has no digest. An invalid one
    has its faults and no figures. `values` are those of the ranges. `excluded_by` has the constraints that it violates;
    then it has the figures of these and of the other constraints only.
    """

    number: int
    patch: Mapping[str, Any] = MappingProxyType({})
    digest: str = ""
    figures: Figures | None = None
    faults: tuple[Diagnostic, ...] = ()
    values: Mapping[Path, object] = MappingProxyType({})
    excluded_by: tuple[str, ...] = ()

    @property
    def is_kept(self) -> bool:
        """Tell whether it is a valid spec that satisfies all constraints."""
        return self.figures is not None and not self.excluded_by


class Judge:
    """Draws candidates by number, compiles them and tells what is wrong with them.

    It can be pickled: another process reads the space again.

    Args:
        source: the file of the space.
        seed: the seed of the sweep.
        allow_outside: let the space extend files outside its project.

    Raises:
        SpecError: the space is wrong.
    """

    def __init__(self, source: Source, seed: int, allow_outside: bool = False) -> None:
        self.space = read_space(source, allow_outside)
        self.seed = seed
        self._allow_outside = allow_outside
        self._seen: set[str] = set()
        self._digest = DocumentDigest()
        self._drafting = Drafting()
        self._constrained = [each.figure for each in self.space.constraints]

    def __call__(self, number: int) -> Candidate:
        """Return the candidate with a number; of one that is equal to one before, only its digest."""
        return self.judged(number, self.space.values(self.seed, number))

    def judged(self, number: int, values: Mapping[Path, object]) -> Candidate:
        """Return the candidate of some values; of one that is equal to one before, only its digest."""
        space = self.space
        patch = space.patch_of(values)
        if patch is None:
            return Candidate(number, {}, values=values)  # a proxy cannot be pickled
        document = space.document(patch)
        found = Candidate(number, patch, self._digest(document), values=values)
        if found.digest in self._seen:
            return found
        self._seen.add(found.digest)
        try:
            figures = self._drafting.figures(document, self._constrained) if space.constraints else None
            if figures is not None:
                violated = tuple(each.figure for each in space.constraints if not each.allows(figures))
                if violated:
                    return found._replace(figures=figures, excluded_by=violated)
            trace = compile_document(document).trace
            return found._replace(figures=figures_of(trace, cost(trace), FIGURES))
        except SpecError as error:
            return found._replace(faults=error.diagnostics)

    def __reduce__(self) -> tuple[Callable[..., Judge], tuple[str, str, int, bool]]:
        text = self.space.source.text
        return _judge, (text.content, text.name, self.seed, self._allow_outside)


@lru_cache(maxsize=1)  # a worker gets it with each handful of numbers
def _judge(content: str, name: str, seed: int, allow_outside: bool) -> Judge:
    return Judge(parse(content, name), seed, allow_outside)


_GROWTH = 16
"""The largest batch of candidates, by the first."""

Map = Callable[[Callable[[int], Candidate], Sequence[int]], Iterable[Candidate]]
"""A function like `map`, which may use several processes."""


def candidates(judge: Judge, most: int, batch: int = 1, map: Map = map) -> Iterator[Candidate]:
    """Yield the candidates of a sweep in the order of their numbers, from 0.

    Args:
        judge: draws and compiles each.
        most: the number of candidates to draw.
        batch: the number of candidates to draw at first. It doubles each time, up to sixteenfold, since processes that
            are started for a batch remember nothing of the one before.
        map: applies the judge to them.
    """
    first, largest = 0, _GROWTH * batch
    while first < most:
        yield from map(judge, range(first, min(first + batch, most)))
        first, batch = first + batch, min(2 * batch, largest)
