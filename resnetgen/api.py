"""The Python API: compile a spec from a file, a text or data; get diagnostics, costs, source code or a class."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike, fspath
from typing import TYPE_CHECKING, overload

from resnetgen import notebook
from resnetgen.compiler import Compiled, compile_document, compile_source, source_code, spec_of, with_scalar_fixes
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.errors import AbstractSpecError, SpecError
from resnetgen.source import source
from resnetgen.spec.spec import Spec
from resnetgen.targets import Target, document_of, extents, setting, to_source

if TYPE_CHECKING:
    from torch import nn

    from resnetgen.analysis.cost import Cost
    from resnetgen.analysis.features import Feature

notebook.register()

OVERRIDE = "<override>"
"""The name of overrides in messages."""


def compile_spec(target: Target, *, size: int | Sequence[int] | None = None, allow_outside: bool = False) -> Compiled:
    """Compile a spec and compute the shapes of its network.

    Args:
        target: a path to a spec, the name of one in the collection, the text of one, its data, a `Spec`, or a compiled
            spec, for another input size.
        size: the input size in pixels along each axis, or one number for all axes; by default the spec's own.
        allow_outside: let the spec extend, by path, files outside its project (docs/explanation/security.md).

    Returns:
        The spec with its network (`network`), all shapes (`trace`) and warnings (`warnings`).

    Raises:
        SpecError: the spec is wrong; `diagnostics` says where and why.
        TypeError: the target is data that plain YAML cannot express, or the size is no whole number.

    Example:
        >>> compiled = resnetgen.compile_spec("resnet50", size=288)
        >>> compiled.trace.output
        (1000,)
    """
    with with_scalar_fixes():
        return compile_document(document_of(target, allow_outside), extents(size))


def compile_text(
    text: str, *, name: str = "<text>", size: int | Sequence[int] | None = None, allow_outside: bool = False
) -> Compiled:
    """Compile the text of a spec.

    Args:
        text: YAML.
        name: the name of the text in messages; `extends` takes paths relative to it.
        size: as in `compile_spec`.
        allow_outside: as in `compile_spec`; without a file, the project is that of the current directory.

    Raises:
        SpecError: the spec is wrong.

    Example:
        >>> compiled = resnetgen.compile_text("{name: small, extends: resnet18, head: {classes: 10}}")
        >>> compiled.trace.output
        (10,)
    """
    with with_scalar_fixes():
        return compile_source(source.parse(text, name), extents(size), allow_outside=allow_outside)


def compile_mapping(
    data: Mapping[str, object], *, size: int | Sequence[int] | None = None, allow_outside: bool = False
) -> Compiled:
    """Compile a spec given as Python data. Messages show it as YAML.

    Args:
        data: the keys of the spec.
        size: as in `compile_spec`.
        allow_outside: as in `compile_spec`; the project is that of the current directory.

    Raises:
        SpecError: the spec is wrong.
        TypeError: the mapping holds something that plain YAML cannot express.

    Example:
        >>> compiled = resnetgen.compile_mapping({"name": "small", "extends": "resnet18", "input": {"size": 64}})
        >>> compiled.network.size
        (64, 64)
    """
    return compile_source(to_source(data), extents(size), allow_outside=allow_outside)


def override(target: Target, values: Mapping[str, object], *, allow_outside: bool = False) -> Spec:
    """Return a spec with other values for some keys, as the option `--set` of the command line.

    Values are merged as by `extends`: None removes a key, a mapping is merged into the mapping that is there, and
    anything else replaces what is there. The result has the name of the spec, and neither its description nor its names
    in other libraries.

    Args:
        target: as in `compile_spec`.
        values: the values by the path of their key, such as `head.classes`; an element of a list has its number, as in
            `stem.0.to`.
        allow_outside: as in `compile_spec`.

    Raises:
        SpecError: the spec is wrong, or a path leads nowhere.
        ValueError: a path is empty, or has an empty key.
        TypeError: a value is something that plain YAML cannot express.

    Example:
        >>> spec = resnetgen.override("resnet50", {"head.classes": 10, "input.size": 64})
        >>> resnetgen.compile_spec(spec).trace.output
        (10,)
    """
    from resnetgen.source.overrides import parse_all, with_overrides

    overrides = parse_all((setting(path, value) for path, value in values.items()), OVERRIDE)
    with with_scalar_fixes():
        return spec_of(with_overrides(document_of(target, allow_outside), overrides))


def diagnose(target: Target, *, allow_outside: bool = False) -> tuple[Diagnostic, ...]:
    """Return the errors of a spec.

    Args:
        target: as in `compile_spec`.
        allow_outside: as in `compile_spec`.

    Returns:
        The errors in the order of their places; empty for a correct spec, an abstract one included. Warnings are not
        among them: a compiled spec has those.

    Example:
        >>> resnetgen.diagnose("resnet50")
        ()
    """
    return _collect_diagnostics(lambda: compile_spec(target, allow_outside=allow_outside))


def diagnose_text(text: str, *, name: str = "<text>", allow_outside: bool = False) -> tuple[Diagnostic, ...]:
    """Return the errors of the text of a spec.

    Args:
        text: YAML.
        name: as in `compile_text`.
        allow_outside: as in `compile_text`.

    Returns:
        The errors in the order of their places; empty for a correct spec.

    Example:
        >>> [each.code for each in resnetgen.diagnose_text("{name: small, extends: resnet18, bock: {}}")]
        ['RG201']
    """
    return _collect_diagnostics(lambda: compile_text(text, name=name, allow_outside=allow_outside))


def format_diagnostics(diagnostics: Iterable[Diagnostic], *, color: bool = False, columns: int = 0) -> str:
    """Return diagnostics as the command line prints them: each with its source line, and marks under the spans.

    Args:
        diagnostics: those of `diagnose`, of a `SpecError`, or the `warnings` of a compiled spec.
        color: add ANSI color codes, for a terminal.
        columns: the width that lines are fitted to; 0 wraps nothing.

    Example:
        >>> print(resnetgen.format_diagnostics(resnetgen.diagnose("mine.yaml")))
    """
    from resnetgen.diagnostics.text import render

    return render(diagnostics, color=color, columns=columns)


def cost(target: Target) -> Cost:
    """Return the parameters, buffers, multiply-adds and activation memory of a network, for one sample.

    Args:
        target: a compiled spec, at whose input size it is computed; or as in `compile_spec`.

    Raises:
        SpecError: the spec is wrong.

    Example:
        >>> resnetgen.cost("resnet50").params
        25557032
    """
    from resnetgen.analysis.cost import cost

    return cost(compile_spec(target).trace)


def features(target: Target) -> tuple[Feature, ...]:
    """Return the feature maps of a network in output order: those that the spec names, else those of all stages.

    Args:
        target: a compiled spec; or as in `compile_spec`.

    Raises:
        SpecError: the spec is wrong.

    Example:
        >>> [(each.name, each.channels) for each in resnetgen.features("resnet50")][:2]
        [('layer1', 256), ('layer2', 512)]
    """
    from resnetgen.analysis.features import features

    return features(compile_spec(target).network)


def emit_source(compiled: Compiled, *, origin: str = "") -> str:
    """Return the Python source of a compiled spec: one file that imports only torch.

    Args:
        compiled: the result of `compile_spec` and its like.
        origin: the name of the spec in the header of the file; by default the name that it was compiled by.

    Example:
        >>> source = resnetgen.emit_source(resnetgen.compile_spec("resnet50"))
        >>> pathlib.Path("resnet50.py").write_text(source)
    """
    return source_code(compiled, origin or compiled.document.text.name)


def deploy_source(compiled: Compiled, *, origin: str = "") -> str:
    """Return the Python source of the form for inference, with `convert` for trained weights (docs/how-to/deploy.md).

    Args:
        compiled: the result of `compile_spec` and its like.
        origin: as in `emit_source`.

    Example:
        >>> source = resnetgen.deploy_source(resnetgen.compile_spec("resnet50"))
        >>> pathlib.Path("resnet50_deploy.py").write_text(source)
    """
    from resnetgen.compiler import deploy_code

    return deploy_code(compiled, origin or compiled.document.text.name)


@overload
def load_model(target: Target, *, allow_outside: bool = False) -> type[nn.Module]: ...
@overload
def load_model(
    target: Target, *, weights: str | PathLike[str], weights_key: str = "", allow_outside: bool = False
) -> nn.Module: ...
def load_model(
    target: Target, *, weights: str | PathLike[str] | None = None, weights_key: str = "", allow_outside: bool = False
) -> type[nn.Module] | nn.Module:
    """Compile a spec to source, run that in memory, and return the class of the network, or a network with weights.

    Tracebacks and debuggers show the lines of the source. A model that is saved as a whole, by `torch.save(model)` or
    pickle, carries the source along, and loads wherever resnetgen is installed.

    Args:
        target: a path to a spec, the name of one in the collection, the text of one, its data, a `Spec`, or a compiled
            spec.
        weights: a file of weights that fits strictly. Its tensors become those of the network without a copy: mapped
            into memory, with the file's types, and read at first use. What is unwrapped in it is logged as INFO.
        weights_key: the part of the file of weights to use, such as `model_ema`. By default the one that fits best.
        allow_outside: as in `compile_spec`.

    Returns:
        The class of the network; with `weights`, a network of this class in eval mode.

    Raises:
        SpecError: the spec is wrong, or the weights do not fit.
        ModuleNotFoundError: torch is not installed; the extra `resnetgen[torch]` installs it. Weights in
            `.safetensors` need the extra `resnetgen[safetensors]`.

    Example:
        >>> resnetgen.load_model("resnet50")()(torch.randn(1, 3, 224, 224)).shape
        torch.Size([1, 1000])
        >>> model = resnetgen.load_model("resnet50", weights="resnet50.safetensors")
    """
    compiled = compile_spec(target, allow_outside=allow_outside)
    if weights is not None or weights_key:
        from resnetgen.weights.pretrained import load_pretrained

        return load_pretrained(compiled, fspath(weights or ""), weights_key)
    from resnetgen.runtime.load_source import load

    return load(emit_source(compiled), compiled.network)


def _collect_diagnostics(run: Callable[[], Compiled]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of the SpecError that a compilation raises, or none."""
    try:
        run()
    except AbstractSpecError:
        return ()
    except SpecError as error:
        return error.diagnostics
    return ()
