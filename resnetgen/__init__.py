"""Compile residual networks: from a short YAML spec to one readable PyTorch file.

Example:
    import resnetgen

    compiled = resnetgen.compile_spec("specs/mine.yaml")  # or the name of a spec in the collection
    print(resnetgen.emit_source(compiled))
    model = resnetgen.load_model("resnet50")()
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from resnetgen.api import (
        compile_mapping,
        compile_spec,
        compile_text,
        deploy_source,
        diagnose,
        diagnose_text,
        emit_source,
        load_model,
    )
    from resnetgen.compiler import Compiled
    from resnetgen.diagnostics.model import Diagnostic
    from resnetgen.errors import ExportError, ResnetgenError, RunError, SpecError, WeightsError
    from resnetgen.spec.spec import Spec

__all__ = [
    "Compiled",
    "Diagnostic",
    "ExportError",
    "ResnetgenError",
    "RunError",
    "Spec",
    "SpecError",
    "WeightsError",
    "compile_mapping",
    "compile_spec",
    "compile_text",
    "deploy_source",
    "diagnose",
    "diagnose_text",
    "emit_source",
    "load_model",
]
__version__ = "0.1.0"

_ERRORS = ("ExportError", "ResnetgenError", "RunError", "SpecError", "WeightsError")
_HOMES = {
    "Compiled": "compiler",
    "Diagnostic": "diagnostics.model",
    "Spec": "spec.spec",
    **dict.fromkeys(_ERRORS, "errors"),
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: the command line needs few of them, and starts faster."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'api')}"), name)
    globals()[name] = value
    return value
