"""What `import resnetgen` offers: specs in, networks, diagnostics, source or classes out."""

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
    """Compile a spec, given its path, its name in the collection or itself, to the network with its shapes.

    `size` is the input size to compute shapes for, in pixels along each axis (one number: a square); by default the
    spec's own. `allow_outside` lets it extend, by path, files outside of its own tree (docs/security.md).

    Raises:
        SpecError: the spec is at fault; `diagnostics` says where and how.
    """
    with with_scalar_fixes():
        return compile_source(_read(target), size, allow_outside=allow_outside)


def compile_text(
    text: str, *, name: str = "<text>", size: tuple[int, ...] | None = None, allow_outside: bool = False
) -> Compiled:
    """Compile the text of a spec; messages call it `name`, and `extends` takes paths relative to that.

    `allow_outside` is that of `compile_spec`; the tree of a text without a file is that of the current directory.

    Raises:
        SpecError: the spec is at fault.
    """
    with with_scalar_fixes():
        return compile_source(source.parse(text, name), size, allow_outside=allow_outside)


def compile_mapping(
    data: Mapping[str, object], *, size: tuple[int, ...] | None = None, allow_outside: bool = False
) -> Compiled:
    """Compile a spec that is already data; messages show it as the YAML that it stands for.

    `allow_outside` is that of `compile_spec`; the tree is that of the current directory.

    Raises:
        SpecError: the spec is at fault.
        TypeError: the mapping holds something that YAML has no plain form for.
    """
    return compile_source(_to_source(data), size, allow_outside=allow_outside)


def diagnose(target: Target, *, allow_outside: bool = False) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a spec, given as to `compile_spec`; empty for a good one."""
    return _collect_diagnostics(lambda: compile_spec(target, allow_outside=allow_outside))


def diagnose_text(text: str, *, name: str = "<text>", allow_outside: bool = False) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with the text of a spec; empty for a good one."""
    return _collect_diagnostics(lambda: compile_text(text, name=name, allow_outside=allow_outside))


def emit_source(compiled: Compiled, *, origin: str = "") -> str:
    """The Python source of a compiled spec: one file that imports only torch.

    `origin` is how the file's header names the spec; by default as it was given.
    """
    return source_code(compiled, origin or compiled.document.text.name)


def deploy_source(compiled: Compiled, *, origin: str = "") -> str:
    """The Python source of a compiled spec's form for inference, with `convert` for trained weights (docs/deploy.md).

    `origin` is that of `emit_source`.
    """
    from resnetgen.compiler import deploy_code

    return deploy_code(compiled, origin or compiled.document.text.name)


def load_model(target: Target, *, allow_outside: bool = False) -> type[nn.Module]:
    """The network's class, from source that is compiled in memory; tracebacks and debuggers show its lines.

    Raises:
        SpecError: the spec is at fault.
        ModuleNotFoundError: torch is not installed; the extra `resnetgen[torch]` brings it.
    """
    from resnetgen.runtime.load_source import load

    compiled = compile_spec(target, allow_outside=allow_outside)
    return load(emit_source(compiled), compiled.network)


def _read(target: Target) -> Source:
    if not isinstance(target, Spec):
        return collection.find(os.fspath(target))
    return _to_source(target.model_dump(mode="json", exclude_unset=True))


def _collect_diagnostics(run: Callable[[], Compiled]) -> tuple[Diagnostic, ...]:
    try:
        run()
    except SpecError as error:
        return error.diagnostics
    return ()


def _to_source(data: Mapping[str, object]) -> Source:
    import yaml

    class Dumper(yaml.SafeDumper):
        """It leaves no text without quotes that would be read as something else: `08`, `1e5`."""

        def represent_str(self, text: str) -> yaml.ScalarNode:
            """The text in quotes where it needs them to be that text."""
            style = None if not text or resolve_plain(text) == text else "'"
            return self.represent_scalar("tag:yaml.org,2002:str", text, style)

    Dumper.add_representer(str, Dumper.represent_str)
    try:
        text = yaml.dump(dict(data), Dumper=Dumper, sort_keys=False, allow_unicode=True)
    except yaml.representer.RepresenterError as error:
        raise TypeError(f"a spec may only hold mappings, lists, text, numbers and booleans: {error}") from None
    return source.parse(text, "<mapping>")
