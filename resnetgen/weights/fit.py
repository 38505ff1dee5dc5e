"""Find the network's tensors in a file: in which state dict, under which prefix, by the names of which layout.

`check`, `export` and `weights convert` all read files through `fit`, so each accepts what the others do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from resnetgen.compiler import Compiled
from resnetgen.errors import WeightsError
from resnetgen.source.yaml_scalars import clip
from resnetgen.weights.expected import ExpectedTensors
from resnetgen.weights.file_contents import COUNTER, FileContents, Shapes, StoredStateDict
from resnetgen.weights.preferred import OPTION, first, is_inside, listed
from resnetgen.weights.subtree import NamedTensors, Subtree, subtrees

if TYPE_CHECKING:
    from resnetgen.weights.layouts.foreign_layout import ForeignLayout
    from resnetgen.weights.layouts.renaming import ForeignNames, ForeignTensor


class FileChoice(NamedTuple):
    """The word of a user on a file: `key` is the part to take, empty for the one that fits best.

    `layout` says whose names the file has: `auto`, `spec` for the network's own, or one of `LAYOUTS`. `way` is how the
    user says the key, with {} for it, for messages.
    """

    key: str = ""
    layout: str = "auto"
    way: str = OPTION


ANY = FileChoice()

OWN = "spec"
"""The word for the network's own names, where a layout is asked for."""


class Fit(NamedTuple):
    """The part of a file that fits a network best.

    `shapes` and `sources` have the shape of each tensor, and its name in the state dict, by its name in the network;
    what the network does not have keeps its name, without the prefix. `beside` are names outside the part. `copies`
    are the parts that fit as well, which are not taken. `fits` counts the tensors that have their shape; `is_whole`
    tells that these are all. `layout` is the library whose names the file has; empty for the network's own. `axes` are
    those of the file in the network's order, of each tensor that has them in another; -1 is one that it has not.
    `constants` are the tensors that the library's files lack, with the value of all their elements; `remarks` are
    sentences about the network.
    """

    stored: StoredStateDict
    prefix: str
    shapes: Shapes
    sources: Mapping[str, str]
    beside: tuple[str, ...]
    copies: tuple[str, ...] = ()
    fits: int = 0
    is_whole: bool = False
    layout: str = ""
    axes: Mapping[str, tuple[int, ...]] = MappingProxyType({})
    constants: Mapping[str, float] = MappingProxyType({})
    remarks: tuple[str, ...] = ()

    @property
    def renames(self) -> bool:
        """True if a name in the state dict differs from that in the network."""
        return bool(self.prefix) or any(here != there for here, there in self.sources.items())


class _Candidate(NamedTuple):
    stored: StoredStateDict
    subtree: Subtree

    @property
    def path(self) -> str:
        return ".".join(filter(None, (self.stored.path, self.subtree.prefix.rstrip("."))))


def fit(compiled: Compiled, contents: FileContents, choice: FileChoice = ANY) -> Fit:
    """Return the part of a file that fits a network best, by names and shapes.

    Names of other libraries count as the network's own, if more tensors fit by them.

    Args:
        compiled: the network.
        contents: the state dicts of the file.
        choice: what the user says of it.

    Raises:
        WeightsError: two parts fit equally well, or there is no such part.
    """
    if choice.layout not in ("auto", OWN):
        from resnetgen.weights.layouts import LAYOUTS

        return _foreign_fit(compiled, contents, choice, LAYOUTS[choice.layout])
    own = _own_fit(compiled, contents, choice)
    is_whole = isinstance(own, Fit) and own.is_whole
    if choice.layout == "auto" and not is_whole:
        found = _best_foreign(compiled, contents, choice, own.fits if isinstance(own, Fit) else 0)
        if found is not None:
            return found
    if isinstance(own, WeightsError):
        raise own
    return own


def _own_fit(compiled: Compiled, contents: FileContents, choice: FileChoice) -> Fit | WeightsError:
    """Return the part of a file that fits by the network's own names, or the reason that there is none."""
    try:
        return fit_tensors(ExpectedTensors(compiled.network), contents, choice)
    except WeightsError as error:
        return error


def _foreign_fit(compiled: Compiled, contents: FileContents, choice: FileChoice, layout: ForeignLayout) -> Fit:
    """Return the part of a file that fits a network by the names of one library.

    Raises:
        WeightsError: the library has no names for such a network, or as in `fit`.
    """
    from resnetgen.weights.layouts.renaming import every_foreign_names

    named = [(names, fit_tensors(names, contents, choice)) for names in every_foreign_names(compiled, layout)]
    help = "find the layout automatically, with `--from auto`"
    if not named:
        message = f"the layout `{layout.name}` has no names for a network such as `{compiled.network.name}`"
        raise WeightsError(message, help)
    names, found = max(named, key=lambda each: each[1].fits)
    if not any(map(names.find, found.sources)):
        message = f"no tensor of the network has in this file the name that it has in the layout `{layout.name}`"
        raise WeightsError(message, help)
    return _completed(compiled, _renamed(found, names), names.layout)


def _completed(compiled: Compiled, found: Fit, layout: ForeignLayout) -> Fit:
    """Return a part with the tensors that files of a library lack because their values are known."""
    constants = dict(layout.constants(compiled.network, found.shapes.keys()))
    own = ExpectedTensors(compiled.network)
    shapes = {name: spec.shape for name in constants if (spec := own.spec(name)) is not None}
    remarks = tuple(layout.remarks(compiled.network))
    return found._replace(shapes={**found.shapes, **shapes}, constants=constants, remarks=remarks)


