"""Round trips of `weights convert` over the collection: to the names of each library that has any, and back.

The steps are those of the command without its files. They give views, so the tensors that come back must be the very
ones that went out: the same memory in the same order of axes, which is stricter than equal values, and costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor  # noqa: E402

from resnetgen.analysis.cost import state_dict  # noqa: E402
from resnetgen.api import compile_spec  # noqa: E402
from resnetgen.compiler import Compiled  # noqa: E402
from resnetgen.identity_memo import IdentityMemo  # noqa: E402
from resnetgen.importing.checkpoint.templates import template  # noqa: E402
from resnetgen.source.collection import names  # noqa: E402
from resnetgen.weights.comparison import compare_fit  # noqa: E402
from resnetgen.weights.file_contents import COUNTER, FileContents, StoredStateDict  # noqa: E402
from resnetgen.weights.fit import FileChoice, fit  # noqa: E402
from resnetgen.weights.layouts import LAYOUTS, renaming  # noqa: E402
from resnetgen.weights.layouts.foreign_layout import ForeignLayout  # noqa: E402
from resnetgen.weights.layouts.renaming import ForeignNames, foreign_names  # noqa: E402
from resnetgen.weights.likely_layout import possible_layouts  # noqa: E402
from resnetgen.weights.load import by_own_names  # noqa: E402

PREFIX = "module."


def weights(compiled: Compiled) -> dict[str, Tensor]:
    """Return tensors with the shapes of a network's, each a stretch of its own of one memory that is never written."""
    shapes = {name: spec.shape for name, spec in state_dict(compiled.network)}
    sizes = [torch.Size(shape).numel() for shape in shapes.values()]
    parts = torch.empty(sum(sizes), dtype=torch.uint8).split(sizes)
    return {name: part.reshape(shape) for (name, shape), part in zip(shapes.items(), parts, strict=True)}


def place(tensor: Tensor) -> tuple[object, ...]:
    """Return where the values of a tensor are; an axis of extent one has no step."""
    steps = [step for step, extent in zip(tensor.stride(), tensor.shape, strict=True) if extent > 1]
    return tensor.data_ptr(), tuple(tensor.shape), steps


def there_and_back(compiled: Compiled, state: Mapping[str, Tensor], layout: ForeignLayout, choice: FileChoice) -> bool:
    """Convert weights to the names of a library and back, and compare them; return whether it has any for them."""
    theirs = foreign_names(compiled, layout)
    if theirs is None:
        return False
    stored = {f"{PREFIX}{name}": value for name, value in theirs.renamed(state).items()}
    contents = FileContents((StoredStateDict({name: tuple(value.shape) for name, value in stored.items()}),))
    found = fit(compiled, contents, choice)
    assert () == compare_fit(compiled, found)
    back = by_own_names(found, stored)
    kept = {each.own for each in theirs.tensors.values()}
    assert kept == back.keys() - found.constants.keys()
    assert all(name.endswith(COUNTER) for name in state.keys() - kept - found.constants.keys())
    assert {name: place(state[name]) for name in kept} == {name: place(back[name]) for name in kept}
    return True


@pytest.mark.parametrize(
    ("name", "layouts"),
    [("resnet18", 11), ("regnet_y_400mf", 12), ("convnext_atto", 7)],  # the last has parameters of blocks themselves
)
def test_a_network_comes_back_from_the_names_of_each_library(name: str, layouts: int) -> None:
    compiled = compile_spec(name)
    state = weights(compiled)
    done = [there_and_back(compiled, state, each, FileChoice()) for each in LAYOUTS.values()]
    assert layouts == sum(done)


@pytest.fixture
def lowered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lower a network once with each table, not for each reading: the names are the same."""
    memo = IdentityMemo[Compiled, list[ForeignNames]](most=100)
    make = renaming.every_foreign_names

    def remembered(compiled: Compiled, layout: ForeignLayout) -> Iterator[ForeignNames]:
        for table in layout.tables:
            names_by = partial(make, compiled, layout._replace(tables=(table,)))
            yield from memo.get(compiled, lambda: list(names_by()), id(table))  # noqa: B023

    monkeypatch.setattr(renaming, "every_foreign_names", remembered)


@pytest.mark.slow
@pytest.mark.usefixtures("lowered_once")
@pytest.mark.parametrize("name", names())
def test_the_collection_comes_back_from_the_names_of_each_library(name: str) -> None:
    found = template(name)
    if found is None:
        pytest.skip("a spec for others to extend")
    state = weights(found.compiled)
    for layout in LAYOUTS.values():
        there_and_back(found.compiled, state, layout, FileChoice(layout=layout.name))
        if bears_marks(found.compiled, layout):
            there_and_back(found.compiled, state, layout, FileChoice())


def bears_marks(compiled: Compiled, layout: ForeignLayout) -> bool:
    """Return whether names tell their library: those of a network that it does not have need its name on the command.

    None of torchvision's networks is pre-activated, for one, so the first names of its blocks are not among theirs.
    """
    theirs = foreign_names(compiled, layout)
    return theirs is not None and layout.name in {each.name for each in possible_layouts(theirs.own)}
