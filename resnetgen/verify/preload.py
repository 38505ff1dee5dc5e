"""Imported by the process that others are forked from, where the device may be CUDA.

Torch imports the half of itself that traces calls, torch._dynamo, when a network is first watched: that takes longer
than to run a small one. But it may look for CUDA then, and what has done so must not be forked. So it is imported ahead
where torch is built for the CPU only.
"""

import torch

if torch.version.cuda is None and torch.version.hip is None:
    import torch._dynamo
