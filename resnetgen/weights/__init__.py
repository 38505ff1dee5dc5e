"""Whether a file of weights belongs to a network, as far as names and shapes can tell. No weight is read for that.

A `.safetensors` file is read here; any other by torch, in `pickled.py`. The weights themselves are read in `values.py`,
by torch and by the library of safetensors.
"""

from __future__ import annotations

from resnetgen.weights.comparison import compare

__all__ = ["compare"]
