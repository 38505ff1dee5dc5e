"""`resnetgen weights convert`: write the weights in a file under the names of a network or of a library.

With `--format json` it is one object. If the file was written: `file`, `bytes`, `network`, `tensors` (how many),
`dtypes`, `from` and `to` (a library whose names they are, or `spec`), `under` (the keys that led to the state dict,
with dots), `prefix` (that was removed), `left_out` (the names of tensors beside the network), `copies` (the parts that
fit as well) and `changes` (sentences). If the weights do not fit: `missing`, `more` and `reshaped`, all tensors that
differ; the latter each with `name`, `file` and `network`, the two shapes. Keys are added to this, never renamed or
removed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import typer

from resnetgen.cli import atomic_write
from resnetgen.cli.exit import OK
from resnetgen.cli.output import fit as fit_lines
from resnetgen.cli.output import print_result
from resnetgen.cli.refusal import refuse
from resnetgen.cli.spec_args import CompileOptions, compile_arg, spec_arg
from resnetgen.cli.weights.convert import target
from resnetgen.cli.weights.options import WeightsFormat
from resnetgen.compiler import Compiled
from resnetgen.diagnostics.model import Diagnostic, Label, Severity, Span, Text
from resnetgen.diagnostics.suggestions import did_you_mean
from resnetgen.diagnostics.terminal import escape
from resnetgen.errors import RunError, SpecError, WeightsError
from resnetgen.number_format import binary_size, pluralize
from resnetgen.runtime.packages import require_packages
from resnetgen.weights.adaptation import adapted
from resnetgen.weights.comparison import compare_fit
from resnetgen.weights.fit import OWN, FileChoice, Fit, fit
from resnetgen.weights.fit_data import differing, unwrapped
from resnetgen.weights.fit_notes import notes
from resnetgen.weights.layouts import LAYOUTS
from resnetgen.weights.number_types import require_real_numbers
from resnetgen.weights.read_file import read, unreadable_file

if TYPE_CHECKING:
    from torch import Tensor

    from resnetgen.weights.adaptation.adaptation import Adaptation
    from resnetgen.weights.layouts.renaming import ForeignNames


class ConvertOptions(NamedTuple):
    """The options of the command, as given."""

    spec: str
    from_: str = "auto"
    to: str = OWN
    weights_key: str = ""
    force: bool = False
    format: WeightsFormat = WeightsFormat.TEXT
    settings: tuple[str, ...] = ()
    allow_outside: bool = False
    changes: Mapping[str, str] = MappingProxyType({})
    dtype: str = ""


def run(path: str, out: str, options: ConvertOptions) -> int:
    """Convert a file of weights.

    Args:
        path: the file of weights.
        out: the file to write.
        options: the options, as given.

    Returns:
        The exit code: 1 if the spec has errors, the weights do not fit, or the file is not written.

    Raises:
        typer.BadParameter: there is no such layout.
    """
    _check_layout("--from", options.from_, ("auto", OWN))
    _check_layout("--to", options.to, (OWN,))
    try:
        compiled = compile_arg(spec_arg(options.spec), CompileOptions(None, options.allow_outside, options.settings))
        _require_packages(path, out)
        fault = target.fault(out, path, options.to, force=options.force)
        if fault is not None:
            return refuse([fault])
        names = _target_names(compiled, out, options.to)
        conversion = _conversion(compiled, path, options)
        faults = compare_fit(compiled, conversion.fit)
        if faults:
            return _misfit(conversion, faults, options)
        return _convert(conversion, path, out, names, options)
    except SpecError as error:
        return refuse(error.diagnostics)
    except RunError as error:
        return refuse([_diagnostic(error, path)])


def _check_layout(option: str, name: str, words: tuple[str, ...]) -> None:
    if name not in (*words, *LAYOUTS):
        known = (*words, *LAYOUTS)
        message = f"unknown layout {name!r}; the layouts are {', '.join(known)}{did_you_mean(name, known)}"
        raise typer.BadParameter(message, param_hint=f"'{option}'")


def _require_packages(path: str, out: str) -> None:
    """Check that the packages are installed.

    Raises:
        RunError: one is missing.
    """
    from resnetgen.weights.load import PACKAGE, required_package

    require_packages(("torch",), "torch", "converting weights")
    if required_package(path) or required_package(out):
        require_packages((PACKAGE,), PACKAGE, "reading and writing .safetensors files")


def _target_names(compiled: Compiled, out: str, to: str) -> ForeignNames | None:
    """Return the names to write; None for those of the network.

    Raises:
        SpecError: the library has no names for this network.
    """
    if to == OWN:
        return None
    from resnetgen.weights.layouts.renaming import foreign_names

    found = foreign_names(compiled, LAYOUTS[to])
    if found is None:
        message = f"the layout `{to}` has no names for a network such as `{compiled.network.name}`"
        raise SpecError((atomic_write.refused(out, message, "choose another layout with --to"),))
    return found


class _Conversion(NamedTuple):
    """A network, the part of a file that becomes its weights, and the changes on the way."""

    compiled: Compiled
    fit: Fit
    changes: list[Adaptation]


def _conversion(compiled: Compiled, path: str, options: ConvertOptions) -> _Conversion:
    """Return what is to be done.

    Raises:
        SpecError: the file cannot be read, or it and the network do not allow a change.
    """
    try:
        found = fit(compiled, read(path), FileChoice(options.weights_key, options.from_))
        require_real_numbers(compiled, found)
        return _Conversion(compiled, *adapted(compiled, found, options.changes))
    except (WeightsError, OSError, ValueError) as error:
        raise SpecError((unreadable_file(path, error),)) from error


def _misfit(conversion: _Conversion, faults: tuple[Diagnostic, ...], options: ConvertOptions) -> int:
    """Print that the weights do not fit."""
    if options.format is WeightsFormat.JSON:
        import json

        print_result(json.dumps(differing(conversion.compiled, conversion.fit), indent=2) + "\n")
    return refuse(faults)


def _convert(conversion: _Conversion, path: str, out: str, names: ForeignNames | None, options: ConvertOptions) -> int:
    from resnetgen.weights.load import load_weights
    from resnetgen.weights.write_file import write

    try:
        loaded = load_weights(conversion.compiled, path, FileChoice(options.weights_key, options.from_)).state
    except (WeightsError, OSError) as error:
        return refuse([unreadable_file(path, error)])
    state = _changed(conversion, loaded, options.dtype)
    if names is not None:
        state = names.renamed(state)
    atomic_write.sweep(os.path.dirname(os.path.realpath(out)))
    try:
        with atomic_write.replacing(out) as temporary:
            write(temporary, state, os.path.splitext(out)[1])
    except OSError as error:
        return refuse([atomic_write.refused(out, error, "write to another file")])
    as_json = options.format is WeightsFormat.JSON
    print_result((_as_json if as_json else _as_text)(conversion, path, out, state, options))
    return OK


def _changed(conversion: _Conversion, loaded: Mapping[str, Tensor], dtype: str) -> dict[str, Tensor]:
    """Return the tensors after the changes, in the order of the network."""
    from resnetgen.analysis.cost import state_dict
    from resnetgen.weights.write_file import cast

    state = dict(loaded)
    for change in conversion.changes:
        made = change.make(state)
        state = {name: value for name, value in state.items() if name not in change.removes} | made
    ordered = (name for name, _ in state_dict(conversion.compiled.network) if name in state)
    return {name: cast(state[name], dtype) if dtype else state[name] for name in ordered}


def _dtypes(state: Mapping[str, Tensor]) -> list[str]:
    return list(dict.fromkeys(str(value.dtype).removeprefix("torch.") for value in state.values()))


def _as_text(conversion: _Conversion, path: str, out: str, state: Mapping[str, Tensor], options: ConvertOptions) -> str:
    part = conversion.fit
    whose = "" if options.to == OWN else f", by the names of {options.to}"
    count = pluralize(len(state), "tensor")
    size, network = binary_size(os.path.getsize(out)), conversion.compiled.network.name
    lines = [f"{out}: {size}, {count} of {network} ({', '.join(_dtypes(state))}){whose}"]
    lines += [f"  removed the prefix `{part.prefix}` of the names"] if part.prefix else []
    lines += [f"  {note}" for note in (*notes(part, path), *(change.words for change in conversion.changes))]
    return fit_lines("".join(f"{escape(line)}\n" for line in lines))


def _as_json(conversion: _Conversion, path: str, out: str, state: Mapping[str, Tensor], options: ConvertOptions) -> str:
    import json

    part = conversion.fit
    about = {
        "file": out,
        "bytes": os.path.getsize(out),
        "network": conversion.compiled.network.name,
        "tensors": len(state),
        "dtypes": _dtypes(state),
        "to": options.to,
        **unwrapped(part),
        "changes": [change.words for change in conversion.changes],
    }
    return json.dumps(about, indent=2) + "\n"


def _diagnostic(error: RunError, path: str) -> Diagnostic:
    return Diagnostic(
        error.code, Severity.ERROR, error.message, Label(Span(Text(path, ""), 1, 1, 1, 1)), (), error.help
    )
