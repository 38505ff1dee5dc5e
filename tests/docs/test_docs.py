"""What docs/spec.md and README.md say is so: every example runs, every table agrees with the code."""

from __future__ import annotations

import copy
import itertools
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import pytest
import yaml
from pydantic_core import SchemaValidator

import resnetgen
from resnetgen.diagnostics import text
from resnetgen.ir.naming import capitals
from resnetgen.lower.block_types import BUILT_IN
from resnetgen.lower.stages import MOST_OPERATORS
from resnetgen.ops.activation import REQUIRED, TABLE
from resnetgen.ops.antialias import SIDES, AntialiasSlot
from resnetgen.ops.attention import GATES, ReducingSlot
from resnetgen.ops.attention import PLACES as PLACES_OF_ATTENTION
from resnetgen.ops.blur_pool import PADDINGS, BlurPoolSlot
from resnetgen.ops.global_context import FUSIONS, GlobalContextSlot
from resnetgen.ops.global_pool import POOLS
from resnetgen.ops.make_divisible import ROUNDINGS
from resnetgen.ops.output_activation import OUTPUT_ACTIVATIONS
from resnetgen.ops.squeeze_excite import SqueezeExciteSlot
from resnetgen.schema import fields, width_expression
from resnetgen.schema.field_docs import meaning
from resnetgen.schema.layouts import ROLES, TABLES
from resnetgen.schema.record import Length, Record, schema_of
from resnetgen.source import collection, extends, source, yaml_events, yaml_scalars
from resnetgen.spec import spec
from tests.published.reference_facts import networks

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("docs/spec.md", "README.md")
SPEC = "docs/spec.md"
README = "README.md"


# Reading the pages


@dataclass(frozen=True)
class Fence:
    """A fenced block of code: where it is, what its first line calls it, and its text."""

    page: str
    line: int
    info: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def words(self) -> list[str]:
        return self.info.split()


def fences(page: str) -> list[Fence]:
    found: list[Fence] = []
    opened: tuple[int, str] | None = None
    inside: list[str] = []
    for number, line in enumerate((ROOT / page).read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("```"):
            if opened is None:
                opened, inside = (number, line.removeprefix("```").strip()), []
            else:
                found.append(Fence(page, *opened, "".join(f"{each}\n" for each in inside)))
                opened = None
        elif opened is not None:
            inside.append(line)
    assert opened is None, f"{page} has a fence that is not closed"
    return found


FENCES = {page: fences(page) for page in PAGES}
EVERY = [fence for page in PAGES for fence in FENCES[page]]


def file(fence: Fence) -> str:
    """The file that an example is, for the commands of its page; empty for most."""
    return fence.words[fence.words.index("in") + 1] if "in" in fence.words else ""


def base(fence: Fence) -> str:
    """The spec that an example without a name of its own stands on."""
    return fence.words[2] if fence.words[1:2] == ["of"] else "resnet50"


def whole(fence: Fence) -> str:
    """The text of a spec: an example with a name is one, and the others go below the `extends` of their base."""
    head = f"extends: {base(fence)}\nname: {base(fence)}\n"
    return fence.text if "name" in yaml.safe_load(fence.text) else head + fence.text


def is_good(fence: Fence) -> bool:
    known = (*BUILT_IN, *TABLES)
    return fence.words[:1] == ["yaml"] and "wrong" not in fence.words and base(fence) not in known


def pairs(kind: str) -> list[tuple[Fence, Fence]]:
    """Each block of this kind with the example before it."""
    found = []
    for page in PAGES:
        example: Fence | None = None
        for fence in FENCES[page]:
            if fence.words[:1] == ["yaml"]:
                example = fence
            elif fence.words[:1] == [kind] and "import resnetgen" not in fence.text:
                assert example is not None, f"{fence} follows no example"
                found.append((example, fence))
    return found


EXAMPLES = [fence for fence in EVERY if is_good(fence)]
WRONG = [(example, fence) for example, fence in pairs("text") if "wrong" in example.words]
EXCERPTS = pairs("python")


def rows(page: str, mark: str) -> list[list[str]]:
    """The cells of the table below an HTML comment."""
    _, found, after = (ROOT / page).read_text(encoding="utf-8").partition(f"<!-- {mark} -->\n")
    assert found, f"{page} has no table marked `{mark}`"
    lines = after.lstrip("\n").splitlines()
    table = lines[: next((index for index, line in enumerate(lines) if not line.startswith("|")), len(lines))]
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in table[2:]]


