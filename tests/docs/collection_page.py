"""docs/reference/collection.md: a table of the specs that ship, by family."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from textwrap import fill

from resnetgen.analysis.receptive_field import receptive_field
from resnetgen.cli.tables import as_markdown
from resnetgen.number_format import format_extents, pluralize, with_si_prefix
from resnetgen.ops.window import by_axis
from resnetgen.source.collection import names
from resnetgen.summary.aliases import elsewhere
from resnetgen.summary.collection_entry import Entry, entry
from resnetgen.tables.table import Column
from tests.docs.markdown import DOCS
from tests.subjects import Subject, shipped

PAGE = DOCS / "reference" / "collection.md"

HEAD = """\
# The collection

<!-- Made by `{command}`. Do not edit. -->

{specs} ship with resnetgen, in {families}. `resnetgen list` prints them too, and filters them by name, family,
size and attention; `resnetgen show NAME` describes one network stage by stage.

In the tables, *spec* and *code* are the numbers of lines of the spec's own file and of the generated file. *MACs* are
the multiply-adds for one sample of the size in *input*. *field* is the receptive field of the last map, in pixels along
an axis, without attention. *also known as* lists the network's names in other libraries.

{contents}
"""

FAMILIES = {
    "main": "torchvision's ResNet, ResNeXt and Wide ResNet, and a ResNet-50 with a softmax.",
    "antialiased": "An average pool or a blur takes over the stride (arXiv:1904.11486).",
    "bit": "Big Transfer: pre-activation, group norms, standardized weights (arXiv:1912.11370).",
    "board": "Policy and value networks of board games (doi:10.1038/nature24270).",
    "byobnet": "Mixed block types under the names of timm's byobnet, GENets among them (arXiv:2006.14090).",
    "cifar": "ResNet for CIFAR-10 (arXiv:1512.03385, section 4.2).",
    "clip": "The image encoders of CLIP, with an attention pool, under timm's names (arXiv:2103.00020).",
    "convnext": "Depthwise convolutions, MLPs at each pixel and layer norms, under timm's names (arXiv:2201.03545).",
    "eca": "Efficient channel attention (arXiv:1910.03151).",
    "efficientnet": "Inverted residuals with squeeze-and-excitation, scaled, under timm's names (arXiv:1905.11946).",
    "examples": "Other features of the language.",
    "face": "Embeddings of faces, under insightface's names (arXiv:1801.07698).",
    "keras": "The networks of keras.applications, under its names as far as PyTorch has them.",
    "medical": "Volumes in medicine: 3-D networks of MONAI and MedicalNet (arXiv:1904.00625).",
    "mnasnet": "Inverted residuals found by a search, under timm's names (arXiv:1807.11626).",
    "mobilenet": "MobileNetV2 and V3, under timm's names (arXiv:1801.04381, arXiv:1905.02244).",
    "names": "Networks under the names of other libraries.",
    "nf": "Networks without norms, by scaled weights (arXiv:2101.08692, arXiv:2102.06171).",
    "nnunet": "Encoders of U-Nets for medical images, under the names of nnU-Net (arXiv:2404.09556).",
    "plain": "Networks without shortcuts, for comparison (arXiv:1512.03385).",
    "preact": "Pre-activation for CIFAR-10 (arXiv:1603.05027).",
    "pyramid": "Pyramidal networks for CIFAR-10, whose channels grow with each block (arXiv:1610.02915).",
    "regnet": "Grouped bottlenecks without a neck, under torchvision's names (arXiv:2003.13678).",
    "res2net": "Multi-scale convolutions in a block (arXiv:1904.01169).",
    "resnest": "Split attention in a block (arXiv:2004.08955).",
    "resnet": "Other depths, stems, shortcuts and norms: ResNet-C, D, S and T (arXiv:1812.01187).",
    "resnext": "More ResNeXt networks (arXiv:1611.05431).",
    "rs": "ResNet-RS (arXiv:2103.07579).",
    "se": "Squeeze-and-excitation (arXiv:1709.01507).",
    "sk": "Selective kernels in a block (arXiv:1903.06586).",
    "v1": "The stride in the first convolution of a block, as first published (arXiv:1512.03385).",
    "v2": "Pre-activation as in timm's ResNetV2 (arXiv:1603.05027).",
    "video": "Clips, under torchvision's names (arXiv:1711.11248, arXiv:1812.03982).",
    "wide": "Wide networks for CIFAR-10 (arXiv:1605.07146).",
}
"""A sentence for each family about what its specs have in common."""

COLUMNS = (
    Column("name"),
    Column("spec", number=True),
    Column("code", number=True),
    Column("parameters", number=True),
    Column("MACs", number=True),
    Column("input"),
    Column("field", number=True),
    Column("also known as"),
)


def files(command: str) -> dict[Path, str]:
    """The page: a section for each family, and a row for each of its specs, in the order of `resnetgen list`."""
    return {PAGE: _page(command)}


def _page(command: str) -> str:
    families = {family: list(found) for family, found in groupby(_entries(), key=lambda found: found[1].family)}
    links = (f"[{family}](#{family.replace('/', '')}) ({len(found)})" for family, found in families.items())
    head = HEAD.format(
        command=command,
        specs=pluralize(len(names()), "spec"),
        families=f"{len(families)} families",
        contents=fill(f"Families: {', '.join(links)}.", 120, break_long_words=False, break_on_hyphens=False),
    )
    tables = (as_markdown(COLUMNS, [_cells(*one) for one in found]) for found in families.values())
    return head + "".join(map(_section, families, tables))


def _section(family: str, table: str) -> str:
    return f"\n## {family}\n\n{FAMILIES.get(family, 'No line in tests/docs/collection_page.py yet.')}\n\n{table}"


def _entries() -> Iterator[tuple[Subject, Entry]]:
    return ((subject, entry(subject.spec, subject.compiled)) for subject in shipped())


def _cells(subject: Subject, found: Entry) -> list[str]:
    trace = found.compiled.trace
    return [
        f"[{found.name}](../../specs/{found.folder}{'/' if found.folder else ''}{subject.spec.name})",
        f"{len(subject.spec.read_text(encoding='utf-8').splitlines())}",
        f"{len(subject.source.splitlines())}",
        f"{found.cost.params:,}",
        with_si_prefix(found.cost.macs),
        by_axis(trace.input),
        format_extents(receptive_field(trace.network)),
        elsewhere(found.aka),
    ]
