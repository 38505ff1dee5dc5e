"""The identity, which fills a place in a sequence so that later names stay the same."""

from __future__ import annotations

from typing import ClassVar

from resnetgen.ops.operator import Construction, Operator


class Identity(Operator):
    """torch.nn.Identity."""

    role: ClassVar[str] = "identity"
    label: ClassVar[str] = "identity"
    allocates: ClassVar[bool] = False
    gives_new: ClassVar[bool] = False
    is_identity: ClassVar[bool] = True
    identity_in_eval: ClassVar[bool] = True

    def construction(self) -> Construction:
        return Construction("nn.Identity")