def code(cell: str) -> str:
    """What stands in a cell's backticks."""
    match = re.fullmatch(r"`([^`]+)`", cell)
    assert match is not None, f"{cell!r} is not one piece of code"
    return match[1]


# The examples


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_compiles(example: Fence) -> None:
    assert () == resnetgen.diagnose_text(whole(example), name="mine.yaml")


@pytest.mark.parametrize(("example", "excerpt"), EXCERPTS, ids=str)
def test_an_excerpt_is_what_the_example_becomes(example: Fence, excerpt: Fence) -> None:
    code = "\n" + resnetgen.emit_source(resnetgen.compile_text(whole(example), name="mine.yaml"))

    for piece in re.split(r"^ *\.\.\.\n", excerpt.text, flags=re.MULTILINE):
        _, found, code = code.partition(f"\n{piece}")
        assert f"\n{piece}" == found, "it is not there, or not in this order"
        code = f"\n{code}"


@pytest.mark.parametrize(("example", "shown"), WRONG, ids=str)
def test_a_wrong_example_shows_its_message(example: Fence, shown: Fence) -> None:
    assert shown.text == text.render(resnetgen.diagnose_text(whole(example), name="mine.yaml"))


def test_every_wrong_example_shows_its_message() -> None:
    assert [fence for fence in EVERY if "wrong" in fence.words and not file(fence)] == [example for example, _ in WRONG]


@pytest.mark.parametrize("shown", [fence for fence in EVERY if base(fence) in BUILT_IN], ids=str)
def test_a_block_type_is_shown_as_it_is(shown: Fence) -> None:
    file = ROOT / "resnetgen" / "blocks" / f"{base(shown)}.yaml"
    assert file.read_text(encoding="utf-8") == shown.text


@pytest.mark.parametrize("shown", [fence for fence in EVERY if base(fence) in TABLES], ids=str)
def test_a_layout_is_shown_as_it_is(shown: Fence) -> None:
    assert TABLES[base(shown)] == yaml.safe_load(shown.text)


# The tables of keys


