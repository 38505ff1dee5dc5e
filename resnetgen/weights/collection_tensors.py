"""The tensors of every network of the collection, without compiling one: `collection_tensors.json` has them.

That file ships with the package. `make golden` writes it from the compiled networks, and a test compares the two. It
has a digest of the files of the collection: where these are others, as in a checkout that somebody works on, nothing
in it counts, and the networks are compiled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path

from resnetgen.analysis.state_dict import tensors_by_block
from resnetgen.compiler import compile_source
from resnetgen.errors import AbstractSpecError
from resnetgen.ir.network import Network
from resnetgen.resources import specs_folder
from resnetgen.source.collection import names, shipped
from resnetgen.weights.file_contents import Shapes

FILE = Path(__file__).with_suffix(".json")

_Shape = tuple[int, ...]

BlockRow = tuple[str, int, int, tuple[str, ...], tuple[_Shape | None, ...]]
"""Equal blocks as in `BlockTensors`: the path, the first number, how many, and the suffixes and shapes of the tensors.

A tensor that PyTorch supplies has no shape here.
"""


class NetworkTensors:
    """The tensors of a network, grouped for equal blocks."""

    def __init__(self, rows: Iterable[BlockRow]) -> None:
        self.rows = tuple(rows)

    @cached_property
    def shapes(self) -> Shapes:
        """The shapes by name of the tensors that a file of the network's weights must have."""
        return {name: shape for name, shape in self.entries if shape is not None}

    @property
    def entries(self) -> Iterator[tuple[str, _Shape | None]]:
        """All tensors in order, by name; those that PyTorch supplies have no shape."""
        for path, first, repeat, suffixes, shapes in self.rows:
            for number in range(first, first + repeat):
                start = f"{path}{number}." if path else ""
                for suffix, shape in zip(suffixes, shapes, strict=True):
                    yield start + suffix, shape

    @cached_property
    def counts(self) -> Counter[_Shape]:
        """The number of tensors of each shape among `shapes`."""
        found: Counter[_Shape] = Counter()
        for _, _, repeat, _, shapes in self.rows:
            for shape in shapes:
                if shape is not None:
                    found[shape] += repeat
        return found

    @property
    def first_block(self) -> str:
        """The beginning of the names in the first block."""
        return next(f"{path}{first}." for path, first, *_ in self.rows if path)


@cache
def collection_tensors() -> Mapping[str, NetworkTensors]:
    """Return the tensors of each network of the collection, by name, in its order."""
    import json

    written = json.loads(FILE.read_bytes()) if FILE.is_file() else {}
    if written.get("collection") != specs_digest():
        return compiled_tensors()
    blocks = {
        key: (tuple(written["names"][names]), tuple(map(_shape, shapes.split())))
        for key, (names, shapes) in written["blocks"].items()
    }
    return {
        name: NetworkTensors((path, first, repeat, *blocks[key]) for path, first, repeat, key in rows)
        for name, rows in written["networks"].items()
    }


def compiled_tensors() -> dict[str, NetworkTensors]:
    """Return what `collection_tensors` does, from the specs."""
    found = {}
    for name in names():
        try:
            found[name] = tensors_of_network(compile_source(shipped(name)).network)
        except AbstractSpecError:  # only for others to extend
            continue
    return found


def tensors_of_network(network: Network) -> NetworkTensors:
    """Return the tensors of a network."""
    return NetworkTensors(
        (
            row.path,
            row.first,
            row.repeat,
            tuple(each.suffix for each in row.tensors),
            tuple(None if each.spec.supplied else each.spec.shape for each in row.tensors),
        )
        for row in tensors_by_block(network)
        if row.tensors
    )


def as_json(networks: Mapping[str, NetworkTensors]) -> str:
    """Return the text of the file.

    Names and blocks that many networks share stand there once. Their keys are digests, not numbers, so that another
    network changes no lines but its own.
    """
    import json

    names: dict[str, str] = {}
    blocks: dict[str, str] = {}
    lines: dict[str, str] = {}
    for network, tensors in networks.items():
        rows = []
        for path, first, repeat, suffixes, shapes in tensors.rows:
            own = _keyed(names, json.dumps(suffixes))
            block = _keyed(blocks, json.dumps([own, " ".join(map(_text, shapes))]))
            rows.append((path, first, repeat, block))
        lines[network] = json.dumps(rows)
    parts = (f'"{key}": {_object(value)}' for key, value in (("names", names), ("blocks", blocks), ("networks", lines)))
    return f'{{\n"collection": "{specs_digest()}",\n' + ",\n".join(parts) + "\n}\n"


def _keyed(known: dict[str, str], text: str) -> str:
    """Add a text under its digest, and return that."""
    from hashlib import sha256

    key = sha256(text.encode()).hexdigest()[:_DIGITS]
    if known.setdefault(key, text) != text:
        raise AssertionError(f"two texts have the digest {key}: it needs more digits")
    return key


def _object(lines: Mapping[str, str]) -> str:
    return "{\n" + ",\n".join(f'"{key}": {text}' for key, text in lines.items()) + "\n}"


_DIGITS = 8

_SUPPLIED = "supplied"
_SCALAR = "scalar"


def _text(shape: _Shape | None) -> str:
    return _SUPPLIED if shape is None else "x".join(map(str, shape)) or _SCALAR


@cache
def _shape(text: str) -> _Shape | None:
    if text == _SUPPLIED:
        return None
    return () if text == _SCALAR else tuple(map(int, text.split("x")))


def specs_digest() -> str:
    """Return a digest of the files of the collection, the same with any ends of lines."""
    from hashlib import sha256

    folder = specs_folder()
    texts = (f"{path.relative_to(folder).as_posix()}\n".encode() + path.read_bytes() for path in names().values())
    return sha256(b"\0".join(text.replace(b"\r\n", b"\n") for text in texts)).hexdigest()[:16]
