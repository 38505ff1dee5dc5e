"""The stages: from the spec's entries to runs of blocks."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.errors import LoweringError, WorkLimitError
from resnetgen.ir.network import Run, Stage
from resnetgen.ir.reserved import MODULE_ATTRIBUTES, NETWORK_ATTRIBUTES
from resnetgen.ir.stem_map import STEM
from resnetgen.layers.context import NetworkContext, Position
from resnetgen.layers.settings import Settings, width_key
from resnetgen.layers.strides import fixed_stride, fixed_strides, stride_key
from resnetgen.layers.widths import width_at
from resnetgen.lower import block_types, variance
from resnetgen.lower.block import block
from resnetgen.lower.branch import layers_with_stride
from resnetgen.lower.entries import Entry, count, entries, transition_entry
from resnetgen.lower.out_channels import Entering, channels_after, out_channels, pieces
from resnetgen.lower.shadowed_keys import shadowed
from resnetgen.lower.stage_names import named_stage
from resnetgen.lower.strides import EntryPlan, Extents, FixedStride, Planner
from resnetgen.lower.transition import transition
from resnetgen.lower.unused_keys import Use, unused
from resnetgen.ops.composite import count_operators
from resnetgen.source.yaml_faults import fault_limit
from resnetgen.spec.spec import Spec
from resnetgen.work_budget import WorkBudget

WrittenAt = tuple[Path, Path, Path]
"""The paths of a block's type, stride and dilation."""

MOST_OPERATORS = 5_000
"""The most operators that are laid for blocks, each run of equal ones counted once, with those inside other operators:
to write code for them takes half a second."""


