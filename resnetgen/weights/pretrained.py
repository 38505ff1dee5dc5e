"""Construction of a network with the weights of a file, without initializing or copying what is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from resnetgen.compiler import Compiled, source_code
from resnetgen.errors import SpecError, WeightsError
from resnetgen.runtime.load_source import load
from resnetgen.weights.comparison import compare_file
from resnetgen.weights.fit import FileChoice, Fit
from resnetgen.weights.fit_notes import notes
from resnetgen.weights.load import load_weights
from resnetgen.weights.preferred import ARGUMENT

if TYPE_CHECKING:
    from torch import Tensor, nn


def load_pretrained(compiled: Compiled, path: str, key: str = "") -> nn.Module:
    """Return a network in eval mode that has the weights of a file.

    The tensors are those of the file, mapped into memory: the system reads a page when it is first used, and a write
    changes this process's copy alone. They keep the file's type.

    Args:
        compiled: the network.
        path: the file of weights. What is unwrapped in it is logged, at the level INFO.
        key: the part of the file to use; empty for the one that fits best.

    Raises:
        SpecError: the weights do not fit the network, or the file cannot be read; the diagnostics are those of
            `resnetgen check --weights`.
        ModuleNotFoundError: torch or the reader of the file is not installed.
        TypeError: a part is named, and no file; or the file's name is empty.
    """
    if not path and not key:
        raise TypeError("`weights` is an empty name: give the path of a file of weights, or None")
    if not path:
        raise TypeError("`weights_key` names a part of a file, and `weights` names no file")
    constructor = load(source_code(compiled, compiled.document.text.name), compiled.network)
    choice = FileChoice(key, way=ARGUMENT)
    found = compare_file(compiled, path, choice)
    if found.diagnostics:
        raise SpecError(found.diagnostics)
    loaded = load_weights(compiled, path, choice)
    _log(loaded.fit, path)
    state = _separate(loaded.state)
    from resnetgen.runtime.skip_init import SkipInit

    # Not on the meta device: buffers that no file holds, such as the filters of blur pools, need their values. Memory
    # that is allocated and never written costs nothing.
    with SkipInit():
        network = constructor().eval()
    try:
        network.load_state_dict(state, assign=True)
    except RuntimeError as error:
        message = "this file changed after its tensors were compared with the network"
        raise WeightsError(message, "do not write to the file while it is read") from error
    return network


def _log(found: Fit, path: str) -> None:
    from logging import getLogger

    removed = [f"removed the prefix `{found.prefix}` from the tensor names in {path}"] if found.prefix else []
    for note in (*removed, *notes(found, path, ARGUMENT)):
        getLogger("resnetgen").info(note)


def _separate(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return tensors of which no two share memory: assigned as they are, training one would train the other."""
    seen: set[int] = set()
    separate = {}
    for name, value in state.items():
        tensor = value.detach()  # a buffer that is saved as a parameter stays a buffer
        address = tensor.data_ptr()
        separate[name] = tensor.clone() if address in seen else tensor
        seen.add(address)
    return separate
