"""`resnetgen verify`: what the compiler says of a network, and what anyone takes for granted, beside what it does.

With `--format json` it is one object:

- `passed`: whether no check failed; `batch`: the samples that were run at a time, more where a network
  takes no fewer; `form`: `trained` or `deployed`;
- `networks`: a list of objects, one for each spec, in the order of the command:
  - `spec`: as it was asked for; `name`: the network's; `input`: the shape of one sample;
  - `device`: `cpu` or `cuda`; `description`: what that is, with the number of threads or the name of the device;
  - `checks`: a list of objects with `check`, its name; `group`; `state`, which is `passed`, `failed` or `skipped`;
    `detail`, a line for people: figures, what is wrong, or why it was skipped; and `seconds`.

Keys are added to this, never renamed or removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

import typer

from resnetgen.analysis.input_sizes import small_working_size
from resnetgen.cli import input_size
from resnetgen.cli.config import settings
from resnetgen.cli.exit import FAILURE, OK
from resnetgen.cli.output import print_diagnostics, print_result, print_run_error
from resnetgen.cli.progress import with_progress, with_steps
from resnetgen.cli.spec_args import (
    Compile,
    CompileOptions,
    Outcome,
    SpecArg,
    compile_arg,
    outcome,
    outcomes_of,
    spec_args,
)
from resnetgen.cli.verify.result import Examined, Verified
from resnetgen.codegen.source_path import origin
from resnetgen.compiler import Compiled, source_code
from resnetgen.diagnostics.model import Severity
from resnetgen.diagnostics.suggestions import did_you_mean
from resnetgen.diagnostics.terminal import escape
from resnetgen.errors import RunError
from resnetgen.ops.window import by_axis
from resnetgen.reports.report import deduplicate
from resnetgen.runtime.errors import out_of_memory
from resnetgen.runtime.packages import require_packages
from resnetgen.runtime.system_resources import cpu_count
from resnetgen.verify import CHECKS, GROUPS, CheckInfo, select_checks
from resnetgen.verify.scheduler import run_parallel
from resnetgen.verify.task import CheckResult, Task, WorkerStarted

SMALLEST = "smallest"
"""The word for the smallest input size of each network."""


class VerifyOptions(NamedTuple):
    """The options of the command, as given."""

    checks: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    device: str = "auto"
    input_size: str | None = None
    batch: int = 2
    jobs: int = 0
    timeout: int = 600
    deploy: bool = False
    format: str = "table"
    allow_outside: bool = False
    ignore: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


def run(specs: list[str], options: VerifyOptions) -> int:
    """Verify networks.

    Returns:
        The exit code: 1 if a spec has errors, a check fails, or the networks cannot run with these options.

    Raises:
        typer.BadParameter: an option is wrong.
    """
    checks = _chosen(options.checks, options.skip)
    arguments = spec_args(specs)
    rules = settings(options.ignore, None)
    compile_options, compile = _compilation(options)
    try:
        _require_packages(checks, options)
        found = list(outcomes_of(arguments, lambda spec: outcome(spec, compile_options, compile)))
        shown = deduplicate(rules.filter(each for outcome in found for each in outcome.diagnostics))
        faults = [each for each in shown if each.severity is Severity.ERROR]
        print_diagnostics(shown if options.input_size is None else faults)  # a spec is written for its own size
        if faults:
            return FAILURE
        threads = _threads(options.jobs, len(found))
        tasks = [_task(outcome, checks, options, threads) for outcome in found]
        examined = tuple(_examined(*each) for each in zip(found, tasks, _answers(tasks, options.jobs), strict=True))
    except RunError as refused:
        print_run_error(refused)
        return FAILURE
    verified = Verified(examined, options.batch, options.deploy)
    print_result(_rendered(verified, options.format))
    for each in verified.networks:
        _print_out_of_memory(each, options.batch)
    return OK if verified.passed else FAILURE


def _answers(tasks: list[Task], jobs: int) -> Iterator[tuple[WorkerStarted | CheckResult, ...]]:
    """Run the tasks, with a bar: of the checks of a single network, else of the networks."""
    if len(tasks) != 1:
        yield from with_progress(run_parallel(tasks, jobs), len(tasks))
        return
    (task,) = tasks
    with with_steps(task.trace.network.name, task.checks) as begin:
        following = dict(pairwise(task.checks))
        yield from run_parallel(tasks, jobs, lambda result: begin(following.get(result.check, result.check)))


def _chosen(words: Iterable[str], skip: Iterable[str]) -> tuple[CheckInfo, ...]:
    """Return the checks to run: the named ones, by default all, without those to skip.

    Raises:
        typer.BadParameter: a name is unknown, or no check is left.
    """
    selected = _named(words, "'--checks'") or CHECKS
    left_out = _named(skip, "'--skip'")
    left = tuple(check for check in selected if check not in left_out)
    if not left:
        raise typer.BadParameter("--skip leaves no check to run", param_hint="'--skip'")
    return left


def _named(words: Iterable[str], option: str) -> tuple[CheckInfo, ...]:
    separate = [word.strip() for written in words for word in written.split(",") if word.strip()]
    try:
        return select_checks(separate)
    except KeyError as error:
        (word,) = error.args
        known = [*(check.name for check in CHECKS), *GROUPS]
        hint = did_you_mean(word, known) or ";"
        message = f"unknown check {word!r}{hint} the checks are {', '.join(known[: len(CHECKS)])}; "
        message += f"the groups are {', '.join(GROUPS)}"
        raise typer.BadParameter(escape(message), param_hint=option) from None


def _require_packages(checks: tuple[CheckInfo, ...], options: VerifyOptions) -> None:
    """Check that torch is installed, and every package of a check that was named.

    Raises:
        RunError: a package is missing.
    """
    require_packages(("torch",), "torch", "verifying a network")
    words = {word.strip() for written in options.checks for word in written.split(",")}
    for check in checks:
        if check.name in words:
            require_packages(check.packages, check.extra, f"the check `{check.name}`")


def _compilation(options: VerifyOptions) -> tuple[CompileOptions, Compile]:
    """Return the options of the compiler, and the function that compiles.

    Raises:
        typer.BadParameter: the input size is wrong.
    """
    compile_options = CompileOptions(allow_outside=options.allow_outside, settings=options.settings)
    if options.input_size == SMALLEST:
        return compile_options, _at_smallest
    return compile_options._replace(size=input_size.parse(options.input_size, SMALLEST)), compile_arg


def _at_smallest(spec: SpecArg, compile_options: CompileOptions) -> Compiled:
    """Compile a spec at its network's smallest input size."""
    own = compile_arg(spec, compile_options)
    return compile_arg(spec, compile_options._replace(size=small_working_size(own.network)))