def records(annotation: Any) -> Iterator[type[Record]]:
    """Every record inside a type."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        yield annotation
    for argument in get_args(annotation):
        yield from records(argument)


def parents(record: type[Record]) -> list[type[Record]]:
    return [parent for parent in record.__bases__ if issubclass(parent, Record) and parent is not Record]


def reached(record: type[Record], found: dict[type[Record], None]) -> dict[type[Record], None]:
    """A record, those of its fields and those that they inherit from, each once."""
    if record not in found:
        found[record] = None
        inside = [each for field in record.model_fields.values() for each in records(field.annotation)]
        for inner in (*parents(record), *inside):
            reached(inner, found)
    return found


def own(record: type[Record]) -> list[str]:
    """The fields that no parent has, or has with another default."""
    inherited = {name: field for parent in parents(record) for name, field in parent.model_fields.items()}
    return [
        name
        for name, field in record.model_fields.items()
        if name not in inherited or field.default != inherited[name].default
    ]


RECORDS = {record.__name__: record for record in reached(spec.Spec, {}) if own(record)}


def varies(record: type[Record], name: str) -> bool:
    """Whether a key has another default in some of the records that share it."""
    return any(issubclass(each, record) and each is not record and name in own(each) for each in RECORDS.values())


@pytest.fixture(params=RECORDS)
def record(request: pytest.FixtureRequest) -> type[Record]:
    return RECORDS[request.param]


def keys(record: type[Record]) -> dict[str, str]:
    """The documented keys of a record, each with its documented default."""
    return {code(key): default for key, _, default in rows(SPEC, f"fields of {record.__name__}")}


def test_every_key_is_documented(record: type[Record]) -> None:
    assert own(record) == list(keys(record))


def test_a_key_means_what_its_class_says(record: type[Record]) -> None:
    """The page has links besides, and after the meaning it may say where there is more."""
    written = {code(key): plain(text) for key, text, _ in rows(SPEC, f"fields of {record.__name__}")}
    assert {name: meaning(record, name) for name in own(record)} == written


def plain(cell: str) -> str:
    """A meaning without `See [...](...).` at its end, and with the words of its links alone."""
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", re.sub(r" See \[[^]]*\]\([^)]*\)\.$", "", cell))


def test_required_keys_are_called_so(record: type[Record]) -> None:
    required = [name for name in own(record) if record.model_fields[name].required]
    assert required == [name for name, default in keys(record).items() if default == "required"]


def test_a_documented_default_is_that_of_the_record(record: type[Record]) -> None:
    for name, documented in keys(record).items():
        field = record.model_fields[name]
        if not field.required and field.default is not None and not varies(record, name):
            stated = SchemaValidator(schema_of(field.annotation)).validate_python(yaml.safe_load(code(documented)))
            assert field.default == stated, name


PLACES: dict[str, tuple[str, tuple[str | int, ...]]] = {
    "Spec": ("{reference: null}", ()),
    "LayoutOptions": ("layout: {stem: {conv: conv*}}", ("layout",)),
    "ConvLayer": ("stem: [{conv: 3, to: 64}]", ("stem", 0)),
    "MaxPoolLayer": ("stem: [{max_pool: 3}]", ("stem", 0)),
    "AvgPoolLayer": ("stem: [{avg_pool: 3}]", ("stem", 0)),
    "WeightStandardizedSlot": ("convolution: {type: weight_standardized}", ("convolution",)),
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
    "SkipInitSlot": ("block: {branch_scale: {type: skipinit}}", ("block", "branch_scale")),
    "AntialiasSlot": ("block: {antialias: {type: blur}}", ("block", "antialias")),
    "BlurPoolSlot": ("block: {antialias: {type: blur}}", ("block", "antialias")),
    "DropBlockSlot": ("block: {drop_block: {rate: 0.1}}", ("block", "drop_block")),
    "ShortcutOptions": ("block: {shortcut: {type: auto}}", ("block", "shortcut")),
    "SelectiveKernelSlot": ("block: {spatial: {type: selective_kernel}}", ("block", "spatial")),
    "EvoNormS0Slot": ("norm: {type: evonorm_s0}", ("norm",)),
    "FilterResponseNormSlot": ("norm: {type: filter_response}", ("norm",)),
    "BatchNormSlot": ("norm: {type: batch}", ("norm",)),
    "FrozenBatchNormSlot": ("norm: {type: frozen_batch}", ("norm",)),
    "GroupNormSlot": ("norm: {type: group}", ("norm",)),
    "InstanceNormSlot": ("norm: {type: instance}", ("norm",)),
    "BlockType": (
        "{blocks: {mine: {branch: [{conv: 1, to: out, stride: here}]}}, block: {type: mine}}",
        ("blocks", "mine"),
    ),
    "BlockOptions": ("block: {type: bottleneck}", ("block",)),
    "Stage": ("stages: {layer1: {mid: 32}}", ("stages", "layer1")),
    "BlockEntry": ("stages: {layer1: {blocks: [{}, {}]}}", ("stages", "layer1", "blocks", 1)),
    "DropPathOptions": ("block: {drop_path: {rate: 0.1}}", ("block", "drop_path")),
    "Head": ("head: {pool: avg}", ("head",)),
    "InitOptions": ("init: {}", ("init",)),
    "TrainingOptions": ("training: {}", ("training",)),
}
"""For the records with a stated default: a spec over resnet50 and the path in it of a mapping that leaves it out."""


def stated(record: type[Record]) -> dict[str, object]:
    """The defaults that are one piece of code."""
    return {
        name: yaml.safe_load(code(default))
        for name, default in keys(record).items()
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
    """Every key that a validated spec sets: the record that it belongs to, and its name."""
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


def test_every_key_is_in_an_example() -> None:
    shown: set[tuple[str, str]] = set()
    for example in (fence for fence in EXAMPLES if fence.page == SPEC):
        document = extends.resolve(source.parse(whole(example), "mine.yaml"), collection.find_base)
        shown |= set(used(spec.Spec.model_validate(document.data)))

    assert set() == {(record.__name__, name) for record in RECORDS.values() for name in own(record)} - shown


# The other tables


def default_of(written: str) -> object:
    """An option's default as the table of activations has it."""
    if written == "required":
        return REQUIRED
    return float(Fraction(written)) if re.fullmatch(r"[-\d./]+", written) else written


