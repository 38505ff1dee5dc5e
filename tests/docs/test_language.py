"""The pages of the language: every key has a row with its default and an example, every table agrees with the code."""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Any, get_args, get_origin

import pytest
import yaml
from pydantic_core import SchemaValidator

import resnetgen
from resnetgen.ir.naming import capitals
from resnetgen.lower.stages import MOST_OPERATORS
from resnetgen.ops import multi_scale, selective_kernel
from resnetgen.ops.activation import REQUIRED, TABLE
from resnetgen.ops.antialias import SIDES, AntialiasSlot
from resnetgen.ops.attention import GATES, ReducingSlot
from resnetgen.ops.attention import PLACES as PLACES_OF_ATTENTION
from resnetgen.ops.blur_pool import PADDINGS, BlurPoolSlot
from resnetgen.ops.global_context import FUSIONS, GlobalContextSlot
from resnetgen.ops.output_activation import OUTPUT_ACTIVATIONS
from resnetgen.ops.squeeze_excite import SqueezeExciteSlot
from resnetgen.schema import fields, layout_options, width_expression
from resnetgen.schema.field_docs import meaning
from resnetgen.schema.layout_tables import ROLES, TABLES
from resnetgen.schema.make_divisible import ROUNDINGS
from resnetgen.schema.marks import Length
from resnetgen.schema.record import Record, schema_of
from resnetgen.source import collection, extends, source, yaml_events, yaml_scalars
from resnetgen.spec import spec
from tests.docs.generated import COMMAND
from tests.docs.keys import PAGES, RECORDS, documented, own, records, without_links
from tests.docs.markdown import ROOT, Fence, code, fences, rows

LONGEST = 300
"""Lines of a page of the language."""


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_short(page: str) -> None:
    assert (ROOT / page).read_text(encoding="utf-8").count("\n") <= LONGEST


# The tables of keys


def varies(record: type[Record], name: str) -> bool:
    """Return whether a record that shares a key gives it another default."""
    return any(issubclass(each, record) and each is not record and name in own(each) for each in RECORDS.values())


@pytest.fixture(params=RECORDS)
def record(request: pytest.FixtureRequest) -> type[Record]:
    return RECORDS[request.param]


def test_every_key_is_documented(record: type[Record]) -> None:
    assert own(record) == list(documented(record))


def test_a_key_means_what_its_class_says(record: type[Record]) -> None:
    """The page has links besides, and after the meaning it may say where there is more."""
    written = {code(key): without_links(text) for key, text, _ in rows(f"fields of {record.__name__}", PAGES)}
    assert {name: meaning(record, name) for name in own(record)} == written, f"`{COMMAND}` writes it anew"


def test_required_keys_are_called_so(record: type[Record]) -> None:
    required = [name for name in own(record) if record.model_fields[name].required]
    assert required == [name for name, default in documented(record).items() if default == "required"]


def test_a_documented_default_is_that_of_the_record(record: type[Record]) -> None:
    for name, default in documented(record).items():
        field = record.model_fields[name]
        if not field.required and field.default is not None and not varies(record, name):
            stated = SchemaValidator(schema_of(field.annotation)).validate_python(yaml.safe_load(code(default)))
            assert field.default == stated, name


