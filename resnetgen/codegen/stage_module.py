"""A stage in the tree of a network's modules."""

from __future__ import annotations

from typing import ClassVar

from resnetgen.ir.network import Stage
from resnetgen.ops.operator import Operator


class StageModule(Operator):
    """The blocks of a stage: one module, or several of the module that holds the blocks of all stages."""

    label: ClassVar[str] = "stage"
    role: ClassVar[str] = "stage"

    stage: Stage

    def index(self) -> str:
        """Return its index in the module that holds the blocks of all stages: `3`, or for several blocks `3:5`."""
        first, count = self.stage.first, self.stage.blocks()
        return f"{first}:{first + count}" if count > 1 else str(first)

    def application(self, module: str) -> tuple[str, tuple[str, ...]]:
        """Return the call of the stage; of several blocks beside those of other stages, of that part of their module.

        TorchScript cannot call the modules in a slice of a sequence.
        """
        count = self.stage.blocks() if self.stage.joined else 1
        if count == 1:
            return module, ()
        return module.rpartition("[")[0], (str(self.stage.first), str(self.stage.first + count))
