"""`resnetgen probe`: what initial weights tell about training.

With `--format json` it is one object:

- `batch`, `seed`, `device`: how it was measured;
- `networks`: a list of objects, one for each spec: `spec`, as it was asked for; `name`; `input`, the shape of one
  sample; and `findings`, a list of objects:
  - `measurement`: its name; `title`; `source`: the paper that the formula is from;
  - `figures`: a list of objects with `name`, `value` and `unit`; a value that is not finite is null;
  - `series`: a list of objects with `name`, `places` and `values`, the latter null where they are not finite;
  - `verdict`: a sentence; `warning`: whether it tells of trouble.

Keys are added to this, never renamed or removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import typer

from resnetgen.analysis.shape_inference import Trace
from resnetgen.cli.exit import FAILURE, OK
from resnetgen.cli.output import print_diagnostics, print_more, print_result, print_run_error
from resnetgen.cli.probe import plots
from resnetgen.cli.progress import with_steps
from resnetgen.cli.refusal import refuse
from resnetgen.cli.spec_args import CompileOptions, compiled_specs
from resnetgen.compiler import Compiled
from resnetgen.diagnostics.suggestions import did_you_mean
from resnetgen.diagnostics.terminal import escape
from resnetgen.errors import RunError, SpecError
from resnetgen.ops.window import by_axis
from resnetgen.probe import MEASUREMENTS, load_measurement

if TYPE_CHECKING:
    import torch

    from resnetgen.probe.finding import Finding


class ProbeOptions(NamedTuple):
    """The options of the measurements, as given."""

    measure: tuple[str, ...] = ()
    batch: int = 8
    seed: int = 0
    device: str = "auto"
    format: str = "table"
    plot: str | None = None
    force: bool = False


class Probed(NamedTuple):
    """A network with its findings by the name of their measurement; `spec` is its name on the command line."""

    spec: str
    trace: Trace
    findings: dict[str, Finding]

    @property
    def name(self) -> str:
        """The name of the network."""
        return self.trace.network.name


def run(specs: list[str], probe: ProbeOptions, options: CompileOptions) -> int:
    """Measure networks and print the findings.

    Args:
        specs: the specs as the user named them.
        probe: the options of the measurements.
        options: the options of the compiler.

    Returns:
        The exit code: 1 if a spec has errors, or the networks cannot run with these options.

    Raises:
        typer.BadParameter: a measurement or the ending of the plot is unknown.
    """
    names = _chosen(probe.measure)
    suffix = plots.suffix_of(probe.plot)
    try:
        networks = compiled_specs(specs, options)
        plots.require(suffix)
        refused = plots.refused(probe.plot, force=probe.force)
        if refused is not None:
            return refuse([refused])
        device = _device(probe.device)
        probed = list(_probed(networks, names, probe, device))
    except SpecError as error:
        print_diagnostics(error.diagnostics)
        print_more(error.diagnostics)
        return FAILURE
    except RunError as error:
        print_run_error(error)
        return FAILURE
    print_result(_rendered(probed, names, probe, device))
    return OK if probe.plot is None else plots.write(probe.plot, suffix, probed, force=probe.force)


def _chosen(words: Iterable[str]) -> tuple[str, ...]:
    """Return the measurements to take in the order of the report, by default all.

    Raises:
        typer.BadParameter: a name is unknown.
    """
    named = [word.strip() for written in words for word in written.split(",")]
    for word in named:
        if word not in MEASUREMENTS:
            hint = did_you_mean(word, MEASUREMENTS) or ";"
            message = f"unknown measurement {word!r}{hint} the measurements are {', '.join(MEASUREMENTS)}"
            raise typer.BadParameter(escape(message), param_hint="'--measure'")
    return tuple(name for name in MEASUREMENTS if name in (named or MEASUREMENTS))


def _device(name: str) -> torch.device:
    """Return the device of that name.

    Raises:
        RunError: torch is not installed, or the device is not there.
    """
    from resnetgen.runtime.packages import require_packages

    require_packages(("torch",), "torch", "measuring a network")
    from resnetgen.runtime.devices import full_precision, select_device

    full_precision()
    return select_device(name)


def _probed(
    networks: list[tuple[str, Compiled]], names: tuple[str, ...], probe: ProbeOptions, device: torch.device
) -> Iterator[Probed]:
    """Measure networks, with a bar.

    Raises:
        RunError: memory ran out.
    """
    from resnetgen.probe.subject import load_subject

    steps = [f"{compiled.network.name}: {name}" for _, compiled in networks for name in names]
    with with_steps("probe", steps) as begin:
        for spec, compiled in networks:
            with _memory_told(compiled, probe, device):
                subject = load_subject(compiled, batch=probe.batch, seed=probe.seed, device=device)
                findings = {}
                for name in names:
                    begin(f"{compiled.network.name}: {name}")
                    findings[name] = load_measurement(name).measure(subject)
            yield Probed(spec, compiled.trace, findings)


@contextmanager
def _memory_told(compiled: Compiled, probe: ProbeOptions, device: torch.device) -> Iterator[None]:
    """Turn the failure of an allocation into an error that names a way out.

    Raises:
        RunError: memory ran out.
    """
    from resnetgen.runtime.devices import is_out_of_memory
    from resnetgen.runtime.errors import out_of_memory

    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        size = by_axis(compiled.trace.input)
        samples = compiled.trace.batch(probe.batch)
        raise out_of_memory(f"measuring {compiled.network.name}", device.type, samples, size) from None


def _rendered(probed: list[Probed], names: tuple[str, ...], probe: ProbeOptions, device: torch.device) -> str:
    if probe.format == "json":
        from resnetgen.cli.probe.findings_json import as_json

        return as_json(probed, probe, device)
    from resnetgen.cli.probe.findings_text import as_text

    return as_text(probed, names)
