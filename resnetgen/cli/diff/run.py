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
- `parts`: the stem, the stages and the heads, each with `name`, `alike`, and `before` and `after`, rows as those of
  `show`, null where there is no such part;
- `changes`: those of the operators of `stem` and of `head`, or of all heads, and of `stages`, by name: stretches of
  equal blocks with `first`, `count`, the types `before` and `after`, and their `changes`;
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
from resnetgen.cli.spec_args import STDIN, CompileOptions, SpecArg, compile_arg, spec_arg
from resnetgen.compiler import Compiled, compile_source
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.errors import SpecError
from resnetgen.source import collection, git

if TYPE_CHECKING:
    from resnetgen.comparison.comparison import Comparison


class DiffOptions(NamedTuple):
    """The options of the command, as given."""

    since: str | None = None
    format: str = "table"
    input_size: str | None = None
    batch: int = 1
    dtype: str = "float32"
    exit_code: bool = False
    allow_outside: bool = False
    settings: tuple[str, ...] = ()


def run(specs: list[str], options: DiffOptions) -> int:
    """Compare two specs.

    Returns:
        The exit code: 1 if a spec has errors or, with `--exit-code`, if the networks differ.

    Raises:
        typer.BadParameter: the arguments name no two specs.
    """
    from resnetgen.comparison.comparison import compare

    compile_options = CompileOptions(input_size.parse(options.input_size), options.allow_outside, options.settings)
    compiled: list[Compiled] = []
    faults: list[Diagnostic] = []
    sides = _sides(specs, options.since, compile_options)
    for side in sides:
        try:
            compiled.append(side.compile())
        except SpecError as error:
            faults += error.diagnostics
    if faults:
        print_diagnostics(_once(faults))
        return FAILURE
    titles = (sides[0].title, sides[1].title)
    comparison = compare(compiled[0], compiled[1], titles, options.batch, options.dtype)
    print_result(_rendered(comparison, options.format))
    return FAILURE if options.exit_code and comparison.differ() else OK


class _Side(NamedTuple):
    """One of the two networks: its title, and the function that compiles it."""

    title: str
    compile: Callable[[], Compiled]


def _sides(specs: list[str], since: str | None, options: CompileOptions) -> tuple[_Side, _Side]:
    """Return the two sides.

    Raises:
        typer.BadParameter: the arguments do not name two networks.
    """
    if since is not None:
        return _since(specs, since, options)
    if len(specs) == 1 and options.settings:
        argument = spec_arg(specs[0])
        title = f"{argument.name} with {' '.join(options.settings)}"
        return _side(argument.name, argument, options._replace(settings=())), _side(title, argument, options)
    if len(specs) != 2:
        raise typer.BadParameter(f"expected two specs, but got {len(specs)}", param_hint="'SPEC'")
    if specs == [STDIN, STDIN]:
        from resnetgen.cli.stdin import second_use

        raise second_use()
    one, other = map(spec_arg, specs)
    return _side(one.name, one, options), _side(other.name, other, options)


def _since(specs: list[str], since: str, options: CompileOptions) -> tuple[_Side, _Side]:
    """Return a spec at a revision, and the spec now."""
    if len(specs) != 1:
        message = f"--since takes one spec, but {len(specs)} are given"
        raise typer.BadParameter(message, param_hint="'--since'")
    (spec,) = specs
    if spec == STDIN or (not os.path.lexists(spec) and (spec in collection.names() or git.split_target(spec))):
        message = f"`{spec}` is not a file in the working tree, so --since does not apply to it"
        raise typer.BadParameter(message, param_hint="'--since'")
    before = _Side(f"{spec} at {since}", lambda: _at(*git.locate(since, spec), options))
    return before, _side(f"{spec} now", spec_arg(spec), options)


def _side(title: str, spec: SpecArg, options: CompileOptions) -> _Side:
    return _Side(title, lambda: _compiled(spec, options))


def _compiled(spec: SpecArg, options: CompileOptions) -> Compiled:
    """Compile a spec by its path, its name, or `REV:PATH`."""
    parted = None if spec.content is not None else git.split_target(spec.name)
    if parted is None:
        return compile_arg(spec, options)
    return _at(git.revision(parted[0]), parted[1], options)


def _at(revision: git.Revision, path: str, options: CompileOptions) -> Compiled:
    source = revision.read(path)
    return compile_source(source, options.size, find_base=revision.find_base, overrides=options.overrides())


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
