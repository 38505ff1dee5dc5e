"""The layers that are one operator alone: `{norm: here}`, `{act: relu}`, `{dropout: 0.1}`."""

from typing import ClassVar

from resnetgen.fields import RateOrHere
from resnetgen.layers.scope import Scope
from resnetgen.ops.dropout import Dropout
from resnetgen.ops.slots import Act, ActOrHere, HereSlot, NormOrHere
from resnetgen.record import Record


class NormLayer(Record):
    """A normalization and, as after a convolution, an activation; `here` is the norm that holds where it stands."""

    numbered: ClassVar[bool] = True

    norm: NormOrHere
    act: Act | None = None

    def lay(self, scope: Scope) -> None:
        """Place its operators."""
        scope.unit += 1
        here = isinstance(self.norm, HereSlot)
        scope.normalize(scope.norm if isinstance(self.norm, HereSlot) else self.norm, here=here)
        scope.activate(scope.act if self.act is None else self.act)


class ActLayer(Record):
    """An activation; `here` is the one that holds where it stands."""

    numbered: ClassVar[bool] = True

    act: ActOrHere

    def lay(self, scope: Scope) -> None:
        """Place its operator."""
        scope.unit += 1
        scope.activate(scope.act if self.act.type == "here" else self.act)


class DropoutLayer(Record):
    """A dropout; `here` is the rate of the block in use."""

    numbered: ClassVar[bool] = True

    dropout: RateOrHere

    def lay(self, scope: Scope) -> None:
        """Place its operator, unless the rate is zero."""
        scope.unit += 1
        rate = scope.dropout(self.dropout)
        if rate:
            scope.add(Dropout(rate))
