"""The arguments of `resnetgen sweep`."""

from typing import Annotated

import typer

from resnetgen.cli import completion
from resnetgen.cli.exit import ended
from resnetgen.cli.option_types import fraction, whole_number, whole_numbers
from resnetgen.cli.options import AllowOutside, choice, words

_FIGURES = ("params", "macs", "memory", "training_memory", "weighted_layers", "blocks")
_FORMATS = ("table", "markdown", "csv", "json")


@ended
def command(
    space: Annotated[
        str,
        typer.Argument(
            metavar="SPACE", help="The file of a space: a spec with ranges.", autocompletion=completion.specs
        ),
    ],
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FOLDER", help="Folder to write the candidates to.")
    ] = "candidates",
    number: Annotated[
        int, typer.Option("--number", "-n", parser=whole_number, metavar="N", help="Number of candidates to write.")
    ] = 100,
    seed: Annotated[int, typer.Option(parser=whole_numbers(0), metavar="N", help="Seed of the candidates.")] = 0,
    max_draws: Annotated[
        int, typer.Option(parser=whole_number, metavar="N", help="Most candidates to draw, with those dropped.")
    ] = 100_000,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", parser=whole_number, metavar="N", help="Processes that compile candidates.")
    ] = 1,
    score: Annotated[
        str | None,
        typer.Option(
            metavar="SCORE",
            help="Score each candidate: probe, probe:MEASUREMENT, lab:FILE, or a command.",
            show_default=False,
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option("--workers", "-w", parser=whole_number, metavar="N", help="Trials at a time.")
    ] = 1,
    ray: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Run trials on the Ray cluster there; local starts one here."),
    ] = None,
    cpus: Annotated[
        float, typer.Option(parser=fraction, metavar="N", help="Processors of a trial on a cluster.")
    ] = 1.0,
    gpus: Annotated[
        float, typer.Option(parser=fraction, metavar="N", help="Accelerators of a trial on a cluster.")
    ] = 0.0,
    retries: Annotated[
        int, typer.Option(parser=whole_numbers(0), metavar="N", help="Times to begin a failed trial again.")
    ] = 2,
    search: Annotated[
        bool, typer.Option("--search", help="Let Optuna propose candidates by the scores of those before.")
    ] = False,
    minimize: Annotated[
        list[str] | None,
        choice(_FIGURES, metavar="FIGURE", help=f"In a search, weigh this against the score: {words(_FIGURES)}."),
    ] = None,
    maximize: Annotated[bool, typer.Option("--maximize", help="A larger score is better, not a smaller one.")] = False,
    page: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write an analysis of the trials as a page, .html.")
    ] = None,
    format: Annotated[str, choice(_FORMATS, metavar="FORMAT", help=f"Output format: {words(_FORMATS)}.")] = _FORMATS[0],
    allow_outside: AllowOutside = False,
) -> int:
    """Draw specs from a design space, and write those that satisfy its constraints.

    A space is a spec with ranges in place of values, and `constraints` on the figures of the networks. Run it again
    after an interruption: files that are written already are kept. With --score, each candidate is a trial; trials
    that have a result are not repeated.
    """
    from resnetgen.cli.sweep import run
    from resnetgen.sweep.executors import Resources

    resources = Resources(workers, retries, cpus, gpus, ray or "")
    options = run.SweepOptions(
        output,
        number,
        seed,
        max_draws,
        jobs,
        format,
        allow_outside,
        score,
        resources,
        page,
        maximize,
        search,
        tuple(minimize or ()),
    )
    return run.run(space, options)
