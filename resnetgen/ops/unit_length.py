"""Vectors of length one."""

from __future__ import annotations

from typing import ClassVar

from resnetgen.ops.operator import Construction, Operator


class UnitLength(Operator):
    """Each vector, or each pixel of a map, divided by its Euclidean norm: torch.nn.functional.normalize."""

    template: ClassVar[str] = "unit_length.py.j2"
    class_name: ClassVar[str] = "UnitLength"
    imports: ClassVar[tuple[str, ...]] = ("import torch.nn.functional as F",)
    role: ClassVar[str] = "normalize"
    label: ClassVar[str] = "unit length"

    def construction(self) -> Construction:
        return Construction(self.class_name)
