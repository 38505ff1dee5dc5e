"""`resnetgen diff`: what two specs, or one at two revisions, make of a network, beside each other.

With `--format json` it is one object:

- `before`, `after`: each with `spec`, as it was named, and the network's `name`; `differ`: whether anything but names
  and descriptions does; `batch` and `dtype`, which the memory is for;
- `figures`: an object of numbers, each with `before`, `after`, `change` (after - before) and `ratio` (after / before,
  null by zero): `parameters`, `buffers`, `multiply_adds`, `memory` (bytes), `weighted_layers`, `blocks`, `state_dict`
  (tensors);
- `input`, `outputs`, `receptive_field`: each `before` and `after`, as `resnetgen show` has them;
- `network`: changes of what holds for the whole; a change has `what`, `before` and `after`, null where it was not there
  or is no more;
- `parts`: the stem, the stages and the head, each with `name`, `alike`, and `before` and `after`, rows as those of
  `show`, null where there is no such part;
- `changes`: those of the operators of `stem` and `head`, and of `stages`, by name: stretches of equal blocks with
  `first`, `count`, the types `before` and `after`, and their `changes`;
- `state_dict`: how many tensors are `alike`, `removed`, `added` and `reshaped`, and `groups` of those that are not
  alike: each with its `kind`, the stage's `path` (empty outside the stages), `first` and `count` of the blocks, and
  `tensors`, each with the `tail` of its key after the block's number and its shapes `before` and `after`. Of each kind
  the first 1,000 groups are told; `groups_left_out` counts the others;
- `loading`: `before_into_after` and `after_into_before`, each with `strict`, and with how many `tensors` and `params`
  `fit` `of` those that the other has.

Keys are added to this, never renamed or removed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import typer

from resnetgen.cli import input_size
from resnetgen.cli.exit import FAILURE, OK
from resnetgen.cli.output import print_diagnostics, print_result
from resnetgen.compiler import Compiled, compile_source
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.errors import SpecError
from resnetgen.source import collection, git

if TYPE_CHECKING:
    from resnetgen.cli.diff.report import Comparison


class DiffOptions(NamedTuple):
    """The options of the command, as given."""

    since: str | None = None
    format: str = "table"
    input_size: str | None = None
    batch: int = 1
    dtype: str = "float32"
    exit_code: bool = False
    allow_outside: bool = False


def run(specs: list[str], options: DiffOptions) -> int:
    """Compare two specs.

    Returns:
        The exit code: 1 if a spec has errors or, with `--exit-code`, if the networks differ.

    Raises:
        typer.BadParameter: the arguments name no two specs.
    """
    from resnetgen.cli.diff.report import compare

    size = input_size.parse(options.input_size)
    titles, compilers = _sides(specs, options.since, options.allow_outside)
    compiled: list[Compiled] = []
    faults: list[Diagnostic] = []
    for way in compilers:
        try:
            compiled.append(way(size))
        except SpecError as error:
            faults += error.diagnostics
    if faults:
        print_diagnostics(_once(faults))
        return FAILURE
    comparison = compare(compiled[0], compiled[1], titles, options.batch, options.dtype)
    print_result(_rendered(comparison, options.format))
    return FAILURE if options.exit_code and comparison.differ() else OK


_Compiler = Callable[[tuple[int, ...] | None], Compiled]
"""How to come by a compiled spec, at an input size."""


def _sides(
    specs: list[str], since: str | None, allow_outside: bool
) -> tuple[tuple[str, str], tuple[_Compiler, _Compiler]]:
    """Return the titles of the two specs, and functions that compile them."""
    if since is None:
        if len(specs) != 2:
            raise typer.BadParameter(f"expected two specs, but got {len(specs)}", param_hint="'SPEC'")
        return (specs[0], specs[1]), (
            lambda size: _compiled(specs[0], size, allow_outside),
            lambda size: _compiled(specs[1], size, allow_outside),
        )
    if len(specs) != 1:
        message = f"--since takes one spec, but {len(specs)} are given"
        raise typer.BadParameter(message, param_hint="'--since'")
    (spec,) = specs
    if not os.path.lexists(spec) and (spec in collection.names() or git.split_target(spec)):
        message = f"`{spec}` is not a file in the working tree, so --since does not apply to it"
        raise typer.BadParameter(message, param_hint="'--since'")
    return (f"{spec} at {since}", f"{spec} now"), (
        lambda size: _at(*git.locate(since, spec), size),
        lambda size: _compiled(spec, size, allow_outside),
    )


def _compiled(target: str, size: tuple[int, ...] | None, allow_outside: bool) -> Compiled:
    """Compile a spec by its path, its name, or `REV:PATH`."""
    parted = git.split_target(target)
    if parted is None:
        return compile_source(collection.find(target), size, allow_outside=allow_outside)
    return _at(git.revision(parted[0]), parted[1], size)


def _at(revision: git.Revision, path: str, size: tuple[int, ...] | None) -> Compiled:
    return compile_source(revision.read(path), size, find_base=revision.find_base)


def _once(faults: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Merge the faults of both sides, the first's first: a base of both has its faults in both."""
    return tuple(dict.fromkeys(faults))


def _rendered(comparison: Comparison, format: str) -> str:
    if format == "json":
        from resnetgen.cli.diff.report_json import as_json

        return as_json(comparison)
    if format == "markdown":
        from resnetgen.cli.diff.report_markdown import as_markdown

        return as_markdown(comparison)
    from resnetgen.cli.diff.report_text import as_text

    return as_text(comparison)