class Stages:
    """Lowers the named stages and collects their faults, so that one broken stage does not hide another."""

    def __init__(self, spec: Spec, context: NetworkContext, names: list[str], taken: set[str]) -> None:
        self.spec = spec
        self.context = context
        self.names = names
        self.taken = taken
        self.faults: list[Fault] = []
        self.uses: list[Use] = []
        self.common: dict[str, Settings] = {}
        self.found: dict[Path, tuple[Settings, block_types.NamedType]] = {}
        self.fixed: dict[tuple[str, object], FixedStride] = {}
        self.operators = WorkBudget(MOST_OPERATORS)
        self.parts = WorkBudget(MOST_OPERATORS)
        self.plans: dict[str, list[EntryPlan]] = {}
        self.variance = 1.0

    def lower(
        self, channels: int, channels_at: Path, stem_stride: Extents, stem_is_whole: bool
    ) -> tuple[tuple[Stage, ...], int]:
        """Return the stages and the output channels of the last; faults are in `faults`.

        Args:
            channels: The input channels.
            channels_at: The path of the input channels.
            stem_stride: The total stride of the stem along each axis.
            stem_is_whole: False if the stem has faults; its stride is then not checked.
        """
        self.in_channels_at = channels_at
        try:
            planner = Planner(self.spec, self.context.rank, stem_stride, self._fixed_stride)
            plans = planner.plan(self.names)
            whole = stem_is_whole and not any(isinstance(plans.get(name), LoweringError | None) for name in self.names)
            self.faults += planner.unreached() if whole else []
        except LoweringError as stop:
            self.faults.append(stop.fault)
            return (), channels
        stages, first = [], 0
        for index, name in enumerate(self.names):
            if name not in plans:  # there are more entries before it than operators may be
                break
            self.check_name(name)
            planned = plans[name]
            try:
                if isinstance(planned, LoweringError):
                    raise planned
                self.plans[name] = planned
                runs = tuple(self._runs(name, planned, channels, first))
                stages.append(named_stage(self.context.layout, self.taken, name, index, runs))
                channels = runs[-1].block.out_channels
            except LoweringError as stop:
                if stop.fault not in self.faults:
                    self.faults.append(stop.fault)
                if len(self.faults) >= fault_limit() or self.operators.spent > MOST_OPERATORS:
                    break
                try:
                    channels = channels_after(self.spec, name, channels, first, self.parts)
                except WorkLimitError:  # this stage has more parts than there may be operators
                    break
            first += count(self.spec.stages[name])
        return tuple(stages), channels

    def idle_keys(self) -> list[Fault]:
        """Return the faults of keys that no block reads or, if all else is well, that every block overrides."""
        return unused(self.uses, self.spec.norm) or ([] if self.faults else shadowed(self.spec, self.names, self.uses))

    def check_name(self, name: str) -> None:
        """Report a name of a stage that another part of the network has, or cannot have."""
        if name == STEM:
            message = (
                f"a stage cannot be called `{name}`: in `head: {{features: ...}}` this name means the map of the stem"
            )
        elif self.context.layout.stage or self.context.layout.prefix:
            return  # it is no attribute of the network: the layout has another name for it
        elif name in MODULE_ATTRIBUTES:
            message = f"a stage cannot be called `{name}`: every PyTorch module has an attribute of that name"
        elif name in NETWORK_ATTRIBUTES:
            message = f"a stage cannot be called `{name}`: the emitted network has an attribute of that name"
        elif name.startswith("_"):
            message = f"a stage cannot be called `{name}`: PyTorch reserves names that begin with `_`"
        elif name in self.taken:
            message = f"a stage cannot be called `{name}`: the stem has a layer of that name"
        else:
            return
        place = Place(("stages", name), Part.KEY)
        self.faults.append(Fault("RG205", message, place, help="choose another name, such as `layer1`"))

    def _fixed_stride(self, name: str, entry: Entry) -> FixedStride:
        """Return the stride that the blocks of an entry have by themselves; none where the block type is at fault."""
        rank = self.context.rank
        try:
            settings, kind = self._settings(name, entry)
            key = (kind.name, settings.get("stride_on"))
            if key in self.fixed:
                return self.fixed[key]
            layers = layers_with_stride(kind, settings, entry.at)
        except LoweringError:
            return FixedStride((1,) * rank, "", ())
        index = next((index for index, _ in fixed_strides(layers, rank)), None)
        at = () if kind.at is None or index is None else (*kind.at, "branch", index, stride_key(layers[index]))
        self.fixed[key] = FixedStride(fixed_stride(layers, rank), kind.name, at)
        return self.fixed[key]

    def _runs(self, name: str, plans: list[EntryPlan], channels: int, first: int) -> Iterator[Run]:
        """Yield the runs of a stage: for each entry its first block, and the others if they differ from it."""
        stage_in_channels = channels
        if (before := transition_entry(self.spec, name)) is not None:
            run = self._counted(self._transition(name, before, plans[0], channels, first))
            yield run
            channels, plans = run.block.out_channels, plans[1:]
            self.in_channels_at = width_at(self.spec.stages[name].transition or (), before.at) or self.in_channels_at
        for index, (entry, planned) in enumerate(zip(entries(self.spec, name), plans, strict=True)):
            for number, repeat in enumerate(pieces(self.spec, name, entry)):
                out, channels_at = out_channels(self.spec, name, entry, Entering(stage_in_channels, channels, first))
                opening = self._position(entry, planned, (channels, out), channels_at, begins=not number)
                yield from self._entry_runs(name, entry, opening, repeat, first, self._written_at(name, entry, index))
                first += repeat
                channels, self.in_channels_at = out, channels_at

    def _transition(self, name: str, entry: Entry, plan: EntryPlan, channels: int, first: int) -> Run:
        """Return the layers before the blocks of a stage, as a run of a block that is only these."""
        opens = entries(self.spec, name)[0]
        out, channels_at = out_channels(self.spec, name, opens, Entering(channels, channels, first))
        position = self._position(entry, plan, (channels, out), channels_at, begins=True)
        block = transition(self.spec.stages[name].transition or [], position, self.context)
        return Run(block, 1, first, entry.at)

    def _position(
        self, entry: Entry, planned: EntryPlan, channels: tuple[int, int], channels_at: Path, *, begins: bool
    ) -> Position:
        """Return the position of a block; one that is not the first of its entry does not stride or dilate anew."""
        one = (1,) * self.context.rank
        return Position(
            *channels,
            planned.stride if begins else one,
            planned.fixed,
            planned.dilation,
            planned.first_dilation if begins else planned.dilation,
            planned.replaced if begins else one,
            entry.at,
            self.in_channels_at if begins else channels_at,
            channels_at,
        )

    def _entry_runs(
        self, name: str, entry: Entry, opening: Position, repeat: int, first: int, at: WrittenAt
    ) -> Iterator[Run]:
        settings, kind = self._settings(name, entry)
        self.uses.append(Use(kind, settings, opening, *at))
        one = (1,) * self.context.rank
        following = opening._replace(
            in_channels=opening.out_channels,
            stride=one,
            first_dilation=opening.dilation,
            replaced=one,
            in_channels_at=opening.channels_at,
        )
        shortcut_at = settings.origins.get("shortcut", ())
        facts = entry.at, shortcut_at, self._number_widths(name, settings), self._padding_at(settings), at[0]
        if variance.follows(kind, settings):
            for number in range(repeat):
                place = (following if number else opening)._replace(variance=self.variance)
                made = block(kind, settings, place, self.context)
                self.variance = variance.after(made, self.variance)
                yield self._counted(Run(made, 1, first + number, *facts))
            return
        same = opening.numbers() == following.numbers()
        entering = block(kind, settings, opening, self.context)
        count = repeat if same else 1
        self.variance = variance.after(entering, self.variance, count)
        yield self._counted(Run(entering, count, first, *facts))
        if repeat > count:
            after = block(kind, settings, following, self.context)
            self.variance = variance.after(after, self.variance, repeat - count)
            yield self._counted(Run(after, repeat - count, first + count, *facts))

    def _padding_at(self, settings: Settings) -> Path:
        """Return the path of the padding that convolutions have unless they say another."""
        common = () if self.spec.convolution.padding is None else ("convolution", "padding")
        return settings.origins.get("convolution.padding", common)

    def _number_widths(self, name: str, settings: Settings) -> tuple[tuple[str, Path], ...]:
        """Return the widths that are plain numbers for all blocks of a stage, with their paths."""
        numbers = [key for key, width in settings.widths.items() if width.is_number()]
        found = [(key, settings.origins.get(width_key(key), ())) for key in numbers]
        written = self.spec.stages[name].channels
        if written is not None and written.is_number():
            found.append(("out", ("stages", name, "channels")))
        return tuple((key, at) for key, at in found if at and at[2:3] != ("blocks",))

    def _counted(self, run: Run) -> Run:
        try:
            self.operators.spend(sum(count_operators(node.operator) for node in run.block.nodes()))
        except WorkLimitError:
            message = f"more than {MOST_OPERATORS:,} operators in the blocks up to here, repeated blocks counted once"
            help = "write equal blocks in a row as one entry, with `repeat`"
            raise LoweringError(Fault("RG107", message, Place(run.at, Part.KEY), help=help)) from None
        return run

    def _written_at(self, name: str, entry: Entry, index: int) -> WrittenAt:
        """Return the paths of what an entry's blocks are asked for: their type, stride and dilation."""
        own = entry.options is not None and entry.options.stride is not None
        stride_at = (*entry.at, "stride") if own else ("stages", name, "stride")
        return self._type(name, entry)[1], stride_at, self._dilates(name, entry, index)

    def _dilates(self, name: str, entry: Entry, index: int) -> Path:
        """Return the path that sets the dilation of an entry's blocks, empty if they at most keep that before them."""
        opened = self.spec.stages[name].transition is not None
        planned = self.plans[name][index + opened]
        if self.spec.output_stride is not None:
            own = entry.options is not None and entry.options.stride is not None
            stride_at = (*entry.at, "stride") if own else ("stages", name, "stride")
            return stride_at if set(planned.replaced) != {1} else ()
        stage: Path = ("stages", name)
        for key, extents in (("dilation", planned.dilation), ("first_dilation", planned.first_dilation)):
            if set(extents) == {1}:
                continue
            if entry.options is not None and getattr(entry.options, key) is not None:
                return (*entry.at, key)
            if getattr(self.spec.stages[name], key) is not None and (key == "dilation" or not index):
                return (*stage, key)
        return ()

    def _settings(self, name: str, entry: Entry) -> tuple[Settings, block_types.NamedType]:
        """Return the settings of an entry's blocks, and their block type."""
        if entry.at not in self.found:
            self.found[entry.at] = self._settled(name, entry)
        return self.found[entry.at]

    def _settled(self, name: str, entry: Entry) -> tuple[Settings, block_types.NamedType]:
        spec, stage_at = self.spec, ("stages", name)
        type_name, type_at = self._type(name, entry)
        if type_name is None:
            help = "write `block: {type: bottleneck}` for all stages, or `type` in each of these"
            related = ((Place(stage_at, Part.KEY), "for the blocks here"),)
            place = Place(("block", "type"), Part.KEY)  # the same for all stages: they lack one key
            raise LoweringError(Fault("RG202", "the block type is missing", place, related=related, help=help))
        kind = block_types.find(spec, type_name, Place(type_at))
        if kind.name not in self.common:
            self.common[kind.name] = Settings().over(kind.type, kind.at).over(spec.block, ("block",))
        settings = self.common[kind.name].over(spec.stages[name], stage_at)
        return settings if entry.options is None else settings.over(entry.options, entry.at), kind

    def _type(self, name: str, entry: Entry) -> tuple[str | None, Path]:
        """Return the name of the block type and its path: the entry's, the stage's, or that of all stages."""
        if entry.options is not None and entry.options.type is not None:
            return entry.options.type, (*entry.at, "type")
        if self.spec.stages[name].type is not None:
            return self.spec.stages[name].type, ("stages", name, "type")
        return self.spec.block.type, ("block", "type")
