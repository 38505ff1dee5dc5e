"""The file of a deployed network: the network, and `convert`, which computes its weights from the trained ones."""

from __future__ import annotations

from collections.abc import Iterable

from resnetgen.analysis.shape_inference import Trace
from resnetgen.codegen import emit, rendered
from resnetgen.codegen.file_extras import Beside
from resnetgen.codegen.inference.conversion import Recipe
from resnetgen.codegen.inference.conversion_calls import groups
from resnetgen.codegen.inference.functions import Functions
from resnetgen.codegen.inference.statements import statements
from resnetgen.codegen.printer import printed_statements
from resnetgen.codegen.python import docstring

COMMAND = "resnetgen build --deploy"

_NETWORK = (
    "For inference alone: what only training needs is gone, and an optimizer would not find what was folded. Its "
    "first weights are PyTorch's own, since those that it is for come from `convert`."
)

_CONVERT = (
    "Convert a state dict of {name}.py.\n\n"
    "It is computed in double precision, and rounded once to the precision of the weights. The argument stays as it "
    "is; a key that has no part here keeps its name, so that `load_state_dict` reports it. Raises KeyError where a "
    "tensor is missing."
)


def source(
    trace: Trace, recipe: Recipe, *, trained: str, origin: str, digest: str, settings: Iterable[str] = ()
) -> str:
    """Return the source of a deployed network.

    Args:
        trace: the deployed network, with shapes.
        recipe: the conversion of its tensors.
        trained: the name of the trained network.
        origin: the name of the spec, for the header.
        digest: the hash of the spec's content, for the header.
        settings: the values that replaced some of the spec, for the header.
    """
    found = groups(recipe)
    functions = Functions([call for group in found for call in group.calls])
    values = {
        **functions.values(),
        "words": docstring(_CONVERT.format(name=trained)),
        "statements": printed_statements(statements(found, functions.written), 4),
    }
    convert = rendered("convert.py.j2", values).rstrip("\n")
    beside = Beside(COMMAND, ("convert",), (convert,), _NETWORK)
    return emit(trace, origin=origin, digest=digest, settings=settings, beside=beside)