def _best_foreign(compiled: Compiled, contents: FileContents, choice: FileChoice, least: int) -> Fit | None:
    """Return the part that fits best by the names of any library, if most of the network and more than `least` fit."""
    from resnetgen.weights.likely_layout import possible_layouts

    best: Fit | None = None
    for layout in possible_layouts({name for each in contents.state_dicts for name in each.shapes}):
        try:
            found = _foreign_fit(compiled, contents, choice, layout)
        except WeightsError as error:
            if error.code:  # parts that fit equally well
                raise
            continue
        if found.fits > least and 2 * found.fits > len(found.shapes):
            best, least = found, found.fits
    return best


def _renamed(found: Fit, names: ForeignNames) -> Fit:
    """Return a part by the network's own names, where it was found by those of a library."""
    from resnetgen.weights.layouts.renaming import turned

    pairs = [(names.find(name), name, source) for name, source in found.sources.items()]
    known = {tensor.own: source for tensor, _, source in pairs if tensor is not None}
    modules = {there.rpartition(".")[0]: here.rpartition(".")[0] for there, here in names.own.items()}
    others = {
        names.biases.get(name) or _in_modules(name, modules): source for tensor, name, source in pairs if tensor is None
    }
    sources = _without_other_modules(others, pairs, names) | known
    lost = set(found.sources.values()) - set(sources.values())
    axes = {each.own: each.axes for each in names.tensors.values() if each.axes}
    stored = {here: found.stored.shapes[source] for here, source in sources.items()}
    return found._replace(
        shapes={here: turned(shape, axes.get(here, ())) for here, shape in stored.items()},
        sources=sources,
        beside=(*found.beside, *sorted(lost)),
        layout=names.layout.name,
        axes=axes,
    )


def _without_other_modules(
    others: dict[str, str], pairs: list[tuple[ForeignTensor | None, str, str]], names: ForeignNames
) -> dict[str, str]:
    """Return the tensors that the network has not, without those beside the module that holds it in a library."""
    if not names.inside:
        return others
    outer = {name.partition(".")[0] for name in names.tensors}
    beside = {source for tensor, name, source in pairs if tensor is None and name.partition(".")[0] not in outer}
    return {here: source for here, source in others.items() if source not in beside}


def _in_modules(name: str, modules: Mapping[str, str]) -> str:
    """Return the name of a tensor that the network has not, in the network's own module if that has others."""
    module, _, tensor = name.rpartition(".")
    return f"{modules[module]}.{tensor}" if module and module in modules else name


def fit_tensors(expected: NamedTensors, contents: FileContents, choice: FileChoice = ANY) -> Fit:
    """Find the same as `fit`, for tensors that were looked up before."""
    found = [_Candidate(each, part) for each in contents.state_dicts for part in subtrees(each.shapes, expected)]
    if choice.key:
        found = _chosen(found, choice.key)
    most = max(each.subtree.fits for each in found)
    equal = [each for each in found if each.subtree.fits == most]
    best, copies = _first(equal, choice.way, is_network=2 * most > expected.count)
    shapes = best.stored.shapes
    apart = _in_copies(best, copies)
    is_whole = most == expected.count
    if is_whole:
        apart |= _counters_of_frozen_norms(best.subtree, expected)
    sources = {here: name for here, name in best.subtree.sources.items() if name not in apart}
    return Fit(
        best.stored,
        best.subtree.prefix,
        {here: shapes[name] for here, name in sources.items()},
        sources,
        (*best.subtree.beside, *apart),
        tuple(each.path for each in copies),
        most,
        is_whole,
    )


def _counters_of_frozen_norms(found: Subtree, expected: NamedTensors) -> dict[str, None]:
    """Return the names of counters that belong to norms without one in the network: these count no batches."""
    counters = {here: name for here, name in found.sources.items() if here.endswith(COUNTER)}
    return {
        name: None
        for here, name in counters.items()
        if expected.spec(here) is None and expected.spec(f"{here.removesuffix(COUNTER)}.running_mean") is not None
    }


def _in_copies(best: _Candidate, copies: Iterable[_Candidate]) -> dict[str, None]:
    """Return the names of copies that are in the same state dict as a network without a prefix."""
    if best.subtree.prefix:
        return {}
    prefixes = tuple(each.subtree.prefix for each in copies if each.stored is best.stored)
    return dict.fromkeys(name for name in best.subtree.sources.values() if prefixes and name.startswith(prefixes))


def _chosen(found: list[_Candidate], key: str) -> list[_Candidate]:
    """Return the candidates that a key of the user names.

    Raises:
        WeightsError: there is none.
    """
    exact = [each for each in found if each.path == key and each.subtree.fits]
    chosen = exact or [each for each in found if is_inside(each.path, key)]
    if chosen:
        return chosen
    paths = [path for path in dict.fromkeys(each.path for each in found) if path]
    help = f"the parts that may fit are {listed(paths)}" if paths else "choose no part"
    raise WeightsError(f"this file has no part `{clip(key, 60)}` that fits this network", help)


def _first(equal: list[_Candidate], way: str, *, is_network: bool) -> tuple[_Candidate, list[_Candidate]]:
    """Return which of several candidates is taken, and the others.

    Raises:
        WeightsError: nothing tells which.
    """
    if len(equal) == 1 or not is_network:  # for what hardly fits, any will do
        return equal[0], []
    index = first([each.path for each in equal], way=way)
    return equal[index], [*equal[:index], *equal[index + 1 :]]