PLACES: dict[str, tuple[str, tuple[str | int, ...]]] = {
    "Spec": ("{reference: null}", ()),
    "LayoutOptions": ("layout: {stem: {conv: conv*}}", ("layout",)),
    "FirstNumbers": ("layout: {first: {}}", ("layout", "first")),
    "ConvLayer": ("stem: [{conv: 3, to: 64}]", ("stem", 0)),
    "ScaleOptions": ("scale: {width: 0.5}", ("scale",)),
    "MaxPoolLayer": ("stem: [{max_pool: 3}]", ("stem", 0)),
    "PadLayer": ("stem: [{pad: 1}]", ("stem", 0)),
    "AvgPoolLayer": ("stem: [{avg_pool: 3}]", ("stem", 0)),
    "PadChannelsLayer": ("stem: [{conv: 3, to: 32}, {pad_channels: 64}]", ("stem", 1)),
    "ConvolutionSlot": ("convolution: {bias: false}", ("convolution",)),
    "ConvolutionHereSlot": ("convolution: {bias: false}", ("convolution",)),
    "ScaledWeightStandardizedSlot": ("convolution: {type: scaled_weight_standardized}", ("convolution",)),
    "WeightStandardizedSlot": ("convolution: {type: weight_standardized}", ("convolution",)),
    "PointwiseLinearSlot": (
        "{blocks: {mine: {branch: [{conv: 1, to: out, convolution: {type: linear}}]}}, block: {type: mine}}",
        ("blocks", "mine", "branch", 0, "convolution"),
    ),
    "SplitAttentionSlot": ("block: {spatial: {type: split_attention}}", ("block", "spatial")),
    "MultiScaleSlot": ("block: {spatial: {type: multi_scale}}", ("block", "spatial")),
    "AttentionSlot": ("block: {attention: {type: se}}", ("block", "attention")),
    "ReducingSlot": ("block: {attention: {type: se}}", ("block", "attention")),
    "SqueezeExciteSlot": ("block: {attention: {type: se}}", ("block", "attention")),
    "EfficientChannelAttentionSlot": ("block: {attention: {type: eca}}", ("block", "attention")),
    "CbamSlot": ("block: {attention: {type: cbam}}", ("block", "attention")),
    "GlobalContextSlot": ("block: {attention: {type: global_context}}", ("block", "attention")),
    "GatherExciteSlot": ("block: {attention: {type: gather_excite}}", ("block", "attention")),
    "LayerScaleSlot": ("block: {branch_scale: {type: layer_scale}}", ("block", "branch_scale")),
    "ConstantScaleSlot": ("block: {branch_scale: {type: constant, value: 0.2}}", ("block", "branch_scale")),
    "SkipInitSlot": ("block: {branch_scale: {type: skipinit}}", ("block", "branch_scale")),
    "AntialiasSlot": ("block: {antialias: {type: blur}}", ("block", "antialias")),
    "BlurPoolSlot": ("block: {antialias: {type: blur}}", ("block", "antialias")),
    "DropBlockSlot": ("block: {drop_block: {rate: 0.1}}", ("block", "drop_block")),
    "ShortcutOptions": ("block: {shortcut: {}}", ("block", "shortcut")),
    "SelectiveKernelSlot": ("block: {spatial: {type: selective_kernel}}", ("block", "spatial")),
    "EvoNormS0Slot": ("norm: {type: evonorm_s0}", ("norm",)),
    "FilterResponseNormSlot": ("norm: {type: filter_response}", ("norm",)),
    "BatchNormSlot": ("norm: {type: batch}", ("norm",)),
    "FrozenBatchNormSlot": ("norm: {type: frozen_batch}", ("norm",)),
    "GroupNormSlot": ("norm: {type: group}", ("norm",)),
    "InstanceNormSlot": ("norm: {type: instance}", ("norm",)),
    "InstanceBatchNormSlot": ("norm: {type: ibn}", ("norm",)),
    "LayerNormSlot": ("norm: {type: layer}", ("norm",)),
    "RMSNormSlot": ("norm: {type: rms}", ("norm",)),
    "BlockType": (
        "{blocks: {mine: {branch: [{conv: 1, to: out, stride: here}]}}, block: {type: mine}}",
        ("blocks", "mine"),
    ),
    "BlockOptions": ("block: {type: bottleneck}", ("block",)),
    "Stage": ("stages: {layer1: {mid: 32}}", ("stages", "layer1")),
    "BlockEntry": ("stages: {layer1: {blocks: [{}, {}]}}", ("stages", "layer1", "blocks", 1)),
    "DropPathOptions": ("block: {drop_path: {rate: 0.1}}", ("block", "drop_path")),
    "HeadOptions": ("head: {pool: avg}", ("head",)),
    "GeneralizedMeanSlot": ("head: {pool: {type: gem}}", ("head", "pool")),
    "StatsSlot": ("head: {pool: {type: stats}}", ("head", "pool")),
    "AttentionPoolSlot": ("head: {pool: {type: attention}}", ("head", "pool")),
    "LinearLayer": ("head: {then: [{linear: 10}]}", ("head", "then", 0)),
    "InitOptions": ("init: {}", ("init",)),
    "TrainingOptions": ("training: {}", ("training",)),
}
"""For the records with a stated default: a spec over resnet50 and the path in it of a mapping that leaves it out."""


def stated(record: type[Record]) -> dict[str, object]:
    """The defaults that are one piece of code."""
    return {
        name: yaml.safe_load(code(default))
        for name, default in documented(record).items()
        if re.fullmatch(r"`[^`]+`", default)
    }


