"""From a validated spec to the network with every number resolved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.expression import Expression, ExpressionError
from resnetgen.fields import MOST_CHANNELS
from resnetgen.ir import Init, Network, Node, Run, Stage
from resnetgen.layers.scope import Scope, Stop
from resnetgen.layouts import TORCHVISION
from resnetgen.lower import block_types, head
from resnetgen.lower.block import Position, Surroundings, block
from resnetgen.lower.settings import Settings
from resnetgen.lower.strides import Extents, StagePlan, per_axis, plan, unreached
from resnetgen.lower.unused import Use, unused
from resnetgen.naming import network_class
from resnetgen.reserved import MODULE_ATTRIBUTES, MODULES
from resnetgen.spec import BlockEntry, Spec


def lower(spec: Spec) -> tuple[Network | None, list[Fault]]:
    """The network that a spec describes, or None and every fault that keeps it from being one."""
    lowering = _Lowering(spec)
    network = lowering.network()
    return (None, lowering.faults) if lowering.faults else (network, [])


@dataclass(frozen=True, slots=True)
class _Entry:
    """Some equal blocks of a stage as the spec lists them: what it says of them, and the path where."""

    options: BlockEntry | None
    repeat: int
    at: Path


class _Lowering:
    """Collects the faults of the parts, so that one broken stage does not hide another."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.faults: list[Fault] = []
        size = spec.input.size
        self.size: Extents = (size, size) if isinstance(size, int) else size
        self.rank = len(self.size)
        self.taken: set[str] = set()
        self.stages = self._wanted_stages()
        self.around = Surroundings(
            self.rank,
            TORCHVISION,
            spec.norm,
            spec.act,
            sum(_count(self.spec.stages[name].blocks) for name in self.stages),
        )
        self.uses: list[Use] = []
        self.common: dict[str, Settings] = {}

    def _wanted_stages(self) -> list[str]:
        """The stages up to the last one that the output depends on."""
        names = list(self.spec.stages)
        wanted = self.spec.head.features
        if wanted is None or not set(wanted) <= set(names):
            return names
        return names[: max(names.index(name) for name in wanted) + 1]

    def network(self) -> Network | None:
        spec = self.spec
        self.faults += head.faults(spec)
        if spec.name in MODULES:
            message = f"a file `{spec.name}.py` would be imported in place of the library {spec.name}"
            self.faults.append(Fault("RG205", message, Place(("name",)), help="choose another name"))
        stem, channels, stride = self._stem()
        stages, channels = self._stages(channels, stride)
        top = self._head(channels)
        self.faults += unused(self.uses)
        init = self._init(stages)
        if self.faults:
            return None
        return Network(
            name=spec.name,
            class_name=network_class(spec.name),
            description=spec.description,
            reference=spec.reference,
            channels=spec.input.channels,
            size=self.size,
            stem=stem,
            stages=stages,
            head=top,
            features=tuple(spec.head.features or ()),
            init=init,
        )

    def _scope(self, channels: int, path: Path, unit: int) -> Scope:
        return Scope(
            rank=self.rank,
            channels=channels,
            widths={},
            norm=self.spec.norm,
            act=self.spec.act,
            order=("conv", "norm", "act"),
            layout=TORCHVISION,
            at=path,
            layers_at=path,
            unit=unit,
            taken=self.taken,
        )

    def _stem(self) -> tuple[tuple[Node, ...], int, Extents]:
        scope = self._scope(self.spec.input.channels, ("stem",), 0)
        for index, layer in enumerate(self.spec.stem):
            scope.layer = index
            try:
                layer.lay(scope)
            except Stop as stop:
                self.faults.append(stop.fault)
        self.units = scope.unit
        stride = (1,) * self.rank
        for node in scope.nodes:
            window = node.operator.window()
            if window is not None:
                stride = tuple(s * step for s, step in zip(stride, window.stride, strict=True))
        return tuple(scope.nodes), scope.channels, stride

    def _stages(self, channels: int, stem_stride: Extents) -> tuple[tuple[Stage, ...], int]:
        try:
            plans = plan(self.spec, self.rank, stem_stride, self.stages)
            self.faults += unreached(self.spec, self.rank, stem_stride, plans)
        except Stop as stop:
            self.faults.append(stop.fault)
            return (), channels
        stages, first = [], 0
        for name in self.stages:
            self._check_name(name)
            planned = plans[name]
            try:
                if isinstance(planned, Stop):
                    raise planned
                runs = tuple(self._runs(name, planned, channels, first))
                stages.append(Stage(name, runs, ("stages", name)))
            except Stop as stop:
                if stop.fault not in self.faults:
                    self.faults.append(stop.fault)
            first += _count(self.spec.stages[name].blocks)
            channels = self._channels_after(name, channels)
        self.taken.update(self.stages)
        return tuple(stages), channels

    def _check_name(self, name: str) -> None:
        if name in MODULE_ATTRIBUTES:
            message = f"a stage cannot be called `{name}`: every module of PyTorch has that already"
        elif name in self.taken:
            message = f"a stage cannot be called `{name}`: the stem has a layer of that name"
        else:
            return
        place = Place(("stages", name), Part.KEY)
        self.faults.append(Fault("RG205", message, place, help="choose another name, such as `layer1`"))

    def _channels_after(self, name: str, channels: int) -> int:
        """What a stage gives, as far as can be told even where the stage itself is at fault."""
        stage = self.spec.stages[name]
        for entry in stage.blocks if isinstance(stage.blocks, list) else [None]:
            written = stage.channels if entry is None or entry.channels is None else entry.channels
            try:
                channels = written.value({"in": channels})
            except ExpressionError:
                pass
        return channels

    def _runs(self, name: str, planned: StagePlan, channels: int, first: int) -> Iterator[Run]:
        """The runs of a stage: for each entry its first block, and the rest if they are not the same."""
        at: Path = ("stages", name)
        for index, entry in enumerate(self._entries(name)):
            settings, kind = self._settings(name, entry)
            out, channels_at = self._out(name, entry, channels)
            stride = self._stride(name, entry, planned, index)
            begins = index == 0
            opening = Position(
                channels,
                out,
                stride,
                planned.dilation,
                planned.first_dilation if begins else planned.dilation,
                planned.replaced if begins else (1,) * self.rank,
                entry.at,
                channels_at,
            )
            self.uses.append(Use(kind, settings, opening, at))
            one = (1,) * self.rank
            following = Position(out, out, one, planned.dilation, planned.dilation, one, entry.at, channels_at)
            asked = settings.origins.get("shortcut", ())
            same = opening == following
            yield Run(block(kind, settings, opening, self.around), entry.repeat if same else 1, first, entry.at, asked)
            if entry.repeat > 1 and not same:
                after = block(kind, settings, following, self.around)
                yield Run(after, entry.repeat - 1, first + 1, entry.at, asked)
            first += entry.repeat
            channels = out

    def _entries(self, name: str) -> list[_Entry]:
        blocks = self.spec.stages[name].blocks
        if isinstance(blocks, int):
            return [_Entry(None, blocks, ("stages", name))]
        return [_Entry(entry, entry.repeat, ("stages", name, "blocks", index)) for index, entry in enumerate(blocks)]

    def _settings(self, name: str, entry: _Entry) -> tuple[Settings, block_types.NamedType]:
        spec, stage_at = self.spec, ("stages", name)
        wanted, asked = self._type(name, entry)
        if wanted is None:
            help = "write `block: {type: bottleneck}` for all stages, or `type` in this one"
            raise Stop(Fault("RG202", f"`{name}` has no block type", Place(stage_at, Part.KEY), help=help))
        kind = block_types.find(spec, wanted, Place(asked))
        if kind.name not in self.common:
            self.common[kind.name] = Settings().over(kind.type, kind.at).over(spec.block, ("block",))
        settings = self.common[kind.name].over(spec.stages[name], stage_at)
        return settings if entry.options is None else settings.over(entry.options, entry.at), kind

    def _type(self, name: str, entry: _Entry) -> tuple[str | None, Path]:
        """The name of the block type, and the path that gives it: the entry's, the stage's, or that of all stages."""
        if entry.options is not None and entry.options.type is not None:
            return entry.options.type, (*entry.at, "type")
        if self.spec.stages[name].type is not None:
            return self.spec.stages[name].type, ("stages", name, "type")
        return self.spec.block.type, ("block", "type")

    def _out(self, name: str, entry: _Entry, channels: int) -> tuple[int, Path]:
        if entry.options is not None and entry.options.channels is not None:
            return self._width(entry.options.channels, channels, (*entry.at, "channels"))
        return self._width(self.spec.stages[name].channels, channels, ("stages", name, "channels"))

    def _width(self, written: Expression, channels: int, at: Path) -> tuple[int, Path]:
        try:
            value = written.value({"in": channels})
        except ExpressionError as error:
            raise Stop(Fault("RG208", f"the width `{written.text}` {error}", Place(at))) from None
        if not 1 <= value <= MOST_CHANNELS:
            message = f"the width `{written.text}` is {value}; a width is from 1 to {MOST_CHANNELS:,}"
            raise Stop(Fault("RG208", message, Place(at)))
        return value, at

    def _stride(self, name: str, entry: _Entry, planned: StagePlan, index: int) -> Extents:
        if entry.options is not None and entry.options.stride is not None:
            return per_axis(entry.options.stride, self.rank, (*entry.at, "stride"))
        return planned.stride if index == 0 else (1,) * self.rank

    def _head(self, channels: int) -> tuple[Node, ...]:
        if any(fault.at.path[:1] == ("head",) for fault in self.faults):
            return ()
        try:
            return head.nodes(self.spec.head, self._scope(channels, ("head", "layers"), self.units))
        except Stop as stop:
            self.faults.append(stop.fault)
            return ()

    def _init(self, stages: tuple[Stage, ...]) -> Init:
        options = self.spec.init
        kaiming = options.conv.startswith("kaiming")
        if options.fan is not None and not kaiming:
            message = f"`fan` scales a kaiming init, and `conv` is {options.conv}"
            self.faults.append(Fault("RG209", message, Place(("init", "fan"), Part.KEY), help="take `fan` out"))
        if options.zero_init_residual:
            self._check_zero_init(stages)
        fan = (options.fan or "fan_out") if kaiming else ""
        return Init("" if options.conv == "default" else options.conv, fan, options.zero_init_residual)

    def _check_zero_init(self, stages: tuple[Stage, ...]) -> None:
        """Zero-init needs a trained norm at the end of each branch, and a shortcut for what the branch then lacks."""
        for run in (run for stage in stages for run in stage.runs):
            last = [node for node in run.block.branch if node.operator.role != "drop_path"][-1:]
            trained = last and last[0].operator.role == "norm" and any(e.trained for e in last[0].operator.entries())
            if trained and run.block.shortcut.kind != "none":
                continue
            lacks = "has no shortcut beside it" if trained else "does not end in a norm with weights"
            message = f"there is nothing to set to zero: the branch of `{run.block.type}` {lacks}"
            related = ((Place(run.at, Part.KEY), "used here"),)
            at = Place(("init", "zero_init_residual"))
            self.faults.append(Fault("RG307", message, at, related=related, help="use false"))
            return


def _count(blocks: int | list[BlockEntry]) -> int:
    return blocks if isinstance(blocks, int) else sum(entry.repeat for entry in blocks)
