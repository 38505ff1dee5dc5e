"""Look up the tensors of a network by name, without visiting equal blocks one by one."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from resnetgen.analysis.state_dict import BlockTensors, StateDictEntry, tensors_by_block
from resnetgen.diagnostics.model import Part, Path, Place
from resnetgen.ir.network import Network, Node
from resnetgen.ops.operator import TensorSpec

_BLOCK = re.compile(r"(?<![0-9])([0-9]{1,9})\.(?=.)")
"""The number at the end of a block's name, and the dot after it."""


class ExpectedTensors:
    """The tensors of a network by name."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self.rows = [row for row in tensors_by_block(network) if row.tensors]
        self._outside = {tensor.suffix: (row, tensor) for row in self.rows if not row.path for tensor in row.tensors}
        self._stages = {stage.blocks_path: stage for stage in network.stages}
        self._by_path: dict[str, list[tuple[BlockTensors, dict[str, StateDictEntry]]]] = {}
        for row in self.rows:
            if row.path:
                tails = {tensor.suffix: tensor for tensor in row.tensors}
                self._by_path.setdefault(row.path, []).append((row, tails))
        self.count = sum(row.repeat * sum(not each.spec.supplied for each in row.tensors) for row in self.rows)
        """The number of tensors, without those that PyTorch supplies."""
        self._starts = {path: [row.first for row, _ in found] for path, found in self._by_path.items()}

    def find(self, name: str) -> tuple[BlockTensors, StateDictEntry] | None:
        """Return the tensor of a name; None where the network has none."""
        if name in self._outside:
            return self._outside[name]
        for path, number, tail in self._readings(name):
            found = self._block(path, number)
            if found is not None and tail in found[1]:
                return found[0], found[1][tail]
        return None

    def spec(self, name: str) -> TensorSpec | None:
        """Return the facts of the tensor of a name; None where the network has none."""
        found = self.find(name)
        return None if found is None else found[1].spec

    def place(self, name: str) -> Place:
        """Return the place in the spec that an unknown name is most likely about.

        It is a block, a stage, the stem, a head, or the whole spec.
        """
        for path, number, _ in self._readings(name):
            found = self._block(path, number)
            beside = None if found is not None else self._outer(f"{path}{number}.")
            return Place(found[0].at if found is not None else beside or self._stages[path].at, Part.KEY)
        at = self._outer(f"{name.partition('.')[0]}.")
        return Place(("name",)) if at is None else Place(at, Part.KEY)

    def _outer(self, module: str) -> Path | None:
        """Return the path in the spec of the part, the stem or a head, that has modules in one of a name."""
        ends: list[tuple[Path, Iterable[Node]]] = [(("stem",), self._network.stem)]
        ends += ((head.at, head.nodes) for head in self._network.heads)
        return next((at for at, nodes in ends if any(f"{node.name}.".startswith(module) for node in nodes)), None)

    def missing(self, row: BlockTensors, tensor: StateDictEntry, names: Mapping[str, object]) -> Iterator[str]:
        """Yield the keys of a tensor of equal blocks that are not among the names."""
        keys = (row.key(number, tensor.suffix) for number in range(row.first, row.first + row.repeat))
        return (key for key in keys if key not in names)

    def _block(self, path: str, number: int) -> tuple[BlockTensors, dict[str, StateDictEntry]] | None:
        index = bisect_right(self._starts.get(path, []), number) - 1
        if index < 0:
            return None
        found = self._by_path[path][index]
        return found if number < found[0].first + found[0].repeat else None

    def _readings(self, name: str) -> Iterator[tuple[str, int, str]]:
        """Yield each reading of a name as a tensor in a numbered block of a stage; in practice there is one or none."""
        for found in islice(_BLOCK.finditer(name), 8):
            path, number = name[: found.start()], found.group(1)
            if path in self._stages and str(int(number)) == number:
                yield path, int(number), name[found.end() :]
