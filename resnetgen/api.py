"""The Python API: compile a spec from a file, a text or a mapping; get diagnostics, source code or a class."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from resnetgen.compiler import Compiled, compile_source, source_code, with_scalar_fixes
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.errors import SpecError
from resnetgen.source import collection, source
from resnetgen.source.yaml_scalars import resolve_plain
from resnetgen.spec.spec import Spec

if TYPE_CHECKING:
    from torch import nn

    from resnetgen.source.source import Source

Target = str | os.PathLike[str] | Spec
"""A path to a spec, the name of one in the collection, or a spec that is written in Python."""


def compile_spec(target: Target, *, size: tuple[int, ...] | None = None, allow_outside: bool = False) -> Compiled:
    """Compile a spec and compute the shapes of its network.

    Args:
        target: a path to a spec, the name of one in the collection, or a `Spec`.
        size: the input size in pixels along each axis, or one number for all axes; by default the spec's own.
        allow_outside: let the spec extend, by path, files outside its project (docs/explanation/security.md).

    Returns:
        The spec with its network (`network`), all shapes (`trace`) and warnings (`warnings`).

    Raises:
        SpecError: the spec is wrong; `diagnostics` says where and why.

    Example:
        >>> compiled = resnetgen.compile_spec("resnet50", size=(288,))
        >>> compiled.trace.output
        (1000,)
    """
    with with_scalar_fixes():
        return compile_source(_read(target), size, allow_outside=allow_outside)


def compile_text(
    text: str, *, name: str = "<text>", size: tuple[int, ...] | None = None, allow_outside: bool = False
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
        return compile_source(source.parse(text, name), size, allow_outside=allow_outside)


def compile_mapping(
    data: Mapping[str, object], *, size: tuple[int, ...] | None = None, allow_outside: bool = False
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
    return compile_source(_to_source(data), size, allow_outside=allow_outside)


def diagnose(target: Target, *, allow_outside: bool = False) -> tuple[Diagnostic, ...]:
    """Return the errors of a spec; empty for a correct one. Takes the arguments of `compile_spec`.

    Example:
        >>> resnetgen.diagnose("resnet50")
        ()
    """
    return _collect_diagnostics(lambda: compile_spec(target, allow_outside=allow_outside))


def diagnose_text(text: str, *, name: str = "<text>", allow_outside: bool = False) -> tuple[Diagnostic, ...]:
    """Return the errors of the text of a spec; empty for a correct one. Takes the arguments of `compile_text`.

    Example:
        >>> [each.code for each in resnetgen.diagnose_text("{name: small, extends: resnet18, bock: {}}")]
        ['RG201']
    """
    return _collect_diagnostics(lambda: compile_text(text, name=name, allow_outside=allow_outside))


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


def load_model(target: Target, *, allow_outside: bool = False) -> type[nn.Module]:
    """Compile a spec to source, run that in memory, and return the class of the network.

    Tracebacks and debuggers show the lines of the source.

    Args:
        target: a path to a spec, the name of one in the collection, or a `Spec`.
        allow_outside: as in `compile_spec`.

    Raises:
        SpecError: the spec is wrong.
        ModuleNotFoundError: torch is not installed; the extra `resnetgen[torch]` installs it.

    Example:
        >>> model = resnetgen.load_model("resnet50")()
        >>> model(torch.randn(1, 3, 224, 224)).shape
        torch.Size([1, 1000])
    """
    from resnetgen.runtime.load_source import load

    compiled = compile_spec(target, allow_outside=allow_outside)
    return load(emit_source(compiled), compiled.network)


def _read(target: Target) -> Source:
    if not isinstance(target, Spec):
        return collection.find(os.fspath(target))
    return _to_source(target.model_dump(mode="json", exclude_unset=True))


def _collect_diagnostics(run: Callable[[], Compiled]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of the SpecError that a compilation raises, or none."""
    try:
        run()
    except SpecError as error:
        return error.diagnostics
    return ()


def _to_source(data: Mapping[str, object]) -> Source:
    """Return the source that a mapping stands for."""
    import yaml

    from resnetgen.source.plain_data import check_bounds

    check_bounds(data, "<mapping>")

    class Dumper(yaml.SafeDumper):
        """A YAML dumper that quotes text which would be read as something else, such as `08` and `1e5`."""

        def represent_str(self, text: str) -> yaml.ScalarNode:
            """Represent a text, in quotes where it needs them."""
            style = None if not text or resolve_plain(text) == text else "'"
            return self.represent_scalar("tag:yaml.org,2002:str", text, style)

    Dumper.add_representer(str, Dumper.represent_str)
    try:
        text = yaml.dump(dict(data), Dumper=Dumper, sort_keys=False, allow_unicode=True)
    except yaml.representer.RepresenterError as error:
        raise TypeError(f"a spec may only hold mappings, lists, text, numbers and booleans: {error}") from None
    return source.parse(text, "<mapping>")
