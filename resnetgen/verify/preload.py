"""Imports for the fork server, where the device may be CUDA.

Torch imports torch._dynamo when modules are first observed, which takes longer than running a small network. But that
import may initialize CUDA, and a process with CUDA must not be forked. So it is preloaded where torch is built for the
CPU only.
"""

import torch

if torch.version.cuda is None and torch.version.hip is None:
    import torch._dynamo
