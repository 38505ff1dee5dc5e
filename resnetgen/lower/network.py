"""Lowering of a validated spec to a network with every number resolved."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.errors import ExpressionError, LoweringError
from resnetgen.ir.map_size import map_size
from resnetgen.ir.naming import network_class
from resnetgen.ir.network import Budget, Head, Init, Network, Node, Stage, total_stride
from resnetgen.ir.stem_map import STEM, stem_map_end
from resnetgen.layers import ConvLayer
from resnetgen.layers.builder import LayerBuilder
from resnetgen.layers.context import BlockContext, IsInherited, NetworkContext, never_inherited
from resnetgen.layers.widths import width_at
from resnetgen.lower import head
from resnetgen.lower.check_names import file_faults, misnamed
from resnetgen.lower.entries import count
from resnetgen.lower.head_names import misnamed_heads, stages_like_layers
from resnetgen.lower.initialization import initialization
from resnetgen.lower.stages import Stages
from resnetgen.lower.strides import Extents
from resnetgen.lower.unused_keys import unused_types
from resnetgen.lower.without_effect import without_effect
from resnetgen.ops.plain_conv import PlainSlot
from resnetgen.schema.fields import MOST_CHANNELS
from resnetgen.schema.layouts import Naming
from resnetgen.schema.width_expression import Expression
from resnetgen.spec.spec import Spec

_PLAIN = PlainSlot.model_construct(type="plain")


def lower(spec: Spec, is_inherited: IsInherited = never_inherited) -> tuple[Network | None, list[Fault]]:
    """Return the network of a spec, or None and all faults."""
    return Lowering.result_of(spec, is_inherited)


class Entering(NamedTuple):
    """The map that enters the stages: its channels, their path, the total stride, and False if the stem has faults."""

    channels: int
    channels_at: Path
    stem_stride: Extents
    stem_is_whole: bool


class Lowering:
    """Lowers the parts of a network and collects their faults, so that one broken stage does not hide another."""

    def __init__(self, spec: Spec, is_inherited: IsInherited) -> None:
        self.spec = spec
        self.is_inherited = is_inherited
        self.faults: list[Fault] = []
        size = spec.input.size
        self.size: Extents = (size, size) if isinstance(size, int) else size
        self.rank = len(self.size)
        self.layout = spec.layout.layout()
        self.taken: set[str] = set()
        self.stem_is_whole = True
        self._frame: Network | None = None
        self.stages = self._wanted_stages()
        self.context = NetworkContext(
            self.rank,
            self.layout,
            spec.convolution.over(_PLAIN),
            spec.norm,
            spec.act,
            sum(count(self.spec.stages[name]) for name in self.stages),
            is_inherited,
        )

    def _wanted_stages(self) -> list[str]:
        """Return the stages up to the last one that the output depends on."""
        names = list(self.spec.stages)
        features = [*(self.spec.features or ())]
        if not head.gives_maps(self.spec) or not {*features} & {*names} or not {*features} <= {STEM, *names}:
            return names
        return names[: max(names.index(name) for name in features if name != STEM) + 1]

    @classmethod
    def result_of(cls, spec: Spec, is_inherited: IsInherited) -> tuple[Network | None, list[Fault]]:
        """Return the network of a spec, or None and all faults."""
        if spec.scale is not None:
            from resnetgen.lower.scale import scaled_spec  # imported for the few specs that have it

            spec, faults = scaled_spec(spec)
            if faults:
                return None, faults
        lowering = cls(spec, is_inherited)
        network = lowering.network()
        return (None, lowering.faults) if lowering.faults else (network, [])

    def network(self) -> Network | None:
        """Return the network; its faults are in `faults`, and with some of them there is none."""
        try:
            stem, entering = self.enter()
        except LoweringError:
            return None
        lowered = Stages(self.spec, self.context, self.stages, self.taken)
        stages, channels = lowered.lower(*entering)
        self.check_stages(lowered, stages, entering)
        self.taken.update(number_paths(stages))
        heads = self.heads(channels, stem, stages)
        self.check_names(stem, stages, heads)
        network = self.whole(stem, stages, heads)
        return None if self.faults else network

    def enter(self) -> tuple[tuple[Node, ...], Entering]:
        """Return the operators of the stem, and the map that enters the stages.

        Raises:
            LoweringError: the output channels of a faulty layer of the stem are unknown.
        """
        spec = self.spec
        self.faults += head.faults(spec)
        if "training" in spec.model_fields_set:
            from resnetgen.lower import training  # imported for the few specs that have it

            self.faults += training.faults(spec)
        self.faults += file_faults(spec.name)
        stem, channels, stride = self.stem()
        if spec.stem and not stem and self.stem_is_whole and STEM in (spec.features or ()):
            self.faults.append(head.without_stem_map(spec.features or ()))
        return stem, Entering(channels, self._stem_channels_at(), stride, self.stem_is_whole)

    def whole(self, stem: tuple[Node, ...], stages: tuple[Stage, ...], heads: tuple[Head, ...]) -> Network:
        """Return the network of its parts, and add the faults of its initialization and training."""
        init, faults = initialization(self.spec.init, stages)
        self.faults += faults
        if self._frame is None:
            self._frame = self._framed(stem)
        network = self._frame._replace(stages=stages, heads=heads, init=init)
        return network if self.faults or "training" not in self.spec.model_fields_set else self._trained(network)

    def _framed(self, stem: tuple[Node, ...]) -> Network:
        """Return the network without stages, heads and initialization."""
        spec = self.spec
        return Network(
            name=spec.name,
            class_name=network_class(spec.name),
            description=spec.description,
            reference=spec.reference,
            channels=spec.input.channels,
            size=self.size,
            stem=stem,
            stages=(),
            heads=(),
            features=tuple(spec.features or ()),
            init=Init(),
            aka=tuple(spec.aka.items()),
            budget=Budget(spec.budget.params, spec.budget.macs, spec.budget.memory),
            ignored=tuple(spec.ignore),
            stem_map=stem_map_end(stem),
        )

    def check_stages(self, lowered: Stages, stages: tuple[Stage, ...], entering: Entering) -> None:
        """Report what is wrong in the stages, and what has no effect."""
        found = self._without_inherited([*lowered.faults, *lowered.idle_keys()])
        self.faults += found or [*self._faults_of_unbuilt(entering), *self._without_effect(stages, entering)]
        self.faults += self._without_inherited(unused_types(self.spec))

    def _without_inherited(self, faults: list[Fault]) -> list[Fault]:
        return [fault for fault in faults if not (fault.unless_inherited and self.is_inherited(fault.at.path))]

    def _faults_of_unbuilt(self, entering: Entering) -> list[Fault]:
        """Return what is wrong in the stages after the last feature: they are written, though not built."""
        names = list(self.spec.stages)
        unbuilt = names[len(self.stages) :]
        if not unbuilt:
            return []
        whole = Stages(self.spec, self.context, names, set(self.taken))
        whole.lower(*entering)
        faults = [*whole.faults, *whole.idle_keys()]
        return [fault for fault in faults if fault.at.path[:1] == ("stages",) and fault.at.path[1] in unbuilt]

    def _without_effect(self, stages: tuple[Stage, ...], entering: Entering) -> list[Fault]:
        """Return the faults of keys that another value would not change the stages by."""

        def changed(spec: Spec) -> bool:
            if spec.convolution != self.spec.convolution:
                return Lowering(spec, self.is_inherited).parts() != self.parts()
            return Stages(spec, self.context, self.stages, set(self.taken)).lower(*entering)[0] != stages

        return self._without_inherited(without_effect(self.spec, self.stages, self.rank, changed))

    def parts(self) -> tuple[object, ...]:
        """Return the stem, the stages and the heads; nothing where a layer of the stem is impossible."""
        other = Lowering(self.spec, self.is_inherited)
        try:
            stem, channels, stride = other.stem()
        except LoweringError:
            return ()
        stages = Stages(self.spec, other.context, other.stages, other.taken)
        found, channels = stages.lower(channels, other._stem_channels_at(), stride, other.stem_is_whole)
        return stem, found, other.heads(channels, stem, found), other.faults

    def _trained(self, network: Network) -> Network:
        from resnetgen.lower import training

        resolved, found = training.training(self.spec, network)
        self.faults += found
        return network._replace(training=resolved)

    def _builder(self, channels: int, path: Path, unit: int, naming: Naming) -> LayerBuilder:
        context = BlockContext(self.context, naming, at=path, layers_at=path)
        return LayerBuilder(context, channels, unit, taken=self.taken)

    def stem(self) -> tuple[tuple[Node, ...], int, Extents]:
        """Return the operators of the stem, its output channels and its total stride.

        Raises:
            LoweringError: the output channels of a faulty layer are unknown.
        """
        builder = self._builder(self.spec.input.channels, ("stem",), 0, self.layout.stem)
        for index, layer in enumerate(self.spec.stem):
            try:
                builder.lay(index, layer)
            except LoweringError as stop:
                self.faults.append(stop.fault)
                self.stem_is_whole = False
                if isinstance(layer, ConvLayer):
                    builder.channels = self._intended_width(layer.to)
        self.units = builder.unit
        nodes = (*self._standardization(), *builder.nodes)
        return nodes, builder.channels, total_stride(builder.nodes, self.rank)

    def _standardization(self) -> tuple[Node, ...]:
        """Return the operator that standardizes the input, if the spec asks for one."""
        if self.spec.input.mean is None and self.spec.input.std is None:
            return ()
        from resnetgen.lower import input_constants  # imported for the few specs that have it

        try:
            node = input_constants.standardization(self.spec.input, self.rank)
        except LoweringError as stop:
            self.faults.append(stop.fault)
            return ()
        if node.name in self.taken:
            message = f"the stem has a layer of the name `{node.name}`, which standardizes the input"
            self.faults.append(Fault("RG205", message, Place(node.at, Part.KEY), help="choose another name there"))
        self.taken.add(node.name)
        return (node,)

    def _stem_channels_at(self) -> Path:
        """Return the path of the stem's output channels."""
        return width_at(self.spec.stem, ("stem",)) or ("input", "channels")

    def _intended_width(self, width: Expression) -> int:
        """Return the output channels of a faulty layer, to go on with.

        Raises:
            LoweringError: nobody can tell, and so nothing of what follows.
        """
        try:
            return width.width({}, MOST_CHANNELS)
        except ExpressionError:
            raise LoweringError(self.faults[-1]) from None

    def heads(self, channels: int, stem: tuple[Node, ...], stages: tuple[Stage, ...]) -> tuple[Head, ...]:
        """Return the heads without faults, which all have a pool; none where the output is maps."""
        if head.gives_maps(self.spec):
            return ()
        size = partial(map_size, self.spec.input.channels, self.size, stem, stages)
        found = []
        for name, written in self.spec.written_heads.items():
            at = head.path(name)
            if written.pool is None or any(fault.at.path[: len(at)] == at for fault in self.faults):
                continue
            try:
                builder = self._builder(channels, (*at, "layers"), self.units, self.layout.of_head(name))
                found.append(Head(head.nodes(written, at, builder, size), name, head.kind(written), at))
            except LoweringError as stop:
                self.faults.append(stop.fault)
        return tuple(found)

    def check_names(self, stem: tuple[Node, ...], stages: tuple[Stage, ...], heads: tuple[Head, ...]) -> None:
        """Report heads by whose name there is something else, and stages with the name of a layer of the head.

        Stages with the name of a layer of the stem are reported before.
        """
        if self.spec.heads is not None:
            self.faults += misnamed_heads(self.spec.heads, self.layout, stem, stages)
        elif "layout" not in self.spec.model_fields_set:  # else the layout gives the names, and `misnamed` reports them
            self.faults += stages_like_layers(self.stages, heads)
        if not self.faults and not self.spec.layout.is_default():
            self.faults += self._without_inherited(misnamed(self.spec.layout, stem, stages, heads))


def number_paths(stages: Iterable[Stage]) -> set[str]:
    """Return the paths of the modules that maps leave, where their names are numbers: layers of a head number on."""
    return {stage.last_path for stage in stages if stage.last_path.rpartition(".")[2].isdigit()}
