"""resnetgen, the compiler for residual networks: a short YAML spec in, one readable PyTorch file out.

import resnetgen

compiled = resnetgen.compile_spec("specs/mine.yaml")   # or a name of the collection
print(resnetgen.emit_source(compiled))
model = resnetgen.load_model("resnet50")()
"""

from resnetgen.api import (
    compile_mapping,
    compile_spec,
    compile_text,
    diagnose,
    diagnose_text,
    emit_source,
    load_model,
)
from resnetgen.compiler import Compiled
from resnetgen.diagnostics import Diagnostic, SpecError

__all__ = [
    "Compiled",
    "Diagnostic",
    "SpecError",
    "compile_mapping",
    "compile_spec",
    "compile_text",
    "diagnose",
    "diagnose_text",
    "emit_source",
    "load_model",
]
__version__ = "0.1.0"