def emitted(data: dict[str, Any]) -> str:
    """The code without its header, whose digest is another where more is written."""
    compiled = resnetgen.compile_mapping({"extends": "resnet50", "name": "resnet50", **data})
    header, quotes, rest = resnetgen.emit_source(compiled, origin="mine.yaml").partition('"""')
    assert all(line.startswith("#") for line in header.splitlines())
    return quotes + rest


def test_a_default_written_out_changes_nothing(record: type[Record]) -> None:
    defaults = stated(record)
    if not defaults:
        return
    written, path = PLACES[record.__name__]
    plain = yaml.safe_load(written)
    for name, default in defaults.items():
        spelled = copy.deepcopy(plain)
        inner = spelled
        for step in path:
            inner = inner[step]
        assert inner.get(name) is None
        inner[name] = default
        assert emitted(plain) == emitted(spelled), name


def used(value: object) -> Iterator[tuple[str, str]]:
    """Yield each key that a validated spec sets: the record that declares it, and its name."""
    if isinstance(value, Record):
        for name in value.model_fields_set:
            for owner in type(value).__mro__:
                if issubclass(owner, Record) and name in own(owner):
                    yield owner.__name__, name
            yield from used(getattr(value, name))
    elif isinstance(value, dict):
        for item in value.values():
            yield from used(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from used(item)


def examples(*, wrong: bool = False) -> list[Fence]:
    """The specs on the pages of the language: those without errors, or those that show an error."""
    found = [fence for page in PAGES for fence in fences(page) if fence.kind == "yaml" and "of" not in fence.words]
    return [fence for fence in found if ("wrong" in fence.words) == wrong]


def test_every_key_is_in_an_example() -> None:
    shown: set[tuple[str, str]] = set()
    for example in examples():
        document = extends.resolve(source.parse(example.text, "mine.yaml"), collection.find_base)
        shown |= set(used(spec.Spec.model_validate(document.data)))

    assert set() == {(record.__name__, name) for record in RECORDS.values() for name in own(record)} - shown


# The other tables


def default_of(written: str) -> object:
    """An option's default as the table of activations has it."""
    if written == "required":
        return REQUIRED
    words: dict[str, object] = {"true": True, "false": False}
    return float(Fraction(written)) if re.fullmatch(r"[-\d./]+", written) else words.get(written, written)


def test_the_activations_are_those_of_the_table() -> None:
    documented = {}
    for name, module, options, inplace in rows("activations", PAGES):
        given = tuple((option, default_of(default)) for option, default in re.findall(r"`(\w+)` ([^,\s]+)", options))
        documented[code(name)] = (code(module), inplace == "yes", given)

    expected = {name: (f"nn.{row.module}", row.inplace, row.options) for name, row in TABLE.items()}
    assert list(expected.items()) == list(documented.items())


def test_the_shortcuts_are_those_of_the_language() -> None:
    assert list(spec.SHORTCUTS) == [code(name) for name, _ in rows("shortcuts", PAGES)]


def test_the_places_of_attention_are_those_of_the_language() -> None:
    assert [*PLACES_OF_ATTENTION, "conv1", "conv2"] == [
        word for place, *_ in rows("places", PAGES) for word in re.findall(r"`(\w+)`", place)
    ]


def allows_here(annotation: Any) -> bool:
    if any(each.__name__ in ("HereSlot", "ActivationOrHereSlot") for each in records(annotation)):
        return True
    return "here" in get_args(annotation) or any(map(allows_here, get_args(annotation)))


def test_here_may_stand_where_the_table_says() -> None:
    layers = [record for name, record in RECORDS.items() if name.endswith("Layer")]
    allowed = {name for layer in layers for name, field in layer.model_fields.items() if allows_here(field.annotation)}
    assert {f"{name}: here" for name in allowed} == {code(written) for written, _ in rows("here", PAGES)}


@pytest.mark.parametrize(
    ("record", "key", "values"),
    [
        pytest.param(spec.HeadOptions, "activation", ("none", *OUTPUT_ACTIVATIONS), id="activation"),
        pytest.param(spec.HeadOptions, "classifier", spec.CLASSIFIERS, id="classifier"),
        pytest.param(spec.InitOptions, "conv", spec.CONV_INITS, id="init"),
        pytest.param(ReducingSlot, "rounding", ROUNDINGS, id="rounding"),
        pytest.param(SqueezeExciteSlot, "gate", GATES, id="gate"),
        pytest.param(GlobalContextSlot, "fuse", FUSIONS, id="fuse"),
        pytest.param(AntialiasSlot, "place", SIDES, id="side"),
        pytest.param(BlurPoolSlot, "padding", PADDINGS, id="padding"),
        pytest.param(spec.InitOptions, "fan", ("fan_out", "fan_in"), id="fan"),
        pytest.param(spec.DropPathOptions, "schedule", ("linear", "constant"), id="schedule"),
        pytest.param(spec.BlockOptions, "order", ("conv", "norm", "act"), id="order"),
    ],
)
def test_a_key_names_its_values(record: type[Record], key: str, values: tuple[str, ...]) -> None:
    (meaning,) = [meaning for name, meaning, _ in rows(f"fields of {record.__name__}", PAGES) if code(name) == key]
    assert [] == [value for value in values if f"`{value}`" not in meaning]


def test_every_order_is_one_of_the_six() -> None:
    assert {"-".join(order) for order in itertools.permutations(["conv", "norm", "act"])} == set(spec.ORDERS)


def most(annotation: Any) -> int:
    """The largest number of entries that a field may have."""
    marks = get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()
    return max(
        [mark.most for mark in marks if isinstance(mark, Length)] + [most(inner) for inner in get_args(annotation)],
        default=0,
    )


def test_the_limits_are_those_of_the_code() -> None:
    documented = {what: int(limit.replace(",", "")) for what, limit in rows("limits", PAGES)}
    assert documented == {
        "channels, classes, any width": fields.MOST_CHANNELS,
        "a number inside a width's expression": width_expression.LIMIT,
        "characters of an expression": width_expression.LONGEST,
        "blocks in a run": fields.MOST_BLOCKS,
        "entries in a list of blocks": most(spec.Stage.model_fields["blocks"].annotation),
        "operators in all blocks with those inside others, those of a run counted once": MOST_OPERATORS,
        "stages": most(spec.Spec.model_fields["stages"].annotation),
        "layers in a stem, a branch or a head": most(spec.Spec.model_fields["stem"].annotation),
        "pixels of the input, a kernel, a stride, a padding or a dilation, along an axis": fields.LARGEST_EXTENT,
        "characters of a name, or of a path of modules under `layout`": longest_name(),
        "modules inside one another in a path under `layout`": layout_options.MOST_PARTS,
        "groups of a `multi_scale` convolution": multi_scale.MOST_SCALES,
        "paths of a `selective_kernel`": selective_kernel.MOST_PATHS,
        "specs that extend one another": extends.MAX_CHAIN,
        "bytes of a spec": source.MAX_SIZE,
        "mappings and lists inside one another": yaml_events.MAX_DEPTH,
        "keys and values in a spec, aliases expanded": yaml_events.MAX_NODES,
    }


def longest_name() -> int:
    names = SchemaValidator(schema_of(fields.Identifier))
    lengths = []
    for length in range(1, 200):
        try:
            lengths.append(len(names.validate_python("x" * length)))
        except ValueError:
            break
    return max(lengths)


def test_classes_are_named_as_the_table_says() -> None:
    assert [] == [(name, named) for name, named in rows("class names", PAGES) if code(named) != capitals(code(name))]


def test_modules_are_named_as_the_table_says() -> None:
    names: dict[str, set[str]] = {}
    for part in ("stem", "block", "head"):
        for role, name in TABLES["torchvision"][part].items():
            names.setdefault(role, set()).add(name)
    documented = [(code(role), set(re.findall(r"`([^`]+)`", name))) for role, _, name in rows("roles", PAGES)]
    assert list(ROLES) == [role for role, _ in documented]
    assert names == dict(documented)


def test_the_layouts_are_those_of_the_language() -> None:
    assert list(TABLES) == [code(name) for name, _ in rows("layouts", PAGES)]


@pytest.mark.parametrize("cells", rows("yaml traps", PAGES), ids=lambda cells: cells[0])
def test_a_trap_is_what_the_table_says(cells: list[str]) -> None:
    trap = yaml_scalars.resolve_plain(code(cells[0]))

    assert isinstance(trap, yaml_scalars.AmbiguousScalar)
    assert cells[1] == trap.message
