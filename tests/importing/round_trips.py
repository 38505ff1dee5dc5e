"""Round trips over the collection: network, random weights, file, import from shapes alone, network, equal outputs.

`python -m tests.importing.round_trips [NAME ...]` plays them and records the results in tests/reference/;
round_trips_page.py makes a page of these. What shapes do not tell is given by flags, whose values are the original's.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import torch
from torch import nn

from resnetgen.analysis.cost import state_dict
from resnetgen.api import compile_spec
from resnetgen.compiler import Compiled
from resnetgen.errors import SpecError
from resnetgen.importing.answers import answered
from resnetgen.importing.checkpoint.from_shapes import computed_differences, draft_of_checkpoint
from resnetgen.importing.checkpoint.templates import ranked, template
from resnetgen.importing.draft import Draft
from resnetgen.importing.imported import Imported, imported
from resnetgen.importing.shorten import inherited, patch
from resnetgen.source.collection import names
from resnetgen.source.write_yaml import flow
from resnetgen.weights.pretrained import load_pretrained

RECORD = Path(__file__).resolve().parents[1] / "reference" / "import_round_trips.json"

_SMALL = {1: 256, 2: 64, 3: 32}
"""The largest input size, by the number of axes: outputs at any size that fits are as good as at the spec's own."""

_HINTS = ("layout", "blocks", "block", "stem", "norm", "convolution", "head", "stages")
"""The keys that are given, one after the other, where no network of the collection has the tensors of a file."""

_WHOLE = ("layout", "blocks")
"""Those that are names and definitions: a user gives them in one flag."""


class Trip(NamedTuple):
    """A round trip.

    `base` is the network that the imported spec extends, `found` tells whether its tensors were found without a flag,
    and `flags` are all flags that it took.
    """

    base: str
    found: bool
    flags: tuple[str, ...]


def trips(name: str, folder: Path) -> dict[str, Trip]:
    """Play the round trips of a network: with the whole collection, and without the network itself.

    Args:
        name: the network.
        folder: where its file of weights is written.

    Raises:
        AssertionError: a network that comes back is another one.
    """
    original = compile_spec(name)
    shapes = {key: spec.shape for key, spec in state_dict(original.network)}
    size = _small_size(original)
    path = folder / f"{name}.safetensors"
    _write_weights(path, shapes)
    try:
        expected = _outputs(original, path, size)
        found = {}
        for mode, without in (("known", set[str]()), ("alone", {name})):
            imports, found[mode] = _import(name, str(path), without)
            assert shapes == {key: spec.shape for key, spec in state_dict(imports.compiled.network)}, name
            _compare(name, expected, _outputs(imports.compiled, path, size))
    finally:
        path.unlink()
    return found


def _small_size(compiled: Compiled) -> tuple[int, ...]:
    """Return a small input size that a network takes; its own if that is the only one."""
    size = compiled.network.size
    small = tuple(min(each, _SMALL[len(size)]) for each in size)
    try:
        compile_spec(compiled, size=small)
    except SpecError:
        return size
    return small


def _compare(name: str, expected: list[torch.Tensor], found: list[torch.Tensor]) -> None:
    """Compare outputs to the bit; they must not be constant, since all networks agree on these."""
    assert len(expected) == len(found) > 0, name
    for one, other in zip(expected, found, strict=True):
        assert torch.isfinite(one).all(), name
        assert one.std() > 0, name
        assert torch.equal(one, other), name


def _import(name: str, path: str, without: set[str]) -> tuple[Imported, Trip]:
    """Import a network with the flags that it takes."""
    given: list[str] = []
    draft = _draft(path, without, given)
    found = draft is not None
    hints = _hints(name, without) if draft is None else iter(())
    while draft is None:
        given += next(hints)
        draft = _draft(path, without, given)
    draft = answered(draft, given)
    missing = [*_flags(patch(draft.data, inherited(name)))]
    flags = (*given, *missing)
    return imported(draft._replace(is_answered=False), path, missing), Trip(str(draft.base), found, flags)


def _draft(path: str, without: set[str], answers: list[str]) -> Draft | None:
    try:
        draft = draft_of_checkpoint(path, without, answers)
    except SpecError:
        return None
    return None if draft.notes else draft  # a network that lacks some of the tensors is another one


