"""Types of numbers that a network's tensors cannot have: complex, whole and quantized ones."""

from __future__ import annotations

from resnetgen.compiler import Compiled
from resnetgen.errors import WeightsError
from resnetgen.source.yaml_scalars import clip
from resnetgen.weights.expected import ExpectedTensors
from resnetgen.weights.fit import Fit

QUANTIZED_HELP = "save the weights before quantization, or multiply the whole numbers by their scales first"


def require_real_numbers(compiled: Compiled, found: Fit) -> None:
    """Check that tensors of a file have real numbers where the network does; PyTorch would convert others silently.

    Args:
        compiled: the network.
        found: the part of the file, by the network's names.

    Raises:
        WeightsError: one has complex, whole or quantized numbers.
    """
    expected = ExpectedTensors(compiled.network)
    for here, name in found.sources.items():
        dtype = found.stored.dtypes.get(name, "")
        if "float" in dtype or not dtype:
            continue
        spec = expected.spec(here)
        if spec is None or not spec.real:
            continue
        tensor = f"the tensor `{clip(name, 80)}` holds"
        if dtype.startswith("complex"):
            message = f"{tensor} complex numbers, but the network has real ones"
            raise WeightsError(message, "save weights of this network")
        raise WeightsError(f"{tensor} whole numbers ({dtype}), but the network has real ones", QUANTIZED_HELP)
