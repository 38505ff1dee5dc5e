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
    from resnetgen.analysis.cost import Cost
    from resnetgen.analysis.features import Feature
    from resnetgen.api import (
        compile_mapping,
        compile_spec,
        compile_text,
        cost,
        deploy_source,
        diagnose,
        diagnose_text,
        emit_source,
        features,
        format_diagnostics,
        load_model,
        override,
    )
    from resnetgen.compiler import Compiled
    from resnetgen.diagnostics.model import Diagnostic
    from resnetgen.errors import ExportError, ResnetgenError, RunError, SpecError, WeightsError
    from resnetgen.spec.spec import Spec
    from resnetgen.views import compare, draw

__all__ = [
    "Compiled",
    "Cost",
    "Diagnostic",
    "ExportError",
    "Feature",
    "ResnetgenError",
    "RunError",
    "Spec",
    "SpecError",
    "WeightsError",
    "compare",
    "compile_mapping",
    "compile_spec",
    "compile_text",
    "cost",
    "deploy_source",
    "diagnose",
    "diagnose_text",
    "draw",
    "emit_source",
    "features",
    "format_diagnostics",
    "load_model",
    "override",
]
__version__ = "0.1.0"

_ERRORS = ("ExportError", "ResnetgenError", "RunError", "SpecError", "WeightsError")
_HOMES = {
    "Compiled": "compiler",
    "Cost": "analysis.cost",
    "Diagnostic": "diagnostics.model",
    "Feature": "analysis.features",
    "Spec": "spec.spec",
    **dict.fromkeys(_ERRORS, "errors"),
    **dict.fromkeys(("compare", "draw"), "views"),
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: the command line needs few of them, and starts faster."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'api')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names, imported or not, for completion and `help`."""
    own = (name for name in globals() if name.startswith("__"))
    return sorted({*__all__, *own})
