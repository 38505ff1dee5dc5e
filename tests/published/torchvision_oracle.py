"""The live torchvision, where it is installed, as a second opinion on what we emit.

`benchmarks/libraries.py` says what to install, and imports it beside a CPU build of torch too.
"""

from collections.abc import Callable
from typing import Any

import pytest
from torch import nn

from benchmarks import libraries


def torchvision_resnet() -> Any:
    """Import and return `torchvision.models.resnet`; skip the test, and say why, where that cannot be."""
    try:
        return libraries.torchvision_resnet()
    except libraries.Missing as error:
        pytest.skip(str(error))


def torchvision_network(name: str, **arguments: object) -> nn.Module:
    """Construct torchvision's network of that name, in eval mode, its weights random."""
    constructor: Callable[..., nn.Module] = getattr(torchvision_resnet(), name)
    return constructor(**arguments).eval()
