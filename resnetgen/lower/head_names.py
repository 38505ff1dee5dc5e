"""Check the names of heads and of their layers: attributes of the network, which stages and the stem have too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from resnetgen.diagnostics.model import Fault, Part, Place
from resnetgen.ir.network import Head, Node, Stage
from resnetgen.ir.reserved import MODULE_ATTRIBUTES, NETWORK_ATTRIBUTES
from resnetgen.ir.stem_map import STEM
from resnetgen.schema.layouts import Layout


def misnamed_heads(
    names: Iterable[str], layout: Layout, stem: Iterable[Node], stages: Iterable[Stage]
) -> Iterator[Fault]:
    """Yield a fault for each head that cannot be called by its name.

    Args:
        names: the names of the heads.
        layout: the layout; a head whose modules it names has no module of its own name.
        stem: the operators of the stem.
        stages: the stages.
    """
    modules = {node.name.partition(".")[0]: "the stem has a layer of that name" for node in stem}
    modules |= {stage.path.partition(".")[0]: "the layout has the stages in a module of that name" for stage in stages}
    parts = {STEM: "under `training` and `scale` this name means the stem"}
    parts |= {stage.name: "a stage has that name" for stage in stages}
    for name in names:
        why = parts.get(name, "") or ("" if name in layout.by_head else modules.get(name, "") or _reserved(name))
        if why:
            message = f"a head cannot be called `{name}`: {why}"
            help = f"choose another name, such as `{name.strip('_')}_head`"
            yield Fault("RG205", message, Place(("heads", name), Part.KEY), help=help)


def stages_like_layers(names: Sequence[str], heads: Iterable[Head]) -> Iterator[Fault]:
    """Yield a fault for each stage with the name of a layer of the head."""
    layers = {node.name.partition(".")[0] for head in heads for node in head.nodes}
    for name in sorted(layers & set(names), key=names.index):
        message = f"a stage cannot be called `{name}`: the head has a layer of that name"
        yield Fault("RG205", message, Place(("stages", name), Part.KEY), help="choose another name, such as `layer1`")


def _reserved(name: str) -> str:
    if name in MODULE_ATTRIBUTES:
        return "every PyTorch module has an attribute of that name"
    if name in NETWORK_ATTRIBUTES:
        return "the emitted network has an attribute of that name"
    return "PyTorch reserves names that begin with `_`" if name.startswith("_") else ""