def test_the_activations_are_those_of_the_table() -> None:
    documented = {}
    for name, module, options, inplace in rows(SPEC, "activations"):
        given = tuple((option, default_of(default)) for option, default in re.findall(r"`(\w+)` ([^,\s]+)", options))
        documented[code(name)] = (code(module), inplace == "yes", given)

    expected = {name: (f"nn.{row.module}", row.inplace, row.options) for name, row in TABLE.items()}
    assert list(expected.items()) == list(documented.items())


def test_the_shortcuts_are_those_of_the_language() -> None:
    assert list(spec.SHORTCUTS) == [code(name) for name, _ in rows(SPEC, "shortcuts")]


def test_the_places_of_attention_are_those_of_the_language() -> None:
    assert [*PLACES_OF_ATTENTION, "conv1", "conv2"] == [
        word for place, *_ in rows(SPEC, "places") for word in re.findall(r"`(\w+)`", place)
    ]


def allows_here(annotation: Any) -> bool:
    if any(each.__name__ in ("HereSlot", "ActivationOrHereSlot") for each in records(annotation)):
        return True
    return "here" in get_args(annotation) or any(map(allows_here, get_args(annotation)))


def test_here_may_stand_where_the_table_says() -> None:
    layers = [record for name, record in RECORDS.items() if name.endswith("Layer")]
    allowed = {name for layer in layers for name, field in layer.model_fields.items() if allows_here(field.annotation)}
    assert {f"{name}: here" for name in allowed} == {code(written) for written, _ in rows(SPEC, "here")}


