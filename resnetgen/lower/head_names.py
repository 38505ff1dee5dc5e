"""Check the names of several heads: each is an attribute of the network, and the name of a part of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from resnetgen.diagnostics.model import Fault, Part, Place
from resnetgen.ir.network import Node, Stage
from resnetgen.ir.reserved import MODULE_ATTRIBUTES, NETWORK_ATTRIBUTES
from resnetgen.ir.stem_map import STEM


def misnamed_heads(names: Iterable[str], stem: Iterable[Node], stages: Iterable[Stage]) -> Iterator[Fault]:
    """Yield a fault for each head that cannot be called by its name.

    Args:
        names: the names of the heads.
        stem: the operators of the stem.
        stages: the stages.
    """
    in_stem = {node.name.partition(".")[0] for node in stem if node.operator.is_module}
    in_stages = {stage.path.partition(".")[0] for stage in stages}
    known = {stage.name for stage in stages}
    for name in names:
        why = ""
        if name == STEM:
            why = "under `training` and `scale` this name means the stem"
        elif name in known:
            why = "a stage has that name"
        elif name in in_stem:
            why = "the stem has a layer of that name"
        elif name in in_stages:
            why = "the layout has the stages in a module of that name"
        elif name in MODULE_ATTRIBUTES:
            why = "every PyTorch module has an attribute of that name"
        elif name in NETWORK_ATTRIBUTES:
            why = "the emitted network has an attribute of that name"
        elif name.startswith("_"):
            why = "PyTorch reserves names that begin with `_`"
        if why:
            message = f"a head cannot be called `{name}`: {why}"
            help = f"choose another name, such as `{name.strip('_')}_head`"
            yield Fault("RG205", message, Place(("heads", name), Part.KEY), help=help)