def _hints(name: str, without: set[str]) -> Iterator[list[str]]:
    """Yield what is different in the nearest network of the collection, one key after the other, as flags."""
    own = template(name)
    assert own is not None
    near = ranked(own.shapes, without, least=0)[0]
    size = own.data["input"]["size"]
    if own.compiled.network.rank != near.compiled.network.rank:
        yield [f"input.size={flow(size)}"]
    for key in _HINTS:
        change = patch(
            {key: near.data[key]} if key in near.data else {}, {key: own.data[key]} if key in own.data else {}
        )
        if change and key == "stages":
            yield [*_stage_flags(near.data[key], own.data[key])]
        elif change:
            yield [f"{key}={flow(change[key])}"] if key in _WHOLE else [*_flags(change)]
    raise AssertionError(f"{name}: no flags lead to it")


def _flags(change: Mapping[str, object]) -> Iterator[str]:
    """Yield the values in a patch, as `--set` has them."""
    for path, value in computed_differences({}, change).items():
        yield f"{'.'.join(map(str, path))}={flow(value)}"


def _stage_flags(near: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[str]:
    """Yield what differs in the stages; those behind a new one are removed first, to come behind it again."""
    new = next((index for index, name in enumerate(own) if name not in near), len(own))
    moved = {name for name in list(own)[new:] if name in near}
    yield from (f"stages.{name}=null" for name in near if name in moved or name not in own)
    for name, stage in own.items():
        if name in near and name not in moved:
            yield from _flags({"stages": {name: patch(near[name], stage)}})
        else:
            yield f"stages.{name}={flow(stage)}"


def _write_weights(path: Path, shapes: Mapping[str, tuple[int, ...]]) -> None:
    """Write random weights that neither vanish nor explode on their way through a network."""
    from safetensors.torch import save_file

    numbers = torch.Generator().manual_seed(1512)
    most = max(torch.Size(shape).numel() for shape in shapes.values())
    calm = min(1.0, _CALM_DEPTH / sum(len(shape) > 1 for shape in shapes.values()))
    pool = calm * torch.randn(most + 10_007, generator=numbers)  # each tensor is a part of it, which is faster to make
    save_file({key: _values(key, shape, pool, index) for index, (key, shape) in enumerate(shapes.items())}, path)


_CALM_DEPTH = 200
"""The weights of a network with more than so many kernels are scaled down, or the sums of all its branches explode."""


_CALM_LINEAR = 0.02
"""A factor for the weights of linear layers: with large scores, a softmax or tanh behind them is constant."""


def _values(key: str, shape: tuple[int, ...], pool: torch.Tensor, index: int) -> torch.Tensor:
    start = index * 7919 % 10_007
    size = torch.Size(shape).numel()
    if key.endswith("num_batches_tracked"):
        return torch.zeros(shape, dtype=torch.long)
    values = pool[start : start + size].reshape(shape)
    if len(shape) > 1:
        scale: float = 1 / max(1.0, size / shape[0]) ** 0.5
        return values * scale * (_CALM_LINEAR if len(shape) == 2 else 1)
    return values.tanh() * 0.2 + 1 if key.endswith(("running_var", "weight", "gain")) else values * 0.1


def _outputs(compiled: Compiled, path: Path, size: tuple[int, ...]) -> list[torch.Tensor]:
    """Return the outputs of a network, for two samples, with the weights of a file, which must fit it exactly."""
    model: nn.Module = load_pretrained(compiled, str(path))
    x = torch.randn(2, compiled.network.channels, *size, generator=torch.Generator().manual_seed(7))
    with torch.inference_mode():
        return _tensors(model(x))


def _tensors(output: Any) -> list[torch.Tensor]:
    if isinstance(output, torch.Tensor):
        return [output]
    values = output.values() if isinstance(output, dict) else output
    return [each for value in values for each in _tensors(value)]


def recorded() -> dict[str, dict[str, Trip]]:
    """Return the recorded trips, by network and mode."""
    found = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    return {name: {mode: _trip(*each) for mode, each in modes.items()} for name, modes in found.items()}


def _trip(base: str, found: bool, flags: list[str]) -> Trip:
    return Trip(base, found, tuple(flags))


def write(found: Mapping[str, Mapping[str, Trip]]) -> None:
    """Record trips, a network a line."""
    lines = (f"{json.dumps(name)}: {json.dumps(found[name])}" for name in names() if name in found)
    RECORD.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def main(wanted: Sequence[str]) -> None:
    """Play the trips of some networks, all by default, and record them."""
    with TemporaryDirectory() as folder:
        for name in wanted or [name for name in names() if template(name) is not None]:
            found = {name: trips(name, Path(folder))}
            print(name, *(f"{mode}: {trip}" for mode, trip in found[name].items()), flush=True)
            write(recorded() | found)


if __name__ == "__main__":
    main(sys.argv[1:])