@pytest.mark.parametrize(
    ("record", "key", "values"),
    [
        pytest.param(spec.Head, "pool", POOLS, id="pool"),
        pytest.param(spec.Head, "activation", ("none", *OUTPUT_ACTIVATIONS), id="activation"),
        pytest.param(spec.Head, "classifier", spec.CLASSIFIERS, id="classifier"),
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
    (meaning,) = [meaning for name, meaning, _ in rows(SPEC, f"fields of {record.__name__}") if code(name) == key]
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
    documented = {what: int(limit.replace(",", "")) for what, limit in rows(SPEC, "limits")}
    assert documented == {
        "channels, classes, any width": fields.MOST_CHANNELS,
        "a number inside a width's expression": width_expression.LIMIT,
        "characters of an expression": width_expression.LONGEST,
        "blocks in a run": fields.MOST_BLOCKS,
        "entries in a list of blocks": most(spec.Stage.model_fields["blocks"].annotation),
        "operators in all blocks, those of a run counted once": MOST_OPERATORS,
        "stages": most(spec.Spec.model_fields["stages"].annotation),
        "layers in a stem, a branch or a head": most(spec.Spec.model_fields["stem"].annotation),
        "pixels of the input, a kernel, a stride, a padding or a dilation, along an axis": fields.LARGEST_EXTENT,
        "characters of a name": longest_name(),
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
    assert [] == [(name, named) for name, named in rows(SPEC, "class names") if code(named) != capitals(code(name))]


def test_modules_are_named_as_the_table_says() -> None:
    names: dict[str, set[str]] = {}
    for part in ("stem", "block", "head"):
        for role, name in TABLES["torchvision"][part].items():
            names.setdefault(role, set()).add(name)
    documented = [(code(role), set(re.findall(r"`([^`]+)`", name))) for role, _, name in rows(SPEC, "roles")]
    assert list(ROLES) == [role for role, _ in documented]
    assert names == dict(documented)


def test_the_layouts_are_those_of_the_language() -> None:
    assert list(TABLES) == [code(name) for name, _ in rows(SPEC, "layouts")]


@pytest.mark.parametrize("cells", rows(SPEC, "yaml traps"), ids=lambda cells: cells[0])
def test_a_trap_is_what_the_table_says(cells: list[str]) -> None:
    trap = yaml_scalars.resolve_plain(code(cells[0]))

    assert isinstance(trap, yaml_scalars.AmbiguousScalar)
    assert cells[1] == trap.message


WRITTEN = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/*.md")), ROOT / "benchmarks/README.md"]
"""Every page that people read."""


def prose(page: Path) -> str:
    """A page without its code."""
    return re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """What a link to a page may end in: its headings as GitHub has them, and the places that it names itself."""
    headings = re.findall(r"^#+ (.+)$", prose(page), flags=re.MULTILINE)
    slugs = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return {"", *slugs, *re.findall(r'<a id="([^"]+)">', prose(page))}


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not link.startswith("http") and not (target.exists() and (not anchor or anchor in anchors(target))):
            broken.append(link)
    assert [] == broken


def test_the_readme_leads_to_every_page_of_docs() -> None:
    linked = set(re.findall(r"\]\(docs/([\w-]+\.md)\)", (ROOT / README).read_text(encoding="utf-8")))
    assert {page.name for page in (ROOT / "docs").glob("*.md")} == linked


# The README's numbers, commands and Python


def test_the_networks_are_as_many_as_it_says() -> None:
    known = networks()
    sources = Counter(network.source for network in known)
    others = sum("aka" not in source.read(path).data for path in collection.names().values())

    assert 10 == sources["torchvision"]
    assert 5 == sum(network.params > 200_000_000 for network in known)
    readme = " ".join((ROOT / README).read_text(encoding="utf-8").split())
    for claim in (
        f"{sources['timm']} networks of timm, torchvision's ten among them",
        f"{others} more are of papers alone",
        f"{len(known)} networks, torchvision 0.28.0's ten and timm 1.0.31's {sources['timm']}, were recorded",
        "for the five above 200 million parameters",
    ):
        assert claim in readme


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with nothing in it but a `resnetgen` command."""
    command = tmp_path / "bin" / "resnetgen"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m resnetgen "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{command.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("PYTHONUTF8", "1")
    monkeypatch.chdir(tmp_path)
    return tmp_path


PROGRAMS = [fence for fence in FENCES[README] if fence.words == ["python"] and "import resnetgen" in fence.text]


@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_a_program_prints_what_its_comments_say(
    program: Fence, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("torch")

    exec(compile(program.text, str(program), "exec"), {})

    assert re.findall(r"print\(.*\)  # (.+)", program.text) == capsys.readouterr().out.splitlines()


END = "--- the end of a command ---"


def commands(session: Fence) -> list[tuple[str, str]]:
    """Each command of a session with what it prints."""
    found: list[tuple[str, str]] = []
    for line in session.text.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append((line.removeprefix("$ ").rstrip("\n"), ""))
        else:
            command, printed = found[-1]
            found[-1] = (command, printed + line)
    return found


def matches(shown: str, printed: str) -> bool:
    """Whether a session shows what was printed, `...` standing for any lines."""
    pieces = [re.escape(piece) for piece in re.split(r"^\.\.\.\n", shown, flags=re.MULTILINE)]
    return re.fullmatch(r"(?:.*\n)*?".join(pieces), printed) is not None


@pytest.mark.parametrize("session", [fence for fence in FENCES[README] if fence.words[:1] == ["console"]], ids=str)
@pytest.mark.skipif(shutil.which("bash") is None, reason="the sessions are bash's")
def test_a_session_prints_what_it_shows(session: Fence, folder: Path) -> None:
    for example in filter(file, FENCES[README]):
        (folder / file(example)).write_text(example.text, encoding="utf-8")

    expected = commands(session)
    script = "".join(f"{command}\nstatus=$?; echo '{END}'; (exit $status)\n" for command, _ in expected)
    done = subprocess.run(
        ["bash", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False
    )

    printed = done.stdout.split(f"{END}\n")[:-1]
    assert len(expected) == len(printed)
    for (command, shown), actual in zip(expected, printed, strict=True):
        assert matches(shown, actual), f"$ {command}\n{actual}"
