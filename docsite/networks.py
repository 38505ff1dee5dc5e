"""The networks of the collection, compiled: what the pages of the site say of them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from resnetgen.api import compile_spec, emit_source
from resnetgen.resources import specs_folder
from resnetgen.source.collection import names, shipped
from resnetgen.summary.collection_entry import Entry, entry
from resnetgen.summary.network_summary import NetworkSummary, summarize
from resnetgen.summary.rows import STAGES


class SiteNetwork(NamedTuple):
    """A network: its entry in the list of specs, its summary as `show` has it, and the code that it compiles to."""

    entry: Entry
    summary: NetworkSummary
    code: str

    @property
    def name(self) -> str:
        """The name of the network, and of its page."""
        return self.entry.name

    @property
    def spec_path(self) -> str:
        """The path of its spec in the collection: `cifar/resnet20.yaml`."""
        return self.entry.path.relative_to(specs_folder()).as_posix()

    @property
    def spec(self) -> str:
        """The text of its spec."""
        return self.entry.path.read_text(encoding="utf-8")

    @property
    def base(self) -> str:
        """The network of the collection that its spec extends; empty if there is none."""
        return _base(self.entry.path.stem)

    @property
    def block_types(self) -> dict[str, str]:
        """The types of its blocks with their descriptions, each once, in the order of the network."""
        runs = (run for stage in self.summary.network.stages for run in stage.block_runs)
        return {run.block.type: run.block.description for run in runs}


def load(selected: Iterable[str] = ()) -> list[SiteNetwork]:
    """Return the networks of the collection, in the order of `resnetgen list`.

    Args:
        selected: the names of specs, to which their bases are added; all by default.
    """
    chosen = set(selected)
    while bases := {base for name in chosen if (base := _base(name))} - chosen:
        chosen |= bases
    return [_network(name, path) for name, path in names().items() if not chosen or name in chosen]


def _base(name: str) -> str:
    base = shipped(name).data.get("extends", "")
    return base if base in names() else ""


def _network(name: str, path: Path) -> SiteNetwork:
    compiled = compile_spec(name)
    source = f"resnetgen's specs/{path.relative_to(specs_folder()).as_posix()}"  # as `resnetgen build` names it
    summary = summarize(compiled, STAGES, 1, "float32")
    return SiteNetwork(entry(path, compiled), summary, emit_source(compiled, origin=source))
