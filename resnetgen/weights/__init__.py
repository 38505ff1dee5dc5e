"""Compare a file of weights with a network by names and shapes, without reading the weights.

`safetensors.py` reads `.safetensors` files, and `torch_file.py` all others with torch. `load.py` reads the weights
themselves, with torch and the safetensors library.
"""

from __future__ import annotations

from resnetgen.weights.comparison import compare

__all__ = ["compare"]