def _task(outcome: Outcome, checks: tuple[CheckInfo, ...], options: VerifyOptions, threads: int) -> Task:
    """Return the task of a worker: the network in its form, and the checks."""
    assert outcome.compiled is not None
    compiled, source = _form(outcome.compiled, origin(outcome.path, "."), options.deploy)
    names = tuple(check.name for check in checks)
    return Task(
        compiled.trace,
        source,
        options.device,
        compiled.trace.batch(options.batch),
        names,
        options.timeout,
        threads,
    )


def _threads(jobs: int, networks: int) -> int:
    """Return the threads of each process, so that all share the processors; 0, torch's choice, for a single one."""
    at_once = min(jobs or cpu_count(), networks)
    return max(1, cpu_count() // at_once) if at_once > 1 else 0


def _examined(outcome: Outcome, task: Task, found: Iterable[WorkerStarted | CheckResult]) -> Examined:
    """Collect the results of a network's checks, in order."""
    started, rows = WorkerStarted("", ""), []
    for each in found:
        if isinstance(each, CheckResult):
            rows.append(each)
        else:
            started = each
    rows.sort(key=lambda row: task.checks.index(row.check))
    return Examined(outcome.name, task.trace, started, tuple(rows))


def _form(compiled: Compiled, origin: str, deploy: bool) -> tuple[Compiled, str]:
    """Return the network in its form, and its source."""
    if not deploy:
        return compiled, source_code(compiled, origin)
    from resnetgen.compiler import deploy_code, deploy_form

    return deploy_form(compiled), deploy_code(compiled, origin)


def _rendered(verified: Verified, format: str) -> str:
    if format == "json":
        from resnetgen.cli.verify.result_json import as_json

        return as_json(verified)
    from resnetgen.cli.verify.result_text import as_text

    return as_text(verified)


def _print_out_of_memory(examined: Examined, batch: int) -> None:
    """Print which checks ran out of memory, with a way out."""
    names = [row.check for row in examined.rows if row.verdict.memory]
    if names:
        what = f"{examined.trace.network.name}: {_listed(names)}"
        size = by_axis(examined.trace.input)
        print_run_error(out_of_memory(what, examined.started.device, examined.trace.batch(batch), size))


def _listed(names: list[str]) -> str:
    return f"the check{'' if len(names) == 1 else 's'} {', '.join(f'`{name}`' for name in names)}"
