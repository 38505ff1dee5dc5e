"""The file of a deployed network: the network, and `convert`, which computes its weights from the trained ones."""

from __future__ import annotations

from collections.abc import Iterable

from resnetgen.analysis.shape_inference import Trace
from resnetgen.codegen import emit
from resnetgen.codegen.file_extras import FileExtras
from resnetgen.codegen.inference.conversion import Recipe
from resnetgen.codegen.inference.conversion_calls import groups
from resnetgen.codegen.inference.functions import Functions
from resnetgen.codegen.inference.statements import statements
from resnetgen.codegen.printer import printed
from resnetgen.codegen.tree import Assign, Function, Return

COMMAND = "resnetgen build --deploy"

_NETWORK = (
    "For inference only, without what only training needs. Its weights come from "
    "`convert`; before you load them, it has PyTorch's initial weights."
)

_CONVERT = (
    "Convert a state dict of {name}.py.\n\n"
    "The result is computed in double precision and rounded once to the precision of the weights. The argument does "
    "not change. Keys that the trained network does not have keep their names, so that `load_state_dict` reports them. "
    "Raises KeyError if a tensor is missing."
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
    body = (
        Assign("weights", "dict(state_dict)"),
        *statements(found, functions.written),
        Return("weights"),
    )
    words = _CONVERT.format(name=trained)
    convert = Function("convert", ("state_dict: dict[str, Tensor]",), "dict[str, Tensor]", words, body)
    extras = FileExtras(COMMAND, ("convert",), tuple(map(printed, (*functions.definitions(), convert))), _NETWORK)
    return emit(trace, origin=origin, digest=digest, settings=settings, extras=extras)
